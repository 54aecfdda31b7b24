"""The day and the week of a clinic, and the week of a practitioner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.contraindications import to_be_confirmed, with_notes
from registry.queries.diary import (
    Entry,
    clinic_diary,
    clock_of,
    practitioner_diary,
    visible_clinic,
)
from registry.queries.gates import open_gates
from registry.queries.off_hours import hours_beside
from registry.queries.premises import Place
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.days import Span
from registry.rules.vocabulary import AppointmentState
from registry.web.asked import asked_number
from registry.web.hours_in_words import opened_in_words
from registry.web.schedule.arrivals import arrivals_on
from registry.web.schedule.board_data import Columns, seen_of
from registry.web.schedule.boards import Beside, Column, by_day, by_practitioner, by_room
from registry.web.schedule.door import (
    A_WEEK,
    WHO_LOOKS,
    clinic_asked,
    day_asked,
    day_or_today,
    monday_of,
    pages,
)

ONE_DAY = timedelta(days=1)
CHOSEN = re.compile(r"[0-9]{1,9}(,[0-9]{1,9}){0,9}")


@pages.get("/")
@pages.get("/day")
def day() -> str | Response | tuple[str, int]:
    """A column for each practitioner with work that day, or the same as a list."""
    asking = actor()
    if _has_only_their_own(asking):
        return redirect(url_for("schedule.practitioner", practitioner_id=asking.practitioner_id))
    clinic_id = clinic_asked(asking, *WHO_LOOKS)
    place = visible_clinic(asking, clinic_id)
    today = place.today(now())
    wanted, wrong = day_or_today("day", today)
    entries = clinic_diary(asking, place, Span(wanted, wanted))
    missing = with_notes(open_gates(place, entries), to_be_confirmed(entries))
    hours = hours_beside(entries, [clinic_id], wanted)
    page = render_template(
        "schedule/day.html",
        wrong=wrong,
        **_frame(asking, place, entries, wanted, today),
        previous=_on("schedule.day", clinic_id, "day", wanted - ONE_DAY),
        following=_on("schedule.day", clinic_id, "day", wanted + ONE_DAY),
        as_list=request.args.get("view") == "list",
        missing=missing,
        arrivals=arrivals_on(place, entries, wanted, missing),
        off=hours.off,
        opened=opened_in_words(hours.at(clinic_id), wanted),
        columns=_columns_of_the_day(
            entries, wanted, clinic_id, Beside(missing, hours.off, _may_move(asking, clinic_id))
        ),
        board=_board(place, entries, wanted, 1),
    )
    return (page, 422) if wrong else page


@pages.get("/week")
def week() -> str | Response:
    """A column for each day, from Monday."""
    asking = actor()
    if _has_only_their_own(asking):
        return redirect(url_for("schedule.practitioner", practitioner_id=asking.practitioner_id))
    clinic_id = clinic_asked(asking, *WHO_LOOKS)
    place = visible_clinic(asking, clinic_id)
    today = place.today(now())
    monday = monday_of(day_asked("from", today))
    entries = clinic_diary(asking, place, Span(monday, monday + 6 * ONE_DAY))
    hours = hours_beside(entries, [clinic_id], monday)

    def day_link(on: date) -> str:
        return _link("schedule.day", clinic_id, "day", on)

    return render_template(
        "schedule/week.html",
        **_frame(asking, place, entries, monday, today),
        previous=_on("schedule.week", clinic_id, "from", monday - A_WEEK),
        following=_on("schedule.week", clinic_id, "from", monday + A_WEEK),
        off=hours.off,
        columns=by_day(
            _standing(entries),
            monday,
            today,
            lambda entry: entry.practitioner,
            day_link,
            Beside(to_be_confirmed(entries), hours.off, _may_move(asking, clinic_id)),
            closed=lambda on: not hours.at(clinic_id).on(on),
        ),
        board=_board(place, entries, monday, 7),
    )


@pages.get("/practitioners/<int:practitioner_id>")
def practitioner(practitioner_id: int) -> str:
    """The week of one practitioner, over all clinics that the visitor may see."""
    asking = actor()
    today = now().astimezone(clock_of(practitioner_id)).date()
    monday = monday_of(day_asked("from", today))
    diary = practitioner_diary(asking, practitioner_id, Span(monday, monday + 6 * ONE_DAY))
    own = asking.practitioner_id == practitioner_id
    noted = to_be_confirmed(diary.entries)
    off = hours_beside(diary.entries, [], monday).off

    def week_of(start: date) -> str:
        return url_for(
            "schedule.practitioner",
            practitioner_id=practitioner_id,
            clinic=asked_number("clinic"),
            **{"from": start.isoformat()},  # type: ignore[arg-type]
        )

    return render_template(
        "schedule/practitioner.html",
        name=diary.name,
        practitioner_id=practitioner_id,
        own=own,
        may_see_hours=own or asking.holds(*WHO_LOOKS),
        hands_over_at=_where_they_hand_over(asking),
        day=monday,
        today=today,
        this_week=week_of(monday_of(today)),
        entries=diary.entries,
        missing=noted,
        held=[entry for entry in diary.entries if entry.state is AppointmentState.HELD],
        previous=week_of(monday - A_WEEK),
        following=week_of(monday + A_WEEK),
        off=off,
        columns=by_day(
            _standing(diary.entries), monday, today, lambda e: e.clinic, None, Beside(noted, off)
        ),
    )


def _where_they_hand_over(asking: Actor) -> int | None:
    """The clinic in the address, for those who book there."""
    clinic_id = asked_number("clinic")
    if clinic_id is None or not may(asking, Action.BOOK, Subject(frozenset({clinic_id}))):
        return None
    return clinic_id


def _frame(
    asking: Actor, place: Place, entries: list[Entry], wanted: date, today: date
) -> dict[str, Any]:
    return {
        "place": place,
        "day": wanted,
        "today": today,
        "entries": entries,
        "held": [entry for entry in entries if entry.state is AppointmentState.HELD],
        "may_move": _may_move(asking, place.id),
        "may_see_sheet": may(asking, Action.SEE_DIRECTORY, Subject(frozenset({place.id}))),
        "may_book": may(asking, Action.BOOK, Subject(frozenset({place.id}))),
    }


def _columns_of_the_day(
    entries: list[Entry], on: date, clinic_id: int, beside: Beside
) -> list[Column]:
    if _columns_asked() == Columns.ROOMS:
        return by_room(_standing(entries), beside)
    return by_practitioner(_standing(entries), on, clinic_id, beside)


def _board(place: Place, entries: list[Entry], first: date, days: int) -> dict[str, Any]:
    """Where the board's script asks for its data, and where it leads."""
    by = _columns_asked()
    asked = {"clinic": place.id, "from": first.isoformat(), "days": days}
    here = "schedule.day" if days == 1 else "schedule.week"
    name = "day" if days == 1 else "from"
    return {
        "by": by,
        "days": days,
        "seen": seen_of(_standing(entries)),
        "data": url_for("schedule.board", **asked, columns=by, who=_who()),  # type: ignore[arg-type]
        "others": [
            (each.value.capitalize(), f"{_link(here, place.id, name, first)}&columns={each}", each)
            for each in Columns
        ],
    }


def _columns_asked() -> Columns:
    """What the address does not know is shown by practitioner, as without it."""
    wanted = request.args.get("columns")
    return Columns.ROOMS if wanted == Columns.ROOMS else Columns.PRACTITIONERS


def _may_move(asking: Actor, clinic_id: int) -> bool:
    return may(asking, Action.MOVE, Subject(frozenset({clinic_id})))


def _has_only_their_own(asking: Actor) -> bool:
    return asking.practitioner_id is not None and not asking.holds(*WHO_LOOKS)


def _standing(entries: Iterable[Entry]) -> list[Entry]:
    """All but the cancelled, which the lists still tell of."""
    return [entry for entry in entries if entry.state is not AppointmentState.CANCELLED]


def _who() -> str | None:
    """The columns chosen, as the address names them; anything else is none."""
    named = request.args.get("who", "")
    return named if CHOSEN.fullmatch(named) else None


def _on(endpoint: str, clinic_id: int, name: str, on: date) -> str:
    """Another day or week, seen the same way."""
    seen = {"columns": request.args.get("columns"), "view": request.args.get("view")}
    return url_for(endpoint, clinic=clinic_id, who=_who(), **{name: on.isoformat()}, **seen)  # type: ignore[arg-type]


def _link(endpoint: str, clinic_id: int, name: str, on: date) -> str:
    return url_for(endpoint, clinic=clinic_id, **{name: on.isoformat()})  # type: ignore[arg-type]
