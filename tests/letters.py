"""Sentences about privilege letters: somebody has one, and the code of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from registry.models import Clinic, Practitioner, PrivilegeLetter, db
from registry.rules.access import Actor
from registry.rules.letter_codes import sealed_about
from registry.rules.privilege_letters import LetterPart
from registry.services.privilege_letters import agree_to_letter
from tests.factors import SEALER
from tests.given import NOW

EVERYTHING = tuple(LetterPart)


def letter_of(
    herself: Actor, at: Clinic, shows: Collection[str] = EVERYTHING, *, now: datetime = NOW
) -> PrivilegeLetter:
    """She agreed to it."""
    number = agree_to_letter(
        actor=herself,
        clinic_id=at.id,
        shows=shows,
        agreed=True,
        seen_version=0,
        sealer=SEALER,
        now=now,
    )
    return db.session.get_one(PrivilegeLetter, number, populate_existing=True)


def code_of_letter(letter: PrivilegeLetter) -> str:
    """As its practitioner is shown it."""
    assert letter.code_sealed is not None
    about = sealed_about(letter.practitioner_id, letter.clinic_id)
    return SEALER.open(letter.code_sealed, about)


def standing_letter(whose: Practitioner, at: Clinic) -> PrivilegeLetter | None:
    return db.session.scalars(
        select(PrivilegeLetter).where(
            PrivilegeLetter.practitioner_id == whose.id,
            PrivilegeLetter.clinic_id == at.id,
            PrivilegeLetter.withdrawn_at.is_(None),
        )
    ).one_or_none()
