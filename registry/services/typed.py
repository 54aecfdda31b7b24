"""What somebody typed, made fit to keep, or refused at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.exc import IntegrityError

from registry.errors import BadInput
from registry.models.guards import refusal_for
from registry.rules.text import clean_line, clean_text

LONGEST_EMAIL = 254
LONGEST_NAME = 200
LONGEST_PHONE = 40
#: With an extension at the end; fifteen digits are the most by ITU-T E.164, which has none.
PHONE = re.compile(r"\+?[0-9 ()./-]+( ?(x|ext\.?) ?[0-9]{1,6})?")
FEWEST_DIGITS, MOST_DIGITS = 6, 15 + 6


def typed_line(value: str | None, *, field: str, longest: int, needed: bool = True) -> str:
    """Raises BadInput at the field, also where nothing was typed though something is needed."""
    return _typed(clean_line, value, field, longest, needed)


def typed_text(value: str | None, *, field: str, longest: int, needed: bool = True) -> str:
    """The same for several lines."""
    return _typed(clean_text, value, field, longest, needed)


def typed_name(value: str | None, *, field: str = "name", longest: int = LONGEST_NAME) -> str:
    line = typed_line(value, field=field, longest=longest)
    if not any(letter.isalnum() for letter in line):
        raise BadInput("A name has letters in it.", field=field)
    return line


def typed_email(value: str | None, *, field: str = "email", needed: bool = True) -> str:
    """Casefolded, as accounts are kept. Raises BadInput; no server is asked whether it exists."""
    line = typed_line(value, field=field, longest=LONGEST_EMAIL, needed=needed)
    if not line:
        return ""
    try:
        found = validate_email(line, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError) as error:
        raise BadInput(
            "This is not an e-mail address such as dana@harbour.example.", field=field
        ) from error
    return found.normalized.casefold()


def typed_phone(value: str | None, *, field: str = "phone") -> str:
    """As it was written, for numbers are dialled by people. Raises BadInput; may be empty."""
    line = typed_line(value, field=field, longest=LONGEST_PHONE, needed=False)
    digits = sum(letter in "0123456789" for letter in line)
    if line and not (PHONE.fullmatch(line) and FEWEST_DIGITS <= digits <= MOST_DIGITS):
        raise BadInput("This is not a phone number such as +1 406 555 0143.", field=field)
    return line


@contextmanager
def one_of_a_kind(sentence: str, *, field: str | None) -> Iterator[None]:
    """Around a flush: what the database has already is a refusal at its field, not a fault."""
    try:
        yield
    except IntegrityError as error:
        if refusal_for(str(error.orig)):
            raise  # a guard spoke, and `transaction` knows what it means
        raise BadInput(sentence, field=field) from error


def _typed(
    clean: Callable[[str, int], str], value: str | None, field: str, longest: int, needed: bool
) -> str:
    try:
        kept = clean(value or "", longest)
    except ValueError as error:
        raise BadInput(str(error), field=field) from error
    if needed and not kept:
        raise BadInput("Fill this in.", field=field)
    return kept
