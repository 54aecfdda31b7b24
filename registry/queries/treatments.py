"""Treatment types: those on offer, and what is on record of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import TreatmentType, db
from registry.rules.access import Action, Actor, Subject
from registry.rules.treatments import Needs, standard_first
from registry.rules.vocabulary import Treatment

KINDS = tuple(Treatment)


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    """Lengths in minutes."""

    id: int
    name: str
    kind: Treatment
    minutes: int
    preparation: int
    clean_up: int
    note: str
    closed_from: date | None
    version: int

    @property
    def needles(self) -> bool:
        return self.kind is Treatment.NEEDLING

    @property
    def needs(self) -> Needs:
        return Needs(self.id, self.preparation, self.clean_up)

    def is_offered_on(self, day: date) -> bool:
        return self.closed_from is None or self.closed_from > day


def treatments(actor: Actor) -> list[TreatmentLine]:
    """All there are, those that needle first. One statement. Raises NotAllowed."""
    require(actor, Action.SEE_TREATMENTS, Subject())
    return every_treatment()


def treatment(actor: Actor, type_id: int) -> TreatmentLine:
    """Raises NotAllowed, NotFound."""
    found = next((each for each in treatments(actor) if each.id == type_id), None)
    if found is None:
        raise NotFound("There is no such record.")
    return found


def every_treatment() -> list[TreatmentLine]:
    """The same for whoever has asked leave for what they do with it."""
    rows = db.session.scalars(select(TreatmentType))
    lines = [
        TreatmentLine(
            id=row.id,
            name=row.name,
            kind=row.kind,
            minutes=row.minutes,
            preparation=row.preparation,
            clean_up=row.clean_up,
            note=row.note,
            closed_from=row.closed_from,
            version=row.version,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (KINDS.index(line.kind), line.name.casefold()))


def standard_of(kind: str, lines: Iterable[TreatmentLine], day: date) -> TreatmentLine | None:
    """As a booking on that day takes it."""
    same = [line for line in lines if line.kind == kind]
    order = {line.id: standard_first(line.id, line.closed_from, day) for line in same}
    return min(same, key=lambda line: order[line.id], default=None)


def fitness_in_words(fit_for: Sequence[int], lines: Sequence[TreatmentLine]) -> str:
    """What a room is fit for: whether for needling is said plainly."""
    if not fit_for:
        return "Fit for every treatment"
    named = [line for line in lines if line.id in fit_for]
    others = [line for line in lines if line.id not in fit_for]
    names = ", ".join(line.name for line in named)
    if not any(line.needles for line in named):
        return f"Not for needling; fit for {names}"
    if not any(line.needles for line in others):
        return f"Fit for needling; not for {', '.join(line.name for line in others)}"
    return f"Fit for {names}"
