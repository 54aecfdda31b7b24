"""Reminders are promised: at each clinic, once on each of its days, all that is due by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from registry.errors import Overtaken
from registry.models import Clinic, Reminder, db, transaction
from registry.models.base import TRY_AGAIN
from registry.rules.access import Actor
from registry.rules.reminders import Audience, Due
from registry.rules.vocabulary import Role
from registry.services.audit_trail import record
from registry.services.outbox import NewLetter, promise_letters
from registry.services.reminder_letters import (
    Reader,
    Telling,
    letter_of_escalation,
    letter_to_manager,
    letters_to_holders,
    readers,
)
from registry.services.reminders_due import (
    Known,
    Lapse,
    day_there,
    read_afresh,
    standing_now,
)

#: Holders told in one transaction.
AT_ONCE = 200
#: In a row: if somebody changed what was read so often meanwhile, it is left to the next round.
OFTEN = 5
REGISTRY = Actor(None, "The registry itself")


class _Upward(NamedTuple):
    """What goes to managers, and to administrators, of one credential."""

    telling: Telling
    managers: Due | None
    administrators: Due | None


def promise_reminders(*, now: datetime) -> int:
    """
    How many letters were promised. Of no use twice on a day, and no harm: it may run at any time.

    By clinic, as soon as a new day has begun there: first the holders, some at a time, then
    whoever manages it, and administrators where nobody acted. Each step is a transaction; the day
    counts as done with the last one, so what was broken off is gone on with. What fails at one
    clinic leaves the others theirs; then all that failed is raised, for a clinic without reminders
    is nothing to be silent about.
    """
    promised, failed = 0, dict[int, Exception]()
    for clinic_id in _clinics_behind(now):
        try:
            promised += _go_through(clinic_id, now)
        except Exception as error:
            failed[clinic_id] = error
    if failed:
        where = ", ".join(str(clinic_id) for clinic_id in failed)
        raise ExceptionGroup(f"No reminders were promised at clinic {where}", [*failed.values()])
    return promised


def _clinics_behind(now: datetime) -> list[int]:
    rows = db.session.execute(select(Clinic.id, Clinic.zone, Clinic.reminded_on)).all()
    db.session.close()
    return [
        row.id
        for row in rows
        if row.reminded_on is None or row.reminded_on < day_there(row.zone, now)
    ]


def _go_through(clinic_id: int, now: datetime) -> int:
    """Read first, while nobody waits for it; then written, if all is still as it was read."""
    promised, after, in_vain = 0, 0, 0
    while in_vain < OFTEN:
        known = read_afresh(clinic_id, after, AT_ONCE, now)
        with transaction() as session:
            clinic = _held_by_us(session, clinic_id, now)
            if clinic is None:
                return promised
            by_now = standing_now(session, clinic, known.today, known.people)
            if (day_there(clinic.zone, now), by_now) != (known.today, known.standing):
                in_vain += 1
                continue
            if known.people is None:
                return promised + _end_the_day(session, clinic, known, now)
            promised += _tell_holders(session, clinic, known, now)
            after, in_vain = known.people[-1], 0
    raise Overtaken(TRY_AGAIN)


def _held_by_us(session: Session, clinic_id: int, now: datetime) -> Clinic | None:
    """None where another is at it, or done with the day; nobody who books waits for it."""
    clinic = session.scalar(
        select(Clinic)
        .where(Clinic.id == clinic_id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if clinic is None:
        return None
    done = clinic.reminded_on is not None and clinic.reminded_on >= day_there(clinic.zone, now)
    return None if done else clinic


def _tell_holders(session: Session, clinic: Clinic, known: Known, now: datetime) -> int:
    bands, today = clinic.reminder_bands, known.today
    dues = [
        (Telling(lapse, due.band), due)
        for lapse in known.lapses
        if (due := lapse.due_for(Audience.HOLDER, bands, today))
    ]
    letters = letters_to_holders(session, clinic, [telling for telling, _ in dues], today)
    told = [one for one in dues if one[0].lapse.row.practitioner_id in letters]
    _keep(session, None, Audience.HOLDER, told, now)
    promised = promise_letters(session, letters.values(), now)
    _note(session, clinic, now, holders=promised)
    return promised


def _end_the_day(session: Session, clinic: Clinic, known: Known, now: datetime) -> int:
    today = known.today
    managers = readers(session, Role.MANAGER, clinic.id)
    administrators = readers(session, Role.ADMINISTRATOR)
    found = [
        upward
        for lapse in known.lapses
        if (upward := _upward(lapse, clinic, today, managers, anybody_above=bool(administrators)))
    ]
    read = [one for one in found if any(reader.wants(one.telling) for reader in managers)]
    dues = [(one.telling, one.managers) for one in read if one.managers]
    _keep(session, clinic.id, Audience.MANAGERS, dues, now)
    further = [(one.telling, one.administrators) for one in found if one.administrators]
    _keep(session, clinic.id, Audience.ADMINISTRATORS, further, now)
    letters = _letters_to_managers(clinic, [one.telling for one in found], managers, today)
    told = [telling for telling, _ in further]
    above = _letters_above(session, clinic, told, (managers, administrators), today)
    promised = promise_letters(session, [*letters, *above], now)
    session.execute(update(Clinic).where(Clinic.id == clinic.id).values(reminded_on=today))
    _note(session, clinic, now, managers=len(letters), administrators=len(above))
    return promised


def _upward(
    lapse: Lapse, clinic: Clinic, today: date, managers: Sequence[Reader], *, anybody_above: bool
) -> _Upward | None:
    """What managers are told of it, and administrators too if nobody acted; None: nothing."""
    if lapse.said.is_snoozed(today):
        return None
    bands = clinic.reminder_bands
    due = lapse.due_for(Audience.MANAGERS, bands, today)
    further = None
    if anybody_above and not lapse.is_acted_on(today, [one.practitioner_id for one in managers]):
        like = Audience.ADMINISTRATORS if managers else Audience.MANAGERS
        further = lapse.due_for(Audience.ADMINISTRATORS, bands, today, like)
    first = further or due
    if first is None:
        return None
    return _Upward(Telling(lapse, first.band, alone=further is not None), due, further)


def _letters_to_managers(
    clinic: Clinic, told: Sequence[Telling], managers: Sequence[Reader], today: date
) -> list[NewLetter]:
    letters = (letter_to_manager(reader, clinic, told, today) for reader in managers)
    return [letter for letter in letters if letter]


def _letters_above(
    session: Session,
    clinic: Clinic,
    told: Sequence[Telling],
    readers: tuple[Sequence[Reader], Sequence[Reader]],
    today: date,
) -> list[NewLetter]:
    """To administrators, but those who manage the clinic and have their letter as such."""
    if not told:
        return []
    managers, administrators = readers
    there = {one.id for one in managers}
    return [
        letter_of_escalation(session, reader, clinic, told, managers, today)
        for reader in administrators
        if reader.id not in there
    ]


def _keep(
    session: Session,
    clinic_id: int | None,
    audience: Audience,
    dues: Sequence[tuple[Telling, Due]],
    now: datetime,
) -> None:
    """A row for each band, also for those that were jumped over and go with the one told."""
    rows = [
        {
            "version_id": telling.lapse.version_id,
            "clinic_id": clinic_id,
            "audience": audience,
            "band": band,
            "caught_up": band != due.band,
            "promised_at": now,
        }
        for telling, due in dues
        for band in (*due.caught_up, due.band)
    ]
    if rows:
        session.execute(insert(Reminder), rows)


def _note(session: Session, clinic: Clinic, now: datetime, **promised: int) -> None:
    """In the trail, unless there was nothing to promise: letters, counted by who reads them."""
    if any(promised.values()):
        record(
            session,
            actor=REGISTRY,
            action="promise reminders",
            subject=f"clinic:{clinic.id}",
            at=now,
            clinic_id=clinic.id,
            after=promised,
        )
