"""Patterns: appointments that are to be booked again, or given to somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from registry.rules.diary import Slot
from registry.rules.treatments import Needs
from registry.rules.vocabulary import Treatment


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    `busy` is the time it keeps around itself; `needs` what its type asks for by now. `language` is
    the patient's, empty where it is not known or not shown.
    """

    id: int
    practitioner_id: int
    patient_id: int
    patient: str | None
    room_id: int
    treatment: Treatment
    needs: Needs
    sites: tuple[str, ...]
    slot: Slot
    busy: Slot
    language: str = ""

    @property
    def needles(self) -> bool:
        return self.treatment is Treatment.NEEDLING

    @property
    def whom(self) -> str:
        """The patient, in a sentence."""
        return self.patient or "The patient"
