"""A worker killed while it looks at a photo: the photo is read again, and recorded once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

from registry.adapters.page_reader import OCR_CHILD
from registry.demo.papers import certificate_pdf, photo_of
from registry.jobs.papers import read_next
from registry.models import db
from registry.queries.extracts import papers_read, waiting_extract
from registry.rules.facts import Certificate
from registry.rules.legibility import ExtractState
from registry.rules.vocabulary import VersionState
from tests import given
from tests.web.bringing_in import brought_in

PLAIN = (str, int, bool)
PAPER = Certificate(
    id=0,
    state=VersionState.SUBMITTED,
    first_day=date(2025, 3, 9),
    last_day=None,
    provider="Lakeside Institute",
    course="Dry needling, upper quarter",
    completed_on=date(2025, 3, 9),
)
SOON = 10  # seconds: a machine with much to do takes its time to end a process


def state_of(number):
    db.session.rollback()
    return papers_read(number)[number].state


def readers_at_work():
    asked = subprocess.run(
        ["pgrep", "-f", str(OCR_CHILD)], capture_output=True, text=True, check=False
    )
    return set(asked.stdout.split())


def killed_while_it_looks(app, now):
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    before = readers_at_work()
    db.session.remove()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.durability.paper_reader", json.dumps(settings), str(now)],
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout.readline() == "it looks\n"
        time.sleep(1)
        worker.send_signal(signal.SIGKILL)
    return before


def test_a_photo_over_which_a_worker_is_killed_is_read_by_the_next_and_recorded_once(app):
    dana = given.practitioner("Dana Okafor", at=given.clinic())
    photo = photo_of(certificate_pdf(PAPER, "Dana Okafor"))
    number = brought_in(app, dana, data=photo, name="a.jpg")
    before = killed_while_it_looks(app, given.NOW)
    assert state_of(number) is ExtractState.READING
    assert waiting_extract(given.NOW, by_eye=True) is None, "it is the dead worker's still"
    until = time.monotonic() + SOON
    while readers_at_work() - before and time.monotonic() < until:
        time.sleep(0.1)
    assert readers_at_work() <= before, "the engine dies with its worker"

    later = given.NOW + timedelta(minutes=5)
    assert read_next(later) is True
    assert state_of(number) is ExtractState.READ
    assert "Dry needling" in papers_read(number)[number].extract.of("course").value
    db.session.rollback()
    assert read_next(later) is False
