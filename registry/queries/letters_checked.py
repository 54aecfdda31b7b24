"""A privilege letter looked up by its code: what it shows at this moment, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.errors import NotFound
from registry.leave import require
from registry.models import PrivilegeLetter, db
from registry.models.letters_on_record import letter_row, letter_shown
from registry.rules.access import Action, Actor, Subject
from registry.rules.letter_codes import sealed_about
from registry.rules.privilege_letters import LetterShown


@dataclass(frozen=True, slots=True)
class LetterToPrint:
    """`shown` now, and its code, still sealed, with what it is sealed about."""

    shown: LetterShown
    code_sealed: str
    sealed_about: str


def letter_behind(*, mark: str, now: datetime) -> LetterShown | None:
    """None for a code that never was or was withdrawn, alike. Open to everybody who has it."""
    row = letter_row(db.session(), PrivilegeLetter.code_mark == mark)
    return letter_shown(db.session(), row, now)[0] if row else None


def letter_to_print(*, actor: Actor, letter_id: int, now: datetime) -> LetterToPrint:
    """For its practitioner alone. Raises NotFound, NotAllowed."""
    row = letter_row(db.session(), PrivilegeLetter.id == letter_id)
    if row is None:
        raise NotFound("There is no such record.")
    subject = Subject(frozenset({row.clinic_id}), row.practitioner_id)
    require(actor, Action.AGREE_TO_LETTER, subject)
    about = sealed_about(row.practitioner_id, row.clinic_id)
    return LetterToPrint(letter_shown(db.session(), row, now)[0], row.code_sealed, about)
