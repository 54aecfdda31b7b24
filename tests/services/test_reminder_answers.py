"""Somebody is on it, or puts it off and another answers for it; and who wants no early letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, Overtaken
from registry.models import (
    Account,
    AuditEntry,
    Clinic,
    CredentialVersion,
    Letter,
    ReminderAnswer,
    db,
)
from registry.rules.reminders import BANDS, LAPSED, Audience
from registry.rules.vocabulary import Role, VersionState
from registry.services.reminder_answers import acknowledge_lapse, snooze_lapse
from registry.services.reminder_settings import (
    choose_early_letters,
    set_reminder_bands,
    stop_early_letters,
)
from tests import given
from tests.services.test_reminders import LAST, letters, promised, remind, version_of

LATER = given.NOW + timedelta(days=90)  # ten days before the last one


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def herself(harbour, dana):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def manager(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Ruth Manager")


@pytest.fixture
def above(app):
    return given.somebody(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def licence(dana):
    return given.licence(dana, last_day=LAST)


def acknowledge(actor, credential, clinic=None, *, seen=0, now=LATER):
    acknowledge_lapse(
        actor=actor,
        credential_id=credential.id,
        version_id=version_of(credential),
        seen=seen,
        clinic_id=clinic and clinic.id,
        now=now,
    )


def snooze(actor, credential, clinic, until, *, owner=None, seen=0, now=LATER):
    snooze_lapse(
        actor=actor,
        credential_id=credential.id,
        version_id=version_of(credential),
        seen=seen,
        clinic_id=clinic.id,
        owner_id=(owner or actor).account_id,
        until=until,
        now=now,
    )


@pytest.mark.parametrize("who", ["herself", "manager"])
def test_whoever_is_on_it_keeps_it_from_going_further_up_until_it_lapses(
    harbour, licence, herself, manager, above, who
):
    remind(14)
    if who == "herself":
        acknowledge(herself, licence)
    else:
        acknowledge(manager, licence, harbour)
    for away in (7, 1, 0):
        remind(away)
    assert promised(Audience.ADMINISTRATORS) == []
    assert letters("lapses")[-1][2]["lines"][0]["acknowledged"]
    remind(-1)
    assert [band for band, _ in promised(Audience.ADMINISTRATORS)] == [7, 1, 0, LAPSED]
    assert len(letters("escalation")) == 1


def test_what_is_put_off_is_in_no_managers_letter_and_comes_back_as_one(
    harbour, licence, herself, manager, above
):
    snooze(manager, licence, harbour, LAST - timedelta(days=2))
    for away in (7, 5, 2):
        remind(away)
    assert letters("lapses") == letters("escalation") == []
    assert [band for band, _ in promised()] == [90, 60, 30, 14, 7]
    remind(1)
    assert promised(Audience.MANAGERS) == [(30, True), (14, True), (7, True), (1, False)]
    assert len(letters("lapses")) == len(letters("escalation")) == 1


def test_who_answers_for_it_is_told_unless_they_did_it_themselves(harbour, licence, manager):
    other = given.somebody(Role.MANAGER, harbour, name="Olive Owner")
    snooze(manager, licence, harbour, LAST, owner=other)
    [(to, template, said)] = letters()
    assert (to, template) == ("olive.owner@test.example", "reminder_owner")
    assert said["by"] == "Ruth Manager"
    last = db.session.scalars(select(ReminderAnswer.id)).one()
    snooze(manager, licence, harbour, LAST, seen=last)
    assert len(letters()) == 1


def test_saying_that_one_is_on_it_ends_the_snooze(harbour, licence, manager):
    snooze(manager, licence, harbour, LAST)
    last = db.session.scalars(select(ReminderAnswer.id)).one()
    acknowledge(manager, licence, harbour, seen=last)
    remind(7)
    assert len(letters("lapses")) == 1


def test_what_the_holder_says_does_not_end_a_snooze(harbour, licence, herself, manager):
    snooze(manager, licence, harbour, LAST)
    acknowledge(herself, licence)
    remind(7)
    assert letters("lapses") == []


def _closed(account, _harbour):
    db.session.get_one(Account, account.account_id).closed_at = given.NOW


def _moved(account, _harbour):
    elsewhere = given.clinic("Hill Clinic").id
    db.session.get_one(Account, account.account_id).grants[0].clinic_id = elsewhere


def _no_manager(account, _harbour):
    db.session.get_one(Account, account.account_id).grants[0].role = Role.FRONT_DESK


@pytest.mark.parametrize("how", [_closed, _moved, _no_manager])
@pytest.mark.parametrize("put_off", [True, False])
def test_what_somebody_said_who_manages_there_no_more_does_not_count(
    harbour, licence, manager, above, how, put_off
):
    other = given.somebody(Role.MANAGER, harbour, name="Olive Owner")
    if put_off:
        snooze(manager, licence, harbour, LAST, owner=other)
    else:
        acknowledge(other, licence, harbour)
    remind(7)
    before = len(letters("lapses"))
    assert letters("escalation") == []
    how(other, harbour)
    db.session.commit()
    remind(1)
    assert len(letters("lapses")) == (1 if put_off else before + 1)
    assert len(letters("escalation")) == 1
    said = letters("lapses", "ruth.manager@test.example")[-1][2]["lines"][0]
    assert said["acknowledged"] == ""


def test_what_somebody_put_off_who_left_holds_as_long_as_its_owner_manages_there(
    harbour, licence, manager, above
):
    other = given.somebody(Role.MANAGER, harbour, name="Olive Owner")
    snooze(manager, licence, harbour, LAST, owner=other)
    _closed(manager, harbour)
    db.session.commit()
    remind(7)
    assert letters("lapses") == letters("escalation") == []


def test_what_one_clinic_put_off_the_other_is_told_of(harbour, dana, licence, manager):
    hill = given.clinic("Hill Clinic")
    db.session.add(
        given.Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.TODAY)
    )
    db.session.commit()
    given.somebody(Role.MANAGER, hill, name="Hilda Hill")
    snooze(manager, licence, harbour, LAST)
    remind(7)
    assert [to for to, _, _ in letters("lapses")] == ["hilda.hill@test.example"]


@pytest.mark.parametrize(
    ("until", "now", "said"),
    [
        (LAST + timedelta(days=1), LATER, "past its last day"),
        (given.TODAY, LATER, "a day to come"),
        (LAST, LATER + timedelta(days=11), "has lapsed"),
    ],
)
def test_nothing_is_put_off_past_its_last_day(harbour, licence, manager, until, now, said):
    with pytest.raises(BadInput, match=said) as refused:
        snooze(manager, licence, harbour, until, now=now)
    assert refused.value.field == "until"
    assert db.session.scalars(select(ReminderAnswer)).all() == []


def test_only_somebody_who_manages_there_answers_for_it(harbour, licence, manager, herself):
    elsewhere = given.somebody(Role.MANAGER, given.clinic("Hill Clinic"))
    for owner in (herself, elsewhere):
        with pytest.raises(BadInput) as refused:
            snooze(manager, licence, harbour, LAST, owner=owner)
        assert refused.value.field == "owner"


def test_nobody_puts_off_what_is_their_own(harbour, licence, herself):
    both = given.also(herself, Role.MANAGER, harbour)
    with pytest.raises(NotAllowed):
        snooze(both, licence, harbour, LAST)
    acknowledge(both, licence, harbour)
    assert db.session.scalars(select(ReminderAnswer.clinic_id)).all() == [None]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.AUDITOR])
def test_others_neither_say_that_they_are_on_it_nor_put_it_off(harbour, licence, role):
    somebody = given.somebody(role, harbour if role is Role.FRONT_DESK else None)
    for deed in (acknowledge, lambda *known: snooze(*known, LAST)):
        with pytest.raises(NotAllowed):
            deed(somebody, licence, harbour)


def test_a_manager_of_another_clinic_finds_nothing_there(harbour, licence):
    hill = given.clinic("Hill Clinic")
    elsewhere = given.somebody(Role.MANAGER, hill)
    for clinic in (harbour, hill, None):
        with pytest.raises(NotFound):
            acknowledge(elsewhere, licence, clinic)


def test_what_changed_meanwhile_is_not_answered(harbour, licence, herself, manager):
    acknowledge(herself, licence)
    with pytest.raises(Overtaken, match="answered while you looked"):
        acknowledge(manager, licence, harbour)
    version = db.session.get_one(CredentialVersion, version_of(licence))
    version.state = VersionState.SUPERSEDED
    db.session.commit()
    with pytest.raises(Overtaken):
        acknowledge(manager, licence, harbour, seen=1)


def test_the_trail_says_who_is_on_it_and_who_answers(harbour, licence, manager):
    acknowledge(manager, licence, harbour)
    last = db.session.scalars(select(ReminderAnswer.id)).one()
    snooze(manager, licence, harbour, LAST, seen=last)
    actions = select(AuditEntry.action).where(AuditEntry.account_id == manager.account_id)
    assert db.session.scalars(actions).all() == ["acknowledge a lapse", "snooze a lapse"]


def test_who_wants_no_early_letters_is_told_from_seven_days_on(licence, manager, above):
    choose_early_letters(actor=manager, wanted=False, now=given.NOW)
    for away in (30, 14):
        remind(away)
    assert letters("lapses") == []
    remind(7)
    [(_, _, said)] = letters("lapses")
    assert "may_stop" not in said
    assert [band for band, _ in promised(Audience.MANAGERS)] == [30, 14, 7]


def test_only_an_early_letter_says_how_to_stop_them(licence, manager, above):
    for away in (30, 7):
        remind(away)
    early, late = (said for _, _, said in letters("lapses"))
    assert early["may_stop"] == manager.account_id
    assert "may_stop" not in late


def test_the_link_of_a_letter_stops_them_once_and_says_so_in_the_trail(manager):
    for _ in range(2):
        stop_early_letters(account_id=manager.account_id, address="192.0.2.1", now=given.NOW)
    account = db.session.get_one(Account, manager.account_id)
    assert account.early_letters is False
    entries = select(AuditEntry.body).where(AuditEntry.action == "choose early letters")
    [body] = db.session.scalars(entries).all()
    assert "followed the link in a letter" in body
    with pytest.raises(NotFound):
        stop_early_letters(account_id=999_999, address="192.0.2.1", now=given.NOW)


def test_a_clinic_sets_its_own_bands_and_odd_ones_are_refused_at_their_field(harbour, manager):
    known = dict(actor=manager, clinic_id=harbour.id, now=given.NOW)
    set_reminder_bands(bands="45, 10", seen=list(BANDS), **known)
    assert db.session.get_one(Clinic, harbour.id).reminder_bands == [45, 10, 0, LAPSED]
    with pytest.raises(BadInput, match="numbers of days") as refused:
        set_reminder_bands(bands="soon", seen=[45, 10, 0, LAPSED], **known)
    assert refused.value.field == "bands"
    with pytest.raises(Overtaken):
        set_reminder_bands(bands="30", seen=list(BANDS), **known)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    with pytest.raises(NotAllowed):
        set_reminder_bands(bands="30", seen=[], **known | dict(actor=desk))


def test_bands_added_later_lead_to_no_letter_of_what_lies_behind(
    harbour, licence, herself, manager
):
    remind(30)
    known = dict(actor=manager, clinic_id=harbour.id, now=given.NOW)
    set_reminder_bands(bands="90, 45, 20", seen=list(BANDS), **known)
    remind(25)
    assert [band for band, _ in promised()] == [90, 60, 30]
    remind(19)
    assert [band for band, _ in promised()] == [90, 60, 30, 20]
    assert db.session.scalars(select(Letter.id)).all()
