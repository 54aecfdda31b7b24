"""What was known: may somebody needle on a day, as the registry knew it at any moment?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, url_for

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.as_known import AsKnown, decision_as_known, people_ever_at
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action
from registry.rules.diary import NoSuchTime, local_moment
from registry.rules.regions import site_name
from registry.web.asked import asked_day, asked_number, asked_text
from registry.web.roster.routes import pages
from registry.web.shell import clinic_of_page
from registry.web.sites import REGIONS_AND_MUSCLES


@pages.get("/as-known")
def as_known() -> str | tuple[str, int]:
    """Every requirement for one practitioner, site and day, as known at a moment; or the form."""
    place, wrong = clinic_of_page(Action.SEE_DIRECTORY), None
    known = None
    try:
        known = _asked(place)
    except BadInput as no:
        wrong = no
    page = render_template(
        "roster/as_known.html",
        place=place,
        known=known,
        wrong=wrong,
        people=people_ever_at(place),
        sites=REGIONS_AND_MUSCLES,
        **_shown(known, place),
    )
    return (page, 422) if wrong else page


@pages.get("/as-known.json")
def as_known_file() -> Response:
    """The same report as a file: byte for byte the same, whenever it is asked for again."""
    place = clinic_of_page(Action.SEE_DIRECTORY)
    known = _asked(place)
    if known is None:
        raise BadInput("Say which practitioner.", field="practitioner")
    told = json.dumps(known.as_mapping(), ensure_ascii=False, sort_keys=True, indent=1)
    answer = make_response(f"{told}\n")
    answer.mimetype = "application/json"
    name = f"as-known-{known.practitioner_id}-{known.day}-{known.known_at:%Y%m%dT%H%M%SZ}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(place: ClinicSeen) -> AsKnown | None:
    """None where no practitioner was named. Raises BadInput."""
    who = asked_number("practitioner")
    if who is None:
        return None
    return decision_as_known(
        actor(),
        practitioner_id=who,
        clinic_id=place.id,
        site=asked_text("site") or "neck",
        day=asked_day("day"),
        known_at=_moment(asked_text("at"), place.zone),
        now=now(),
    )


def _moment(typed: str, zone: str) -> datetime | None:
    """On the clinic's clock, unless its offset is given. A time that comes twice: the later."""
    if not typed:
        return None
    try:
        given = datetime.fromisoformat(typed)
        if given.tzinfo is not None:
            return given.astimezone(UTC)
        return local_moment(given.date(), given.time(), ZoneInfo(zone), fold=1)
    except NoSuchTime:
        raise BadInput("The clock there never showed that time.", field="at") from None
    except (ValueError, OverflowError):
        raise BadInput(
            "There is no such moment. Write it as 2026-11-26T14:30.", field="at"
        ) from None


def _shown(known: AsKnown | None, place: ClinicSeen) -> dict[str, Any]:
    """What the form shows, and where the findings lead."""
    asked = {
        "practitioner": asked_text("practitioner"),
        "site": asked_text("site") or "neck",
        "day": asked_text("day"),
        "at": asked_text("at"),
    }
    if known is None:
        return {"asked": asked, "evidence": {}, "file": None}
    local = known.known_at.astimezone(ZoneInfo(known.zone))
    asked |= {"day": known.day.isoformat(), "at": f"{local:%Y-%m-%dT%H:%M:%S}"}
    papers = known.explained.papers if known.explained else {}
    return {
        "asked": asked,
        "title": f"{known.name}: {site_name(known.site).lower()}",
        "evidence": {
            paper: (words, url_for("my_credentials.credential", credential_id=paper[1]))
            for paper, words in papers.items()
        },
        "file": url_for(
            "roster.as_known_file",
            clinic=place.id,
            practitioner=known.practitioner_id,
            site=known.site,
            day=known.day.isoformat(),
            at=known.known_at.isoformat(),
        ),
    }
