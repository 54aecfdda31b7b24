"""Turns: in one process a sweep runs once at a time; called for meanwhile, it runs once more."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event, Lock

from flask import Flask

from registry.adapters.clock import now, ticks
from registry.errors import Overtaken
from registry.jobs.sweeps import Sweep
from registry.services.heartbeats import note_begun, note_failed, note_finished

A_BREATH = 0.05  # between two steps, so that whoever waits for the writer's seat gets it
BETWEEN_BEATS = timedelta(seconds=20)
logger = logging.getLogger(__name__)


class Turns:
    """Of one sweep, in one process."""

    def __init__(self, app: Flask, sweep: Sweep, stop: Event) -> None:
        self.app, self.sweep, self.stop = app, sweep, stop
        self._wanted, self._turn = Event(), Lock()
        self._noted: datetime | None = None  # None: whatever comes of the next run is noted

    def take(self) -> None:
        """Run it, unless it is running: then whoever runs it does so once more."""
        self._wanted.set()
        while self._wanted.is_set() and self._turn.acquire(blocking=False):
            try:
                self._wanted.clear()
                got_on = self._run()
            finally:
                self._turn.release()
            if self.stop.is_set():
                return
            if got_on:
                self._wanted.set()
                self.stop.wait(A_BREATH)

    def _run(self) -> bool:
        began, at = ticks(), now()
        with self.app.app_context():
            try:
                noting = self._noted is None or not at - BETWEEN_BEATS < self._noted <= at
                if noting:
                    note_begun(sweep=self.sweep.name, now=at)
                got_on = self.sweep.run(at, self.stop.is_set)
                if noting:
                    took = round(1000 * (ticks() - began))
                    note_finished(sweep=self.sweep.name, took_ms=took, now=now())
                    self._noted = at
            except Overtaken:
                return False  # somebody else was changing it; the next round finds it
            except Exception as error:
                # The gate needs no job: what was to be done is a row still, and is tried again.
                logger.exception("The sweep of %s failed; trying again.", self.sweep.name)
                self._note_failure(error)
                return False
        return got_on

    def _note_failure(self, error: Exception) -> None:
        self._noted = None
        said = f"{type(error).__name__}: {error}"
        try:
            note_failed(sweep=self.sweep.name, error=said, now=now())
        except Exception:
            logger.exception("That it failed could not be noted.")
