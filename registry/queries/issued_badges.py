"""Digital badges we signed: one's own, what anybody may ask about one, keys and lists for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from registry.adapters.signed_credentials import PublicKey, open_credential, signature_of
from registry.errors import NotFound
from registry.leave import require
from registry.models import IssuedBadge, PrivilegeLetter, SigningKey, db
from registry.models.issued_on_record import Worth, worth_of_issued
from registry.models.letters_on_record import letter_row, letter_shown
from registry.rules.access import Action, Actor, Subject
from registry.rules.badge_findings import Signature
from registry.rules.badges import NotABadge
from registry.rules.privilege_letters import LetterShown


@dataclass(frozen=True, slots=True)
class BadgeLine:
    """One of my badges; `token` is the signed credential itself."""

    id: int
    letter_id: int
    number: str
    issued_at: datetime
    valid_until: datetime
    worth: Worth
    token: str

    @property
    def last_minute(self) -> datetime:
        """The last one in which it is valid: the end of a day at the clinic."""
        return self.valid_until - timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BadgeAsked:
    """`shown` is what its letter says at this moment; None once it was taken back."""

    worth: Worth
    issued_at: datetime
    valid_until: datetime
    shown: LetterShown | None


def badges_of_letter(*, actor: Actor, letter_id: int, now: datetime) -> list[BadgeLine]:
    """The newest first, for its practitioner alone. Raises NotFound, NotAllowed."""
    letter = db.session.get(PrivilegeLetter, letter_id)
    if letter is None:
        raise NotFound("There is no such record.")
    subject = Subject(frozenset({letter.clinic_id}), letter.practitioner_id)
    require(actor, Action.AGREE_TO_LETTER, subject)
    worth = worth_of_issued(db.session(), now, IssuedBadge.letter_id == letter_id)
    rows = db.session.scalars(
        select(IssuedBadge)
        .where(IssuedBadge.letter_id == letter_id)
        .order_by(IssuedBadge.id.desc())
    )
    return [
        BadgeLine(
            row.id,
            row.letter_id,
            row.number,
            row.issued_at,
            row.valid_until,
            worth[row.place],
            row.token,
        )
        for row in rows
    ]


def badge_asked(*, raw: str, now: datetime) -> BadgeAsked | None:
    """
    What holds of a badge that somebody was shown; None for what we never signed.

    Open to everybody who has it. Only the very letters that we signed are asked about.
    """
    try:
        opened = open_credential(raw)
    except NotABadge:
        return None
    keys = [PublicKey(name, jwk) for name, jwk in published_keys().items()]
    if signature_of(opened, keys) is not Signature.GOOD:
        return None
    number = opened.claims.get("jti")
    row = db.session.scalar(select(IssuedBadge).where(IssuedBadge.number == str(number)))
    if row is None:
        return None
    worth = worth_of_issued(db.session(), now, IssuedBadge.id == row.id)[row.place]
    letter = None
    if worth is not Worth.TAKEN_BACK:
        letter = letter_row(db.session(), PrivilegeLetter.id == row.letter_id)
    shown = letter_shown(db.session(), letter, now)[0] if letter else None
    return BadgeAsked(worth, row.issued_at, row.valid_until, shown)


def published_keys() -> dict[str, dict[str, Any]]:
    """The public half of each key by its name, the newest first."""
    rows = db.session.scalars(select(SigningKey).order_by(SigningKey.id.desc()))
    return {row.name: row.public for row in rows}


def newest_key() -> SigningKey | None:
    return db.session.scalar(select(SigningKey).order_by(SigningKey.id.desc()).limit(1))


def places_set(*, purpose: str, now: datetime) -> list[int]:
    """Those whose bit is set in our list of that purpose, at this moment."""
    wanted = {"revocation": Worth.TAKEN_BACK, "suspension": Worth.SUSPENDED}[purpose]
    worth = worth_of_issued(db.session(), now)
    return sorted(place for place, found in worth.items() if found is wanted)
