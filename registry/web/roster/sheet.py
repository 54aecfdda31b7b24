"""The sheet to print or to keep: who may needle what today, as a page and as a file of its own."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, make_response, render_template, url_for
from markupsafe import Markup

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.leave import require
from registry.queries.day_sheet import DaySheet, day_sheet
from registry.queries.diary import Entry, clinic_diary
from registry.queries.premises import Place
from registry.rules.access import Action, Subject, may
from registry.rules.days import Span, day_after, day_before
from registry.rules.vocabulary import AppointmentState
from registry.rules.wording import every
from registry.web.asked import asked_day, asked_text
from registry.web.hours_in_words import opened_in_words
from registry.web.roster.routes import pages
from registry.web.roster.sheet_words import row_of
from registry.web.shell import clinic_of_page

WITH, WITHOUT = "yes", "no"
FIRST_YEAR, LAST_YEAR = 2001, 2099  # whose clock changes are on record


@pages.get("/sheet")
def sheet() -> str | tuple[str, int]:
    """To print, or to take along as a file. Of today where the day asked for is none."""
    wrong = ""
    try:
        shown = _shown()
    except BadInput as no:
        if no.field != "day":
            raise
        shown, wrong = _shown(of_today=True), no.message
    here = {"clinic": shown["place"].id, "booked": WITH if shown["with_booked"] else None}

    def link(to: date) -> str:
        return url_for("roster.sheet", day=to.isoformat(), **here)

    day = shown["day"]
    page = render_template(
        "roster/sheet.html",
        **shown,
        wrong=wrong,
        earlier_day=link(day_before(day)),
        later_day=link(day_after(day)),
        file=url_for("roster.sheet_file", day=day.isoformat(), **here),
    )
    return (page, 422) if wrong else page


@pages.get("/sheet.html")
def sheet_file() -> Response:
    """One file that asks for nothing else: it opens from a disk, without a network."""
    shown = _shown()
    style, script = _asset("css/sheet.css"), _asset("js/sheet.js")
    page = render_template(
        "roster/sheet_file.html",
        **shown,
        style=_inline(style),
        script=_inline(script),
        policy=f"default-src 'none'; style-src {_hashed(style)}; script-src {_hashed(script)}",
    )
    answer = make_response(page)
    name = re.sub(r"[^a-z0-9]+", "-", shown["place"].name.lower()).strip("-") or "clinic"
    kept_as = f"who-may-needle-{name}-{shown['day'].isoformat()}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept_as}"'
    return answer


def _shown(*, of_today: bool = False) -> dict[str, Any]:
    place = clinic_of_page(Action.SEE_DIRECTORY)
    moment = now()
    today = place.day_at(moment)
    day = today if of_today else _within_reach(asked_day("day") or today)
    with_booked = _with_booked()
    here = Subject(frozenset({place.id}))
    if with_booked:
        require(actor(), Action.EXPORT_SCHEDULE, here)
    found = day_sheet(place, day)
    return {
        "place": place,
        "zone": ZoneInfo(place.zone),
        "day": day,
        "today": today,
        "as_of": moment,
        "opened": opened_in_words(found.opening, day),
        "rows": [row_of(line, day) for line in found.lines],
        "off": _off(found),
        "may_book_list": may(actor(), Action.EXPORT_SCHEDULE, here),
        "with_booked": with_booked,
        "booked": _booked(place.id, place.name, place.zone, day) if with_booked else [],
        "truth": _truth(place.id, day, moment),
    }


def _within_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(f"There are sheets from {FIRST_YEAR} to {LAST_YEAR}.", field="day")
    return day


def _with_booked() -> bool:
    """Raises BadInput."""
    wanted = asked_text("booked") or WITHOUT
    if wanted not in (WITH, WITHOUT):
        raise BadInput("Say yes or no to the appointments.", field="booked")
    return wanted == WITH


def _off(found: DaySheet) -> str:
    return every([line.name for line in found.off]) if found.off else ""


def _booked(clinic_id: int, name: str, zone: str, day: date) -> list[Entry]:
    entries = clinic_diary(actor(), Place(clinic_id, name, "", ZoneInfo(zone)), Span(day, day))
    return [one for one in entries if one.state is not AppointmentState.CANCELLED]


def _truth(clinic_id: int, day: date, moment: datetime) -> str:
    """Where what counts is to be seen."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    return base + url_for("roster.day", clinic=clinic_id, day=day.isoformat())


def _asset(name: str) -> str:
    return (Path(str(current_app.static_folder)) / name).read_text()


def _inline(text: str) -> Markup:
    """Of our own files only, and none of them closes its own element."""
    if "</" in text:
        raise ValueError("this would end the element that it stands in")
    return Markup(text)  # noqa: S704 - a file of ours


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
