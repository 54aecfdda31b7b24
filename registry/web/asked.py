"""What an address asks for behind its question mark, read civilly: a sentence, never a fault."""

from __future__ import annotations

from datetime import date

from flask import request

from registry.errors import BadInput
from registry.rules.text import clean_line

LONGEST = 120
FARTHEST_PAGE = 100_000


def asked_text(name: str) -> str:
    """One line, perhaps empty. Raises BadInput."""
    try:
        return clean_line(request.args.get(name, ""), LONGEST)
    except ValueError as error:
        raise BadInput(f"“{name}” in the address: {error}", field=name) from error


def asked_day(name: str) -> date | None:
    """Raises BadInput for what is not on the calendar."""
    given = asked_text(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput(
            f"“{given}” is not a day on the calendar. Write it like 2026-11-26.", field=name
        ) from error


def asked_number(name: str) -> int | None:
    """The number of a record. Raises BadInput for anything else."""
    given = asked_text(name)
    if not given:
        return None
    if (number := record_number(given)) is None:
        raise BadInput(f"“{given}” is not a number of the registry.", field=name)
    return number


def record_number(text: str) -> int | None:
    """None for what no record can have as its number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def asked_page() -> int:
    """From 1 on. Raises BadInput."""
    page = asked_number("page")
    if page is None:
        return 1
    if not 1 <= page <= FARTHEST_PAGE:
        raise BadInput(f"There is no page {page}.", field="page")
    return page
