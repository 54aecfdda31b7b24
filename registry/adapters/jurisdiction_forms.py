"""A jurisdiction's file, read as typed sets; what is wrong is gathered, not only the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, TypeVar

from registry.rules.findings import HOUSE_RULE
from registry.rules.forms import BadRequirementSet, Form
from registry.rules.jurisdictions import JURISDICTIONS, JurisdictionStatus
from registry.rules.requirement_forms import parse_requirement
from registry.rules.requirement_sets import RequirementSet, parse_requirement_set
from registry.rules.vocabulary import Confidence

T = TypeVar("T")
PARTS = ("requirements", "open_questions")
#: Stands in for a source that is itself at fault, so that only that is said.
SOUND = {"source_url": "https://x.example", "source_date": "2026", "confidence": "high"}


@dataclass(frozen=True, slots=True)
class JurisdictionFile:
    code: str
    name: str
    status: JurisdictionStatus
    sets: tuple[RequirementSet, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class JurisdictionForm:
    """`faults`: the place and what is wrong there, one for each entry."""

    faults: dict[str, str] = field(default_factory=dict)

    def read(self, content: Any) -> JurisdictionFile | None:
        """None where the frame itself is not sound."""
        head = self._tried(lambda: Form(content))
        if head is None:
            return None
        code = self._tried(lambda: _known_code(head))
        name = self._tried(lambda: head.text("name"))
        status = self._tried(lambda: head.one_of(JurisdictionStatus, "status"))
        notes = self._tried(lambda: head.texts("notes"))
        sources = self._sources(head)
        sets = self._sets(head, sources, {"jurisdiction": code or "?", "place": name or "?"})
        self._tried(head.nothing_else)
        if code is None or name is None or status is None:
            return None
        return JurisdictionFile(code, name, status, tuple(sets), notes or ())

    def _sources(self, head: Form) -> dict[str, dict[str, Any]]:
        named = self._tried(lambda: _mapping(head, "sources")) or {}
        return {str(name): self._source(str(name), given) for name, given in named.items()}

    def _source(self, name: str, given: Any) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            form = Form(_in_words(given), f"sources.{name}")
            form.text("source_url")
            form.text("source_date")
            form.one_of(Confidence, "confidence")
            for optional in ("text", "stale_risk"):
                form.text(optional, default="")
            form.nothing_else()
            return dict(form.values)

        return {**(self._tried(read) or SOUND), "source_name": name}

    def _sets(
        self, head: Form, sources: Mapping[str, dict[str, Any]], place: dict[str, str]
    ) -> list[RequirementSet]:
        forms = self._tried(lambda: _entries(head, "sets")) or []
        found = [(f"sets[{n}]", self._set(f"sets[{n}]", one, sources, place)) for n, one in forms]
        read = [(where, one) for where, one in found if one is not None]
        for (_, one), (where, other) in combinations(read, 2):
            if one.profession is other.profession and _overlap(one, other):
                who = one.profession
                self.faults[f"{where}.first_day"] = f"another set for {who} is in force then"
        self._ask_one_thing_by_one_code(read)
        return [one for _, one in read]

    def _ask_one_thing_by_one_code(self, read: list[tuple[str, RequirementSet]]) -> None:
        """For one answer settles a code in every set."""
        asked: dict[str, str] = {}
        for where, one in read:
            for question in one.open_questions:
                if asked.setdefault(question.code, question.question) != question.question:
                    why = f"{question.code!r} asks something else in another set"
                    self.faults[f"{where}.open_questions"] = why

    def _set(
        self, place: str, given: Any, sources: Mapping[str, dict[str, Any]], head: dict[str, str]
    ) -> RequirementSet | None:
        if not isinstance(given, dict):
            self.faults[place] = "should be a mapping"
            return None
        before = len(self.faults)
        whole = {**given, **head}
        for part in PARTS:
            if isinstance(given.get(part), list):
                entries = (
                    self._entry(f"{place}.{part}[{n}]", one, sources)
                    for n, one in enumerate(given[part])
                )
                whole[part] = [entry for entry in entries if entry is not None]
        try:
            return parse_requirement_set(whole)
        except BadRequirementSet as error:
            # What is missing only because its entry is at fault is not said twice.
            if error.path != "requirements" or len(self.faults) == before:
                self.faults[f"{place}.{error.path}"] = error.why
            return None

    def _entry(
        self, place: str, given: Any, sources: Mapping[str, dict[str, Any]]
    ) -> dict[str, Any] | None:
        def read() -> dict[str, Any]:
            entry = _cited(Form(given, place), sources)
            parse_requirement(Form(entry, place))
            return entry

        return self._tried(read)

    def _tried(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BadRequirementSet as error:
            self.faults[error.path] = error.why
            return None


def _known_code(head: Form) -> str:
    code = head.text("jurisdiction")
    if code not in JURISDICTIONS:
        raise head.refuse("jurisdiction", f"{code!r} is no jurisdiction on the list")
    return code


def _cited(form: Form, sources: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The entry with its source written out; what the entry itself says of it wins."""
    name = form.text("source")
    if name == HOUSE_RULE.source_url:
        return dict(form.values)
    if name not in sources:
        raise form.refuse("source", f"{name!r} is not among the sources")
    return {**sources[name], **{key: form.values[key] for key in form.values if key != "source"}}


def _mapping(form: Form, key: str) -> dict[Any, Any]:
    form.has(key)
    value = form.values.get(key)
    if not isinstance(value, dict):
        raise form.refuse(key, "should be a mapping")
    return value


def _entries(form: Form, key: str) -> list[tuple[int, Any]]:
    form.has(key)
    value = form.values.get(key) or []
    if not isinstance(value, list):
        raise form.refuse(key, "should be a list")
    return list(enumerate(value))


def _in_words(given: Any) -> Any:
    """A date of a source may be typed as a day: it is kept as it reads."""
    if not isinstance(given, dict):
        return given
    return {key: value if value is None else str(value) for key, value in given.items()}


def _overlap(one: RequirementSet, other: RequirementSet) -> bool:
    return one.in_force_on(other.first_day) or other.in_force_on(one.first_day)
