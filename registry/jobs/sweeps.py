"""What is swept again and again: each sweep by its name, how often at least, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from registry.adapters.file_store import FileStore
from registry.adapters.mail import mailer_from
from registry.adapters.open_line import keeping_open
from registry.jobs.background import go_on
from registry.jobs.outbox import send_waiting
from registry.jobs.papers import read_next
from registry.services.outbox import forget_addresses
from registry.services.papers import forget_papers
from registry.services.reminders import promise_reminders
from registry.services.transfers import forget_transfers
from registry.services.undo_steps import forget_steps

Enough = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sweep:
    """
    `run` is told the moment, and a question to ask between two steps: is it enough for now?

    It says whether it got on, so that it is asked again at once. All that it does must be rows
    that are claimed, or steps that refuse to overlap: anybody may run the same sweep meanwhile.
    """

    name: str
    every: int  # seconds
    run: Callable[[datetime, Enough], bool]


def send_letters(now: datetime, enough: Enough) -> bool:
    mail, sender, house = (current_app.config[name] for name in ("MAIL", "MAIL_FROM", "BASE_URL"))
    with keeping_open(mailer_from(mail, sender)) as mailer:
        return send_waiting(mailer, now, house, enough) > 0


def forget(now: datetime, _enough: Enough) -> bool:
    """What is kept for a while only: addresses of long ago, what was before a change, papers
    that nobody sent and files that never arrived."""
    forget_addresses(now=now)
    forget_steps(now=now)
    store = FileStore.from_url(current_app.config["DOCUMENTS"])
    forget_papers(store=store, kept_for=current_app.config["PAPERS_KEPT"], now=now)
    forget_transfers(store=store, now=now)
    return False


def remind(now: datetime, _enough: Enough) -> bool:
    return promise_reminders(now=now) > 0


#: Each has its row in `heartbeats`, made by the migration that brought it. One that is late shows
#: on every page; none may be rarer than every minute, or it is late by itself.
SWEEPS = (
    Sweep("letters", 5, send_letters),
    Sweep("long work", 2, lambda now, _enough: go_on(now)),
    Sweep("papers", 10, lambda now, _enough: read_next(now)),
    Sweep("reminders", 60, remind),
    Sweep("forgetting", 60, forget),
)
