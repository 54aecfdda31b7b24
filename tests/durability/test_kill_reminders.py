"""A sweep killed in its midst leaves nothing half; the next one goes on, and nobody hears twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta

from sqlalchemy import func, select

from registry.models import Letter, Reminder, db
from registry.rules.reminders import Audience
from registry.rules.vocabulary import Role
from registry.services.reminders import promise_reminders
from tests import given

PEOPLE = 14
PLAIN = (str, int, bool)
SOON = given.TODAY + timedelta(days=5)


def remind_until_killed(app, after):
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    db.session.remove()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.durability.reminding", json.dumps(settings)],
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        for _ in range(after):
            assert worker.stdout.readline() == "a step\n"
        worker.send_signal(signal.SIGKILL)


def told(audience):
    db.session.rollback()
    wanted = select(func.count()).where(Reminder.audience == audience, ~Reminder.caught_up)
    return db.session.scalar(wanted)


def letters(template):
    return db.session.scalar(select(func.count()).where(Letter.template == template))


def test_nothing_is_half_and_nobody_is_told_twice(app):
    harbour = given.clinic(adopted=False)
    given.somebody(Role.MANAGER, harbour)
    given.somebody(Role.ADMINISTRATOR)
    for number in range(PEOPLE):
        who = given.practitioner(f"Person {number}", at=harbour)
        given.somebody(Role.PRACTITIONER, harbour, name=f"Person {number}", practises_as=who)
        given.licence(who, last_day=SOON)

    for after in (2, 3, 2):
        remind_until_killed(app, after)
        assert told(Audience.HOLDER) == letters("reminder")
        assert (
            bool(told(Audience.MANAGERS)) == bool(letters("lapses")) is bool(letters("escalation"))
        )

    promise_reminders(now=given.NOW)
    assert told(Audience.HOLDER) == letters("reminder") == PEOPLE
    assert letters("lapses") == letters("escalation") == 1
    assert promise_reminders(now=given.NOW) == 0
