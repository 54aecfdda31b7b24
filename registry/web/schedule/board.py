"""The board's doors: its data, asked for again and again, and who may not take an appointment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, jsonify, make_response, request

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.boards import change_mark, staff_on
from registry.queries.diary import clinic_diary, visible_clinic
from registry.queries.off_hours import hours_beside
from registry.queries.off_takers import OffThen, off_takers
from registry.queries.room_takers import TakenRoom, refused_rooms, taken_rooms
from registry.queries.takers import refused_takers
from registry.rules.access import Action, Subject, may
from registry.rules.days import Span
from registry.rules.vocabulary import AppointmentState
from registry.web.asked import asked_number, asked_text, record_number
from registry.web.formats import clock
from registry.web.schedule.board_data import Columns, Scene, as_data
from registry.web.schedule.column_hours import wall
from registry.web.schedule.door import WHO_LOOKS, clinic_asked, day_asked, pages
from registry.web.schedule.sheet import look_at

MOST_DAYS = 7


@pages.get("/board")
def board() -> Response:
    """304 as long as nothing was changed at the clinic, however much is booked."""
    asking = actor()
    clinic_id = clinic_asked(asking, *WHO_LOOKS)
    mark = change_mark(asking, clinic_id)
    if request.if_none_match.contains(mark):
        return make_response("", 304)
    place = visible_clinic(asking, clinic_id)
    moment = now()
    days = _days_asked(place.today(moment))
    entries = clinic_diary(asking, place, Span(days[0], days[-1]))
    standing = [one for one in entries if one.state is not AppointmentState.CANCELLED]
    scene = Scene(
        place=place,
        days=days,
        entries=standing,
        hours=hours_beside(standing, [clinic_id], days[0]),
        staff=staff_on(asking, place, Span(days[0], days[-1])),
        may_move=may(asking, Action.MOVE, Subject(frozenset({clinic_id}))),
        now=moment,
        chosen=_chosen(),
    )
    answer = jsonify(as_data(scene, _columns_asked()))
    answer.set_etag(mark)
    return answer


@pages.get("/appointments/<int:appointment_id>/takers")
def takers(appointment_id: int) -> Response:
    """Those who may not take it on the days of the board, each with a word and the reason."""
    seen = look_at(appointment_id, Action.MOVE)
    days = _days_asked(seen.slot.starts_at.astimezone(seen.place.zone).date())
    span = Span(days[0], days[-1])
    refused: list[dict[str, Any]] = [
        {
            "practitioner": one.practitioner_id,
            "days": [day.isoformat() for day in one.days],
            "word": one.word,
            "sentence": one.sentence,
        }
        for one in refused_takers(actor(), seen, span)
    ]
    off = [each for one in off_takers(actor(), seen, span) for each in _as_off(one)]
    return jsonify(refused + off)


@pages.get("/appointments/<int:appointment_id>/rooms")
def rooms(appointment_id: int) -> Response:
    """The rooms that cannot take it on the days of the board, and when the others are taken."""
    seen = look_at(appointment_id, Action.MOVE)
    days = _days_asked(seen.slot.days_in(seen.place.zone)[0])
    span = Span(days[0], days[-1])
    whole_days = [
        {
            "room": one.room_id,
            "days": [day.isoformat() for day in one.days],
            "word": one.word,
            "sentence": one.sentence,
        }
        for one in refused_rooms(seen, span)
    ]
    taken = [_as_taken(one, seen.place.zone) for one in taken_rooms(actor(), seen, span)]
    return jsonify(whole_days + taken)


def _as_off(one: OffThen) -> list[dict[str, Any]]:
    """A whole day of a column, or each stretch of it, on the clinic's wall clock."""
    said = {"practitioner": one.practitioner_id, "word": "Off", "sentence": one.sentence}
    if one.all_day:
        return [said | {"days": [one.day.isoformat()]}]
    return [
        said | {"from": wall(one.day, each.starts), "to": wall(one.day, each.ends)}
        for each in one.stretches
    ]


def _as_taken(one: TakenRoom, zone: ZoneInfo) -> dict[str, Any]:
    """On the clinic's wall clock, as the board draws it."""
    since, until = (clock(moment, zone) for moment in one.taken)
    return {
        "room": one.room_id,
        "from": f"{one.since.astimezone(zone):%Y-%m-%dT%H:%M}",
        "to": f"{one.until.astimezone(zone):%Y-%m-%dT%H:%M}",
        "word": "Taken",
        "sentence": f"{one.room} is taken from {since} to {until}, with what lies around it.",
    }


def _chosen() -> frozenset[int]:
    """The columns to draw, where the address names some: 12,15,19. Raises BadInput."""
    named = [text for text in asked_text("who").split(",") if text]
    numbers = [record_number(text) for text in named]
    if None in numbers:
        raise BadInput("Columns are chosen by their numbers.", field="who")
    return frozenset(number for number in numbers if number is not None)


def _days_asked(otherwise: date) -> list[date]:
    """One day, or up to seven. Raises BadInput."""
    first = day_asked("from", otherwise)
    many = asked_number("days")
    many = 1 if many is None else many
    if not 1 <= many <= MOST_DAYS:
        raise BadInput(f"The board shows from 1 to {MOST_DAYS} days.", field="days")
    return [first + timedelta(days=n) for n in range(many)]


def _columns_asked() -> Columns:
    """Raises BadInput."""
    wanted = asked_text("columns") or Columns.PRACTITIONERS
    if wanted not in list(Columns):
        raise BadInput("The board's columns are practitioners or rooms.", field="columns")
    return Columns(wanted)
