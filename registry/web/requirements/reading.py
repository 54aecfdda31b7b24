"""See all jurisdictions, read one in full, put two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from flask import render_template, request

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.comparison import comparison
from registry.queries.headlines import TITLES
from registry.queries.jurisdiction_lists import (
    Row,
    Wanted,
    jurisdiction_overview,
    profession_asked,
    professions_on_record,
    status_asked,
)
from registry.queries.requirement_sets import jurisdiction_page, shipped
from registry.queries.rules_to_see_to import relook
from registry.rules.access import Action, Subject, may
from registry.rules.regions import REVIEW_PENDING
from registry.web.asked import asked_day, asked_text
from registry.web.requirements.routes import pages
from registry.web.requirements.tiles import STATUS_LOOKS, tiles_of
from registry.web.rules_due import Need, to_look_at_again

ADOPTED = {"": None, "yes": True, "no": False}
Choices = Sequence[tuple[str, str]]


@pages.context_processor
def looks() -> dict[str, object]:
    return {"LOOKS_OF_STATUS": STATUS_LOOKS}


@pages.get("/")
def index() -> str:
    """The map and the list: all of them, or those for a profession, with a status, adopted."""
    asked_adopted = asked_text("adopted")
    if asked_adopted not in ADOPTED:
        raise BadInput("Adopted is either “yes” or “no”.", field="adopted")
    wanted = Wanted(
        profession_asked(asked_text("profession")),
        status_asked(asked_text("status")),
        ADOPTED[asked_adopted],
    )
    overview = jurisdiction_overview(actor(), wanted=wanted, today=_today())
    states, others = tiles_of(overview.rows)
    return render_template(
        "requirements/index.html",
        overview=overview,
        wanted=wanted,
        asked_adopted=asked_adopted,
        states=states,
        others=others,
        titles=tuple(TITLES),
        professions=_professions("Any profession"),
        statuses=[("", "Any status"), *((s, look.words) for s, look in STATUS_LOOKS.items())],
        may_adopt=_may_adopt(),
        needs=_readings_due(overview.rows),
    )


@pages.get("/compare")
def compare() -> str:
    """Two places, one profession. Asked for less, it says what to choose."""
    left, right, day = asked_text("a"), asked_text("b"), asked_day("day") or _today()
    profession = profession_asked(asked_text("profession"))
    found = None
    if left and right:
        found = comparison(actor(), left=left, right=right, profession=profession, day=day)
    return render_template(
        "requirements/compare.html",
        found=found,
        left=left,
        right=right,
        day=day,
        today=_today(),
        profession=found.profession if found else profession,
        places=[("", "Choose one"), *_places()],
        professions=_professions("The one they share"),
    )


@pages.get("/<code>")
def jurisdiction(code: str) -> str:
    """What the sets of a day ask, in words, each with its source; and what was adopted of it."""
    day = asked_day("day") or _today()
    page = jurisdiction_page(actor(), code, day=day, as_shipped="shipped" in request.args)
    return render_template(
        "requirements/jurisdiction.html",
        page=page,
        today=_today(),
        may_adopt=_may_adopt(),
        review_pending=REVIEW_PENDING,
    )


def _readings_due(rows: Sequence[Row]) -> list[Need]:
    """Of every jurisdiction, the first to be looked at again first."""
    today = _today()
    lines = [row.line for row in rows]
    found = [(relook(one.adoption, today), one) for one in lines if one.adoption]
    due = sorted(((to, one) for to, one in found if to), key=lambda both: both[0].first_day)
    return [to_look_at_again(one.code, one.name, to, today) for to, one in due]


def _places() -> list[tuple[str, str]]:
    return sorted(((code, file.name) for code, file in shipped().items()), key=lambda one: one[1])


def _professions(none_chosen: str) -> Choices:
    known = [(str(one), one.title.capitalize()) for one in professions_on_record()]
    return [("", none_chosen), *known]


def _today() -> date:
    """Of no clinic in particular."""
    return now().astimezone(UTC).date()


def _may_adopt() -> bool:
    return may(actor(), Action.ADOPT_REQUIREMENTS, Subject())
