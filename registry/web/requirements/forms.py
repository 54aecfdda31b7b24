"""The forms of an adoption: how each open item is read, why, when somebody looks again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, ValidationError
from wtforms.validators import DataRequired

from registry.queries.requirement_pages import OpenItem, Settling
from registry.rules.days import days_later
from registry.services.settling import why_not_again_on
from registry.web.fields import Day, Line, Paragraph

READING, WHY, AGAIN = "reading-", "why-", "again-"
NO_ANSWER = "Write how you read this, and where that stands."
NO_REASON = "Write why it may be read so."
NO_DAY = "Say when somebody is to look again."
A_YEAR = 365
LONGEST = 2000
GROUPS = (
    ("Questions", "Nobody who was asked, and no source, answers these."),
    ("Values not found", "Not found is not the same as not asked for."),
    ("Doubtful sources", "Weak, or perhaps out of date by now. What they state waits for you."),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An open item with its number on the page; `due` is a day to look again that has come."""

    number: int
    item: OpenItem
    due: date | None = None


class Ahead:
    """A day on which somebody looks again: not past, and not out of anybody's sight."""

    def __init__(self, today: date) -> None:
        self.today = today

    def __call__(self, _form: FlaskForm, field: Day) -> None:
        if field.data and (odd := why_not_again_on(field.data, self.today)):
            raise ValidationError(odd)


class AdoptionForm(FlaskForm):
    """Its fields are those of the jurisdiction: see `adoption_form`."""

    def settled(self) -> dict[str, dict[str, Any]]:
        """By the code of the item, as `propose_adoption` wants it."""
        codes = [one.name.removeprefix(READING) for one in self if one.name.startswith(READING)]
        return {
            code: {
                "reading": self[f"{READING}{code}"].data or "",
                "why": self[f"{WHY}{code}"].data or "",
                "look_again_on": self[f"{AGAIN}{code}"].data or "",
            }
            for code in codes
        }

    def field_of(self, error: str, code: str | None) -> Field | None:
        """The one of an item's three fields that a refusal is about."""
        which = AGAIN if "look again" in error else READING
        return next((field for field in self if field.name == f"{which}{code}"), None)


class WithdrawForm(FlaskForm):
    reason = Line("Why", [DataRequired("Say why; it is kept.")], longest=500)


def adoption_form(
    asked: Iterable[Asked], before: Mapping[str, Settling], today: date
) -> AdoptionForm:
    """Filled with the answers from before; a day that has come must be thought of anew."""
    fields: dict[str, Any] = {}
    for one in asked:
        code, known = one.item.code, before.get(one.item.code, Settling(""))
        day = None if one.due else known.look_again_on or days_later(today, A_YEAR)
        fields[f"{READING}{code}"] = Paragraph(
            f"{one.number}. How you read it",
            [DataRequired(NO_ANSWER)],
            default=known.reading,
            longest=LONGEST,
        )
        fields[f"{WHY}{code}"] = Paragraph(
            f"{one.number}. Why", [DataRequired(NO_REASON)], default=known.why, longest=LONGEST
        )
        fields[f"{AGAIN}{code}"] = Day(
            f"{one.number}. Look again on", [DataRequired(NO_DAY), Ahead(today)], default=day
        )
    made: type[AdoptionForm] = type("AdoptionFormHere", (AdoptionForm,), fields)
    return made()


def grouped(
    items: Iterable[OpenItem], before: Mapping[str, Settling], today: date
) -> list[tuple[str, str, list[Asked]]]:
    """What must be settled, in three groups, numbered through; each item once."""
    groups: tuple[list[OpenItem], ...] = ([], [], [])
    for item in {item.code: item for item in items}.values():
        groups[_group_of(item.code)].append(item)
    numbers = iter(range(1, sum(map(len, groups)) + 1))
    found = []
    for (title, about), some in zip(GROUPS, groups, strict=True):
        asked = [Asked(next(numbers), item, _due(before.get(item.code), today)) for item in some]
        if asked:
            found.append((title, about, asked))
    return found


def in_all(groups: Sequence[tuple[str, str, list[Asked]]]) -> list[Asked]:
    return [one for _, _, some in groups for one in some]


def _group_of(code: str) -> int:
    return {"not_found": 1, "source": 2}.get(code.partition(".")[0], 0)


def _due(known: Settling | None, today: date) -> date | None:
    day = known.look_again_on if known else None
    return day if day and day <= today else None
