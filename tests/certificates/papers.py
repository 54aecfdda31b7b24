"""A certificate as we make it up: everything it says, before anybody draws or reads it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

#: What is compared, field by field; the rest of a paper is how it is written.
FIELDS = (
    "holder",
    "provider",
    "course",
    "kind",
    "number",
    "completed_on",
    "issued_on",
    "course_started",
    "last_day",
    "hours_total",
    "hours_in_person",
    "hours_practical",
    "hours_didactic",
    "hours_live_video",
    "level",
    "taught",
    "exams",
    "approvals",
)
ALWAYS = ("holder", "provider", "course", "kind")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """`practitioner`: whose record it is brought to. `written`: the manner of its days."""

    layout: str
    index: int
    language: str
    written: str
    practitioner: str
    holder: str
    letters: str
    provider: str
    course: str
    kind: str
    place: str
    number: str | None = None
    completed_on: date | None = None
    issued_on: date | None = None
    course_started: date | None = None
    last_day: date | None = None
    hours_total: Decimal | None = None
    hours_in_person: Decimal | None = None
    hours_practical: Decimal | None = None
    hours_didactic: Decimal | None = None
    hours_live_video: Decimal | None = None
    level: str | None = None
    taught: tuple[str, ...] = ()
    exams: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.layout}-{self.index}"

    def stating(self, stated: tuple[str, ...]) -> Paper:
        """Without what its layout has no place for."""
        blank = {field.name: field.default for field in fields(self)}
        gone = {name: blank[name] for name in FIELDS if name not in (*ALWAYS, *stated)}
        return replace(self, **gone)

    def truth(self) -> dict[str, object]:
        """What a reader should hand on, as plain JSON values; only what is stated."""
        said: dict[str, object] = {}
        for name in FIELDS:
            value = getattr(self, name)
            if value is None or value == ():
                continue
            said[name] = _plain(name, value)
        return said


def _plain(name: str, value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize()) if value % 1 else str(int(value))
    if name == "exams":
        return [[exam, "passed", None] for exam in sorted(value)]  # type: ignore[arg-type]
    if name == "approvals":
        return [[body, None] for body in value]  # type: ignore[attr-defined]
    return sorted(value) if isinstance(value, tuple) else value
