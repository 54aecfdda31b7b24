"""A repair killed between two steps, or within one, goes on from where it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import timedelta

from registry.jobs.repairing import LEASE
from registry.models import Repair, RepairPhase, db
from registry.queries.repairs import waiting_repair
from tests import given
from tests.services.repairing import Scene, answers_of, finish

PLAIN = (str, int, bool)
CLAIMED = LEASE + timedelta(seconds=10)  # longer than the dead had the step to themselves


def go_on_until_killed(app, lines, linger, now):
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    db.session.remove()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.durability.repairer", json.dumps(settings), now.isoformat()],
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        for _ in range(lines):
            worker.stdout.readline()  # nothing where it was done before
        time.sleep(linger)
        worker.send_signal(signal.SIGKILL)


def test_it_goes_on_from_where_it_was_killed_with_the_same_answer(app):
    scene = Scene()
    for n in range(4):
        scene.booked(scene.dana, 9 + n)
        scene.booked(scene.bo if n % 2 else scene.ana, 9 + n, 15, room=1)
    scene.revoke()
    unharmed = answers_of(scene.worked_out())
    number = scene.ask()

    seen, now = [], given.NOW
    for lines, linger in ((1, 0.0), (2, 0.0), (1, 0.3)):
        go_on_until_killed(app, lines, linger, now)
        now += CLAIMED
        seen.append(db.session.get_one(Repair, number, populate_existing=True).done)

    assert seen == sorted(seen)
    assert seen[-1] >= 1, "nothing it did was kept"
    finish(now)
    assert waiting_repair(now) is None
    row = db.session.get_one(Repair, number, populate_existing=True)
    assert (row.phase, row.failed_with, row.work) == (RepairPhase.ANSWERED, "", None)
    assert answers_of(number) == unharmed
