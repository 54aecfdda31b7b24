"""What speaks against a booking: no such place, odd times, no privilege, somebody taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from registry.errors import BadInput, DiaryClash, NotPrivileged
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.before_needling import questions_about
from registry.rules.days import ONE_DAY
from registry.rules.diary import FURTHEST_AHEAD, LONGEST, Slot
from registry.rules.eligibility import Decision, decide
from registry.rules.gates import NOTHING_KNOWN
from registry.rules.questions import Circumstances, Question
from registry.rules.regions import SITES, site_name
from registry.rules.vocabulary import Treatment
from registry.rules.wording import day_in_words, every
from registry.services.booking_places import (
    NAMED_IN_PLACE,
    Place,
    place_of,
    refuse_not_offered,
    refuse_room,
)
from registry.services.booking_questions import CLASHES, COVERED, WORKS_HERE, near
from registry.services.contraindications import refuse_uncleared
from registry.services.gates import refuse_unprepared
from registry.services.off_hours import Named, refuse_off_hours

SHORTEST = timedelta(minutes=5)


class Booking(NamedTuple):
    """
    What is asked for. `sites` are named for needling and for nothing else.

    `treatment_type_id` is a type of that kind; None asks for the standard one. `busy` is the time
    around it that it has kept so far, where that stays.
    """

    clinic_id: int
    room_id: int
    practitioner_id: int
    patient_id: int
    treatment: Treatment
    sites: tuple[str, ...]
    slot: Slot
    treatment_type_id: int | None = None
    busy: Slot | None = None


Ground = Callable[[Session, Booking, Place, tuple[date, date]], None]


def checked_values(
    session: Session,
    booking: Booking,
    now: datetime,
    but: int | None = None,
    known: Circumstances = NOTHING_KNOWN,
    cleared: Collection[int] = (),
    ground: Ground | None = None,
) -> dict[str, object]:
    """
    The values of the row, once nothing speaks against them; `known` is said of the patient.

    `cleared` are the numbers of notes about them that the practitioner was asked about. `ground`
    refuses whoever may not give it, as `refuse_unprivileged` does if none is told.
    """
    asked = {name: getattr(booking, name) for name in NAMED_IN_PLACE}
    place = place_of(session, {**asked, "but": but or 0}, booking.slot)
    _refuse_odd(booking, now)
    first_day, last_day = booking.slot.days_in(ZoneInfo(place.zone))
    refuse_not_offered(place, last_day)
    refuse_room(place, last_day)
    (ground or refuse_unprivileged)(session, booking, place, (first_day, last_day))
    clinic = Named(booking.clinic_id, place.clinic)
    whom = Named(booking.practitioner_id, place.practitioner)
    refuse_off_hours(session, booking.slot, ZoneInfo(place.zone), clinic, whom)
    if booking.treatment is Treatment.NEEDLING:
        where = (booking.clinic_id, place.jurisdiction, booking.sites)
        questions = questions_about(*where, (first_day, last_day), known)
        refuse_unprepared(session, place.profession, questions)
    busy = booking.busy or place.needs.busy(booking.slot)
    _refuse_clash(session, booking, place, busy, but)
    if booking.treatment is Treatment.NEEDLING:
        refuse_uncleared(session, booking, but, cleared)
    of_type = booking._replace(treatment_type_id=place.type_id, busy=busy)
    return {**_as_row(of_type), "first_day": first_day, "last_day": last_day}


def _as_row(booking: Booking) -> dict[str, object]:
    """All but its local days."""
    busy = booking.busy or booking.slot
    return {
        "clinic_id": booking.clinic_id,
        "room_id": booking.room_id,
        "practitioner_id": booking.practitioner_id,
        "patient_id": booking.patient_id,
        "treatment": booking.treatment,
        "treatment_type_id": booking.treatment_type_id,
        "sites": sorted(booking.sites),
        "starts_at": booking.slot.starts_at,
        "ends_at": booking.slot.ends_at,
        "busy_from": busy.starts_at,
        "busy_until": busy.ends_at,
    }


def _refuse_odd(booking: Booking, now: datetime) -> None:
    slot = booking.slot
    if slot.starts_at < now:
        raise BadInput("This time has passed. Choose a later one.", field="starts_at")
    if slot.starts_at > now + FURTHEST_AHEAD:
        raise BadInput("That is more than two years ahead.", field="starts_at")
    if not SHORTEST <= slot.ends_at - slot.starts_at <= LONGEST:
        raise BadInput("An appointment lasts from 5 minutes to 8 hours.", field="minutes")
    needles = booking.treatment is Treatment.NEEDLING
    if needles and not booking.sites:
        raise BadInput("Say which region or muscle is to be needled.", field="sites")
    if not needles and booking.sites:
        raise BadInput("Only needling names regions.", field="sites")
    if unknown := set(booking.sites) - SITES:
        raise BadInput(f"No such region or muscle: {min(unknown)!r}.", field="sites")


def refuse_unprivileged(
    session: Session, booking: Booking, place: Place, days: tuple[date, date]
) -> None:
    """Raises NotPrivileged with every reason."""
    first_day, last_day = days
    if booking.treatment is not Treatment.NEEDLING:
        _refuse_stranger(session, booking, place, first_day, last_day)
        return
    asked = _on_days(booking, first_day, last_day)
    covered = set(session.scalars(COVERED, {**asked, "sites": booking.sites}))
    missing = [site for site in booking.sites if site not in covered]
    if not missing and place.judging_anew:
        missing = _soon_uncovered(session, booking, place, first_day, last_day)
    if missing:
        names = every(f"the {site_name(site).lower()}" for site in missing)
        raise NotPrivileged(
            f"{place.practitioner} may not needle {names} at {place.clinic} "
            f"on {day_in_words(first_day)}.",
            _decisions(session, booking, place, missing, first_day, last_day),
        )


def _soon_uncovered(
    session: Session, booking: Booking, place: Place, first_day: date, last_day: date
) -> list[str]:
    """What the rules as they are now take away, where judging anew has not got to it yet."""
    refused = _decisions(session, booking, place, booking.sites, first_day, last_day)
    lost = {decision.question.site for decision in refused}
    return [site for site in booking.sites if site in lost]


def _refuse_stranger(
    session: Session, booking: Booking, place: Place, first_day: date, last_day: date
) -> None:
    """Other treatments need no privilege, but somebody who works at the clinic on the day."""
    works_here = session.scalar(WORKS_HERE, _on_days(booking, first_day, last_day))
    if works_here is None:
        raise NotPrivileged(
            f"{place.practitioner} does not work at {place.clinic} on {day_in_words(first_day)}."
        )


def _on_days(booking: Booking, first_day: date, last_day: date) -> dict[str, object]:
    return {
        "practitioner_id": booking.practitioner_id,
        "clinic_id": booking.clinic_id,
        "first_day": first_day,
        "last_day": last_day,
    }


def _decisions(
    session: Session,
    booking: Booking,
    place: Place,
    sites: Iterable[str],
    first_day: date,
    last_day: date,
) -> tuple[Decision, ...]:
    """The refusals in full: one decision for each uncovered site and day."""
    facts = facts_on_record(session, [booking.practitioner_id])[booking.practitioner_id]
    rulebook = rulebook_on_record(session, [place.jurisdiction])
    days = [first_day] if first_day == last_day else [first_day, first_day + ONE_DAY]
    decided = (
        decide(facts, rulebook, Question(booking.clinic_id, place.jurisdiction, site, day))
        for site in sites
        for day in days
    )
    return tuple(decision for decision in decided if not decision.eligible)


def _refuse_clash(
    session: Session, booking: Booking, place: Place, busy: Slot, but: int | None
) -> None:
    clashes = session.execute(
        CLASHES,
        {
            "practitioner_id": booking.practitioner_id,
            "room_id": booking.room_id,
            "patient_id": booking.patient_id,
            **near(busy),
            "busy_from": busy.starts_at,
            "busy_until": busy.ends_at,
            "starts_at": booking.slot.starts_at,
            "ends_at": booking.slot.ends_at,
            "but": but or 0,
        },
    ).one()
    if any(clashes):
        who = (place.practitioner, place.room, place.patient)
        taken = [name for name, clash in zip(who, clashes, strict=True) if clash]
        names = f"{' and '.join(taken)} {'is' if len(taken) == 1 else 'are'}"
        around = "" if busy == booking.slot else ", with what comes before and after it"
        raise DiaryClash(f"{names} already taken at that time{around}. Choose another time.")
