"""One of everything at a clinic, each with a word of its own in it, and every address there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from registry.adapters.tokens import fingerprint
from registry.jobs.repairing import take_repair_step
from registry.models import (
    Appointment,
    CalendarFeed,
    Clinic,
    ClinicDay,
    CredentialVersion,
    Document,
    Practitioner,
    PrivilegeLetter,
    Room,
    TimeOff,
    WorkingDay,
    WorkingWeek,
    db,
)
from registry.models.sign_ins import AccountLink, Purpose
from registry.queries.repairs import waiting_repair
from registry.rules.access import Actor
from registry.rules.calendars import FeedKind
from registry.rules.privilege_letters import LetterPart
from registry.rules.vocabulary import Outcome, Role, VersionState
from registry.services.calendars import make_feed
from registry.services.check_in import record_gates
from registry.services.copying import Copy
from registry.services.house_rules import set_house_rules
from registry.services.issued_badges import issue_letter_badge
from registry.services.patient_notes import change_notes
from registry.services.patients import change_patient
from registry.services.practitioners import change_contact
from registry.services.privilege_letters import agree_to_letter
from registry.services.repairs import ask_for_repair
from registry.services.series import book_series
from registry.services.verification import decide_standing
from tests import given
from tests.badges import School, brought, on_list
from tests.factors import SEALER
from tests.letters import code_of_letter
from tests.web.house import House

DAY = given.TODAY + timedelta(days=1)
#: What the rest of an address is filled with.
ELSE = dict(kind="cpr", outcome="suspended", code="US-MT", token="no-such-link")
ELSE |= dict(filename="favicon.svg", number="1")
#: What an address may ask for behind its question mark, by the name of its page.
ASKED_FOR = {
    "roster.decision": "clinic={clinic_id}&practitioner={practitioner_id}&site=neck",
    "roster.as_known": "clinic={clinic_id}&practitioner={practitioner_id}&site=neck",
    "roster.as_known_file": "clinic={clinic_id}&practitioner={practitioner_id}&site=neck",
    "roster.reasons": "clinic={clinic_id}&who={practitioner_id}",
    "oversight.forecast": "clinic={clinic_id}&clinics=all&region=thigh",
    "setup.invite": "practitioner={practitioner_id}",
    "schedule.book": "clinic={clinic_id}&treatment=needling&site=neck&day={day}&minutes=30"
    "&patient={patient}",
    "schedule.search": "clinic={clinic_id}&treatment=needling&site=neck&minutes=30"
    "&patient={patient}",
    "schedule.search_days": "clinic={clinic_id}&treatment=exercise&minutes=30",
    "schedule.day": "clinic={clinic_id}&day={day}",
    "schedule.week": "clinic={clinic_id}&from={day}",
    "schedule.board": "clinic={clinic_id}&from={day}&days=7",
    "schedule.takers": "from={day}&days=7",
    "schedule.rooms": "from={day}&days=7",
    "schedule.practitioner": "from={day}",
    "schedule.repeat": "every=1&times=3",
    "schedule.copy_week": "clinic={clinic_id}&from={day}&to=2027-03-10",
    "schedule.hand_over": "clinic={clinic_id}&practitioner={practitioner_id}&from={day}",
    "my_credentials.add": "like={credential_id}",
    "my_credentials.bring_in": "kind=cpr&like={credential_id}",
    "setup.house_rule": "kind=total_hours",
    "requirements.edit_requirement": "set=0&at=0",
    "requirements.edit_days": "set=0",
    "requirements.further_set": "set=0",
    "my_credentials.what_it_takes": "jurisdiction=US-GA&site=neck",
    "requirements.compare": "a=US-MT&b=US-MD",
}


HOURS: dict[str, Any] = dict(
    clinic_day=ClinicDay, working_week=WorkingWeek, working_day=WorkingDay, time_off=TimeOff
)


def furnish(house: House, clinic: Clinic, word: str) -> dict[str, Any]:
    """The numbers of what is there now; `word` is in every name, number, note and reason."""
    boss = given.somebody(Role.MANAGER, clinic, name=f"{word} Boss")
    room = Room(clinic_id=clinic.id, name=f"{word} Room")
    db.session.add(room)
    db.session.commit()
    whom = given.practitioner(f"{word} Practitioner", at=clinic)
    papers = dict(course=f"{word} course", provider=f"{word} school", number=f"{word}-7")
    given.licence(whom, number=f"{word}-1")
    verified = given.certificate(whom, **papers)
    patient = given.patient(clinic, f"{word} Patient", f"{word}-ref")
    change_patient(
        actor=boss,
        patient_id=patient.id,
        seen_version=1,
        name=f"{word} Patient",
        phone="+1 406 555 0143",
        email=f"{word.lower()}-patient@test.example",
        language="cy",
        letters=True,
        now=given.NOW,
    )
    person = given.somebody(Role.PRACTITIONER, clinic, name=f"{word} Self", practises_as=whom)
    letter_id, letter_code = _with_letter(person, clinic.id)
    badges = _with_badges(person, whom, letter_id, word)
    slot = given.slot(clinic, 10, day=DAY)
    wanted = given.booking(clinic, whom, patient, slot, room_id=room.id)
    appointment_id = given.book_appointment(actor=boss, booking=wanted, now=given.NOW)
    record_gates(
        actor=boss, appointment_id=appointment_id, told={}, note=f"{word} note", now=given.NOW
    )
    step_id = _repeated(boss, appointment_id, room.id)
    change_notes(actor=boss, patient_id=patient.id, words=["epilepsy"], seen_note=0, now=given.NOW)
    decide_standing(
        actor=boss,
        credential_id=verified.id,
        outcome=Outcome.SUSPENDED,
        effective_from=given.TODAY,
        reason=f"{word} reason",
        now=given.NOW,
    )
    waiting = given.certificate(whom, **papers, state=VersionState.SUBMITTED)
    version = house.version(waiting.id)
    document = db.session.get_one(Document, house.document(whom, person))
    document.name = f"{word}.pdf"
    db.session.add(_with_paper(version, document, f"{word} note"))
    db.session.commit()
    change_contact(
        actor=boss,
        practitioner_id=whom.id,
        email=f"{word.lower()}@test.example",
        phone="1234",
        now=given.NOW,
    )
    set_house_rules(
        actor=boss,
        clinic_id=clinic.id,
        requirements=[{"kind": "years_licensed", "years": 1, "counted": "anywhere"}],
        first_day=given.TODAY,
        reason=f"{word} policy",
        now=given.NOW,
    )
    incident = given.incident_of(appointment_id, f"{word} forgery")
    desk = given.somebody(Role.FRONT_DESK, clinic, name=f"{word} Desk")
    kind, called = FeedKind.PRACTITIONER, f"{word} telephone"
    token = make_feed(actor=person, kind=kind, number=whom.id, name=called, now=given.NOW)
    far = given.TODAY + timedelta(days=200)
    given.clinic_day(clinic, far, name=f"{word} fair")
    given.working_week(whom, clinic, None, since=far)
    given.working_day(whom, clinic, far)
    given.time_off(whom, far)
    hours = {
        f"{name}_id": db.session.scalars(select(kind.id).order_by(kind.id.desc())).first()
        for name, kind in HOURS.items()
    }
    return (
        ELSE
        | hours
        | badges
        | dict(
            clinic_id=clinic.id,
            practitioner_id=whom.id,
            credential_id=verified.id,
            version_id=version.id,
            document_id=document.id,
            appointment_id=appointment_id,
            step_id=step_id,
            incident_id=incident.id,
            incident_step_id=incident.steps[0].id,
            in_doubt_id=incident.treatments[0].id,
            account_id=desk.account_id,
            engagement_id=whom.engagements[0].id,
            patient=f"{word}-ref",
            patient_id=patient.id,
            room_id=room.id,
            feed_id=_feed_behind(token),
            letter_id=letter_id,
            letter_code=letter_code,
            repair_id=_repaired(boss, clinic),
            type_id=given.kind_of("exercise")["treatment_type_id"],
            day=DAY.isoformat(),
            boss=boss,
            version=given.proposed(clinic.jurisdiction).version,
        )
    )


def _repeated(boss: Actor, appointment_id: int, room_id: int) -> int | None:
    """The appointment a week later; the number of the step that can be undone."""
    first = db.session.get_one(Appointment, appointment_id)
    later = Copy(appointment_id, first.starts_at + timedelta(days=7), room_id)
    return book_series(
        actor=boss,
        appointment_id=appointment_id,
        seen_version=1,
        every_weeks=1,
        chosen=[later],
        now=given.NOW,
    ).step_id


def _repaired(boss: Actor, clinic: Clinic) -> int:
    """Worked out of what the suspension put on hold; its number."""
    ask = dict(actor=boss, clinic_id=clinic.id, practitioner_id=None)
    number = ask_for_repair(**ask, now=given.NOW)
    while (waiting := waiting_repair(given.NOW)) is not None:
        take_repair_step(repair_id=waiting, seconds=20, now=given.NOW)
    return number


def _with_letter(person: Actor, clinic_id: int) -> tuple[int, str]:
    """Its number, and the code that shows all there is to show."""
    told = dict(shows=list(LetterPart), agreed=True, seen_version=0, now=given.NOW)
    number = agree_to_letter(actor=person, clinic_id=clinic_id, sealer=SEALER, **told)
    return number, code_of_letter(db.session.get_one(PrivilegeLetter, number))


def _with_badges(
    person: Actor, whom: Practitioner, letter_id: int, word: str
) -> dict[str, int | str]:
    """One brought in from a school on record, one signed of the letter."""
    school = School(f"did:web:school-{whom.id}.example")
    raw = school.badge(f"{word} Practitioner", description=f"{word} course")
    signed = dict(letter_id=letter_id, base_url="http://registry.test", sealer=SEALER)
    return {
        "issuer_id": on_list(school),
        "badge_id": brought(person, whom, raw),
        "issued_id": issue_letter_badge(actor=person, now=given.NOW, **signed),
        "purpose": "revocation",
    }


def addresses(app: Flask, known: dict[str, Any], method: str) -> Iterator[tuple[str, str]]:
    """Every page's name and its address, of what is known; a new part of an address needs one."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=str):
            if method in (rule.methods or ()):
                yield rule.endpoint, _filled(app, rule, known)


def asked_for(endpoint: str, known: dict[str, Any]) -> str:
    return ASKED_FOR.get(endpoint, "clinic={clinic_id}").format(**known)


def link_of(whom: Actor, token_hash: str, purpose: Purpose) -> AccountLink:
    """A link from a letter to them, good for a day."""
    until = given.NOW + timedelta(days=1)
    return AccountLink(
        token_hash=token_hash, account_id=whom.account_id, purpose=purpose, until=until
    )


def _filled(app: Flask, rule: Rule, known: dict[str, Any]) -> str:
    built = rule.build({name: known[name] for name in rule.arguments})
    assert built is not None, f"{rule} cannot be filled"
    return built[1]


def _feed_behind(token: str) -> int:
    wanted = select(CalendarFeed.id).where(CalendarFeed.token_hash == fingerprint(token))
    return int(db.session.scalars(wanted).one())


def _with_paper(version: CredentialVersion, document: Document, note: str) -> CredentialVersion:
    """One more version, which has a file and a note, after the one that is there."""
    names = ("credential_id", "first_day", "last_day", "particulars", "entered_at")
    kept = {name: getattr(version, name) for name in names}
    return CredentialVersion(
        **kept,
        version=version.version + 1,
        state=VersionState.REJECTED,
        entered_by=document.uploaded_by,
        document_id=document.id,
        note=note,
    )
