"""A change of hours, carried out once what falls outside them by it has been looked at."""

from __future__ import annotations

from collections.abc import Callable

from registry.errors import FallsOutside
from registry.identity import actor
from registry.queries.falling_outside import falling_outside
from registry.web.refusals import carried_out
from registry.web.setup.hours_forms import ChangingForm

NOTHING_CANCELLED = "{} outside the hours now: the diary shows them, and nothing was cancelled."


def changed(form: ChangingForm, change: Callable[[frozenset[int]], None]) -> bool:
    """`change` is given what was looked at; what it then still finds, the form shows."""
    try:
        return carried_out(form, lambda: change(form.seen_numbers))
    except FallsOutside as refused:
        form.falls = falling_outside(actor(), refused.appointments)
        form.told = refused.message
        form.seen.data = ",".join(str(number) for number in refused.appointments)
        return False


def said(sentence: str, form: ChangingForm) -> str:
    """What was done, and what is left to see to."""
    if not (fallen := len(form.seen_numbers)):
        return sentence
    are = "appointment is" if fallen == 1 else "appointments are"
    return f"{sentence} {NOTHING_CANCELLED.format(f'{fallen} {are}')}"
