"""How it is served: gunicorn with threads, one of its processes doing what is done behind them."""

from __future__ import annotations

import fcntl
import gc
import logging
import tempfile
from threading import Event, Thread
from typing import IO

from flask import Flask
from gunicorn.app.base import BaseApplication

from config import Config
from registry import create_app
from registry.adapters.clock import now
from registry.adapters.mail import mailer_from
from registry.jobs.background import go_on
from registry.jobs.outbox import send_waiting

SECONDS_BETWEEN_SENDINGS = 5
SECONDS_BETWEEN_LOOKS = 2
A_BREATH = 0.05  # between two steps, so that whoever waits for the writer's seat gets it
logger = logging.getLogger(__name__)


class Server(BaseApplication):
    """Each process makes the app for itself, after the fork: no connection is shared."""

    def __init__(self, config: Config, *, bind: str, processes: int) -> None:
        self.config = config
        self.options = {
            "bind": bind,
            "workers": processes,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 60,
            "graceful_timeout": 20,
            "max_requests": 0,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        # Opened before the fork, so that every process has one and the same file to lock.
        self.turn = tempfile.TemporaryFile()  # noqa: SIM115
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app(self.config.for_flask())
        # What is here now stays. Looking through it again and again for what may go cost a search
        # of a thousand people 0.1 s now and then (docs/performance.md).
        gc.collect()
        gc.freeze()
        Thread(target=keep_sending, args=(app, self.config, self.turn), daemon=True).start()
        Thread(target=keep_going, args=(app, self.turn), daemon=True).start()
        return app


def keep_sending(app: Flask, config: Config, turn: IO[bytes], stop: Event | None = None) -> None:
    """Send what waits, again and again, in whichever process holds the turn; its death frees it."""
    stop = stop or Event()
    fcntl.lockf(turn, fcntl.LOCK_EX)
    mailer = mailer_from(config.mail, config.mail_from)
    while not stop.wait(SECONDS_BETWEEN_SENDINGS):
        try:
            with app.app_context():
                send_waiting(mailer, now(), config.base_url)
        except Exception:
            # The gate needs no mail: it stays a row, and is tried again.
            logger.exception("The outbox could not be sent; trying again.")


def keep_going(app: Flask, turn: IO[bytes], stop: Event | None = None) -> None:
    """The same for what takes long, in the same process: the turn is the process's, not ours."""
    stop = stop or Event()
    fcntl.lockf(turn, fcntl.LOCK_EX)
    got_on = False
    while not stop.wait(A_BREATH if got_on else SECONDS_BETWEEN_LOOKS):
        try:
            with app.app_context():
                got_on = go_on(now())
        except Exception:
            got_on = False
            logger.exception("The work in the background stopped; trying again.")
