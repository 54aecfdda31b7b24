"""Typed reading of plain mappings (from YAML or JSON): a wrong entry is named by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)


class BadRequirementSet(ValueError):
    """A requirement set that cannot be read: where, and why."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


@dataclass(slots=True)
class Form:
    """One mapping and its path. Each reader takes a key off it; `nothing_else` refuses the rest."""

    values: Mapping[str, Any]
    path: str = ""
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.values, Mapping):
            raise BadRequirementSet(self.path or "(top)", "should be a mapping")

    def refuse(self, key: str, why: str) -> BadRequirementSet:
        return BadRequirementSet(f"{self.path}.{key}".lstrip("."), why)

    def has(self, key: str) -> bool:
        self.seen.add(key)
        return self.values.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value(key, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            raise self.refuse(key, f"should be text, is {value!r}")
        return value

    def whole(self, key: str) -> int:
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.refuse(key, f"should be a whole number above 0, is {value!r}")
        return value

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.refuse(key, f"should be true or false, is {value!r}")
        return value

    def day(self, key: str) -> date:
        value = self._value(key)
        try:
            return value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.refuse(key, f"should be a date as 2026-06-30, is {value!r}") from None

    def one_of(self, words: type[E], key: str) -> E:
        return self._word(words, key, self._value(key))

    def several_of(self, words: type[E], key: str) -> tuple[E, ...]:
        return tuple(self._word(words, key, value) for value in self._list(key))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(key, "should hold texts only")
        return tuple(values)

    def forms(self, key: str) -> Iterator[Form]:
        for index, value in enumerate(self._list(key)):
            yield Form(value, f"{self.path}.{key}[{index}]".lstrip("."))

    def nothing_else(self) -> None:
        for key in self.values:
            if key not in self.seen:
                raise self.refuse(str(key), "is not known here")

    def _value(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        value = self.values.get(key)
        if value is None and default is None:
            raise self.refuse(key, "is missing")
        return default if value is None else value

    def _list(self, key: str) -> list[Any]:
        value = self._value(key, [])
        if not isinstance(value, list | tuple):
            raise self.refuse(key, "should be a list")
        return list(value)

    def _word(self, words: type[E], key: str, value: object) -> E:
        try:
            return words(value)  # type: ignore[arg-type]
        except ValueError:
            known = ", ".join(words)
            raise self.refuse(key, f"{value!r} is not one of: {known}") from None
