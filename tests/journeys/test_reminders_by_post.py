"""Reminders from the first band to the lapse, over a real SMTP server; early ones are stopped."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from aiosmtpd.controller import Controller

from registry.adapters.mail import SmtpMailer
from registry.jobs.outbox import send_waiting
from registry.rules.vocabulary import Role
from registry.services.calendars import choose_calendar_letters
from registry.services.reminders import promise_reminders
from tests import given
from tests.web.page import read

LAST = given.TODAY + timedelta(days=60)
HOUSE = "http://registry.test"


class Office:
    """Takes what arrives, as a mail server does."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, name):
        return [one for one in self.letters if name in one["To"]]


@pytest.fixture
def office():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Office()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.mailer = SmtpMailer(f"smtp://127.0.0.1:{port}")
    yield handler
    controller.stop()


@pytest.fixture
def harbour(app):
    clinic = given.clinic()
    dana = given.practitioner(at=clinic)
    herself = given.somebody(Role.PRACTITIONER, clinic, name="Dana Okafor", practises_as=dana)
    choose_calendar_letters(actor=herself, wanted=False, now=given.NOW)
    given.somebody(Role.MANAGER, clinic, name="Ruth Manager")
    given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    given.certified(dana, last_day=LAST)
    given.booked(clinic, dana, given.slot(clinic, 14, day=LAST - timedelta(days=1)))
    return clinic


def night(office, away):
    """What goes out so many days before the last one; twice, for a job may run twice."""
    moment = given.NOW + (LAST - timedelta(days=away) - given.TODAY)
    with time_machine.travel(moment, tick=False):
        promise_reminders(now=moment)
        sent = send_waiting(office.mailer, moment, HOUSE)
        assert promise_reminders(now=moment) == 0
        assert send_waiting(office.mailer, moment, HOUSE) == 0
    return sent


def both_forms(letter):
    assert letter["Auto-Submitted"] == "auto-generated"
    plain = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert "Pat Doe" not in plain + html
    return plain, html


def test_from_the_first_band_to_the_lapse(app, client, office, harbour):
    # Nobody ran it on the day of 60 and 30: one letter each catches up.
    night(office, 29)
    [dana], [ruth] = office.to("dana"), office.to("ruth")
    assert "lapses on Fri 30 April 2027" in dana["Subject"]
    plain, html = both_forms(dana)
    assert "1 needling booking with you at Harbour Clinic until then" in plain
    assert f'href="{HOUSE}/my-credentials"' in html
    assert dana["List-Unsubscribe"] is None
    assert "to see to at Harbour Clinic" in ruth["Subject"]
    assert "1 needling booking rests on what they hold until then" in both_forms(ruth)[0]

    # Ruth stops early letters with one press in her mail program.
    assert ruth["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(rf"<{HOUSE}(/calendars/letters/stop/[\w=-]+)>", ruth["List-Unsubscribe"])
    read(client.post(link[1], data={"List-Unsubscribe": "One-Click"}), 200)
    night(office, 14)
    assert len(office.to("ruth")) == 1

    # From seven days on she is told all the same, and so is the administrator: nobody acted.
    night(office, 7)
    late, above = office.to("ruth")[-1], office.to("ada")[-1]
    for letter in (late, above):
        assert letter["Subject"].startswith("Nobody has acted on a lapse")
        assert letter["List-Unsubscribe"] is None
        both_forms(letter)
    assert "Ruth Manager" in both_forms(above)[0]

    for away in (1, 0, -1, -2, -3):
        night(office, away)
    assert "lapsed on Fri 30 April 2027" in office.to("dana")[-1]["Subject"]
    subjects = [one["Subject"] for one in office.to("dana")]
    assert len(subjects) == 6  # 30 with those before, 14, 7, 1, the day, lapsed
    numbers = [one["Message-ID"] for one in office.letters]
    assert len(numbers) == len(set(numbers))
