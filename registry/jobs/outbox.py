"""Sends the letters that were promised, one by one; one that cannot go does not stop the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from time import sleep
from urllib.parse import urlsplit

from flask import current_app

from registry.adapters.clock import ticks
from registry.adapters.mail import Letter, Mailer, is_for_good
from registry.jobs.invitations import invitation_with
from registry.jobs.reminding import stop_headers, stop_link
from registry.services.outbox import PromisedLetter, claim_letter, settle_letter

LONGEST = 60  # seconds, well within the lease of a letter
PAUSES = (0.1, 0.5, 2, 5)  # seconds between tries to note what became of a letter
logger = logging.getLogger(__name__)


def send_waiting(
    mailer: Mailer, now: datetime, base_url: str, enough: Callable[[], bool] = lambda: False
) -> int:
    """
    How many were sent. Needs an app context. `enough` is asked before each.

    Each is claimed, sent outside any transaction, then settled: if the process dies in between it
    goes out once more, under the same Message-ID. The lease of each is counted from `now`, so
    after a minute it is enough in any case, and the caller comes again with a later one.
    """
    sent, until = 0, ticks() + LONGEST
    while not enough() and ticks() < until:
        if (promised := claim_letter(now=now)) is None:
            break
        error, for_good = _send(mailer, promised, base_url)
        _settle(promised.id, now, error, for_good=for_good)
        sent += not error
    return sent


def _settle(letter_id: int, now: datetime, error: str, *, for_good: bool) -> None:
    """Again if the database is away for a moment: a letter that went is not to go twice for it."""
    for pause in (*PAUSES, None):
        try:
            settle_letter(letter_id=letter_id, now=now, error=error, for_good=for_good)
        except Exception:
            if pause is None:
                raise
            logger.exception("Letter %s could not be settled; trying again.", letter_id)
            sleep(pause)
        else:
            return


def written(promised: PromisedLetter, base_url: str) -> Letter:
    """The first line of the plain text is the subject. `path` becomes a whole `link`."""
    known = promised.particulars
    known["link"] = base_url.rstrip("/") + known["path"]
    known["stop_link"] = stop_link(promised, base_url)
    page = current_app.jinja_env.get_template
    plain = page(f"mail/{promised.template}.txt").render(known)
    subject, _, text = plain.strip().partition("\n")
    house = urlsplit(base_url).hostname or "registry.invalid"
    return Letter(
        to=promised.to,
        subject=" ".join(subject.split()),
        text=text.strip() + "\n",
        html=page(f"mail/{promised.template}.html").render(known),
        headers={
            "Message-ID": f"<letter-{promised.id}@{house}>",
            **stop_headers(known["stop_link"]),
        },
        invitation=invitation_with(
            promised, sender=current_app.config["MAIL_FROM"], address=base_url, house=house
        ),
    )


def _send(mailer: Mailer, promised: PromisedLetter, base_url: str) -> tuple[str, bool]:
    """
    Empty, or why not and whether for good: whatever it is, the letters behind it still go.

    What cannot even be written is written no better next time.
    """
    written_down = False
    try:
        letter = written(promised, base_url)
        written_down = True
        mailer.send(letter)
    except Exception as error:
        logger.exception("Letter %s could not be sent.", promised.id)
        for_good = not written_down or is_for_good(error)
        return f"{type(error).__name__}: {error}", for_good
    return "", False
