"""Notes to be cleared before needling: what was ticked, and asking for it where it was not."""

from __future__ import annotations

from flask import request

from registry.errors import BadInput, NotCleared, Refused
from registry.web.asked import record_number

FIELD = "cleared"
MOST_NOTES = 30


def box_of(appointment_id: int) -> str:
    """The field of the box beside one of many appointments: it clears nothing for another."""
    return f"{FIELD}-{appointment_id}"


def told_cleared(field: str = FIELD) -> list[int]:
    """
    The notes that somebody ticked as cleared: a box has the numbers of all that it showed.

    Raises BadInput.
    """
    typed = [one for box in request.form.getlist(field) for one in box.split()]
    numbers = [record_number(one) for one in typed[:MOST_NOTES]]
    if None in numbers:
        raise BadInput("Tick once more what was cleared.")
    return [number for number in numbers if number is not None]


def to_clear(refused: Refused | None) -> NotCleared | None:
    """Where something was refused only for want of a tick."""
    return refused if isinstance(refused, NotCleared) else None


def sent_with_it() -> list[tuple[str, str]]:
    """The form that was refused, to be sent once more with the tick in it."""
    return [pair for pair in sent_as_it_was() if pair[0] != FIELD]


def sent_as_it_was() -> list[tuple[str, str]]:
    """The same with what was ticked already, where nothing is asked anew."""
    return [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
