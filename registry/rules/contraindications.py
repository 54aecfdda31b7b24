"""Contra-indications: what speaks against needling a patient, and what is cleared before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from registry.rules.findings import Citation
from registry.rules.vocabulary import Confidence
from registry.rules.wording import every

#: Course and association lists name these; no board was seen to have put them into law.
SOURCE = Citation(
    "https://physioman.in/",
    "2026-11-22",
    Confidence.LOW,
    "Lists of courses and associations; no board has made one of its own.",
)


class Weight(StrEnum):
    ABSOLUTE = "absolute"  # no needling
    RELATIVE = "relative"  # needling once the practitioner has been asked


class Contraindication(StrEnum):
    """Chosen words and no others: nothing about a patient's health is kept in free text."""

    NEEDLE_PHOBIA = "needle_phobia"
    UNWILLING = "unwilling"
    CANNOT_CONSENT = "cannot_consent"
    MEDICAL_EMERGENCY = "medical_emergency"
    LYMPHOEDEMA = "lymphoedema"
    BLEEDING = "bleeding"
    WEAK_IMMUNITY = "weak_immunity"
    VASCULAR_DISEASE = "vascular_disease"
    DIABETES = "diabetes"
    PREGNANCY = "pregnancy"
    CHILD = "child"
    FRAILTY = "frailty"
    EPILEPSY = "epilepsy"
    STATE_OF_MIND = "state_of_mind"
    ALLERGY = "allergy"
    MEDICATION = "medication"


IN_WORDS = {
    Contraindication.NEEDLE_PHOBIA: "fear of needles",
    Contraindication.UNWILLING: "does not want to be needled",
    Contraindication.CANNOT_CONSENT: "cannot give consent",
    Contraindication.MEDICAL_EMERGENCY: "medical emergency",
    Contraindication.LYMPHOEDEMA: "area of lymphoedema",
    Contraindication.BLEEDING: "tendency to bleed, or blood thinners",
    Contraindication.WEAK_IMMUNITY: "weakened immunity",
    Contraindication.VASCULAR_DISEASE: "disease of the blood vessels",
    Contraindication.DIABETES: "diabetes",
    Contraindication.PREGNANCY: "pregnancy",
    Contraindication.CHILD: "a child",
    Contraindication.FRAILTY: "frailty",
    Contraindication.EPILEPSY: "epilepsy",
    Contraindication.STATE_OF_MIND: "state of mind",
    Contraindication.ALLERGY: "allergy to metal or something else",
    Contraindication.MEDICATION: "medication",
}
ABSOLUTE = frozenset(
    {
        Contraindication.NEEDLE_PHOBIA,
        Contraindication.UNWILLING,
        Contraindication.CANNOT_CONSENT,
        Contraindication.MEDICAL_EMERGENCY,
        Contraindication.LYMPHOEDEMA,
    }
)


class Note(NamedTuple):
    """One word on record for a patient. Noted again after it was withdrawn, it has a new number."""

    id: int
    word: Contraindication

    @property
    def words(self) -> str:
        return IN_WORDS[self.word]


class Clearance(NamedTuple):
    """Somebody asked this practitioner about this note, for needling these sites."""

    note_id: int
    practitioner_id: int
    sites: tuple[str, ...]

    def covers(self, note: Note, practitioner_id: int, sites: Collection[str]) -> bool:
        """
        An answer is that of one practitioner, about what was noted and was to be needled then:
        it holds for nobody else, for no other site, and for nothing that was noted since.
        """
        same = self.note_id == note.id and self.practitioner_id == practitioner_id
        return same and set(sites) <= set(self.sites)


def weight_of(word: Contraindication) -> Weight:
    return Weight.ABSOLUTE if word in ABSOLUTE else Weight.RELATIVE


def of_weight(weight: Weight) -> list[Contraindication]:
    """In the order in which they are shown."""
    return [word for word in Contraindication if weight_of(word) is weight]


def forbidding(notes: Iterable[Note]) -> list[Note]:
    """While any of these is on record nobody needles this patient."""
    return [note for note in notes if note.word in ABSOLUTE]


def uncleared(
    notes: Iterable[Note],
    clearances: Collection[Clearance],
    practitioner_id: int,
    sites: Collection[str],
) -> list[Note]:
    """What the practitioner must still be asked about before needling these sites."""
    return [
        note
        for note in notes
        if note.word not in ABSOLUTE
        and not any(one.covers(note, practitioner_id, sites) for one in clearances)
    ]


def forbidden_sentence(patient: str, barred: Sequence[Note]) -> str:
    return f"{patient} is not to be needled: {in_words(barred)}."


def asking_sentence(patient: str, practitioner: str, left: Sequence[Note]) -> str:
    return f"Before {patient} is needled, ask {practitioner} about {in_words(left)}."


def in_words(notes: Sequence[Note]) -> str:
    """diabetes and pregnancy"""
    return every(note.words for note in notes)
