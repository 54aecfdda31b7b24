"""The worker: Huey calls for each sweep, by the clock and whenever something was promised."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

from flask import Flask
from huey import Huey
from huey.consumer import Consumer, Scheduler

from registry.adapters.page_reader import can_read_by_eye
from registry.jobs.engine import engine_for
from registry.jobs.papers import NOT_INSTALLED
from registry.jobs.sweeps import SWEEPS, Sweep
from registry.jobs.turns import Turns
from registry.jobs.waking import Waker

LONGEST_WAIT = 0.5  # seconds between two looks into a queue that cannot call: SQLite's
AFTER_A_FAULT = 10  # seconds, at the most, until a queue that is away is asked again
#: So long a worker beside a server may finish the step at hand; the server itself is given 20.
LAST_STEP = 15
ENOUGH_WAITING = 50  # messages that nobody has read yet: one more would wake no better
logger = logging.getLogger(__name__)


class EverySecond(Scheduler):
    """What is due by the clock is swept although the queue is away: then only nobody can call."""

    periodic_task_seconds = 1

    def enqueue_periodic_tasks(self, now: datetime | None) -> None:
        for task in self.huey.read_periodic(now):
            try:
                self.huey.enqueue(task)
            except Exception as error:
                logger.warning("The queue is away (%s): sweeping without it.", error)
                Thread(target=task.execute, daemon=True).start()


class BesideAServer(Consumer):
    """In threads of a process that has signal handlers of its own."""

    scheduler_class = EverySecond

    def _set_signal_handlers(self) -> None:
        """The server's stay."""


class OnItsOwn(Consumer):
    """A process: whatever asks it to stop, the step at hand ends first. Asked twice, it goes."""

    scheduler_class = EverySecond

    def __init__(self, huey: Huey, **options: Any) -> None:
        super().__init__(huey, **options)
        self._signal_actions = {signal.SIGTERM: (False, True), signal.SIGINT: (False, True)}


class Every:
    """Is it time again? Also if somebody set the clock back."""

    def __init__(self, seconds: int) -> None:
        self.wait = timedelta(seconds=seconds)
        self.last: datetime | None = None

    def __call__(self, moment: datetime) -> bool:
        if self.last is not None and timedelta(0) <= moment - self.last < self.wait:
            return False
        self.last = moment
        return True


class Worker:
    """Any number may work on one database: rows are claimed, and steps refuse to overlap."""

    def __init__(self, app: Flask, kind: type[Consumer] = BesideAServer) -> None:
        self.huey = engine_for(app.config)
        limit = LAST_STEP if kind is BesideAServer else None
        wait = AFTER_A_FAULT if self.huey.storage.blocking else LONGEST_WAIT
        # A thread for each sweep: a post office that does not answer keeps nothing else waiting.
        self._consumer = kind(
            self.huey, workers=len(SWEEPS), max_delay=wait, shutdown_timeout=limit
        )
        if not can_read_by_eye():
            logger.warning(NOT_INSTALLED)
        self.waker = Waker(app, {sweep.name: self._made_known(app, sweep) for sweep in SWEEPS})

    def start(self) -> None:
        """In threads of this process, until `stop`."""
        self._consumer.start()
        self.waker.start()

    def stop(self) -> None:
        """The step at hand ends first."""
        self.waker.stop()
        self._consumer.stop(graceful=True)

    def run(self) -> None:
        """In this process, until it is asked to stop."""
        self.waker.start()
        try:
            self._consumer.run()
        finally:
            self.waker.stop()

    def _made_known(self, app: Flask, sweep: Sweep) -> Callable[[], None]:
        """What calls for the sweep, from this process or another."""
        turns = Turns(app, sweep, self._consumer.stop_flag)
        made = self.huey.periodic_task(Every(sweep.every), name=sweep.name.replace(" ", "_"))
        task = made(turns.take)

        def call() -> None:
            if self.huey.pending_count() < ENOUGH_WAITING:
                task()

        return call


def work(app: Flask) -> None:
    """As a process of its own, until it is asked to stop."""
    Worker(app, OnItsOwn).run()
