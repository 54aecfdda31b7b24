"""The board's doors: its data, asked for again and again, and who may not take an appointment."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, jsonify, make_response, request

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.boards import change_mark, staff_on
from registry.queries.diary import clinic_diary, visible_clinic
from registry.queries.off_hours import hours_beside
from registry.queries.takers import refused_takers
from registry.rules.access import Action, Subject, may
from registry.rules.days import Span
from registry.rules.vocabulary import AppointmentState
from registry.web.asked import asked_number, asked_text
from registry.web.schedule.board_data import Columns, Scene, as_data
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
    )
    answer = jsonify(as_data(scene, _columns_asked()))
    answer.set_etag(mark)
    return answer


@pages.get("/appointments/<int:appointment_id>/takers")
def takers(appointment_id: int) -> Response:
    """Those who may not take it on the days of the board, each with a word and the reason."""
    seen = look_at(appointment_id, Action.MOVE)
    days = _days_asked(seen.slot.starts_at.astimezone(seen.place.zone).date())
    refused = refused_takers(actor(), seen, Span(days[0], days[-1]))
    return jsonify(
        [
            {
                "practitioner": one.practitioner_id,
                "days": [day.isoformat() for day in one.days],
                "word": one.word,
                "sentence": one.sentence,
            }
            for one in refused
        ]
    )


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
