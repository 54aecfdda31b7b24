"""Deeds done at the same instant, each in its own thread with its own session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from registry.models import db


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
