"""Reminders on record: by bands crossed, once each, to whom they concern, caught up after nights
on which nothing ran."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from threading import Event

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as some
from sqlalchemy import select, update

from registry.errors import Overtaken
from registry.jobs.sweeps import SWEEPS
from registry.jobs.turns import Turns
from registry.models import (
    Account,
    AuditEntry,
    Clinic,
    Credential,
    CredentialVersion,
    Engagement,
    Heartbeat,
    Letter,
    Practitioner,
    Reminder,
    db,
)
from registry.models.facts_on_record import facts_on_record
from registry.models.lapsing import renewal_waits, renewed
from registry.rules.reminders import BANDS, LAPSED, Audience
from registry.rules.renewals import renews
from registry.rules.vocabulary import Outcome, Role, VersionState
from registry.services import reminders, reminders_due
from registry.services.reminder_letters import LISTED
from registry.services.reminders import promise_reminders
from registry.services.verification import decide_standing
from tests import given

LAST = given.TODAY + timedelta(days=100)


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


def reachable(whose):
    """Somebody without an account, whose address is on record."""
    number = whose.id
    db.session.get_one(Practitioner, number).email = f"practitioner-{number}@test.example"
    db.session.commit()
    return whose


def on_the_day(last_day, away, clock=10):
    """In the middle of the day that is so many days before the last one."""
    moment = given.NOW + (last_day - timedelta(days=away) - given.TODAY)
    return moment.replace(hour=clock)


def remind(away, last_day=LAST):
    return promise_reminders(now=on_the_day(last_day, away))


def promised(audience=Audience.HOLDER, version_id=None):
    db.session.rollback()
    wanted = select(Reminder.band, Reminder.caught_up).where(Reminder.audience == audience)
    if version_id is not None:
        wanted = wanted.where(Reminder.version_id == version_id)
    return [(row.band, row.caught_up) for row in db.session.execute(wanted.order_by(Reminder.id))]


def letters(template=None, to=None):
    db.session.rollback()
    wanted = select(Letter).order_by(Letter.id)
    found = [
        letter
        for letter in db.session.scalars(wanted)
        if template in (None, letter.template) and to in (None, letter.to)
    ]
    return [(letter.to, letter.template, json.loads(letter.particulars)) for letter in found]


def version_of(credential):
    wanted = select(CredentialVersion.id).where(CredentialVersion.credential_id == credential.id)
    return db.session.scalars(wanted.order_by(CredentialVersion.id.desc())).first()


def put_on(version_id, state):
    db.session.execute(
        update(CredentialVersion).where(CredentialVersion.id == version_id).values(state=state)
    )
    db.session.commit()


def test_the_holder_is_told_at_each_band_once(dana, herself):
    given.licence(dana, last_day=LAST)
    for away in (95, 90, 89, 60, 30, 14, 7, 1, 0, -1, -2):
        remind(away)
        remind(away)
    assert promised() == [(band, False) for band in BANDS]
    assert len(letters("reminder")) == len(BANDS)


def test_bands_jumped_over_are_caught_up_with_one_letter(dana, herself):
    given.licence(dana, last_day=LAST)
    remind(90)
    remind(6)
    assert promised() == [(90, False), (60, True), (30, True), (14, True), (7, False)]
    assert len(letters("reminder")) == 2


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@for_any(nights=some.lists(some.integers(-10, 110), min_size=1, max_size=6, unique=True))
def test_on_any_nights_each_band_is_on_record_once_in_order_and_none_is_missing(app, nights):
    db.session.rollback()
    clinic = given.clinic(f"Clinic {next(given._numbers)}", adopted=False)
    version = version_of(given.licence(reachable(given.practitioner(at=clinic)), last_day=LAST))
    for night in sorted(nights, reverse=True):
        remind(night)
    bands = [band for band, _ in promised(version_id=version)]
    assert bands == [band for band in BANDS if min(nights) <= band]


def test_the_day_is_that_of_the_clinic(app):
    far = given.clinic("Far Clinic", zone="Pacific/Auckland", adopted=False)
    near = given.clinic(adopted=False)
    for place in (far, near):
        given.licence(reachable(given.practitioner(f"At {place.name}", at=place)), last_day=LAST)
    # 13:00 UTC is already the day after in Auckland.
    promise_reminders(now=on_the_day(LAST, 91, clock=13))
    assert promised() == [(90, False)]
    promise_reminders(now=on_the_day(LAST, 90, clock=13))
    assert promised() == [(90, False), (90, False)]


def test_who_works_at_two_clinics_is_told_once(harbour, dana, herself):
    hill = given.clinic("Hill Clinic")
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.TODAY))
    db.session.commit()
    given.licence(dana, last_day=LAST)
    remind(90)
    assert len(letters("reminder")) == 1


def test_a_holder_has_one_letter_of_all_that_is_due(dana, herself):
    given.licence(dana, last_day=LAST)
    given.certificate(dana, last_day=LAST - timedelta(days=60))
    remind(90)
    [(to, _, said)] = letters("reminder")
    assert to == "dana.okafor@test.example"
    assert said["count"] == 2
    assert {line["kind"] for line in said["lines"]} == {"licence", "certificate"}


def test_a_holder_without_an_account_is_written_to_at_the_address_on_record(dana):
    db.session.get_one(Practitioner, dana.id).email = "dana@elsewhere.example"
    db.session.commit()
    given.licence(dana, last_day=LAST)
    remind(90)
    assert [to for to, _, _ in letters()] == ["dana@elsewhere.example"]


def test_a_holder_whose_address_nobody_knows_is_told_all_once_it_is_known(dana):
    given.licence(dana, last_day=LAST)
    remind(90)
    assert promised() == letters() == []
    reachable(dana)
    remind(60)
    assert promised() == [(90, True), (60, False)]
    assert len(letters("reminder")) == 1


def test_a_clinic_without_managers_has_nothing_on_record_of_telling_them(harbour, dana):
    given.licence(dana, last_day=LAST)
    remind(30)
    assert promised(Audience.MANAGERS) == promised(Audience.ADMINISTRATORS) == []
    given.somebody(Role.MANAGER, harbour, name="Ruth Manager")
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    remind(7)
    assert promised(Audience.MANAGERS) == [(30, True), (14, True), (7, False)]
    assert promised(Audience.ADMINISTRATORS) == [(7, False)]
    assert len(letters("lapses")) == len(letters("escalation")) == 1


def test_without_administrators_nobody_is_told_twice_and_what_comes_later_is_told(dana, manager):
    given.licence(dana, last_day=LAST)
    remind(7)
    given.certificate(dana, last_day=LAST + timedelta(days=1))
    remind(6)
    remind(5)
    assert [said["count"] for _, _, said in letters("lapses")] == [1, 1]


@pytest.mark.parametrize("another", [True, False])
def test_a_renewal_that_only_its_holder_could_check_goes_further_up(harbour, dana, another):
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.somebody(Role.MANAGER, harbour, name="Dana Okafor", practises_as=dana)
    if another:
        given.somebody(Role.MANAGER, harbour, name="Ruth Manager")
    given.licence(dana, last_day=LAST)
    given.licence(dana, last_day=None, state=VersionState.SUBMITTED)
    remind(7)
    assert len(letters("escalation")) == (0 if another else 1)


def test_managers_are_told_from_thirty_days_on(dana, manager):
    given.licence(dana, last_day=LAST)
    for away in (90, 60, 31):
        remind(away)
    assert not letters("lapses")
    remind(30)
    [(to, _, said)] = letters("lapses")
    assert to == "ruth.manager@test.example"
    assert said["path"].startswith("/oversight/expiries?clinic=")
    assert promised(Audience.MANAGERS) == [(30, False)]


def test_a_manager_has_one_letter_a_day_from_each_clinic_however_many_lapse(harbour, manager):
    for number in range(LISTED + 5):
        given.licence(given.practitioner(f"Person {number}", at=harbour), last_day=LAST)
    given.licence(given.practitioner("Person Last", at=harbour), last_day=date(2020, 6, 1))
    remind(14)
    [(_, _, said)] = letters("lapses")
    assert (said["count"], len(said["lines"]), said["more"]) == (LISTED + 6, LISTED, 6)
    assert said["lapsed"] == 1


def test_the_first_run_over_an_old_database_is_one_letter_to_each_reader(app, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 3)
    admin = given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    for place in ("Harbour Clinic", "Hill Clinic"):
        clinic = given.clinic(place, adopted=False)
        given.somebody(Role.MANAGER, clinic, name=f"Manager of {place}")
        for number in range(8):
            who = given.practitioner(f"{place} {number}", at=clinic)
            given.somebody(Role.PRACTITIONER, clinic, name=f"{place} {number}", practises_as=who)
            given.licence(who, last_day=date(2026, 2 + number, 1))
            given.certificate(who, last_day=given.TODAY + timedelta(days=5))
    promise_reminders(now=given.NOW)
    found = letters()
    assert len({to for to, _, _ in found}) == len(found) == 16 + 2 + 1
    [(_, _, said)] = letters("escalation", db.session.get_one(Account, admin.account_id).email)
    assert said["count"] == 32
    assert [place["clinic"] for place in said["places"]] == ["Harbour Clinic", "Hill Clinic"]
    assert promise_reminders(now=given.NOW) == 0


def test_nobody_acted_is_told_further_up_from_seven_days_on(dana, manager):
    admin = given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.licence(dana, last_day=LAST)
    for away in (30, 14):
        remind(away)
    assert not letters("escalation")
    for away in (7, 1, 0, -1):
        remind(away)
    bands = promised(Audience.ADMINISTRATORS)
    assert bands == [(7, False), (1, False), (0, False), (LAPSED, False)]
    assert {to for to, _, _ in letters("escalation")} == {"ada.admin@test.example"}
    assert letters("lapses")[-1][2]["alone"] == 1
    assert admin.account_id


def test_a_clinic_that_nobody_manages_is_told_of_further_up_at_once(dana):
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.licence(dana, last_day=LAST)
    remind(30)
    [(_, _, said)] = letters("escalation")
    assert said["places"][0]["managers"] == []


def test_an_administrator_who_manages_the_clinic_has_one_letter(harbour, dana, manager):
    given.also(manager, Role.ADMINISTRATOR)
    given.licence(dana, last_day=LAST)
    remind(7)
    assert [template for _, template, _ in letters(to="ruth.manager@test.example")] == ["lapses"]


def test_what_was_sent_in_is_for_the_manager_to_check_and_goes_no_further(dana, herself, manager):
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.licence(dana, last_day=LAST)
    given.licence(dana, last_day=None, state=VersionState.SUBMITTED)
    remind(1)
    assert letters("reminder")[0][2]["waiting"] == 1
    assert letters("lapses")[0][2]["lines"][0]["renewal"] is True
    assert not letters("escalation")


def test_a_renewal_for_something_else_is_none(dana, manager):
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.licence(dana, last_day=LAST)
    given.licence(dana, jurisdiction="US-GA", last_day=None, state=VersionState.SUBMITTED)
    remind(1)
    assert letters("escalation")


def test_a_renewal_that_is_rejected_is_nothing_any_more(dana, manager):
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.licence(dana, last_day=LAST)
    renewal = given.licence(dana, last_day=None, state=VersionState.SUBMITTED)
    remind(7)
    assert not letters("escalation")
    put_on(version_of(renewal), VersionState.REJECTED)
    remind(5)
    assert letters("escalation")
    assert letters("lapses")[-1][2]["alone"] == 1


def test_a_verified_renewal_ends_the_reminders_of_what_it_renews(dana, herself, manager):
    old = given.licence(dana, last_day=LAST)
    remind(30)
    given.licence(dana, last_day=LAST + timedelta(days=365))
    for away in (14, 7, 1, 0, -1):
        remind(away)
    assert promised(version_id=version_of(old)) == [(90, True), (60, True), (30, False)]


def test_a_newer_version_has_bands_of_its_own(dana, herself):
    held = given.licence(dana, last_day=LAST)
    first = version_of(held)
    remind(30)
    put_on(first, VersionState.SUPERSEDED)
    was = db.session.get_one(CredentialVersion, first)
    db.session.add(
        CredentialVersion(
            credential_id=held.id, version=2, state=VersionState.VERIFIED, first_day=LAST,
            last_day=LAST + timedelta(days=365), particulars=was.particulars,
            entered_by=was.entered_by, entered_at=given.NOW,
        )
    )  # fmt: skip
    db.session.commit()
    for away in (14, 7, -1):
        remind(away)
    assert len(promised()) == 3
    remind(90, LAST + timedelta(days=365))
    assert promised(version_id=version_of(held)) == [(90, False)]


def test_what_was_revoked_is_not_renewed_and_what_was_reinstated_is(dana, herself):
    held = given.licence(dana, last_day=LAST)
    boss = given.somebody(Role.MANAGER, db.session.scalars(select(Clinic)).one())
    known = dict(actor=boss, credential_id=held.id, reason="Forged.", now=given.NOW)
    decide_standing(outcome=Outcome.REVOKED, effective_from=given.TODAY, **known)
    remind(90)
    assert promised() == []
    decide_standing(outcome=Outcome.REINSTATED, effective_from=given.TODAY, **known)
    remind(60)
    assert promised() == [(90, True), (60, False)]


def test_who_is_archived_or_works_there_no_more_is_not_reminded(harbour, dana, manager):
    given.licence(dana, last_day=LAST)
    gone = given.practitioner("Gone Away", at=harbour)
    given.licence(gone, last_day=LAST)
    db.session.execute(
        update(Engagement)
        .where(Engagement.practitioner_id == gone.id)
        .values(last_day=LAST - timedelta(days=31))
    )
    db.session.execute(
        update(Practitioner).where(Practitioner.id == dana.id).values(archived_at=given.NOW)
    )
    db.session.commit()
    remind(30)
    assert promised() == promised(Audience.MANAGERS) == []


def test_what_has_no_last_day_or_waits_for_its_check_is_not_reminded_of(dana):
    given.licence(dana, last_day=None)
    given.certificate(dana, last_day=LAST, state=VersionState.SUBMITTED)
    remind(7)
    assert promised() == []


def test_bookings_are_told_as_numbers_and_no_patient_is_named(harbour, dana, herself, manager):
    given.certified(dana, last_day=given.TODAY + timedelta(days=9))
    given.booked(harbour, dana)
    promise_reminders(now=given.NOW)
    assert letters("lapses")[0][2]["lines"][0]["booked"] == 1
    assert letters("reminder")[0][2]["lines"][0]["booked"] == 1
    assert "Pat Doe" not in json.dumps([said for _, _, said in letters() if "lines" in said])


def test_an_address_of_a_closed_account_or_a_proposed_manager_is_not_written_to(harbour, dana):
    closed = given.somebody(Role.MANAGER, harbour, name="Closed Manager")
    proposed = given.somebody(Role.MANAGER, harbour, name="Proposed Manager")
    db.session.get_one(Account, closed.account_id).closed_at = given.NOW
    db.session.get_one(Account, proposed.account_id).grants[0].proposed_by = closed.account_id
    db.session.commit()
    given.licence(dana, last_day=LAST)
    remind(30)
    assert letters("lapses") == []


def test_the_bands_of_a_clinic_are_its_own(harbour, dana, herself):
    db.session.get_one(Clinic, harbour.id).reminder_bands = [45, 0, LAPSED]
    db.session.commit()
    given.licence(dana, last_day=LAST)
    for away in (90, 45, 30, 0):
        remind(away)
    assert promised() == [(45, False), (0, False)]


def test_the_trail_tells_how_many_letters_were_promised_and_stays_silent_of_none(dana, manager):
    given.licence(dana, last_day=LAST)
    remind(91)
    remind(30)
    entries = select(AuditEntry.body).where(AuditEntry.action == "promise reminders")
    [body] = [json.loads(one) for one in db.session.scalars(entries)]
    assert body["after"] == {"managers": 1, "administrators": 0}
    assert body["by"]["name"] == "The registry itself"


def test_what_fails_at_one_clinic_leaves_the_others_their_reminders(app, monkeypatch):
    for place in ("Harbour Clinic", "Hill Clinic"):
        clinic = given.clinic(place, adopted=False)
        given.licence(reachable(given.practitioner(f"At {place}", at=clinic)), last_day=LAST)
    whole = reminders_due.lapses_here

    def failing(session, clinic, *more):
        if clinic.name == "Harbour Clinic":
            raise OSError("broken")
        return whole(session, clinic, *more)

    monkeypatch.setattr(reminders_due, "lapses_here", failing)
    with pytest.raises(ExceptionGroup, match="at clinic"):
        remind(90)
    assert len(promised()) == 1
    monkeypatch.undo()
    remind(90)
    assert len(promised()) == 2


def test_what_fails_at_one_clinic_is_on_record_as_a_failure_of_the_sweep(
    app, harbour, dana, monkeypatch
):
    given.licence(dana, last_day=LAST)

    def failing(*_):
        raise OSError("broken")

    monkeypatch.setattr(reminders_due, "lapses_here", failing)
    [sweep] = [sweep for sweep in SWEEPS if sweep.name == "reminders"]
    with time_machine.travel(on_the_day(LAST, 90), tick=False):
        Turns(app, sweep, Event()).take()
    beat = select(Heartbeat.failed_with).where(Heartbeat.sweep == "reminders")
    assert f"at clinic {harbour.id}" in db.session.scalar(beat)


@pytest.mark.parametrize("broken_at", ["_keep", "promise_letters", "_note"])
def test_a_sweep_broken_off_leaves_nothing_half_and_is_gone_on_with(
    harbour, dana, herself, manager, monkeypatch, broken_at
):
    given.licence(dana, last_day=LAST)
    whole, calls = getattr(reminders, broken_at), []

    def breaking(*known, **more):
        calls.append(broken_at)
        if len(calls) in (1, 3):
            raise OSError("pulled out")
        return whole(*known, **more)

    monkeypatch.setattr(reminders, broken_at, breaking)
    for _ in range(6):
        with suppress(ExceptionGroup):
            remind(14)
        told = len([band for band, caught_up in promised() if not caught_up])
        assert told == len(letters("reminder"))
        assert bool(promised(Audience.MANAGERS)) == bool(letters("lapses"))
    assert len(letters("reminder")) == len(letters("lapses")) == 1


@pytest.mark.parametrize("people", [2, 12])
def test_a_sweep_asks_as_often_for_many_as_for_few(harbour, manager, statements, people):
    for number in range(people):
        who = given.practitioner(f"Person {number}", at=harbour)
        given.somebody(Role.PRACTITIONER, harbour, name=f"Person {number}", practises_as=who)
        given.licence(who, last_day=LAST)
    statements.clear()
    remind(30)
    assert len(statements) < 36
    assert len(letters()) == people + 1


def test_a_day_that_is_done_costs_one_look(harbour, dana, statements):
    remind(30)
    statements.clear()
    assert remind(30) == 0
    assert len(statements) == 1


def test_renewed_in_the_database_is_what_the_rules_say(app, harbour):
    who = given.practitioner(at=harbour)
    days = (None, LAST, LAST + timedelta(days=1))
    for state in (VersionState.VERIFIED, VersionState.SUBMITTED):
        for last in days:
            for place in ("US-MT", "US-GA"):
                given.licence(who, jurisdiction=place, last_day=last, state=state)
            for course in ("Upper Quarter", "upper quarter", "Lower quarter"):
                given.certificate(who, course=course, last_day=last, state=state)
    assert _agree_on(who) == 20


@pytest.mark.parametrize("state", [VersionState.VERIFIED, VersionState.SUBMITTED])
@pytest.mark.parametrize(("begins", "renews_it"), [(None, 1), (0, 1), (1, 1), (2, 0), (300, 0)])
def test_what_begins_after_a_gap_is_no_renewal(app, harbour, state, begins, renews_it):
    who = given.practitioner(at=harbour)
    old = given.licence(who, last_day=LAST)
    first = begins if begins is None else LAST + timedelta(days=begins)
    given.licence(who, first_day=first, last_day=LAST + timedelta(days=365), state=state)
    asked = renewed(given.TODAY) if state is VersionState.VERIFIED else renewal_waits()
    of_the_old = CredentialVersion.credential_id == old.id
    wanted = select(asked).select_from(CredentialVersion).join(Credential).where(of_the_old)
    assert db.session.scalar(wanted) == renews_it
    assert _agree_on(who) == 2


def _agree_on(who):
    """The rule and the database; of how many with a last day."""
    rows = db.session.execute(
        select(CredentialVersion.credential_id, renewed(given.TODAY), renewal_waits())
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .where(CredentialVersion.last_day.is_not(None))
    ).all()
    held = {one.id: one for one in facts_on_record(db.session(), [who.id])[who.id].credentials}
    for number, is_renewed, waits in rows:
        mine = held[number]
        others = [one for one in held.values() if one.id != number and renews(one, mine)]
        assert is_renewed == any(one.state is VersionState.VERIFIED for one in others)
        assert waits == any(one.state is VersionState.SUBMITTED for one in others)
    return len(rows)


def test_what_is_read_for_reminders_takes_nobody_s_place_at_writing(harbour, dana, monkeypatch):
    """While it reads somebody else writes; what they wrote is seen before anything is promised."""
    reachable(dana)
    given.licence(dana, last_day=given.TODAY + timedelta(days=5))
    version = db.session.scalars(select(CredentialVersion.id)).one()
    whole, meanwhile = reminders_due.lapses_here, []

    def reads_slowly(*args):
        found = whole(*args)
        if not meanwhile:
            meanwhile.append(withdrawn_elsewhere(version))
        return found

    monkeypatch.setattr(reminders_due, "lapses_here", reads_slowly)
    assert promise_reminders(now=given.NOW) == 0
    assert meanwhile == [1]
    assert db.session.scalars(select(Reminder)).all() == []
    assert db.session.scalars(select(Letter)).all() == []


def withdrawn_elsewhere(version):
    """By somebody else, who waits for nobody."""
    gone = update(CredentialVersion).where(CredentialVersion.id == version)
    with db.engine.connect().execution_options(registry_writes=True) as other:
        done = other.execute(gone.values(state=VersionState.WITHDRAWN)).rowcount
        other.commit()
    return done


def test_who_is_always_changing_what_is_read_leaves_it_to_the_next_round(
    harbour, dana, monkeypatch
):
    reachable(dana)
    given.licence(dana, last_day=given.TODAY + timedelta(days=5))
    with monkeypatch.context() as patched:
        patched.setattr(reminders, "standing_now", lambda *_: None)
        with pytest.raises(ExceptionGroup) as caught:
            promise_reminders(now=given.NOW)
    assert [type(one) for one in caught.value.exceptions] == [Overtaken]
    assert promise_reminders(now=given.NOW) == 1
