"""The sheet to print or to keep: who may needle what today, as a page and as a file of its own."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
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
from registry.queries.day_sheet import Allowed, DaySheet, SheetLine, day_sheet
from registry.queries.diary import Entry, clinic_diary
from registry.queries.premises import Place
from registry.rules.access import Action, Subject, may
from registry.rules.days import Span, day_after, day_before
from registry.rules.regions import MUSCLES, REGIONS, site_name
from registry.rules.stretches import Stretches, clock_of
from registry.rules.vocabulary import AppointmentState
from registry.rules.wording import as_sentence, every
from registry.web.asked import asked_day, asked_text
from registry.web.formats import day as day_in_words
from registry.web.hours_in_words import opened_in_words
from registry.web.roster.routes import pages
from registry.web.shell import clinic_of_page

OVER_THE_LUNG = frozenset(muscle.code for muscle in MUSCLES.values() if muscle.pleural)
DASH = "\N{EN DASH}"
WITH, WITHOUT = "yes", "no"
FIRST_YEAR, LAST_YEAR = 2001, 2099  # whose clock changes are on record


@dataclass(frozen=True, slots=True)
class Row:
    """One practitioner, in words. `kind`: may_needle, lapses_soon or may_not."""

    name: str
    profession: str
    works: tuple[str, ...]
    kind: str
    may: str
    may_not: str
    until: tuple[str, ...]


@pages.get("/sheet")
def sheet() -> str:
    """To print, or to take along as a file."""
    shown = _shown()
    here = {"clinic": shown["place"].id, "booked": WITH if shown["with_booked"] else None}

    def link(to: date) -> str:
        return url_for("roster.sheet", day=to.isoformat(), **here)

    day = shown["day"]
    return render_template(
        "roster/sheet.html",
        **shown,
        earlier_day=link(day_before(day)),
        later_day=link(day_after(day)),
        file=url_for("roster.sheet_file", day=day.isoformat(), **here),
    )


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


def _shown() -> dict[str, Any]:
    place = clinic_of_page(Action.SEE_DIRECTORY)
    moment = now()
    today = place.day_at(moment)
    day = _within_reach(asked_day("day") or today)
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
        "rows": [_row(line, day) for line in found.lines],
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


def _row(line: SheetLine, day: date) -> Row:
    allowed = line.allowed
    kind = "may_not" if allowed.nothing else "lapses_soon" if allowed.lapsing else "may_needle"
    return Row(
        name=line.name,
        profession=line.profession,
        works=_clocks(line.works),
        kind=kind,
        may=_may(allowed),
        may_not=line.why or _may_not(allowed),
        until=tuple(_until(*each, allowed, day) for each in allowed.lapsing),
    )


def _clocks(works: Stretches) -> tuple[str, ...]:
    """From and until, each stretch by itself."""
    return tuple(f"{clock_of(one.starts)}{DASH}{clock_of(one.ends)}" for one in works)


def _may(allowed: Allowed) -> str:
    """Neck, Thigh; and of no region in full: temporalis."""
    if allowed.nothing:
        return ""
    every_region = len(allowed.regions) == len(REGIONS)
    parts = ["every region"] if every_region else []
    parts += [] if every_region else [_named(allowed.regions)] if allowed.regions else []
    lung = [code for code in allowed.muscles if code in OVER_THE_LUNG]
    single = [code for code in allowed.muscles if code not in OVER_THE_LUNG]
    if len(lung) == len(OVER_THE_LUNG):
        parts.append("the muscles over the lung")
    elif lung:
        parts.append(f"of the muscles over the lung: {_named(lung)}")
    if single:
        parts.append(f"of other regions these muscles: {_named(single)}")
    return as_sentence("; ".join(parts))


def _may_not(allowed: Allowed) -> str:
    if allowed.nothing:
        return ""
    left = [_named([code]) for code in REGIONS if code not in allowed.regions]
    left += [_named([code]) for code in allowed.but]
    lung = OVER_THE_LUNG - set(allowed.muscles)
    if lung:
        left.append(f"{'other ' if len(lung) < len(OVER_THE_LUNG) else ''}muscles over the lung")
    return as_sentence(", ".join(left))


def _until(
    last: date, regions: tuple[str, ...], muscles: tuple[str, ...], allowed: Allowed, day: date
) -> str:
    """What ends with a last day that is near."""
    when = "today" if last == day else day_in_words(last)
    if (regions, muscles) == (allowed.regions, allowed.muscles):
        return f"Until {when}"
    return f"{as_sentence(_named((*regions, *muscles)))}: until {when}"


def _named(sites: Any) -> str:
    return ", ".join(site_name(site).lower() for site in sites)


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
