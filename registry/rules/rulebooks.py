"""Which requirements apply where: sets adopted, sets coming in, and the clinics' stricter rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.rules.days import day_after
from registry.rules.facts import Facts
from registry.rules.findings import Requirement
from registry.rules.house_rules import HouseRules
from registry.rules.questions import Question
from registry.rules.requirement_sets import RequirementSet
from registry.rules.vocabulary import Profession

#: The sets of one jurisdiction that somebody adopted together.
Adopted = tuple[RequirementSet, ...]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """
    `adoptions` in the order they took effect. For a profession on a day the last applies that has
    begun by then: where its set has ended, or it has none for the profession, nobody may, and
    nothing older comes back. `coming` is being activated: until it has replaced what it follows,
    both must be met. House rules come on top.
    """

    adoptions: tuple[Adopted, ...] = ()
    coming: tuple[Adopted, ...] = ()
    house_rules: tuple[HouseRules, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_joined", {})

    def in_force(self, question: Question, profession: Profession) -> RequirementSet | None:
        """All that is asked of the profession there on the day, as one set; None if nobody may."""
        begun, adopted = _applying(self.adoptions, question, profession)
        arriving, coming = _applying(self.coming, question, profession)
        if not begun or adopted is None or (arriving and coming is None):
            return None
        found = [adopted] if coming is None else [adopted, coming]
        stricter = [
            rules
            for rules in self.house_rules
            if rules.clinic_id == question.clinic_id and rules.in_force_on(question.day)
        ]
        return self._join(found, stricter)

    def sets_here(self, question: Question) -> Sequence[RequirementSet]:
        """Those that decide there on the day, whatever the profession."""
        layers = self._layers(question)
        return layers[-1] if layers and layers[0] else ()

    def sets_without(self, question: Question, profession: Profession) -> Adopted:
        """The sets in force there on the day that leave the profession out; none if none are."""
        layers = self._layers(question)
        if not layers or not layers[0]:
            return ()
        return next((one for one in layers if _newest_for(profession, one) is None), ())

    def turning_days(self, facts: Facts, clinic_id: int, jurisdiction: str) -> Iterator[date]:
        """Every day on which an answer about this person may change for the rules' sake."""
        for one in self._all_sets(jurisdiction):
            yield from _ends(one)
            if one.profession is facts.profession:
                yield from _turning(one.requirements, facts, jurisdiction)
        for rules in self.house_rules:
            if rules.clinic_id == clinic_id:
                yield from _ends(rules)
                yield from _turning(rules.requirements, facts, jurisdiction)

    def _all_sets(self, jurisdiction: str) -> Iterator[RequirementSet]:
        for adopted in (*self.adoptions, *self.coming):
            yield from (one for one in adopted if one.jurisdiction == jurisdiction)

    def _layers(self, question: Question) -> list[Adopted]:
        """What is adopted; and what is coming, once that has anything in force on the day."""
        coming = _last_in_force(self.coming, question)
        adopted = _last_in_force(self.adoptions, question)
        return [adopted, coming] if coming else [adopted] if adopted else []

    def _join(self, found: list[RequirementSet], stricter: list[HouseRules]) -> RequirementSet:
        if len(found) == 1 and not stricter:
            return found[0]
        joined: dict[tuple[int, ...], RequirementSet] = self._joined  # type: ignore[attr-defined]
        known = tuple(map(id, (*found, *stricter)))
        if known not in joined:
            joined[known] = _as_one(found, stricter)
        return joined[known]


def _as_one(found: list[RequirementSet], stricter: list[HouseRules]) -> RequirementSet:
    """The newest, with what the others ask besides; each requirement once."""
    *others, newest = found
    layers: list[RequirementSet | HouseRules] = [newest, *others, *stricter]
    asked = [requirement for layer in layers for requirement in layer.requirements]
    items = {item.code: item for one in found for item in one.unsettled}
    joined = replace(
        newest,
        requirements=tuple(dict.fromkeys(asked)),
        open_questions=(),
        not_found=(),
        adoptions=tuple(version for one in found for version in one.adoptions),
    )
    # What the clinics' own rules rest on, nobody has to settle when adopting.
    of_sources = {item.code for item in joined.open_items}
    known = of_sources.union(item.code for one in found for item in one.open_items)
    return replace(
        joined,
        open_questions=tuple(item for code, item in items.items() if code not in of_sources),
        settled=frozenset(known - items.keys()),
    )


def _applying(
    adoptions: Sequence[Adopted], question: Question, profession: Profession
) -> tuple[bool, RequirementSet | None]:
    """Whether any has begun for the profession by the day; and its set, if one is in force."""
    for adopted in reversed(adoptions):
        here = [one for one in adopted if one.jurisdiction == question.jurisdiction]
        own = [one for one in here if one.profession is profession]
        if any(one.first_day <= question.day for one in own or here):
            in_force = tuple(one for one in own if one.in_force_on(question.day))
            return True, _newest_for(profession, in_force)
    return False, None


def _newest_for(profession: Profession, sets: Adopted) -> RequirementSet | None:
    own = [one for one in sets if one.profession is profession]
    return max(own, key=_version) if len(own) > 1 else own[0] if own else None


def _version(one: RequirementSet) -> int:
    return one.version


def _last_in_force(adoptions: Sequence[Adopted], question: Question) -> Adopted:
    for adopted in reversed(adoptions):
        here = tuple(
            one
            for one in adopted
            if one.jurisdiction == question.jurisdiction and one.in_force_on(question.day)
        )
        if here:
            return here
    return ()


def _ends(one: RequirementSet | HouseRules) -> Iterator[date]:
    yield one.first_day
    if one.last_day is not None:
        yield day_after(one.last_day)


def _turning(asked: Iterable[Requirement], facts: Facts, jurisdiction: str) -> Iterator[date]:
    for requirement in asked:
        yield from requirement.turning_days(facts, jurisdiction)
