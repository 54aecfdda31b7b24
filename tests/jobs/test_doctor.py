"""The doctor finds nothing wrong in a sound house, and each defect planted in one."""

from __future__ import annotations

import io
from datetime import date, timedelta
from hashlib import sha256

import pytest
import time_machine
from PIL import Image
from sqlalchemy import Update, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from registry.adapters.document_reader import ReadDocument
from registry.adapters.file_store import FileStore
from registry.jobs.doctor import _looking_only, examine
from registry.jobs.examinations.reminders import reminded_ahead
from registry.models import (
    Adoption,
    Appointment,
    AuditEntry,
    CredentialVersion,
    Document,
    DocumentExtract,
    Engagement,
    Letter,
    Practitioner,
    Privilege,
    Room,
    Verification,
    ZoneOffset,
    db,
    transaction,
)
from registry.rules.diary import Slot
from registry.rules.facts import Certificate, Licence
from registry.rules.legibility import ExtractState
from registry.rules.vocabulary import (
    AppointmentState,
    Exam,
    Method,
    Outcome,
    Profession,
    Role,
    VersionState,
)
from registry.services.clinics import create_clinic
from registry.services.credentials import submit_credential
from registry.services.documents import Upload
from registry.services.knowledge import keep_known_people
from registry.services.outbox import GIVE_UP_AFTER
from registry.services.practitioners import add_practitioner
from registry.services.rooms import add_room
from registry.services.scheduling import book_appointment
from registry.services.verification import verify_version
from tests.given import (
    EIGHT_TO_SIX,
    LEGS,
    NOW,
    PASSED,
    TODAY,
    adopt,
    booked,
    booking,
    kind_of,
    patient,
    practitioner,
    slot,
    somebody,
    taken_by,
)
from tests.guards.taking_off import owner, without

ONE_DAY = timedelta(days=1)


@pytest.fixture
def store(app) -> FileStore:
    return FileStore.from_url(app.config["DOCUMENTS"])


@pytest.fixture
def appointment_id(store) -> int:
    """One confirmed needling, and all it stands on, each put on record by its use case."""
    administrator = somebody(Role.ADMINISTRATOR)
    clinic = create_clinic(
        actor=administrator,
        name="Harbour Clinic",
        address="",
        zone="America/New_York",
        jurisdiction="US-MT",
        hours=EIGHT_TO_SIX,
        now=NOW,
    )
    for room in ("Room 1", "Room 2"):
        add_room(actor=administrator, clinic_id=clinic.id, name=room, now=NOW)
    adopt("US-MT")
    dana = add_practitioner(
        actor=administrator,
        name="Dana Okafor",
        profession=Profession.PT,
        clinic_ids=[clinic.id],
        first_day=date(2020, 1, 1),
        now=NOW,
    )
    holder = somebody(Role.PRACTITIONER, clinic, practises_as=dana)
    manager = somebody(Role.MANAGER, clinic)
    for fact, upload in ((_licence(), None), (_certificate(), _upload())):
        credential_id = submit_credential(
            actor=holder, practitioner_id=dana.id, fact=fact, upload=upload, store=store, now=NOW
        )
        version_id = db.session.scalars(
            select(CredentialVersion.id).where(CredentialVersion.credential_id == credential_id)
        ).one()
        verify_version(
            actor=manager,
            version_id=version_id,
            method=Method.ISSUER_PORTAL,
            reference="Seen",
            today=TODAY,
            now=NOW,
        )
    wanted = booking(clinic, dana, patient(clinic), slot(clinic, 14))
    return book_appointment(actor=somebody(Role.FRONT_DESK, clinic), booking=wanted, now=NOW)


def _licence() -> Licence:
    return Licence(
        id=0,
        state=VersionState.SUBMITTED,
        number="MT-1",
        jurisdiction="US-MT",
        profession=Profession.PT,
        first_day=date(2020, 1, 1),
        last_day=date(2028, 12, 31),
    )


def _certificate() -> Certificate:
    return Certificate(
        id=0,
        state=VersionState.SUBMITTED,
        provider="Lakeside Institute",
        course="Dry needling, lower quarter",
        first_day=date(2022, 5, 2),
        taught=LEGS,
        exams=((Exam.WRITTEN, PASSED), (Exam.PRACTICAL, PASSED)),
    )


def _upload() -> Upload:
    page = io.BytesIO()
    Image.new("RGB", (30, 40), "white").save(page, "PNG")
    kept = page.getvalue()
    hashed = sha256(kept).hexdigest()
    return Upload(ReadDocument("image/png", kept, (kept,), hashed, hashed), "scan.png")


def _planted(database, statement) -> None:
    """By the owner of the tables, who may do what the application may not."""
    with owner(database) as engine, engine.begin() as connection:
        connection.execute(statement)


def examine_but_guards() -> list[str]:
    """A guard is off while the defect is planted, which the doctor sees too."""
    return [fault for fault in examine() if not fault.startswith(("The guard", "The constraint"))]


def _copy_of(appointment_id: int, **other: object) -> dict[str, object]:
    row = db.session.get_one(Appointment, appointment_id)
    values = {c.name: getattr(row, c.name) for c in Appointment.__table__.columns}
    return {name: value for name, value in (values | other).items() if name != "id"}


def test_a_sound_house_has_no_faults_and_is_told_what_is_looked_at(appointment_id):
    looked_at: list[str] = []

    assert examine(looked_at.append) == []
    assert "The audit trail" in looked_at


def test_nothing_can_be_written_while_it_looks(appointment_id):
    with _looking_only() as session, pytest.raises(DBAPIError, match=r"read-?only"):
        session.execute(update(Appointment).values(ground_lost_because="the doctor writes"))


def test_its_connection_goes_back_to_those_who_write(appointment_id):
    examine()

    with db.engine.begin() as connection:
        connection.execute(update(Appointment).values(ground_lost_because="somebody else writes"))

    assert db.session.scalar(select(Appointment.ground_lost_because)) == "somebody else writes"


def test_a_needling_without_cover_and_a_privilege_taken_from_under_it(database, appointment_id):
    with without(database, "privilege_in_use"):
        _planted(database, Privilege.__table__.delete().where(Privilege.site == "thigh"))

        faults = examine_but_guards()

    assert f"Appointment {appointment_id} is a confirmed needling on 2027-03-01" in faults[1]
    assert faults[1].endswith("for: thigh.")
    assert "thigh at clinic" in faults[0]
    assert "stored as never, but derived as 2022-05-02 to 2028-12-31" in faults[0]


def test_cover_is_judged_on_days_reckoned_anew_not_on_those_kept(database, appointment_id):
    """Moved behind the privilege's last day, its kept days left as they were."""
    long_after = NOW + timedelta(days=1000)
    moved = update(Appointment).values(taken_by(Slot(long_after, long_after + ONE_DAY / 24)))
    with without(database, "appointment_days"):
        _planted(database, moved)

        on_other_days, uncovered = examine_but_guards()

    assert "is kept under 2027-03-01, but by the clock of America/New_York" in on_other_days
    assert "it is on 2029-11-25" in on_other_days
    assert "a confirmed needling on 2029-11-25 without a privilege" in uncovered


def test_a_privilege_that_nothing_gives(appointment_id):
    dana = db.session.get_one(Appointment, appointment_id)
    db.session.execute(
        insert(Privilege).values(
            practitioner_id=dana.practitioner_id,
            clinic_id=dana.clinic_id,
            site="neck",
            first_day=TODAY,
            last_day=TODAY,
        )
    )
    db.session.commit()

    [fault] = examine()

    assert "neck at clinic" in fault
    assert "stored as 2027-03-01 to 2027-03-01, but derived as never" in fault


def test_somebody_in_two_places(database, appointment_id):
    first = db.session.get_one(Appointment, appointment_id)
    elsewhere = _copy_of(
        appointment_id, room_id=first.room_id + 1, patient_id=patient(first.clinic).id
    )
    with without(database, "practitioner_taken"):
        _planted(database, insert(Appointment).values(**elsewhere))

        overlap, *rest = examine_but_guards()

    assert f"starts while practitioner {first.practitioner_id} is still taken" in overlap
    assert not any("still taken" in fault for fault in rest)


@pytest.mark.parametrize("guard", ["appointment_covered", "privilege_in_use", "room_taken"])
def test_a_guard_that_is_off(database, appointment_id, guard):
    with without(database, guard):
        faults = examine()

    assert faults
    assert all(fault.startswith(("The guard", "The constraint")) for fault in faults)
    assert examine_but_guards() == []


def test_a_file_that_is_gone(store, appointment_id):
    document = db.session.scalars(select(Document)).one()
    store.delete(document.stored_as)

    assert examine() == [f"The file of document {document.id} is gone: {document.stored_as}."]


def test_a_picture_of_a_page_that_is_gone(store, appointment_id):
    document = db.session.scalars(select(Document)).one()
    store.delete(document.page_key(1))

    assert examine() == [f"Of document {document.id} the pictures of these pages are gone: 1."]


def test_a_file_that_was_changed(store, appointment_id):
    document = db.session.scalars(select(Document)).one()
    store.delete(document.stored_as)
    store.put(document.stored_as, b"another")

    assert examine() == [f"The file of document {document.id} was changed: {document.stored_as}."]


def test_a_file_that_nobody_speaks_of(store, appointment_id):
    store.put("documents/stray", b"left behind")

    assert examine() == ["A file belongs to no document: documents/stray."]


def test_an_appointment_that_the_audit_trail_does_not_know(appointment_id):
    later = slot(db.session.get_one(Appointment, appointment_id).clinic, 16)
    row = _copy_of(appointment_id, **taken_by(later))
    made = db.session.scalar(insert(Appointment).values(**row).returning(Appointment.id))
    db.session.commit()

    assert examine() == [
        f"The audit trail does not tell of every appointment {made}: 1 on record, 0 told of."
    ]


def test_a_decision_and_an_adoption_that_the_audit_trail_does_not_know(appointment_id):
    first = db.session.scalars(select(Verification).order_by(Verification.id)).first()
    clerk = {"decided_by": first.decided_by, "decided_by_name": "", "decided_at": NOW}
    db.session.add(
        Verification(
            credential_id=first.credential_id,
            version_id=first.version_id,
            outcome=Outcome.REINSTATED,
            effective_from=TODAY,
            meaning="",
            **clerk,
        )
    )
    adoption = Adoption(
        jurisdiction="US-UT",
        version=1,
        adopted_by=first.decided_by,
        adopted_by_name="",
        adopted_at=NOW,
    )
    db.session.add(adoption)
    db.session.commit()

    known, decision, adopted = examine()

    assert "What is kept as known of practitioner" in known
    assert f"decision on credential {first.credential_id}: 2 on record, 1 told of" in decision
    assert f"adoption {adoption.id}: 1 on record, 0 told of" in adopted


def test_an_audit_entry_that_was_rewritten(database, appointment_id):
    entry = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).first()
    with without(database, "audit_append_only"):
        _planted(
            database,
            update(AuditEntry)
            .where(AuditEntry.id == entry)
            .values(body=AuditEntry.body.concat(" ")),
        )

        faults = examine_but_guards()

    assert faults == [f"Audit entry {entry} was changed: its hash is not that of its text."]


def test_an_audit_entry_filed_elsewhere(database, appointment_id):
    entry = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).first()
    with without(database, "audit_append_only"):
        _planted(
            database,
            update(AuditEntry).where(AuditEntry.id == entry).values(subject="clinic:4711"),
        )

        faults = examine_but_guards()

    assert faults == [f"Audit entry {entry} is filed under what its text does not say."]


@pytest.mark.parametrize(("tries", "faults"), [(GIVE_UP_AFTER, 1), (GIVE_UP_AFTER - 1, 0)])
def test_a_letter_that_was_given_up(appointment_id, tries, faults):
    db.session.add(
        Letter(
            dedup_key="one",
            to="dana@test.example",
            template="reset",
            particulars="{}",
            promised_at=NOW,
            not_before=NOW,
            tries=tries,
            last_error="mailbox full",
        )
    )
    db.session.commit()

    found = examine()

    assert len(found) == faults
    assert all("(reset) was given up: mailbox full" in f for f in found)
    assert "dana@test.example" not in str(found)


def test_a_clock_that_is_not_this_machines(database, appointment_id):
    stretch = select(ZoneOffset.from_utc).order_by(ZoneOffset.from_utc.desc()).limit(1)
    last = db.session.scalar(stretch)
    with without(database, "zone_offsets_kept"):
        _planted(
            database,
            update(ZoneOffset).where(ZoneOffset.from_utc == last).values(offset_seconds=0),
        )

        [fault] = examine_but_guards()

    assert "The clock of America/New_York on record differs" in fault
    assert f"from {last:%Y-%m-%d}" in fault


def test_a_database_of_an_older_form_is_not_examined_further(database, appointment_id):
    newest = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.rollback()
    _planted(database, text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        [fault] = examine()
    finally:
        _planted(database, text("UPDATE alembic_version SET version_num = :n").bindparams(n=newest))

    assert f"The database is at 0000, the registry wants {newest}" in fault


def test_what_is_cancelled_is_in_nobodys_way(appointment_id):
    row = _copy_of(appointment_id)
    db.session.execute(
        update(Appointment)
        .where(Appointment.id == appointment_id)
        .values(state=AppointmentState.CANCELLED)
    )
    db.session.execute(insert(Appointment).values(**row))
    db.session.commit()

    assert not any("still taken" in fault for fault in examine())


@pytest.fixture
def on_foot(appointment_id) -> tuple[int, int]:
    """Somebody without a privilege, and their exercise with a patient; the numbers of both."""
    place = db.session.get_one(Appointment, appointment_id).clinic
    uma = practitioner("Uma Uncertified", at=place)
    number = booked(place, uma, slot(place, 16), treatment="exercise", sites=())
    return uma.id, number


def _until(practitioner_id: int, last_day: date) -> Update:
    whose = update(Engagement).where(Engagement.practitioner_id == practitioner_id)
    return whose.values(last_day=last_day)


def _known_again(practitioner_id: int) -> None:
    """So that what was planted is no fault for not being known."""
    with transaction() as session:
        keep_known_people(session, [practitioner_id], NOW)


def _archived(practitioner_id: int) -> Update:
    return update(Practitioner).where(Practitioner.id == practitioner_id).values(archived_at=NOW)


@pytest.mark.parametrize(
    "gone",
    [lambda uma: _until(uma, TODAY - ONE_DAY), _archived],
    ids=["until the day before", "archived"],
)
def test_an_exercise_with_somebody_who_does_not_work_there(database, on_foot, gone):
    uma, number = on_foot
    _planted(database, gone(uma))
    _known_again(uma)

    with time_machine.travel(NOW, tick=False):
        [fault] = examine()

    assert f"Appointment {number} is confirmed with practitioner {uma}, who does not" in fault


def test_what_has_started_rests_on_no_engagement_any_more(database, on_foot):
    uma, _number = on_foot
    _planted(database, _until(uma, TODAY - ONE_DAY))
    _known_again(uma)
    _planted(database, update(DocumentExtract).values(state=ExtractState.UNREADABLE))

    with time_machine.travel(NOW + ONE_DAY, tick=False):
        assert examine() == []


def test_a_needling_with_somebody_archived(database, appointment_id):
    whose = db.session.get_one(Appointment, appointment_id).practitioner_id
    _planted(database, _archived(whose))

    with time_machine.travel(NOW, tick=False):
        [fault] = examine()

    assert f"Appointment {appointment_id} is confirmed with practitioner {whose}" in fault


def test_an_appointment_in_a_closed_room(database, appointment_id):
    room = db.session.get_one(Appointment, appointment_id).room_id
    with without(database, "room_in_use"):
        _planted(database, update(Room).where(Room.id == room).values(closed_from=TODAY))

        [fault] = examine_but_guards()

    assert f"Appointment {appointment_id} is confirmed in room {room}, which is closed" in fault


def test_a_needling_that_goes_by_another_name(database, appointment_id):
    other = kind_of("exercise")["treatment_type_id"]
    with without(database, "treatment_of_type"):
        _planted(database, update(Appointment).values(treatment_type_id=other))

        [fault] = examine_but_guards()

    assert fault == (
        f"Appointment {appointment_id} is kept as needling, but its type “Exercise” is exercise."
    )


def test_an_appointment_in_a_room_that_is_not_fit_for_it(database, appointment_id):
    appointment = db.session.get_one(Appointment, appointment_id)
    room, kind = appointment.room_id, appointment.treatment_type_id
    other = kind_of("exercise")["treatment_type_id"]
    fit = update(Room).where(Room.id == room).values(fit_for=[other], fit_since=TODAY)
    with without(database, "room_fitness_in_use"):
        _planted(database, fit)

        [fault] = examine_but_guards()

    assert fault == (
        f"Appointment {appointment_id} is confirmed in room {room}, which is not fit for "
        f"treatment type {kind}."
    )


def test_somebody_who_still_cleans_up(database, appointment_id):
    first = db.session.get_one(Appointment, appointment_id)
    after = Slot(first.ends_at, first.ends_at + ONE_DAY / 48)
    other = _copy_of(
        appointment_id,
        **taken_by(after, before=10),
        room_id=first.room_id + 1,
        patient_id=patient(first.clinic).id,
    )
    with without(database, "practitioner_taken"):
        _planted(database, insert(Appointment).values(**other))

        overlap, *_rest = examine_but_guards()

    assert f"starts while practitioner {first.practitioner_id} is still taken" in overlap


def test_reminders_counted_as_sent_ahead_of_their_day_are_found(appointment_id):
    of = db.session.get_one(Appointment, appointment_id).clinic
    with time_machine.travel(NOW, tick=False):
        of.reminded_on = TODAY + ONE_DAY  # as behind the date line, before its zone was put right
        db.session.flush()
        assert list(reminded_ahead(db.session())) == []
        of.reminded_on = TODAY + 2 * ONE_DAY
        db.session.flush()
        [fault] = reminded_ahead(db.session())
    assert f"Clinic {of.id} counts reminders as sent up to 2027-03-03" in fault
    db.session.rollback()
