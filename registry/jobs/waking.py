"""Waking: what a use case promised is begun as soon as it is committed, not at the next round."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from registry.models import Activation, DocumentExtract, Letter, Repair, WhatIf, db

#: A new row of these calls for that sweep.
WAKES = {
    Letter: "letters",
    Activation: "long work",
    DocumentExtract: "papers",
    Repair: "long work",
    WhatIf: "long work",
}
PROMISED = "promised"  # in the session: the sweeps that what it flushed calls for
EXTENSION = "registry_waker"
PAUSE = 0.1  # seconds: however many promise something meanwhile, they wake once
AFTER_A_FAULT = 5
logger = logging.getLogger(__name__)


class Waker:
    """
    Wakes from a thread of its own, so nobody who presses a button waits for a queue, or for Redis.

    `calls` are, by sweep, what puts a message for it into the queue.
    """

    def __init__(self, app: Flask, calls: Mapping[str, Callable[[], object]]) -> None:
        self.calls = calls
        self._wanted: SimpleQueue[str] = SimpleQueue()
        self._stop = Event()
        self._thread = Thread(target=self._keep_calling, name="Waker", daemon=True)
        app.extensions[EXTENSION] = self

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wanted.put("")
        self._thread.join(2)

    def want(self, sweeps: Iterable[str]) -> None:
        for sweep in sweeps:
            self._wanted.put(sweep)

    def _keep_calling(self) -> None:
        while not self._stop.is_set():
            wanted = {self._wanted.get()}
            while not self._wanted.empty():
                wanted.add(self._wanted.get())
            try:
                for sweep in wanted & self.calls.keys():
                    self.calls[sweep]()
                self._stop.wait(PAUSE)
            except Exception:
                # Nothing is lost: the next round finds the row.
                logger.exception("The worker could not be woken.")
                self._stop.wait(AFTER_A_FAULT)


@event.listens_for(db.session, "after_flush")
def _note_promises(session: Session, _flush: Any) -> None:
    promised = {WAKES[type(row)] for row in session.new if type(row) in WAKES}
    if promised:
        session.info.setdefault(PROMISED, set()).update(promised)


@event.listens_for(db.session, "do_orm_execute")
def _note_many_promises(state: ORMExecuteState) -> None:
    """Rows that were put in many at once, and are no objects."""
    mapper = state.bind_mapper if state.is_insert else None
    if mapper is not None and mapper.class_ in WAKES:
        state.session.info.setdefault(PROMISED, set()).add(WAKES[mapper.class_])


@event.listens_for(db.session, "after_commit")
def _wake(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint; what it is part of may yet be undone
    promised = session.info.pop(PROMISED, None)
    if promised and (waker := current_app.extensions.get(EXTENSION)):
        waker.want(promised)


@event.listens_for(db.session, "after_rollback")
def _forget_promises(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PROMISED, None)
