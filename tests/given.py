"""Sentences that set the scene. Each says only what the test cares about; the rest is ordinary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.models import (
    Account,
    AccountGrant,
    Adoption,
    Appointment,
    Clinic,
    ClinicDay,
    Credential,
    CredentialVersion,
    Engagement,
    Incident,
    IncidentStep,
    IncidentTreatment,
    Patient,
    PatientNote,
    Practitioner,
    Room,
    TimeOff,
    TreatmentType,
    Verification,
    WorkingDay,
    WorkingWeek,
    ZoneOffset,
    db,
    transaction,
)
from registry.rules.access import Actor, Grant
from registry.rules.diary import Slot, local_moment, offsets
from registry.rules.facts import Certificate, Licence
from registry.rules.findings import Requirement
from registry.rules.particulars import particulars_of
from registry.rules.requirement_sets import RequirementSet
from registry.rules.standing import Held
from registry.rules.stretches import WeekTold
from registry.rules.treatments import Needs
from registry.rules.verification import MEANINGS
from registry.rules.vocabulary import (
    AppointmentState,
    Exam,
    ExamResult,
    Method,
    Outcome,
    Profession,
    Role,
    Treatment,
    VersionState,
)
from registry.services.activations import activate_adoption
from registry.services.booking_checks import Booking
from registry.services.check_in import check_in
from registry.services.knowledge import keep_known_people, keep_known_place
from registry.services.patient_notes import change_notes
from registry.services.privileges import rederive
from registry.services.requirement_sets import propose_adoption
from registry.services.scheduling import book_appointment

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # a Monday
TODAY = date(2027, 3, 1)
PASSED = ExamResult.PASSED
EVERYBODY = Actor(None, "The test itself", (Grant(Role.ADMINISTRATOR),))
EIGHT_TO_SIX = {str(weekday): [["08:00", "18:00"]] for weekday in range(7)}
ROUND_THE_CLOCK = {str(weekday): [["00:00", "00:00"]] for weekday in range(7)}
LEGS = frozenset({"thigh", "leg_foot"})
_numbers = count(1)


def clinic(
    name: str = "Harbour Clinic",
    *,
    zone: str = "America/New_York",
    jurisdiction: str = "US-MT",
    adopted: bool = True,
    hours: WeekTold = EIGHT_TO_SIX,
) -> Clinic:
    """Open every day from 8 to 18, with two rooms, in a jurisdiction whose sets are adopted."""
    made = Clinic(
        name=name,
        address="1 Quay Street",
        zone=zone,
        jurisdiction=jurisdiction,
        hours=dict(hours),
        rooms=[Room(name="Room 1"), Room(name="Room 2")],
    )
    known = db.session.scalar(select(ZoneOffset.zone).where(ZoneOffset.zone == zone).limit(1))
    db.session.add(made)
    if known is None:
        rows = [
            dict(zone=zone, from_utc=o.from_utc, until_utc=o.until_utc, offset_seconds=o[2])
            for o in offsets(zone, 2000, 2100)
        ]
        db.session.execute(insert(ZoneOffset), rows)
    keep_known_place(db.session(), made, NOW)
    db.session.commit()
    if adopted:
        adopt(jurisdiction)
    return made


def open_always(clinic: Clinic) -> dict[str, object]:
    """Round the clock: for what is about other things than opening hours; returns those it had."""
    usual = clinic.hours
    open_at(clinic, ROUND_THE_CLOCK)
    return usual


def open_at(clinic: Clinic, hours: dict[str, object]) -> None:
    db.session.execute(update(Clinic).where(Clinic.id == clinic.id).values(hours=hours))
    db.session.commit()
    db.session.expire_all()


def adopt(jurisdiction: str, *sets: RequirementSet) -> None:
    """These sets, or those that ship, every open item settled; in force at once."""
    actor = adopter()
    made = proposed(jurisdiction, *sets, by=actor)
    activate_adoption(actor=actor, adoption_id=made.id, now=NOW)


def adopt_with(jurisdiction: str, *gates: Requirement) -> None:
    """Its sets as shipped, which ask this about each patient besides."""
    sets = [one for one in load_jurisdictions()[jurisdiction].sets if one.lets_needle]
    adopt(jurisdiction, *(replace(one, requirements=(*one.requirements, *gates)) for one in sets))


def proposed(jurisdiction: str, *sets: RequirementSet, by: Actor | None = None) -> Adoption:
    """A proposal of these sets, or of those that ship, every open item settled."""
    chosen = sets or load_jurisdictions()[jurisdiction].sets
    return propose_adoption(
        actor=by or adopter(),
        jurisdiction=jurisdiction,
        sets=chosen,
        settled=all_settled(chosen),
        now=NOW,
    )


def all_settled(sets: Iterable[RequirementSet]) -> dict[str, dict[str, str]]:
    answer = {"reading": "As the source reads.", "why": "So.", "look_again_on": "2028-03-01"}
    return {item.code: dict(answer) for one in sets for item in one.open_items}


def adopter() -> Actor:
    account = _account(f"adopter-{next(_numbers)}@test.example", "Ada Adopter")
    return Actor(account.id, "Ada Adopter", (Grant(Role.ADMINISTRATOR),))


def somebody(
    role: Role,
    at: Clinic | None = None,
    *,
    name: str = "",
    practises_as: Practitioner | None = None,
) -> Actor:
    """An account with one role at a clinic, or everywhere; one practitioner has one account."""
    name = name or f"{role.replace('_', ' ').title()} {next(_numbers)}"
    account = _account(
        f"{name.lower().replace(' ', '.')}@test.example", name, practises_as and practises_as.id
    )
    account.grants.append(AccountGrant(role=role, clinic_id=at.id if at else None))
    db.session.commit()
    return account.as_actor("127.0.0.1")


def also(actor: Actor, role: Role, at: Clinic | None = None) -> Actor:
    """The same person with one more role."""
    account = db.session.get_one(Account, actor.account_id)
    account.grants.append(AccountGrant(role=role, clinic_id=at.id if at else None))
    db.session.commit()
    return account.as_actor("127.0.0.1")


def practitioner(
    name: str = "Dana Okafor",
    *,
    at: Clinic | None = None,
    profession: Profession = Profession.PT,
    since: date = date(2020, 1, 1),
) -> Practitioner:
    made = Practitioner(name=name, profession=profession)
    if at is not None:
        made.engagements = [Engagement(clinic_id=at.id, first_day=since)]
    db.session.add(made)
    db.session.flush()
    keep_known_people(db.session(), [made.id], NOW)
    db.session.commit()
    return made


def patient(at: Clinic, name: str = "Pat Doe", reference: str = "", email: str = "") -> Patient:
    reference = reference or f"P-{next(_numbers)}"
    made = Patient(
        clinic_id=at.id, name=name, reference=reference, email=email, letters=bool(email)
    )
    db.session.add(made)
    db.session.commit()
    return made


def licence(whose: Practitioner, **known: object) -> Credential:
    ordinary: dict[str, object] = dict(
        number=f"MT-{next(_numbers)}",
        jurisdiction="US-MT",
        profession=whose.profession,
        first_licensed=date(2015, 6, 1),
        first_day=date(2020, 1, 1),
        last_day=date(2028, 12, 31),
    )
    return on_record(whose, Licence, ordinary | known)


def certificate(whose: Practitioner, **known: object) -> Credential:
    ordinary: dict[str, object] = dict(
        provider="Lakeside Institute",
        course="Dry needling, lower quarter",
        number=f"DN-{next(_numbers)}",
        completed_on=date(2022, 5, 2),
        first_day=date(2022, 5, 2),
        hours_total=60,
        hours_in_person=60,
        taught=LEGS,
        exams=((Exam.WRITTEN, PASSED), (Exam.PRACTICAL, PASSED)),
    )
    return on_record(whose, Certificate, ordinary | known)


def certified(whose: Practitioner, **known: object) -> Credential:
    """A licence and a certificate, both verified; `known` is about the certificate, returned."""
    licence(whose)
    return certificate(whose, **known)


def on_record(
    whose: Practitioner,
    kind: type[Held],
    known: dict[str, object],
    *,
    state: VersionState | None = None,
) -> Credential:
    """A credential with one version, verified unless `state` says otherwise; privileges follow."""
    state = VersionState(known.pop("state", state or VersionState.VERIFIED))
    fact = kind(id=0, state=state, **known)  # type: ignore[arg-type]
    clerk = _account(f"clerk-{next(_numbers)}@test.example", "Carla Clerk")
    with transaction() as session:
        made = Credential(practitioner_id=whose.id, kind=fact.credential_kind)
        session.add(made)
        session.flush()
        version = CredentialVersion(
            credential_id=made.id,
            version=1,
            state=state,
            first_day=fact.first_day,
            last_day=fact.last_day,
            particulars=particulars_of(fact),
            entered_by=clerk.id,
            entered_at=NOW,
        )
        session.add(version)
        session.flush()
        if state is VersionState.VERIFIED:
            session.add(
                Verification(
                    credential_id=made.id,
                    version_id=version.id,
                    outcome=Outcome.VERIFIED,
                    effective_from=TODAY,
                    method=Method.ORIGINAL_SEEN,
                    reference="seen",
                    meaning=MEANINGS[Outcome.VERIFIED],
                    decided_by=clerk.id,
                    decided_by_name=clerk.name,
                    decided_at=NOW,
                )
            )
        rederive(
            session,
            actor=EVERYBODY,
            practitioner_ids=[whose.id],
            because="the scene is set",
            now=NOW,
        )
    return made


def working_week(
    whom: Practitioner, at: Clinic, week: WeekTold | None, since: date = date(2020, 1, 1)
) -> None:
    """From that day on they work there so."""
    db.session.add(
        WorkingWeek(
            practitioner_id=whom.id,
            clinic_id=at.id,
            first_day=since,
            week=None if week is None else dict(week),
        )
    )
    db.session.commit()


def working_day(whom: Practitioner, at: Clinic, day: date, *hours: list[str]) -> None:
    db.session.add(WorkingDay(practitioner_id=whom.id, clinic_id=at.id, day=day, hours=list(hours)))
    db.session.commit()


def time_off(whom: Practitioner, first: date, last: date | None = None, *part: str) -> None:
    """Whole days, or a part ("13:00", "15:00") of the first."""
    starts, ends = part or (None, None)
    db.session.add(
        TimeOff(
            practitioner_id=whom.id,
            first_day=first,
            last_day=last or first,
            starts=starts,
            ends=ends,
        )
    )
    db.session.commit()


def clinic_day(at: Clinic, day: date, *hours: list[str], name: str = "") -> None:
    """A day with other hours, or closed."""
    db.session.add(ClinicDay(clinic_id=at.id, day=day, name=name, hours=list(hours)))
    db.session.commit()


def slot(
    at: Clinic, hour: int = 10, minute: int = 0, *, day: date = TODAY, minutes: int = 30
) -> Slot:
    """On the clinic's clock."""
    start = local_moment(day, time(hour, minute), ZoneInfo(at.zone))
    return Slot(start, start + timedelta(minutes=minutes))


def booking(
    at: Clinic, whom: Practitioner, who: Patient, when: Slot | None = None, **known: object
) -> Booking:
    ordinary: dict[str, object] = dict(
        clinic_id=at.id,
        room_id=rooms(at)[0],
        practitioner_id=whom.id,
        patient_id=who.id,
        treatment=Treatment.NEEDLING,
        sites=("thigh",),
        slot=when or slot(at, 14),
    )
    return Booking(**ordinary | known)  # type: ignore[arg-type]


def rooms(at: Clinic) -> list[int]:
    return list(
        db.session.scalars(select(Room.id).where(Room.clinic_id == at.id).order_by(Room.id))
    )


def treatment_type(name: str, **known: object) -> TreatmentType:
    """Needling of half an hour, with nothing before or after it."""
    ordinary: dict[str, object] = dict(
        kind=Treatment.NEEDLING, minutes=30, preparation=0, clean_up=0, note=""
    )
    made = TreatmentType(name=name, **ordinary | known)
    db.session.add(made)
    db.session.commit()
    return made


def kind_of(kind: str) -> dict[str, object]:
    """The columns of an appointment that say what it is: the standard type of that kind."""
    wanted = select(TreatmentType.id).where(TreatmentType.kind == kind).order_by(TreatmentType.id)
    return dict(treatment=kind, treatment_type_id=db.session.scalar(wanted.limit(1)))


def taken_by(when: Slot, before: int = 0, after: int = 0) -> dict[str, object]:
    """The columns of an appointment that say when it is, and how many minutes around it."""
    busy = Needs(None, before, after).busy(when)
    return dict(
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        busy_from=busy.starts_at,
        busy_until=busy.ends_at,
    )


def booked(
    at: Clinic,
    whom: Practitioner,
    when: Slot | None = None,
    email: str = "",
    **known: object,
) -> int:
    """
    An appointment of a patient of its own, made by the front desk; returns its number.

    `email` is the patient's.
    """
    desk = somebody(Role.FRONT_DESK, at)
    wanted = booking(at, whom, patient(at, email=email), when, **known)
    return book_appointment(actor=desk, booking=wanted, now=NOW)


def speaks(who: Practitioner, *languages: str) -> None:
    db.session.get_one(Practitioner, who.id).languages = list(languages)
    db.session.commit()


def best_spoken_to(appointment_id: int, language: str) -> None:
    """Its patient, from now on."""
    found = db.session.get_one(Appointment, appointment_id)
    db.session.get_one(Patient, found.patient_id).language = language
    db.session.commit()


def incident_of(appointment_id: int, because: str = "The certificate was forged.") -> Incident:
    """As if its ground had been found missing after it was given; nobody sees to it yet."""
    of = db.session.get_one(Appointment, appointment_id)
    made = Incident(
        clinic_id=of.clinic_id,
        practitioner_id=of.practitioner_id,
        about=f"{because} {appointment_id}",
        because=because,
        opened_at=NOW,
        steps=[IncidentStep(title="Ask the issuer")],
        treatments=[IncidentTreatment(appointment_id=appointment_id, joined_at=NOW)],
    )
    db.session.add(made)
    db.session.commit()
    return made


def noted(appointment_id: int, *words: str) -> list[int]:
    """From now on just this is noted of its patient; returns the numbers of these notes."""
    db.session.rollback()
    found = db.session.get_one(Appointment, appointment_id)
    desk = somebody(Role.FRONT_DESK, db.session.get_one(Clinic, found.clinic_id))
    mine = select(PatientNote).where(PatientNote.patient_id == found.patient_id)
    seen = max((row.id for row in db.session.scalars(mine)), default=0)
    change_notes(actor=desk, patient_id=found.patient_id, words=words, seen_note=seen, now=NOW)
    return [row.id for row in db.session.scalars(mine) if row.id > seen]


def checked_in(appointment_id: int) -> int:
    """The patient came, as it began; returns the version that the appointment now has."""
    db.session.expire_all()
    found = db.session.get_one(Appointment, appointment_id)
    desk, now = (
        somebody(Role.FRONT_DESK, db.session.get_one(Clinic, found.clinic_id)),
        found.starts_at,
    )
    check_in(actor=desk, appointment_id=appointment_id, now=now)
    return found.version + 1


def state_of(appointment_id: int) -> AppointmentState:
    """As the database has it now."""
    db.session.rollback()
    found = db.session.scalar(select(Appointment.state).where(Appointment.id == appointment_id))
    assert found is not None
    return found


def _account(email: str, name: str, practitioner_id: int | None = None) -> Account:
    made = Account(email=email, name=name, practitioner_id=practitioner_id)
    db.session.add(made)
    db.session.commit()
    return made
