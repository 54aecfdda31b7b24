"""Opening hours: a clinic's week, the days that differ, and the public holidays it closes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.public_holidays import Holiday, coming_holidays
from registry.errors import BadInput, NotFound, Overtaken
from registry.models import Appointment, Clinic, ClinicDay, transaction
from registry.rules.access import Action, Actor
from registry.rules.days import days_later
from registry.rules.stretches import WeekTold, pairs_of, stretches_told
from registry.services.clinic_checks import checked_hours
from registry.services.clinics import locked_clinic, record_change
from registry.services.diary_lock import lock_every_diary
from registry.services.off_hours import told_what_falls_outside
from registry.services.typed import typed_line

LONGEST_NAME = 100
AHEAD = 731  # days: two years
Pairs = Sequence[Sequence[str]]
Seen = Collection[int]
#: Hours as somebody was shown them, by the day ("2027-03-01") they are of or hold from.
ByDay = Mapping[str, Any]
CHANGED_MEANWHILE = "Somebody changed these hours while you looked at them. Look again."


class _Closing(NamedTuple):
    session: Session
    clinic: Clinic
    today: date


def set_hours(
    *,
    actor: Actor,
    clinic_id: int,
    hours: WeekTold,
    now: datetime,
    seen: Seen = (),
    seen_hours: WeekTold | None = None,
) -> None:
    """
    `hours`: of a weekday ("0" is Monday) the pairs of local times it is open between, "HH:MM".

    A day left out is closed. `seen`: the appointments somebody was shown that would fall outside;
    `seen_hours`: the hours they were shown. Raises NotAllowed, NotFound, BadInput at `hours`,
    Overtaken, FallsOutside.
    """
    with _changing(actor, clinic_id, now, seen) as (session, clinic, _today):
        refuse_unseen(seen_hours, clinic.hours)
        before, clinic.hours = clinic.hours, checked_hours(hours)
        told = {"before": {"hours": before}, "after": {"hours": clinic.hours}}
        record_change(session, actor, "change opening hours", clinic, now, **told)


def add_clinic_day(
    *,
    actor: Actor,
    clinic_id: int,
    day: date,
    name: str,
    hours: Pairs,
    now: datetime,
    seen: Seen = (),
) -> None:
    """
    A day with hours of its own; without any the clinic is closed. `seen` as in `set_hours`.

    Raises NotAllowed, NotFound, BadInput at `day`, `name` or `hours`, FallsOutside.
    """
    with _changing(actor, clinic_id, now, seen) as (session, clinic, today):
        if not today <= day <= days_later(today, AHEAD):
            raise BadInput("Choose a day within the next two years.", field="day")
        known = select(ClinicDay.id).where(ClinicDay.clinic_id == clinic_id, ClinicDay.day == day)
        if session.scalar(known) is not None:
            raise BadInput("This day differs already. Remove it first.", field="day")
        told = typed_line(name, field="name", longest=LONGEST_NAME, needed=False)
        made = ClinicDay(clinic_id=clinic_id, day=day, name=told, hours=checked_pairs(hours))
        session.add(made)
        record_change(session, actor, "set hours of one day", clinic, now, after=_shown(made))


def remove_clinic_day(
    *,
    actor: Actor,
    clinic_id: int,
    clinic_day_id: int,
    now: datetime,
    seen: Seen = (),
    seen_hours: ByDay | None = None,
) -> None:
    """The day is like its weekday again. Raises NotAllowed, NotFound, Overtaken, FallsOutside."""
    with _changing(actor, clinic_id, now, seen) as (session, clinic, _today):
        found = session.get(ClinicDay, clinic_day_id)
        if found is None or found.clinic_id != clinic_id:
            raise NotFound("There is no such record.", action=Action.CHANGE_CLINIC)
        refuse_unseen(seen_hours, {found.day.isoformat(): found.hours})
        session.delete(found)
        record_change(session, actor, "remove hours of one day", clinic, now, before=_shown(found))


def close_on_holidays(
    *,
    actor: Actor,
    clinic_id: int,
    days: Collection[date],
    now: datetime,
    seen: Seen = (),
    seen_closed: Collection[str] | None = None,
) -> None:
    """
    Closed on these public holidays of the next two years, and on none of the others.

    Days with other hours of their own stay as they are. `seen_closed`: the days ("2027-12-25") that
    somebody was shown as closed. Raises NotAllowed, NotFound, Overtaken, FallsOutside, BadInput at
    `days` for what is no holiday there.
    """
    with _changing(actor, clinic_id, now, seen) as (session, clinic, today):
        offered = coming_holidays(clinic.jurisdiction, today)
        if offered is None or set(days) - {one.day for one in offered}:
            raise BadInput("This is no public holiday of the next two years.", field="days")
        known = _different(session, clinic_id)
        before = _closed(known, offered)
        if seen_closed is not None:
            still_ahead = {one.day.isoformat() for one in offered}.intersection(seen_closed)
            refuse_unseen(still_ahead, {day.isoformat() for day in before})
        for one in offered:
            if one.day in days and one.day not in known:
                name = one.name[:LONGEST_NAME]
                session.add(ClinicDay(clinic_id=clinic_id, day=one.day, name=name, hours=[]))
            elif one.day not in days and one.day in known and not known[one.day].hours:
                session.delete(known[one.day])
        session.flush()
        after = _closed(_different(session, clinic_id), offered)
        told = {"before": {"closed": before}, "after": {"closed": after}}
        record_change(session, actor, "choose public holidays", clinic, now, **told)


def refuse_unseen(seen: object, on_record: object) -> None:
    """Raises Overtaken where it is not what somebody was shown; None: nobody was shown anything."""
    if seen is not None and seen != on_record:
        raise Overtaken(CHANGED_MEANWHILE)


def checked_pairs(hours: Pairs) -> list[list[str]]:
    """As they are kept. Raises BadInput at `hours`."""
    try:
        return pairs_of(stretches_told(hours))
    except ValueError as error:
        sentence = str(error)
        raise BadInput(f"{sentence[:1].upper()}{sentence[1:]}", field="hours") from error


@contextmanager
def _changing(actor: Actor, clinic_id: int, now: datetime, seen: Seen) -> Iterator[_Closing]:
    """Nobody books meanwhile, and what falls outside the hours by it has been looked at."""
    with transaction() as session:
        lock_every_diary(session)
        clinic = locked_clinic(session, actor, clinic_id)
        booked = Appointment.clinic_id == clinic_id
        with told_what_falls_outside(session, booked, now, seen):
            yield _Closing(session, clinic, now.astimezone(ZoneInfo(clinic.zone)).date())


def _different(session: Session, clinic_id: int) -> dict[date, ClinicDay]:
    rows = session.scalars(select(ClinicDay).where(ClinicDay.clinic_id == clinic_id))
    return {row.day: row for row in rows}


def _closed(known: dict[date, ClinicDay], offered: list[Holiday]) -> list[date]:
    return [one.day for one in offered if one.day in known and not known[one.day].hours]


def _shown(one: ClinicDay) -> dict[str, object]:
    return {"day": one.day, "name": one.name, "hours": one.hours}
