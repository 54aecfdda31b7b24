"""The appointment book of the demo: three weeks around today, booked long before, kept since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from registry.demo.arrivals import plan_arrival
from registry.demo.house import House
from registry.demo.patients import cleared_for, plan_news, welcome_patient
from registry.demo.people import patient_names
from registry.demo.treatments import Offer
from registry.models import Appointment, db
from registry.rules.access import Actor
from registry.rules.diary import Slot
from registry.rules.treatments import Needs
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.booking_checks import Booking
from registry.services.no_shows import record_no_show
from registry.services.scheduling import (
    book_appointment,
    cancel_appointment,
    mark_done,
    rebook_appointment,
)

DAYS = range(-14, 8)
BOOKED_BEFORE = timedelta(days=14)
NOTED_AFTER = timedelta(minutes=5)
PATIENTS = {"harbour": 24, "hill": 14, "bay": 4}
DESKS = {"harbour": "tess", "bay": "tess", "hill": "bram"}
NEEDLING, EXERCISE = Treatment.NEEDLING, Treatment.EXERCISE
MANUAL, ASSESSMENT = Treatment.MANUAL_THERAPY, Treatment.ASSESSMENT


class Habit(NamedTuple):
    """Every so many days, beginning with one, at a time."""

    clinic: str
    whom: str
    every: int
    beginning: int
    clock: str
    minutes: int
    treatment: Treatment
    sites: tuple[str, ...] = ()


HABITS = (
    Habit("harbour", "dana", 1, 0, "08:30", 45, NEEDLING, ("neck", "shoulder_girdle")),
    Habit("harbour", "dana", 2, 0, "11:00", 30, NEEDLING, ("lumbar_abdomen",)),
    Habit("harbour", "dana", 2, 1, "14:00", 60, EXERCISE),
    Habit("harbour", "dana", 1, 0, "16:30", 30, NEEDLING, ("thigh",)),
    Habit("harbour", "ruth", 3, 0, "09:30", 45, NEEDLING, ("pelvis_gluteal", "piriformis")),
    Habit("harbour", "marcus", 2, 0, "09:00", 30, NEEDLING, ("shoulder_girdle", "infraspinatus")),
    Habit("harbour", "marcus", 2, 1, "13:00", 45, NEEDLING, ("leg_foot",)),
    Habit("harbour", "naomi", 2, 0, "10:30", 30, NEEDLING, ("head_face",)),
    Habit("harbour", "naomi", 3, 1, "15:00", 45, MANUAL),
    Habit("harbour", "victor", 2, 1, "10:00", 45, NEEDLING, ("neck",)),
    Habit("harbour", "elena", 2, 0, "15:00", 45, NEEDLING, ("forearm_hand",)),
    Habit("harbour", "elena", 3, 1, "11:30", 30, NEEDLING, ("lumbar_multifidus",)),
    Habit("harbour", "maximiliana", 2, 0, "13:30", 60, NEEDLING, ("thorax", "rhomboids")),
    Habit("harbour", "maximiliana", 3, 2, "17:00", 30, NEEDLING, ("upper_trapezius",)),
    Habit("harbour", "priya", 2, 1, "09:00", 45, EXERCISE),
    Habit("harbour", "tomas", 2, 0, "12:00", 45, ASSESSMENT),
    Habit("harbour", "hannah", 3, 0, "15:15", 60, EXERCISE),
    Habit("harbour", "jordan", 2, 0, "17:15", 45, EXERCISE),
    Habit("harbour", "mei", 4, 1, "16:00", 45, MANUAL),
    Habit("hill", "aisha", 1, 0, "09:00", 45, NEEDLING, ("neck", "shoulder_girdle")),
    Habit("hill", "aisha", 2, 0, "13:00", 30, NEEDLING, ("thigh", "leg_foot")),
    Habit("hill", "aisha", 2, 1, "15:30", 45, ASSESSMENT),
    Habit("hill", "liam", 2, 0, "10:00", 45, MANUAL),
    Habit("hill", "noah", 2, 1, "11:00", 60, EXERCISE),
    Habit("bay", "leo", 3, 0, "10:00", 45, EXERCISE),
)
#: Begun on a certificate that was found wanting later, and nobody noted whether it was given.
NEVER_NOTED = ("victor", -3)
#: Whose patients did not come, and on which days.
NOT_COME = {("marcus", -4), ("tomas", -2)}


@dataclass
class _Book:
    """Who and what is taken in one clinic, as far as planned."""

    patients: list[int]
    taken: list[tuple[Slot, int, int]] = field(default_factory=list)

    def free(self, slot: Slot, rooms: list[int]) -> tuple[int, int]:
        """One of the rooms and a patient, the ones that waited longest first."""
        busy = [(room, patient) for other, room, patient in self.taken if other.overlaps(slot)]
        room = next(one for one in rooms if one not in [room for room, _ in busy])
        patient = next(one for one in self.patients if one not in [patient for _, patient in busy])
        self.patients.remove(patient)
        self.patients.append(patient)
        self.taken.append((slot, room, patient))
        return room, patient


def plan_diary(house: House, offer: Offer) -> None:
    for clinic in house.clinics:
        book = _Book(_patients(house, clinic))
        for starts, days, habit in sorted(_wanted(house, clinic)):
            slot = Slot(starts, starts + timedelta(minutes=habit.minutes))
            needs = offer.needs(habit.treatment, habit.minutes)
            rooms = offer.rooms(house, clinic, habit.treatment)
            free = book.free(needs.busy(slot), rooms)
            act = partial(_book, house, habit, days, slot, needs, *free)
            house.agenda.put(starts - BOOKED_BEFORE, act)
    plan_news(house, house.actors["tess"], "harbour")


def _wanted(house: House, clinic: str) -> Iterator[tuple[datetime, int, Habit]]:
    for habit in HABITS:
        for days in DAYS:
            if habit.clinic == clinic and (days - habit.beginning) % habit.every == 0:
                yield house.moment(days, habit.clock, clinic), days, habit


def _patients(house: House, clinic: str) -> list[int]:
    before = {"harbour": 0, "hill": PATIENTS["harbour"], "bay": 40}[clinic]
    return [
        welcome_patient(
            house.actors[DESKS[clinic]],
            house.clinics[clinic].id,
            f"{clinic[:2].upper()}-{number:04}",
            name,
            before + number,
            house.moment(-45, "10:00") + timedelta(minutes=before + number),
        )
        for number, name in enumerate(patient_names(PATIENTS[clinic], before), start=1)
    ]


def _book(
    house: House,
    habit: Habit,
    days: int,
    slot: Slot,
    needs: Needs,
    room: int,
    patient: int,
    now: datetime,
) -> None:
    desk = house.actors[DESKS[habit.clinic]]
    booking = Booking(
        clinic_id=house.clinics[habit.clinic].id,
        room_id=room,
        practitioner_id=house.practitioners[habit.whom],
        patient_id=patient,
        treatment=habit.treatment,
        treatment_type_id=needs.type_id,
        sites=habit.sites,
        slot=slot,
    )
    cleared = cleared_for(patient, habit.treatment)
    number = book_appointment(actor=desk, booking=booking, now=now, cleared=cleared)
    if (habit.whom, days) not in {NEVER_NOTED, *NOT_COME}:
        plan_arrival(house, desk, habit.clinic, slot, number, now)
    _plan_what_follows(house, habit, days, slot, number)


def _plan_what_follows(house: House, habit: Habit, days: int, slot: Slot, number: int) -> None:
    desk = house.actors[DESKS[habit.clinic]]
    if habit.whom == "victor" and days == -1:
        house.agenda.put(house.moment(-2, "17:05"), partial(_hand_over, house, number))
    if habit.whom == "dana" and days == 1 and habit.treatment is EXERCISE:
        house.agenda.put(house.moment(-1, "12:15"), partial(_call_off, desk, number))
    noted = slot.ends_at + NOTED_AFTER
    if noted <= house.now and (habit.whom, days) != NEVER_NOTED:
        note = _miss if (habit.whom, days) in NOT_COME else _note
        house.agenda.put(noted, partial(note, desk, number))


def _hand_over(house: House, number: int, now: datetime) -> None:
    """It was put on hold; the front desk found somebody else for it."""
    held = _as_it_is(number)
    rebook_appointment(
        actor=house.actors["tess"],
        appointment_id=number,
        seen_version=held.version,
        cleared=cleared_for(held.patient_id, held.treatment),
        practitioner_id=house.practitioners["dana"],
        now=now,
    )


def _call_off(desk: Actor, number: int, now: datetime) -> None:
    cancel_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=_as_it_is(number).version,
        reason="The patient rang: travelling.",
        now=now,
    )


def _note(desk: Actor, number: int, now: datetime) -> None:
    """Given as booked; what was put on hold before was not given."""
    appointment = _as_it_is(number)
    if appointment.state is AppointmentState.CONFIRMED:
        mark_done(actor=desk, appointment_id=number, seen_version=appointment.version, now=now)


def _miss(desk: Actor, number: int, now: datetime) -> None:
    """Waited for until it was over."""
    version = _as_it_is(number).version
    record_no_show(actor=desk, appointment_id=number, seen_version=version, now=now)


def _as_it_is(number: int) -> Appointment:
    return db.session.get_one(Appointment, number, populate_existing=True)
