"""Treatments on offer: the room each may be given in, and the time it keeps before and after."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules.diary import Slot


@dataclass(frozen=True, slots=True)
class Needs:
    """
    What a treatment asks for besides the patient's own time; `preparation`, `clean_up` in minutes.

    `type_id` is the number of its type; None asks for no room in particular.
    """

    type_id: int | None = None
    preparation: int = 0
    clean_up: int = 0

    def busy(self, slot: Slot) -> Slot:
        """How long practitioner and room are taken, where the patient is there for the slot."""
        return Slot(
            slot.starts_at - timedelta(minutes=self.preparation),
            slot.ends_at + timedelta(minutes=self.clean_up),
        )


#: Any room, and no time around it.
NOTHING_MORE = Needs()


def is_fit(fit_for: Collection[int], type_id: int | None) -> bool:
    """A room of which nobody said what it is fit for is fit for everything."""
    return not fit_for or type_id is None or type_id in fit_for


def kind_in_words(kind: str) -> str:
    """Manual therapy"""
    return kind.replace("_", " ").capitalize()


def standard_first(type_id: int, closed_from: date | None, day: date) -> tuple[bool, int]:
    """Of a kind the least is the standard type on that day: the oldest that is on offer then."""
    return closed_from is not None and closed_from <= day, type_id
