"""Form fields that say in a sentence what is wrong, and keep what was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from registry.rules.text import clean_line, clean_text

EARLIEST = date(1900, 1, 1)
LONGEST_KEPT = 2000  # of what was typed wrongly, given back to be put right


class Line(StringField):
    """One line of text, cleaned; `longest` characters at most."""

    def __init__(self, label: str, validators: Any = (), *, longest: int = 200, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.longest = longest

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = _showable(valuelist[0])
            self.data = clean_line(valuelist[0], self.longest)


class Paragraph(TextAreaField):
    """Several lines of text, cleaned."""

    def __init__(self, label: str, validators: Any = (), *, longest: int = 1000, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.longest = longest

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = _showable(valuelist[0])
            self.data = clean_text(valuelist[0], self.longest)


class Day(DateField):
    """A day on the calendar, from 1900 on."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw_data = [_showable(value) for value in valuelist]
        typed = " ".join(valuelist).strip()
        if not typed:
            self.data = None
            return
        try:
            self.data = date.fromisoformat(typed) if len(typed) == 10 else None
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValueError("There is no such day. Write it as 2026-06-30.")
        if self.data < EARLIEST:
            self.data = None
            raise ValueError("This day is too long ago. Check the year.")


class Number(StringField):
    """A number of hours, sessions or months: `places` decimals at most, a comma is a point."""

    widget = TextInput()

    def __init__(self, label: str, validators: Any = (), *, places: int = 0, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.places = places
        decimals = rf"([.,][0-9]{{1,{places}}})?" if places else ""
        self.shape = re.compile(rf"[0-9]{{1,4}}{decimals}")

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist[:1]).strip()
        self.data = _showable(typed)
        if typed and not self.shape.fullmatch(typed):
            asked = "a number" if self.places else "a whole number"
            raise ValueError(f"Write this as {asked} below 10,000, such as 27.")

    @property
    def number(self) -> Decimal | int | None:
        """None where nothing was typed, or no number."""
        if not self.data or not self.shape.fullmatch(str(self.data)):
            return None
        return Decimal(self.data.replace(",", ".")) if self.places else int(self.data)


class Boxes(SelectMultipleField):
    """Several of a list, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def options(pairs: Iterable[tuple[object, str]], nothing: str | None = None) -> list[Choice]:
    """The choices of a field; `nothing` is the words of choosing none."""
    none = [Choice("", nothing)] if nothing is not None else []
    return [*none, *(Choice(value, words) for value, words in pairs)]


def _showable(typed: str) -> str:
    """What was typed, without what no page can hold."""
    kept = typed[:LONGEST_KEPT]
    return "".join(c for c in kept if c in "\n\t\r" or unicodedata.category(c) not in ("Cc", "Cs"))
