"""What was known, and since when: the answer that would have been given at any moment."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from registry.rules.eligibility import Decision, decide
from registry.rules.facts import Engagement, Facts
from registry.rules.house_rules import HouseRules, timeline
from registry.rules.particulars import FIELDS, fact_from, particulars_of
from registry.rules.questions import Question
from registry.rules.rulebooks import Adopted, Rulebook
from registry.rules.standing import Held, StandingSince
from registry.rules.vocabulary import CredentialKind, Profession, Standing, VersionState


class KnownPerson(NamedTuple):
    name: str
    facts: Facts


class KnownPlace(NamedTuple):
    name: str
    zone: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the registry knew from that moment on, as it was written down then."""

    known_from: datetime
    text: str


@dataclass(frozen=True, slots=True)
class AdoptedOnce:
    """An adoption in time: begun, then in force, or given up before it was."""

    sets: Adopted
    begun_at: datetime
    in_force_at: datetime | None
    given_up_at: datetime | None = None

    def in_force(self, known_at: datetime) -> bool:
        return self.in_force_at is not None and self.in_force_at <= known_at

    def coming(self, known_at: datetime) -> bool:
        gone = self.given_up_at is not None and self.given_up_at <= known_at
        return self.begun_at <= known_at and not gone and not self.in_force(known_at)


@dataclass(frozen=True, slots=True)
class HouseRulesOnce:
    made_at: datetime
    rules: HouseRules


@dataclass(frozen=True, slots=True)
class Knowledge:
    """
    All that was ever known of one practitioner, one clinic and the rules there, in its order.

    `adoptions` are of every jurisdiction the clinic was ever under; `house` are its own rules.
    """

    clinic_id: int
    person: Sequence[Told]
    place: Sequence[Told]
    adoptions: Sequence[AdoptedOnce]
    house: Sequence[HouseRulesOnce]

    def person_at(self, known_at: datetime) -> KnownPerson | None:
        """None where nothing was known of them at that moment."""
        told = last_told(self.person, known_at)
        return None if told is None else person_from(told.text)

    def place_at(self, known_at: datetime) -> KnownPlace | None:
        told = last_told(self.place, known_at)
        return None if told is None else place_from(told.text)

    def rulebook_at(self, known_at: datetime) -> Rulebook:
        return Rulebook(
            tuple(one.sets for one in self.adoptions if one.in_force(known_at)),
            tuple(_not_dated(one.sets) for one in self.adoptions if one.coming(known_at)),
            tuple(timeline([one.rules for one in self.house if one.made_at <= known_at])),
        )

    def decision(self, site: str, day: date, known_at: datetime) -> Decision | None:
        """As it would have been given then; None where nobody could have answered."""
        person, place = self.person_at(known_at), self.place_at(known_at)
        if person is None or place is None:
            return None
        question = Question(self.clinic_id, place.jurisdiction, site, day)
        return decide(person.facts, self.rulebook_at(known_at), question)


def last_told(told: Sequence[Told], known_at: datetime) -> Told | None:
    """The last that was known by then, that very second included."""
    place = bisect_right(told, known_at, key=lambda one: one.known_from)
    return told[place - 1] if place else None


def person_as_text(person: KnownPerson) -> str:
    """The one spelling of it, so that what did not change is not written down again."""
    facts = person.facts
    held = [_held_as_mapping(one) for name in FIELDS.values() for one in getattr(facts, name)]
    engagements = [
        [e.clinic_id, _day_text(e.first_day), _day_text(e.last_day)] for e in facts.engagements
    ]
    return _as_text(
        {
            "name": person.name,
            "profession": str(facts.profession),
            "engagements": engagements,
            "credentials": held,
        }
    )


@lru_cache(maxsize=64)  # asked of one person again and again: each moment, each treatment
def person_from(text: str) -> KnownPerson:
    told = json.loads(text)
    held: dict[str, list[Held]] = {name: [] for name in FIELDS.values()}
    for one in told["credentials"]:
        held[FIELDS[CredentialKind(one["kind"])]].append(_held_from(one))
    facts = Facts(
        profession=Profession(told["profession"]),
        engagements=tuple(
            Engagement(clinic_id, date.fromisoformat(first), _day_from(last))
            for clinic_id, first, last in told["engagements"]
        ),
        **{name: tuple(those) for name, those in held.items()},  # type: ignore[arg-type]
    )
    return KnownPerson(told["name"], facts)


def place_as_text(place: KnownPlace) -> str:
    return _as_text(place._asdict())


@lru_cache(maxsize=64)
def place_from(text: str) -> KnownPlace:
    return KnownPlace(**json.loads(text))


def _held_as_mapping(one: Held) -> dict[str, Any]:
    return {
        "kind": str(one.credential_kind),
        "id": one.id,
        "state": str(one.state),
        "first_day": _day_text(one.first_day),
        "last_day": _day_text(one.last_day),
        "particulars": particulars_of(one),
        "decisions": [[_day_text(since), str(standing)] for since, standing in one.decisions],
    }


def _held_from(told: dict[str, Any]) -> Held:
    return fact_from(
        CredentialKind(told["kind"]),
        told["particulars"],
        id=told["id"],
        state=VersionState(told["state"]),
        first_day=_day_from(told["first_day"]),
        last_day=_day_from(told["last_day"]),
        decisions=tuple(
            StandingSince(date.fromisoformat(since), Standing(standing))
            for since, standing in told["decisions"]
        ),
    )


def _not_dated(sets: Adopted) -> Adopted:
    """Being put in force: since when it is, nobody could tell yet."""
    return tuple(
        replace(one, adoptions=tuple(a._replace(since=None) for a in one.adoptions)) for one in sets
    )


def _as_text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_from(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
