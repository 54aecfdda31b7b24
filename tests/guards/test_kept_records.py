"""What is never rewritten: audit entries, decisions, versions, and what a zone's clock showed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from registry.models import (
    Appointment,
    BadgeIssuer,
    BadgeIssuerVersion,
    BadgeProof,
    CredentialVersion,
    Document,
    PatientNote,
    Phase,
    Practitioner,
    Reminder,
    Verification,
    VersionSyllabus,
    db,
)
from registry.models.base import UtcMoment
from registry.rules.vocabulary import Role, VersionState
from registry.services.badge_issuers import decide_on_issuer
from registry.services.badges import attach_badge
from registry.services.check_in import record_gates
from registry.services.contraindications import clear_notes
from registry.services.house_rules import set_house_rules
from registry.services.issued_badges import issue_letter_badge
from registry.services.patient_notes import change_notes
from registry.services.practitioners import change_name
from registry.services.reminder_answers import acknowledge_lapse
from registry.services.reminders import promise_reminders
from registry.services.signing_keys import make_signing_key
from tests import given
from tests.badges import School, administrator, brought, on_list
from tests.factors import SEALER
from tests.guards.taking_off import owner, without
from tests.letters import letter_of
from tests.services.activating import being_activated

LATER = given.NOW + timedelta(days=1)
GIVES_UP = (
    "INSERT INTO activations_given_up"
    " (adoption_id, reason, given_up_by, given_up_by_name, given_up_at)"
    " SELECT id, 'x', adopted_by, adopted_by_name, adopted_at FROM adoptions"
    " WHERE jurisdiction = '{}'"
)
REWRITES = {
    "an audit entry is changed": ("audit_append_only", "UPDATE audit_entries SET action = 'x'"),
    "an audit entry is deleted": ("audit_append_only", "DELETE FROM audit_entries"),
    "a decision is changed": ("verification_kept", "UPDATE verifications SET reason = 'x'"),
    "a decision is deleted": (
        "verification_kept",
        "DELETE FROM verifications WHERE id NOT IN (SELECT verification_id FROM badge_proofs)",
    ),
    "a version is edited": (
        "version_unchanging",
        "UPDATE credential_versions SET last_day = '2099-12-31'",
    ),
    "a version's document is exchanged": (
        "version_unchanging",
        "UPDATE credential_versions SET note = 'another'",
    ),
    "it is changed whence a version's values are": (
        "version_unchanging",
        'UPDATE credential_versions SET sources = \'{"number": "certificate"}\'',
    ),
    "a version's number is kept under another key": (
        "version_unchanging",
        "UPDATE credential_versions SET number_key = 'x'",
    ),
    "a version's syllabus is exchanged": (
        "syllabus_kept",
        "UPDATE version_syllabi SET document_id = document_id",
    ),
    "a version's syllabus is taken away": ("syllabus_kept", "DELETE FROM version_syllabi"),
    "what was known before needling is changed": (
        "gate_record_kept",
        "UPDATE gate_records SET note = 'x'",
    ),
    "what was known before needling is deleted": ("gate_record_kept", "DELETE FROM gate_records"),
    "what was noted of a patient is changed": (
        "patient_note_kept",
        "UPDATE patient_notes SET word = 'child'",
    ),
    "what was noted of a patient is deleted": (
        "patient_note_kept",
        "DELETE FROM patient_notes WHERE id NOT IN (SELECT note_id FROM note_clearances)",
    ),
    "who cleared a note is changed": (
        "note_clearance_kept",
        "UPDATE note_clearances SET recorded_by_name = 'x'",
    ),
    "who cleared a note is deleted": ("note_clearance_kept", "DELETE FROM note_clearances"),
    "a reminder is forgotten": ("reminder_kept", "DELETE FROM reminders"),
    "a reminder is changed": ("reminder_kept", "UPDATE reminders SET caught_up = NOT caught_up"),
    "who took a lapse on is changed": (
        "reminder_answer_kept",
        "UPDATE reminder_answers SET owner_name = 'x'",
    ),
    "that somebody took a lapse on is deleted": (
        "reminder_answer_kept",
        "DELETE FROM reminder_answers",
    ),
    "what was settled is changed": ("adoption_unchanging", "UPDATE adoptions SET settled = '{}'"),
    "an adoption in force is withdrawn": (
        "adoption_unchanging",
        "UPDATE adoptions SET state = 'withdrawn'",
    ),
    "what was given up comes into force": (
        "adoption_unchanging",
        "UPDATE adoptions SET state = 'active' WHERE jurisdiction = 'US-OR'",
    ),
    "what is being activated is withdrawn though nobody gave it up": (
        "adoption_unchanging",
        "UPDATE adoptions SET state = 'withdrawn' WHERE jurisdiction = 'US-UT'",
    ),
    "what is in force is given up": ("activation_given_up", GIVES_UP.format("US-MT")),
    "what is being activated is given up past the switch": (
        "activation_given_up",
        GIVES_UP.format("US-AK"),
    ),
    "it is changed why an activation was given up": (
        "given_up_kept",
        "UPDATE activations_given_up SET reason = 'x'",
    ),
    "that an activation was given up is deleted": (
        "given_up_kept",
        "DELETE FROM activations_given_up",
    ),
    "an adopted set is changed": (
        "requirement_set_kept",
        "UPDATE requirement_sets SET content = '{}'",
    ),
    "an adoption begins in force": (
        "adoption_proposed",
        "INSERT INTO adoptions"
        " (jurisdiction, version, state, settled, adopted_by, adopted_by_name, adopted_at)"
        " SELECT jurisdiction, 99, 'active', settled, adopted_by, adopted_by_name, adopted_at"
        " FROM adoptions",
    ),
    "a set is added to what was adopted": (
        "requirement_set_proposed",
        "INSERT INTO requirement_sets (adoption_id, profession, first_day, content)"
        " SELECT adoption_id, 'AT', requirement_sets.first_day, content FROM requirement_sets"
        " JOIN adoptions ON adoptions.id = adoption_id WHERE jurisdiction = 'US-MT'",
    ),
    "an adopted set is deleted": ("requirement_set_kept", "DELETE FROM requirement_sets"),
    "a clinic's own rules are changed": ("house_rules_kept", "UPDATE house_rules SET content='[]'"),
    "a clinic's own rules are deleted": ("house_rules_kept", "DELETE FROM house_rules"),
    "what was known of somebody is changed": (
        "known_people_kept",
        "UPDATE known_people SET content = '{}'",
    ),
    "what was known of somebody is deleted": ("known_people_kept", "DELETE FROM known_people"),
    "what was known of somebody is slipped in before": (
        "known_people_forwards",
        "INSERT INTO known_people (practitioner_id, known_from, content, begins)"
        " SELECT practitioner_id, MIN(known_from), '{}', FALSE FROM known_people"
        " GROUP BY practitioner_id",
    ),
    "what was known of somebody is said to begin anew": (
        "known_people_forwards",
        "INSERT INTO known_people (practitioner_id, known_from, content, begins)"
        " SELECT practitioner_id, MAX(known_from), '{}', TRUE FROM known_people"
        " GROUP BY practitioner_id",
    ),
    "what was known of a clinic is changed": (
        "known_places_kept",
        "UPDATE known_places SET content = '{}'",
    ),
    "what was known of a clinic is deleted": ("known_places_kept", "DELETE FROM known_places"),
    "what was known of a clinic is said to begin anew": (
        "known_places_forwards",
        "INSERT INTO known_places (clinic_id, known_from, content, begins)"
        " SELECT clinic_id, known_from, '{}', TRUE FROM known_places",
    ),
    "an activation was begun at another time": (
        "activation_begun",
        "UPDATE activations SET started_at = moved_at WHERE started_at <> moved_at",
    ),
    "that an activation was begun is deleted": (
        "activation_begun",
        "DELETE FROM activations WHERE adoption_id NOT IN"
        " (SELECT adoption_id FROM activations_given_up)",
    ),
    "a treatment is given to another incident": (
        "incident_treatment_kept",
        "UPDATE incident_treatments SET joined_at = (SELECT MAX(known_from) FROM known_people)",
    ),
    "a treatment is taken out of its incident": (
        "incident_treatment_kept",
        "DELETE FROM incident_treatments",
    ),
    "an issuer of badges is named otherwise": (
        "badge_issuer_kept",
        "UPDATE badge_issuers SET identifier = 'x' WHERE identifier LIKE '%nobody%'",
    ),
    "an issuer of badges is forgotten": (
        "badge_issuer_kept",
        "DELETE FROM badge_issuers WHERE id NOT IN (SELECT issuer_id FROM badge_issuer_versions)",
    ),
    "an issuer's keys are exchanged": (
        "badge_issuer_version_kept",
        "UPDATE badge_issuer_versions SET keys = '[]'",
    ),
    "what was decided about an issuer is deleted": (
        "badge_issuer_version_kept",
        "DELETE FROM badge_issuer_versions"
        " WHERE id NOT IN (SELECT issuer_version_id FROM badge_proofs)",
    ),
    "a status list is exchanged": ("status_list_kept", "UPDATE status_list_copies SET raw = 'x'"),
    "a status list is deleted": ("status_list_kept", "DELETE FROM status_list_copies"),
    "a badge is exchanged": ("badge_kept", "UPDATE badges SET raw = 'x'"),
    "a badge is deleted": (
        "badge_kept",
        "DELETE FROM badges WHERE id NOT IN (SELECT badge_id FROM badges_behind)",
    ),
    "another badge is put behind a version": (
        "badge_behind_kept",
        "UPDATE badges_behind SET badge_id = badge_id + 0",
    ),
    "a badge is taken away from behind a version": (
        "badge_behind_kept",
        "DELETE FROM badges_behind",
    ),
    "what a verification rests on is changed": (
        "badge_proof_kept",
        "UPDATE badge_proofs SET sha256 = 'x'",
    ),
    "what a verification rests on is deleted": ("badge_proof_kept", "DELETE FROM badge_proofs"),
    "a key of ours is exchanged": ("signing_key_kept", "UPDATE signing_keys SET public = '{}'"),
    "a key of ours is deleted": (
        "signing_key_kept",
        "DELETE FROM signing_keys WHERE id NOT IN (SELECT key_id FROM issued_badges)",
    ),
    "what we signed is changed": ("issued_badge_kept", "UPDATE issued_badges SET place = -1"),
    "what we signed is deleted": ("issued_badge_kept", "DELETE FROM issued_badges"),
    "a zone's offset is changed": ("zone_offsets_kept", "UPDATE zone_offsets SET offset_seconds=0"),
    "a zone's offset is deleted": ("zone_offsets_kept", "DELETE FROM zone_offsets"),
}
CASES = [pytest.param(*case, id=words) for words, case in REWRITES.items()]


@pytest.fixture
def record(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    lapsing = given.certified(dana, last_day=given.TODAY + timedelta(days=9))
    with_a_syllabus(lapsing)
    reminded_and_answered(harbour, lapsing)
    desk, number = given.somebody(Role.FRONT_DESK, harbour), given.booked(harbour, dana)
    record_gates(actor=desk, appointment_id=number, told={}, now=given.NOW)
    noted_and_cleared(desk, number)
    boss = given.somebody(Role.MANAGER, harbour)
    set_house_rules(
        actor=boss,
        clinic_id=harbour.id,
        requirements=[{"kind": "total_hours", "hours": 10}],
        first_day=given.TODAY,
        reason="Ours.",
        now=given.NOW,
    )
    for place in ("US-UT", "US-AK", "US-OR"):
        being_activated(place, Phase.WIDENING if place == "US-AK" else Phase.NARROWING)
    with db.engine.begin() as connection:
        connection.execute(text(GIVES_UP.format("US-OR")))
        later = text("UPDATE activations SET moved_at = :later WHERE started_at = moved_at")
        at = UtcMoment().process_bind_param(LATER, connection.dialect)
        connection.execute(later, {"later": at})
    given.incident_of(number)
    badges_of_all_sorts(dana, harbour, lapsing)
    change_name(actor=boss, practitioner_id=dana.id, name="Dana Bell", now=LATER)


def with_a_syllabus(credential):
    version = db.session.scalar(
        select(CredentialVersion).where(CredentialVersion.credential_id == credential.id)
    )
    words = dict.fromkeys(("name", "media_type", "sha256", "stored_sha256", "stored_as"), "x")
    paper = Document(
        practitioner_id=credential.practitioner_id,
        size=1,
        pages=1,
        uploaded_by=version.entered_by,
        uploaded_at=given.NOW,
        **words,
    )
    db.session.add(paper)
    db.session.flush()
    db.session.add(VersionSyllabus(version_id=version.id, document_id=paper.id))
    db.session.commit()


def badges_of_all_sorts(dana, harbour, verified):
    """Brought in, behind a version, as proof; one of which nothing came; one signed by us."""
    boss, school = given.somebody(Role.MANAGER, harbour), School()
    issuer = on_list(school)
    terms = school.terms(reason="Anew.")
    decide_on_issuer(
        actor=administrator(), issuer_id=issuer, seen_number=1, terms=terms, now=given.NOW
    )
    db.session.add(BadgeIssuer(identifier="did:web:nobody.example"))
    db.session.commit()
    used, _idle = (brought(boss, dana, school.badge(name=name)) for name in "ab")
    paper = given.certificate(dana, state=VersionState.SUBMITTED)
    version = db.session.scalars(
        select(CredentialVersion.id).where(CredentialVersion.credential_id == paper.id)
    ).one()
    attach_badge(actor=boss, badge_id=used, version_id=version, now=given.NOW)
    decision = select(Verification.id).where(Verification.credential_id == verified.id)
    decided_on = select(BadgeIssuerVersion.id).order_by(BadgeIssuerVersion.id.desc()).limit(1)
    proof = dict(badge_id=used, sha256="0" * 64, checks=[])
    db.session.add(
        BadgeProof(
            verification_id=db.session.scalars(decision).one(),
            issuer_version_id=db.session.scalars(decided_on).one(),
            **proof,
        )
    )
    db.session.commit()
    make_signing_key(sealer=SEALER, now=given.NOW)
    make_signing_key(sealer=SEALER, now=given.NOW)
    herself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    told = dict(letter_id=letter_of(herself, harbour).id, base_url="https://a.example")
    issue_letter_badge(actor=herself, sealer=SEALER, now=given.NOW, **told)


def reminded_and_answered(harbour, credential):
    whose = db.session.get_one(Practitioner, credential.practitioner_id)
    whose.email = "dana@test.example"
    db.session.commit()
    promise_reminders(now=given.NOW)
    acknowledge_lapse(
        actor=given.somebody(Role.MANAGER, harbour),
        credential_id=credential.id,
        version_id=db.session.scalars(select(Reminder.version_id)).first(),
        seen=0,
        clinic_id=harbour.id,
        now=given.NOW,
    )


def noted_and_cleared(desk, number):
    """Two notes on the patient, one of them cleared for the appointment."""
    patient_id = db.session.get_one(Appointment, number).patient_id
    on_it = dict(actor=desk, now=given.NOW)
    told = dict(patient_id=patient_id, **on_it)
    change_notes(words=["diabetes"], seen_note=0, **told)
    first = db.session.scalar(select(PatientNote.id))
    clear_notes(appointment_id=number, seen_version=1, cleared=[first], **on_it)
    change_notes(words=["diabetes", "child"], seen_note=first, **told)


@pytest.mark.parametrize(("guard", "statement"), CASES)
def test_the_application_cannot(record, guard, statement):
    with (
        pytest.raises(DBAPIError, match=f"{guard}|permission denied"),
        db.engine.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(("guard", "statement"), CASES)
def test_nor_can_the_owner_while_the_guard_stands(record, database, guard, statement):
    with (
        owner(database) as engine,
        pytest.raises(DBAPIError, match=guard),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(("guard", "statement"), CASES)
def test_without_the_guard_it_would_pass(record, database, guard, statement):
    with without(database, guard), owner(database) as engine, engine.connect() as connection:
        assert connection.execute(text(statement)).rowcount > 0
        connection.rollback()


def test_a_version_may_change_its_state(record):
    with db.engine.begin() as connection:
        changed = connection.execute(text("UPDATE credential_versions SET state = 'superseded'"))
    assert changed.rowcount > 0


def test_a_clinics_zone_does_not_change_under_appointments_that_would_fall_on_other_days(
    record, database
):
    harbour = given.clinic("Late Clinic", adopted=False, hours=given.ROUND_THE_CLOCK)
    given.clinic("Far Clinic", zone="Pacific/Auckland", adopted=False)
    dana = given.practitioner("Late Dana", at=harbour)
    given.certified(dana)
    given.booked(harbour, dana, given.slot(harbour, 20))
    change = text("UPDATE clinics SET zone = 'Pacific/Auckland' WHERE name = 'Late Clinic'")
    with pytest.raises(DBAPIError, match="clinic_zone_in_use"), db.engine.begin() as connection:
        connection.execute(change)
    with without(database, "clinic_zone_in_use"), db.engine.begin() as connection:
        assert connection.execute(change).rowcount == 1
        connection.rollback()
