"""Many things at once, each on its own: what is refused leaves the others as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotCleared, NotPrivileged, RegistryError
from registry.models.guards import refusal_for
from registry.rules.eligibility import Decision


class NotDone(NamedTuple):
    """
    One that was refused: which appointment, when it would have been, and why not.

    `to_clear`: about what somebody has to be asked, where that was all.
    """

    appointment_id: int
    starts_at: datetime
    message: str
    decisions: tuple[Decision, ...] = ()
    to_clear: NotCleared | None = None

    @classmethod
    def because(cls, appointment_id: int, starts_at: datetime, no: RegistryError) -> NotDone:
        decisions = no.decisions if isinstance(no, NotPrivileged) else ()
        to_clear = no if isinstance(no, NotCleared) else None
        return cls(appointment_id, starts_at, no.message, decisions, to_clear)


@dataclass
class Outcome:
    """`already`: what was so before, as when a form is sent twice. `step_id` is for undoing it."""

    done: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    refused: list[NotDone] = field(default_factory=list)
    step_id: int | None = None


@contextmanager
def on_its_own(session: Session) -> Iterator[None]:
    """All of it or none of it, within the transaction. Raises what a guard refused as a refusal."""
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        if refusal := refusal_for(str(error.orig)):
            raise refusal from error
        raise


def refuse_too_many(chosen: Sized, most: int, things: str) -> None:
    """Raises BadInput, also where nothing was chosen."""
    if not len(chosen):
        raise BadInput("Choose at least one.", field="take")
    if len(chosen) > most:
        raise BadInput(f"At most {most} {things} at a time. Choose fewer.", field="take")
