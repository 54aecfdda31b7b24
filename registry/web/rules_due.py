"""Rows that say whose reading of the law is to be looked at again, for whatever page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for

from registry.queries.rules_to_see_to import SOON, Relook
from registry.rules.wording import count
from registry.web.formats import day, in_days


@dataclass(frozen=True, slots=True)
class Need:
    """A row of `ui.attention`."""

    kind: str
    text: str
    href: str
    detail: str = ""


def to_look_at_again(code: str, name: str, found: Relook, today: date) -> Need:
    due = found.first_day <= today
    when = "due to be looked at again" if due else f"to be looked at again within {SOON} days"
    readings = count(found.number, "reading")
    return Need(
        "not_known" if due else "lapses_soon",
        f"{readings} of the requirements of {name} {'is' if found.number == 1 else 'are'} {when}",
        url_for("requirements.jurisdiction", code=code) + "#open-items",
        f"{found.by} answers for {'it' if found.number == 1 else 'them'}. "
        f"The first day is {day(found.first_day)} ({in_days(found.first_day, today)}).",
    )
