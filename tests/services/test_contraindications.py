"""What was noted of a patient: cleared before needling, asked again, never walked around."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import (
    BadInput,
    Contraindicated,
    NotAllowed,
    NotCleared,
    NotFound,
    NotInThatState,
    Overtaken,
)
from registry.models import Appointment, AuditEntry, NoteClearance, PatientNote, db
from registry.rules.contraindications import Contraindication as Word
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.check_in import check_in
from registry.services.contraindications import clear_notes
from registry.services.patient_notes import change_notes
from registry.services.scheduling import book_appointment, mark_done, rebook_appointment
from tests import given

ON_FOOT = {"treatment": Treatment.EXERCISE, "sites": ()}
STARTS = given.NOW + timedelta(hours=10)  # 14:00 at the clinic
HEALTH = ("diabetes", "pregnancy", "needle", "phobia")


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    return ana


@pytest.fixture
def pat(harbour):
    return given.patient(harbour)


def note(actor, patient, *words, now=given.NOW):
    """From now on just these; returns the numbers of the notes."""
    number = patient if isinstance(patient, int) else patient.id
    seen = max((row.id for row in notes(number)), default=0)
    change_notes(actor=actor, patient_id=number, words=words, seen_note=seen, now=now)
    found = {row.word: row.id for row in notes(number) if row.change == "added"}
    return [found[word] for word in words]


def notes(patient_id):
    db.session.rollback()
    mine = select(PatientNote).where(PatientNote.patient_id == patient_id)
    return db.session.scalars(mine.order_by(PatientNote.id)).all()


def book(desk, at, whom, who, when=None, cleared=(), **known):
    wanted = given.booking(at, whom, who, when, **known)
    return book_appointment(actor=desk, booking=wanted, now=given.NOW, cleared=cleared)


def on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def clearances():
    db.session.rollback()
    return db.session.scalars(select(NoteClearance).order_by(NoteClearance.id)).all()


def entries(action):
    db.session.rollback()
    found = select(AuditEntry.body).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return [json.loads(body) for body in db.session.scalars(found)]


def rebook(desk, number, cleared=(), **to):
    rebook_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=on_record(number).version,
        now=given.NOW,
        cleared=cleared,
        **to,
    )


def clear(actor, number, ids, seen=None, now=STARTS):
    """For the appointment as it is, unless `seen` says what was looked at."""
    clear_notes(
        actor=actor,
        appointment_id=number,
        seen_version=on_record(number).version if seen is None else seen,
        cleared=ids,
        now=now,
    )


def test_needling_somebody_with_a_note_asks_first_and_says_whom_about_what(
    desk, harbour, dana, pat
):
    note(desk, pat, Word.DIABETES, Word.PREGNANCY)
    with pytest.raises(NotCleared) as caught:
        book(desk, harbour, dana, pat)
    assert caught.value.message == (
        "Before Pat Doe is needled, ask Dana Okafor about diabetes and pregnancy."
    )
    assert [one.word for one in caught.value.notes] == [Word.DIABETES, Word.PREGNANCY]
    assert db.session.scalar(select(Appointment.id)) is None


def test_what_was_cleared_is_kept_by_whom_with_whom_when_and_about_which_note(
    desk, harbour, dana, pat
):
    ids = note(desk, pat, Word.DIABETES, Word.PREGNANCY)
    number = book(desk, harbour, dana, pat, cleared=ids)
    assert [
        (c.appointment_id, c.note_id, c.practitioner_id, c.sites, c.recorded_by_name, c.recorded_at)
        for c in clearances()
    ] == [(number, one, dana.id, ["thigh"], desk.name, given.NOW) for one in ids]
    [entry] = entries("clear notes")
    assert entry["after"]["notes_cleared"] == 2


def test_to_clear_some_of_the_notes_does_not_do(desk, harbour, dana, pat):
    ids = note(desk, pat, Word.DIABETES, Word.PREGNANCY)
    with pytest.raises(NotCleared) as caught:
        book(desk, harbour, dana, pat, cleared=ids[:1])
    assert len(caught.value.notes) == 1
    assert clearances() == []


def test_the_note_of_another_patient_clears_nothing(desk, harbour, dana, pat):
    other = given.patient(harbour, "Olga Other")
    ids = note(desk, other, Word.DIABETES)
    note(desk, pat, Word.DIABETES)
    with pytest.raises(NotCleared):
        book(desk, harbour, dana, pat, cleared=ids)


@pytest.mark.parametrize(
    "word",
    [
        Word.NEEDLE_PHOBIA,
        Word.UNWILLING,
        Word.CANNOT_CONSENT,
        Word.MEDICAL_EMERGENCY,
        Word.LYMPHOEDEMA,
    ],
)
def test_nothing_clears_what_forbids_needling(desk, harbour, dana, pat, word):
    ids = note(desk, pat, word)
    with pytest.raises(Contraindicated, match="Pat Doe is not to be needled") as caught:
        book(desk, harbour, dana, pat, cleared=ids)
    assert "Choose another treatment, or withdraw the note" in caught.value.message
    assert clearances() == []


def test_another_treatment_asks_nothing(desk, harbour, dana, pat):
    note(desk, pat, Word.NEEDLE_PHOBIA, Word.DIABETES)
    number = book(desk, harbour, dana, pat, **ON_FOOT)
    check_in(actor=desk, appointment_id=number, now=STARTS)
    assert on_record(number).checked_in_at == STARTS


def test_once_the_note_is_withdrawn_nothing_is_asked_and_its_history_is_kept(
    desk, harbour, dana, pat
):
    note(desk, pat, Word.NEEDLE_PHOBIA)
    note(desk, pat)
    assert book(desk, harbour, dana, pat)
    assert [(row.word, row.change, row.recorded_by_name) for row in notes(pat.id)] == [
        (Word.NEEDLE_PHOBIA, "added", desk.name),
        (Word.NEEDLE_PHOBIA, "withdrawn", desk.name),
    ]


@pytest.mark.parametrize("way", ["convert", "restore", "move", "other sites"])
def test_no_change_of_an_appointment_walks_around_a_note(desk, harbour, dana, pat, way):
    on_foot = ON_FOOT if way == "convert" else {}
    number = book(desk, harbour, dana, pat, **on_foot)
    ids = note(desk, pat, Word.DIABETES)
    to = {
        "convert": {"treatment": Treatment.NEEDLING, "sites": ("thigh",)},
        "restore": {},
        "move": {"slot": given.slot(harbour, 16)},
        "other sites": {"sites": ("leg_foot",)},
    }[way]
    with pytest.raises(NotCleared):
        rebook(desk, number, **to)
    assert on_record(number).version == 1
    rebook(desk, number, cleared=ids, **to)
    assert [one.note_id for one in clearances()] == ids


@pytest.mark.parametrize("way", ["convert", "restore", "move"])
def test_no_change_of_an_appointment_walks_around_what_forbids_needling(
    desk, harbour, dana, pat, way
):
    number = book(desk, harbour, dana, pat, **(ON_FOOT if way == "convert" else {}))
    ids = note(desk, pat, Word.UNWILLING)
    to = {
        "convert": {"treatment": Treatment.NEEDLING, "sites": ("thigh",)},
        "restore": {},
        "move": {"slot": given.slot(harbour, 16)},
    }[way]
    with pytest.raises(Contraindicated):
        rebook(desk, number, cleared=ids, **to)


def test_what_was_cleared_for_it_is_not_asked_again_when_it_is_only_moved(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat, cleared=note(desk, pat, Word.DIABETES))
    rebook(desk, number, slot=given.slot(harbour, 16))
    assert len(clearances()) == 1
    check_in(actor=desk, appointment_id=number, now=STARTS + timedelta(hours=2))


def test_somebody_else_is_asked_in_their_turn(desk, harbour, dana, ana, pat):
    ids = note(desk, pat, Word.DIABETES)
    number = book(desk, harbour, dana, pat, cleared=ids)
    with pytest.raises(NotCleared, match="ask Ana Ruiz about diabetes"):
        rebook(desk, number, practitioner_id=ana.id)
    rebook(desk, number, practitioner_id=ana.id, cleared=ids)
    assert [one.practitioner_id for one in clearances()] == [dana.id, ana.id]
    rebook(desk, number, practitioner_id=dana.id)


def test_other_sites_than_were_asked_about_are_asked_about(desk, harbour, dana, pat):
    ids = note(desk, pat, Word.DIABETES)
    both = {"sites": ("thigh", "leg_foot")}
    number = book(desk, harbour, dana, pat, cleared=ids, **both)
    rebook(desk, number, sites=("thigh",))
    fewer = book(desk, harbour, dana, pat, given.slot(harbour, 17), cleared=ids)
    with pytest.raises(NotCleared):
        rebook(desk, fewer, **both)


def test_each_appointment_is_cleared_for_itself(desk, harbour, dana, pat):
    ids = note(desk, pat, Word.DIABETES)
    book(desk, harbour, dana, pat, cleared=ids)
    with pytest.raises(NotCleared):
        book(desk, harbour, dana, pat, given.slot(harbour, 16))


def test_what_is_noted_after_the_booking_is_cleared_before_the_check_in(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat, cleared=note(desk, pat, Word.DIABETES))
    ids = note(desk, pat, Word.DIABETES, Word.EPILEPSY)
    arriving = dict(actor=desk, appointment_id=number, now=STARTS)
    with pytest.raises(NotCleared, match="about epilepsy"):
        check_in(**arriving)
    with pytest.raises(NotCleared, match="about epilepsy"):
        clear(desk, number, ids[:1])
    clear(desk, number, ids)
    check_in(**arriving)
    assert [one.note_id for one in clearances()] == ids
    with pytest.raises(NotInThatState, match="nothing to clear"):
        clear(desk, number, ids)


def test_where_nothing_changed_since_the_booking_check_in_asks_nothing(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat, cleared=note(desk, pat, Word.DIABETES))
    check_in(actor=desk, appointment_id=number, now=STARTS)
    assert on_record(number).checked_in_at == STARTS


def test_a_note_made_anew_is_asked_about_anew(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat, cleared=note(desk, pat, Word.DIABETES))
    note(desk, pat)
    note(desk, pat, Word.DIABETES)
    with pytest.raises(NotCleared):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def test_what_forbids_needling_and_is_noted_after_the_booking_refuses_the_check_in(
    desk, harbour, dana, pat
):
    number = book(desk, harbour, dana, pat)
    ids = note(desk, pat, Word.MEDICAL_EMERGENCY)
    with pytest.raises(Contraindicated, match="medical emergency"):
        check_in(actor=desk, appointment_id=number, now=STARTS)
    with pytest.raises(Contraindicated):
        clear(desk, number, ids)
    rebook(desk, number, **ON_FOOT)
    check_in(actor=desk, appointment_id=number, now=STARTS)


def test_what_is_noted_after_the_check_in_takes_it_back_until_it_is_over(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat)
    later = book(desk, harbour, dana, pat, given.slot(harbour, 16))
    for one in (number, later):
        check_in(actor=desk, appointment_id=one, now=STARTS)
    during = STARTS + timedelta(minutes=45)  # the first is over by then
    ids = note(desk, pat, Word.DIABETES, now=during)
    assert on_record(number).checked_in_at is not None
    assert on_record(later).checked_in_at is None
    assert len(entries("undo check-in")) == 1
    version = on_record(number).version
    mark_done(actor=desk, appointment_id=number, seen_version=version, now=during)
    with pytest.raises(NotInThatState, match="not checked in"):
        mark_done(
            actor=desk,
            appointment_id=later,
            seen_version=on_record(later).version,
            now=STARTS + timedelta(hours=3),
        )
    clear(desk, later, ids, now=during)
    check_in(actor=desk, appointment_id=later, now=during)


def test_to_withdraw_a_note_takes_no_check_in_back(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat, cleared=note(desk, pat, Word.DIABETES))
    check_in(actor=desk, appointment_id=number, now=STARTS)
    note(desk, pat, now=STARTS)
    assert on_record(number).checked_in_at == STARTS


def test_whoever_treats_may_say_that_they_were_asked(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat)
    ids = note(desk, pat, Word.DIABETES)
    herself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    clear(herself, number, ids)
    assert clearances()[0].recorded_by == herself.account_id


def test_nobody_is_put_down_as_asked_to_whom_it_was_given_since_somebody_looked(
    desk, harbour, dana, ana, pat
):
    number = book(desk, harbour, dana, pat)
    seen = on_record(number).version
    rebook(desk, number, practitioner_id=ana.id)
    ids = note(desk, pat, Word.DIABETES)
    with pytest.raises(Overtaken):
        clear(desk, number, ids, seen)
    assert clearances() == []
    with pytest.raises(NotCleared, match="ask Ana Ruiz about diabetes"):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def test_a_colleague_may_not(desk, harbour, dana, ana, pat):
    number = book(desk, harbour, dana, pat)
    ids = note(desk, pat, Word.DIABETES)
    other = given.somebody(Role.PRACTITIONER, harbour, practises_as=ana)
    with pytest.raises(NotFound):
        clear(other, number, ids)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (Role.PRACTITIONER, NotFound),
        (Role.ADMINISTRATOR, NotAllowed),
        (Role.AUDITOR, NotAllowed),
    ],
)
def test_only_front_desk_and_managers_change_notes(harbour, pat, role, refusal):
    somebody = given.somebody(role, harbour)
    with pytest.raises(refusal):
        note(somebody, pat, Word.DIABETES)
    assert notes(pat.id) == []


def test_notes_are_not_changed_from_another_clinic(app, harbour, pat):
    other = given.clinic("Hill Clinic", adopted=False)
    for role in (Role.FRONT_DESK, Role.MANAGER):
        with pytest.raises(NotFound):
            note(given.somebody(role, other), pat, Word.DIABETES)
    with pytest.raises(NotFound):
        note(given.somebody(Role.FRONT_DESK, harbour), 777, Word.DIABETES)


def test_only_words_of_the_list_are_noted(desk, pat):
    with pytest.raises(BadInput) as caught:
        note(desk, pat, "likes tea")
    assert caught.value.field == "words"


def test_two_who_change_notes_at_once_do_not_undo_what_they_never_saw(desk, pat):
    note(desk, pat, Word.DIABETES)
    with pytest.raises(Overtaken):
        change_notes(actor=desk, patient_id=pat.id, words=[], seen_note=0, now=given.NOW)
    assert len(notes(pat.id)) == 1


def test_the_trail_says_how_many_notes_there_are_and_never_which(desk, harbour, dana, pat):
    ids = note(desk, pat, Word.DIABETES, Word.PREGNANCY)
    book(desk, harbour, dana, pat, cleared=ids)
    note(desk, pat, Word.DIABETES, Word.NEEDLE_PHOBIA)
    first, second = entries("change patient notes")
    assert first["subject"] == f"patient:{pat.id}"
    assert (first["before"], first["after"]["notes"]) == ({"notes": 0}, 2)
    assert second["after"] == {"notes": 2, "added": 1, "withdrawn": 1}
    trail = json.dumps([json.loads(b) for b in db.session.scalars(select(AuditEntry.body))])
    assert not [word for word in HEALTH if word in trail.lower()]
    assert "Pat Doe" not in trail


def test_a_held_appointment_may_be_cleared_and_a_cancelled_one_not(desk, harbour, dana, pat):
    number = book(desk, harbour, dana, pat)
    ids = note(desk, pat, Word.DIABETES)
    found = on_record(number)
    found.state = AppointmentState.CANCELLED
    db.session.commit()
    with pytest.raises(NotInThatState, match="nothing to clear"):
        clear(desk, number, ids)
