"""Several sweeps at the same instant promise each reminder once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.models import Clinic, Letter, Reminder, db
from registry.rules.vocabulary import Role
from registry.services import reminders
from registry.services.reminder_answers import acknowledge_lapse
from registry.services.reminders import promise_reminders
from tests import given
from tests.concurrency.together import together

SOON = given.TODAY + timedelta(days=5)
PEOPLE = 9


@pytest.fixture
def harbour(app, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 2)
    clinic = given.clinic(adopted=False)
    given.somebody(Role.MANAGER, clinic)
    given.somebody(Role.ADMINISTRATOR)
    for number in range(PEOPLE):
        who = given.practitioner(f"Person {number}", at=clinic)
        given.somebody(Role.PRACTITIONER, clinic, name=f"Person {number}", practises_as=who)
        given.licence(who, last_day=SOON)
    return clinic


def sweep():
    return promise_reminders(now=given.NOW)


def counted(kind):
    return db.session.scalar(select(func.count()).select_from(kind))


def each_is_there_once():
    rows = db.session.execute(
        select(Reminder.version_id, Reminder.audience, Reminder.band, func.count()).group_by(
            Reminder.version_id, Reminder.audience, Reminder.band
        )
    ).all()
    assert len(rows) == counted(Reminder) == PEOPLE * (5 + 3 + 1)
    assert counted(Letter) == PEOPLE + 2


def test_four_sweeps_at_once_promise_each_reminder_once(app, harbour):
    outcomes = together(app, *[sweep] * 4)
    assert not any(isinstance(one, Exception) for one in outcomes), outcomes
    promise_reminders(now=given.NOW)
    each_is_there_once()


def test_without_waiting_for_one_another_the_database_keeps_them_from_doubling(
    app, harbour, monkeypatch
):
    """The lock is taken away; what is unique in the database alone holds."""
    monkeypatch.setattr(
        reminders, "_held_by_us", lambda session, clinic_id, _now: session.get(Clinic, clinic_id)
    )
    outcomes = together(app, *[sweep] * 4)
    # Whoever was beaten to it is told so; nobody promises by halves.
    assert {type(one) for one in outcomes} <= {int, ExceptionGroup}
    assert int in {type(one) for one in outcomes}
    promise_reminders(now=given.NOW)
    each_is_there_once()


def test_two_who_say_at_once_that_they_are_on_it_are_not_both_heard(app, harbour):
    promise_reminders(now=given.NOW)
    version = db.session.scalars(select(Reminder.version_id)).first()
    bosses = [given.somebody(Role.MANAGER, harbour) for _ in range(4)]
    credential = db.session.get_one(given.CredentialVersion, version).credential_id

    def says(boss):
        return lambda: acknowledge_lapse(
            actor=boss,
            credential_id=credential,
            version_id=version,
            seen=0,
            clinic_id=harbour.id,
            now=given.NOW,
        )

    outcomes = together(app, *[says(boss) for boss in bosses])
    assert [type(one).__name__ for one in outcomes].count("NoneType") == 1
    assert {type(one).__name__ for one in outcomes} == {"NoneType", "Overtaken"}
