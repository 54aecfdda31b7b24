"""Goes on with what takes long: activations, then repairs, then answers to what-if; in steps."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app

from registry.adapters.clock import ticks
from registry.errors import Overtaken
from registry.jobs.repairing import take_repair_step
from registry.models import db
from registry.queries.activations import waiting_activation
from registry.queries.repairs import waiting_repair
from registry.queries.what_if_answers import next_part, waiting_what_if
from registry.services.activations import go_on_with_activation, note_failed_step
from registry.services.repairs import note_failed_repair
from registry.services.what_ifs import keep_part, note_failed_part

logger = logging.getLogger(__name__)


def go_on(now: datetime) -> bool:
    """
    One step; whether it got on. Needs an app context.

    Each step is a transaction of its own, and how far it got is on record: whoever goes on after
    a crash starts from there. A step that fails is noted on its row and tried again.
    """
    adoption_id = waiting_activation()
    if adoption_id is not None and _tried(
        lambda: go_on_with_activation(adoption_id=adoption_id, now=now),
        lambda error: note_failed_step(adoption_id=adoption_id, error=error, now=now),
    ):
        return True
    repair_id = waiting_repair(now)
    if repair_id is not None and _repaired(repair_id, now):
        return True
    what_if_id = waiting_what_if(now)
    if what_if_id is not None:
        return _tried(
            lambda: _find_out(what_if_id, now),
            lambda error: note_failed_part(what_if_id=what_if_id, error=error, now=now),
        )
    return False


def _repaired(repair_id: int, now: datetime) -> bool:
    """A step takes long: that it failed is noted as of when it did."""
    began = ticks()
    return _tried(
        lambda: take_repair_step(repair_id=repair_id, seconds=_for_a_repair(), now=now),
        lambda error: note_failed_repair(
            repair_id=repair_id, error=error, now=now + timedelta(seconds=ticks() - began)
        ),
    )


def _for_a_repair() -> float:
    return float(current_app.config["REPAIR_SECONDS"])


def _find_out(what_if_id: int, now: datetime) -> None:
    part = next_part(what_if_id, now)
    keep_part(
        what_if_id=what_if_id,
        after=part.after,
        reached=part.reached,
        count=part.count,
        content=part.content,
        now=now,
    )


def _tried(step: Callable[[], None], note: Callable[[str], None]) -> bool:
    try:
        step()
    except Overtaken:
        return False  # somebody else was quicker; nothing is wrong
    except Exception as error:
        logger.exception("A step in the background failed; it is tried again.")
        db.session.rollback()
        note(f"{type(error).__name__}: {error}")
        return False
    return True
