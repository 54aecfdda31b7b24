"""Deeds done at the same instant, each in its own thread with its own session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from registry.models import db

#: Seconds: by far longer than a busy machine takes to get there, and less than `together` waits.
GETS_THERE = 45


def together(app: Flask, *deeds: Callable[[], Any]) -> list[Any]:
    """What each deed returned, or the exception it raised, in the order given."""
    db.session.remove()
    gate = threading.Barrier(len(deeds))
    outcomes: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                outcomes[place] = deed()
            except Exception as error:  # the outcome of a lost race is what is looked at
                outcomes[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def after(event: threading.Event, deed: Callable[[], Any]) -> Callable[[], Any]:
    """
    The deed, begun once the other got so far.

    However long that takes: begun before it, it would be another race than the one looked at.
    """

    def wait_then_do() -> Any:
        if not event.wait(GETS_THERE):
            raise AssertionError("the other never got so far")
        return deed()

    return wait_then_do
