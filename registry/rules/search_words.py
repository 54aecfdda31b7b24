"""A search in a line of words: what of it is understood, and what is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TypeVar

from registry.rules.day_choices import DayChoice, days_of, next_weekday
from registry.rules.days import Span, days_later
from registry.rules.parts_of_day import PartOfDay
from registry.rules.regions import MUSCLES
from registry.rules.stretches import WEEKDAYS

WORD = re.compile(r"\w+(?:['\u2019:-]\w+)*")
MINUTES = re.compile(r"([0-9]{1,3})(?:min|mins|m)?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_PHRASE = 6
MOST_DAYS = 60
#: Regions as people call them, where it can mean no other one.
REGION_WORDS = {
    "head_face": "head, face",
    "neck": "neck",
    "shoulder_girdle": "shoulder, shoulders, shoulder girdle",
    "thorax": "thorax",
    "arm": "arm, arms, upper arm, upper arms",
    "forearm_hand": "forearm, forearms, hand, hands",
    "lumbar_abdomen": "low back, lower back, abdomen",
    "pelvis_gluteal": "pelvis, buttock, buttocks",
    "pelvic_floor": "pelvic floor",
    "thigh": "thigh, thighs",
    "leg_foot": "leg, legs, lower leg, lower legs, foot, feet",
}
#: They join the others and say nothing by themselves.
_JOINING = """
a an and any at be by can clinic clinics could do dry find for free from have
her him his i in is it may me my needle needled needling of on or our please
somebody someone the their them to we which who whom with
"""
JOINING = frozenset(_JOINING.split())
SHORT_DAYS = {name[:3].casefold(): number for number, name in enumerate(WEEKDAYS)}
LONG_DAYS = {name.casefold(): number for number, name in enumerate(WEEKDAYS)}


Thing = TypeVar("Thing")


@dataclass(slots=True)
class Heard:
    """`clinics` and `treatment` are numbers; `unheard` are the words that mean nothing to us."""

    sites: list[str] = field(default_factory=list)
    minutes: int | None = None
    days: Span | None = None
    parts: list[PartOfDay] = field(default_factory=list)
    clinics: list[int] = field(default_factory=list)
    treatment: int | None = None
    practitioner: str = ""
    patient: str = ""
    unheard: list[str] = field(default_factory=list)


def heard(
    line: str, today: date, clinics: Mapping[int, str], treatments: Mapping[int, str]
) -> Heard:
    """
    Of words in any order: "neck 45 next week mornings harbour or hill, with dana, for P-77".

    Clinics and treatments are known by their names, or by a word that only one of them has.
    """
    return _Listener(today, clinics, treatments).hear(WORD.findall(line))


class _Listener:
    def __init__(
        self, today: date, clinics: Mapping[int, str], treatments: Mapping[int, str]
    ) -> None:
        self.today, self.found = today, Heard()
        self.clinics, self.treatments = _called(clinics), _called(treatments)

    def hear(self, words: Sequence[str]) -> Heard:
        at, folded = 0, [word.casefold() for word in words]
        while at < len(words):
            if taken := self._take(folded, at):
                at += taken
            elif whom := self._named(words, folded, at):
                at += whom
            else:
                if folded[at] not in JOINING:
                    self.found.unheard.append(words[at])
                at += 1
        return self.found

    def _take(self, words: Sequence[str], at: int) -> int:
        """How many words from there on were understood together, the most that are."""
        for many in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            if self._means(" ".join(words[at : at + many])):
                return many
        return 0

    def _means(self, phrase: str) -> bool:
        return any(
            understood(phrase)
            for understood in (self._site, self._days, self._part, self._length, self._place)
        )

    def _site(self, phrase: str) -> bool:
        if (site := _sites().get(phrase)) is None:
            return False
        _add(self.found.sites, site)
        return True

    def _days(self, phrase: str) -> bool:
        days = _days_called(phrase, self.today)
        self.found.days = self.found.days or days
        return days is not None

    def _part(self, phrase: str) -> bool:
        part = next((one for one in PartOfDay if phrase in (one, f"{one}s")), None)
        if part is not None:
            _add(self.found.parts, part)
        return part is not None

    def _length(self, phrase: str) -> bool:
        minutes = _minutes(phrase)
        self.found.minutes = self.found.minutes or minutes
        return minutes is not None

    def _place(self, phrase: str) -> bool:
        if (clinic := self.clinics.get(phrase)) is not None:
            _add(self.found.clinics, clinic)
        elif (treatment := self.treatments.get(phrase)) is not None:
            self.found.treatment = self.found.treatment or treatment
        return clinic is not None or phrase in self.treatments

    def _named(self, words: Sequence[str], folded: Sequence[str], at: int) -> int:
        """After "with" a practitioner, after "for" a patient: the words that mean nothing else."""
        if folded[at] not in ("with", "for"):
            return 0
        until = at + 1
        while until < len(words) and folded[until] not in JOINING and not self._take(folded, until):
            until += 1
        name = " ".join(words[at + 1 : until])
        if folded[at] == "with":
            self.found.practitioner = self.found.practitioner or name
        else:
            self.found.patient = self.found.patient or name
        return until - at


def _days_called(phrase: str, today: date) -> Span | None:
    if phrase in list(DayChoice):
        return days_of(DayChoice(phrase), today)
    if phrase in LONG_DAYS or phrase in SHORT_DAYS:
        day = next_weekday({**LONG_DAYS, **SHORT_DAYS}[phrase], today)
        return Span(day, day)
    if several := re.fullmatch(r"next ([0-9]{1,2}) days", phrase):
        many = int(several[1])
        return Span(today, days_later(today, many - 1)) if 1 <= many <= MOST_DAYS else None
    if ISO_DAY.fullmatch(phrase):
        try:
            return Span(date.fromisoformat(phrase), date.fromisoformat(phrase))
        except ValueError:
            return None
    return None


def _minutes(phrase: str) -> int | None:
    """45, 45min, 45 minutes, 1 hour, half an hour; from 5 minutes to 8 hours."""
    if phrase in ("half an hour", "an hour"):
        return 30 if phrase.startswith("half") else 60
    if hours := re.fullmatch(r"([1-8]) ?(?:h|hour|hours)", phrase):
        return int(hours[1]) * 60
    number = MINUTES.fullmatch(re.sub(r" (?:min|mins|minute|minutes)$", "", phrase))
    return int(number[1]) if number and 5 <= int(number[1]) <= 480 else None


def _called(names: Mapping[int, str]) -> dict[str, int]:
    """By the whole name, and by each word that only one of the names has."""
    words = {number: _words(name) for number, name in names.items()}
    times = Counter(word for some in words.values() for word in set(some))
    found = {
        word: number
        for number, some in words.items()
        for word in some
        if times[word] == 1 and word not in JOINING and len(word) > 1
    }
    return found | {" ".join(some): number for number, some in words.items()}


def _words(name: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(name)]


@cache
def _sites() -> dict[str, str]:
    called = {muscle.name.casefold(): muscle.code for muscle in MUSCLES.values()}
    return called | dict(_regions())


def _regions() -> Iterator[tuple[str, str]]:
    for code, words in REGION_WORDS.items():
        yield from ((word, code) for word in words.split(", "))


def _add(things: list[Thing], thing: Thing) -> None:
    if thing not in things:
        things.append(thing)
