"""The worker as its own process, or beside a server: prompt, and it ends what it is at."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from contextlib import nullcontext

import pytest
from sqlalchemy import select

from registry.jobs.waking import EXTENSION
from registry.jobs.worker import Worker
from registry.models import Heartbeat, db
from tests.durability.working import (
    PostOffice,
    Workers,
    free_port,
    promise,
    redis_server,
    unsent,
    until,
)

PROMPT = 1.0  # seconds from the commit to the post office


def beating():
    db.session.rollback()
    return set(db.session.scalars(select(Heartbeat.sweep).where(Heartbeat.took_ms.is_not(None))))


@pytest.mark.parametrize("queue", ["of the database", "redis"])
def test_what_a_server_promises_a_worker_process_sends_within_a_second(
    app, nursery, tmp_path, queue
):
    post = PostOffice()
    redis = redis_server(tmp_path) if queue == "redis" else nullcontext("")
    with (
        redis as jobs,
        post.opened() as mail,
        Workers(nursery, app, mail, REGISTRY_JOBS=jobs) as workers,
    ):
        app.config["JOBS"] = jobs
        server = Worker(app)
        server.waker.start()
        try:
            process = workers.start("work")
            until(lambda: beating() >= {"letters", "long work", "reminders", "forgetting"})
            waits = []
            for number in range(3):
                before = time.monotonic()
                promise(number)
                until(lambda number=number: post.has(number + 1))
                waits.append(post.at[number] - before)
                time.sleep(0.3)
            assert sorted(waits)[1] < PROMPT, waits
            os.kill(process, signal.SIGTERM)
            assert workers.how_it_ends(process) == 0
        finally:
            server.waker.stop()
            server.huey.storage.close()
            app.config["JOBS"] = ""
            del app.extensions[EXTENSION]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_a_worker_ends_the_letter_at_hand_and_begins_no_other(app, nursery, how):
    def ask(number):
        if number == 3:
            os.kill(process, how)
            time.sleep(0.5)  # the letter is in the hands of the post office meanwhile

    promise(*range(30))
    post = PostOffice(ask)
    with post.opened() as mail, Workers(nursery, app, mail) as workers:
        process = workers.start("work")
        assert workers.how_it_ends(process) == 0
    assert len(unsent()) == 30 - len(post.taken)
    assert len(post.taken) == 3


def test_while_redis_is_away_letters_go_all_the_same(app, nursery):
    promise(*range(3))
    post, nowhere = PostOffice(), f"redis://127.0.0.1:{free_port()}/0"
    with post.opened() as mail, Workers(nursery, app, mail, REGISTRY_JOBS=nowhere) as workers:
        workers.start("work")
        until(lambda: post.has(3))
        until(lambda: unsent() == [])
    assert len(post.taken) == 3


def test_beside_a_server_the_worker_does_the_same_and_ends_with_it(app, nursery):
    promise(*range(3))
    post, port = PostOffice(), free_port()
    with post.opened() as mail, Workers(nursery, app, mail, REGISTRY_WORKER="inside") as workers:
        process = workers.start("serve", "--port", str(port))
        until(lambda: post.has(3))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.read().startswith(b"ready\ndatabase: answers\n")
        os.kill(process, signal.SIGTERM)
        assert workers.how_it_ends(process) == 0
    assert unsent() == []
