"""Two jurisdictions side by side, topic by topic, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.leave import require
from registry.models import db
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.adopted_days import NO_CLINIC
from registry.queries.requirement_sets import shipped_file
from registry.queries.requirement_words import in_words
from registry.queries.topics import by_topic, sources_of
from registry.rules.access import Action, Actor, Subject
from registry.rules.findings import Citation, Requirement
from registry.rules.jurisdictions import JurisdictionStatus
from registry.rules.questions import Question
from registry.rules.requirement_sets import RequirementSet
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession


class Known(StrEnum):
    """What is known of a topic in one place."""

    STATED = "stated"
    NOT_ASKED = "not asked for"
    NOT_FOUND = "not found"
    NO_SET = "no set for this profession"


@dataclass(frozen=True, slots=True)
class Side:
    """`one` is the set in force on the day, or None; `adopted`: by us, else it is as shipped."""

    code: str
    name: str
    status: JurisdictionStatus
    adopted: bool
    one: RequirementSet | None

    @property
    def versions(self) -> tuple[int, ...]:
        """Those that hold on the day; two while one is being activated."""
        return tuple(version.version for version in self.one.adoptions) if self.one else ()

    @property
    def open_items(self) -> int:
        return len(self.one.unsettled) if self.one else 0

    @property
    def sources(self) -> tuple[Citation, ...]:
        return sources_of(self.one) if self.one else ()


@dataclass(frozen=True, slots=True)
class Cell:
    known: Known
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    topic: str
    left: Cell
    right: Cell

    @property
    def differs(self) -> bool:
        """Where one side has no set at all there is nothing to compare."""
        return self.left != self.right and Known.NO_SET not in (self.left.known, self.right.known)


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Side
    right: Side
    profession: Profession
    topics: tuple[Compared, ...]

    @property
    def without_set(self) -> tuple[Side, ...]:
        return tuple(side for side in (self.left, self.right) if side.one is None)

    @property
    def differing(self) -> int:
        return sum(one.differs for one in self.topics)


def comparison(
    actor: Actor, *, left: str, right: str, profession: Profession | None, day: date
) -> Comparison:
    """
    By what was adopted there, else by what ships. In one statement. Raises NotFound.

    No profession means the first that both have a set for, else the first of the left.
    """
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    profession = profession or _shared(left, right)
    rulebook = rulebook_on_record(db.session(), {left, right})
    here, there = (_side(code, rulebook, profession, day) for code in (left, right))
    return Comparison(here, there, profession, tuple(_topics(here, there)))


def _shared(left: str, right: str) -> Profession:
    here, there = ([one.profession for one in shipped_file(c).sets] for c in (left, right))
    return next((profession for profession in here if profession in there), here[0])


def _side(code: str, rulebook: Rulebook, profession: Profession, day: date) -> Side:
    file = shipped_file(code)
    question = Question(NO_CLINIC, code, "", day)
    adopted = bool(rulebook.sets_here(question))
    applies = rulebook if adopted else Rulebook((file.sets,))
    return Side(code, file.name, file.status, adopted, applies.in_force(question, profession))


def _topics(left: Side, right: Side) -> Iterator[Compared]:
    """Those that nothing is known of on either side, and nothing could be, are left out."""
    cells = [_cells(side) for side in (left, right)]
    for topic in dict.fromkeys((*cells[0], *cells[1])):
        here, there = (one.get(topic, Cell(Known.NO_SET)) for one in cells)
        if {here.known, there.known} - {Known.NOT_ASKED, Known.NO_SET}:
            yield Compared(topic, here, there)


def _cells(side: Side) -> dict[str, Cell]:
    if side.one is None:
        return {}
    return {topic: _cell(asked, found) for topic, asked, found in by_topic(side.one)}


def _cell(asked: list[Requirement], found: bool) -> Cell:
    if asked:
        return Cell(Known.STATED, tuple(map(in_words, asked)))
    return Cell(Known.NOT_ASKED if found else Known.NOT_FOUND)
