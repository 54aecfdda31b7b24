"""Privilege letters as digital badges: signed for their practitioner, of what holds just then."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.sealing import Sealer
from registry.adapters.signed_credentials import sign_claims
from registry.adapters.tokens import draw
from registry.errors import NotFound, NotInThatState
from registry.leave import require
from registry.models import IssuedBadge, Practitioner, PrivilegeLetter, transaction
from registry.models.letters_on_record import letter_row, letter_shown
from registry.rules.access import Action, Actor, Subject
from registry.rules.letter_badges import Issuing, letter_claims, told_by, valid_until
from registry.rules.status_lists import FEWEST_BITS
from registry.services.audit_trail import record
from registry.services.sessions import own_account
from registry.services.signing_keys import signing_key

NOT_TODAY = "Today you may not needle there, so there is nothing that could be signed."
FULL = "No more digital badges can be made: our status lists are full."
PLACE_BITS = FEWEST_BITS.bit_length() - 1  # 131,072 places
TRIES = 200


def issue_letter_badge(
    *, actor: Actor, letter_id: int, base_url: str, sealer: Sealer, now: datetime
) -> int:
    """
    Of one's own letter, as it shows itself at this moment; returns its number.

    The same badge again where it would say the same to the same day. Raises NotFound,
    NotAllowed, and NotInThatState on a day on which they may not needle there.
    """
    with transaction() as session:
        row = letter_row(session, PrivilegeLetter.id == letter_id)
        if row is None:
            raise NotFound("There is no such record.")
        require(
            actor,
            Action.AGREE_TO_LETTER,
            Subject(frozenset({row.clinic_id}), row.practitioner_id),
        )
        session.get(Practitioner, row.practitioner_id, with_for_update=True)
        shown, until = letter_shown(session, row, now)
        if not shown.may_needle:
            raise NotInThatState(NOT_TODAY)
        ground = {site: last.isoformat() for site, last in until.items()}
        badge = IssuedBadge(
            letter_id=row.id,
            letter_version=row.version,
            ground=ground,
            told=told_by(shown, row.clinic_id),
            issued_by=own_account(actor),
            issued_at=now,
            valid_until=valid_until(shown),
        )
        if (same := _same(session, badge)) is not None:
            return same
        key, private = signing_key(session, actor, sealer, now)
        issuing = Issuing(base_url, key.name)
        badge.key_id, badge.number, badge.place = key.id, f"urn:uuid:{uuid4()}", _place(session)
        claims = letter_claims(
            shown, issuing, number=badge.number, place=badge.place, clinic_id=row.clinic_id
        )
        badge.token = sign_claims(claims, private, issuing.key_id)
        session.add(badge)
        session.flush()
        _tell(session, actor, badge, row.practitioner_id, row.clinic_id, now)
        return badge.id


def _same(session: Session, new: IssuedBadge) -> int | None:
    """So that whoever presses twice has one."""
    last = session.scalar(
        select(IssuedBadge)
        .where(IssuedBadge.letter_id == new.letter_id)
        .order_by(IssuedBadge.id.desc())
        .limit(1)
    )
    names = ("letter_version", "ground", "told", "valid_until")
    if last is None or any(getattr(last, name) != getattr(new, name) for name in names):
        return None
    return last.id


def _place(session: Session) -> int:
    """Drawn, so that it tells nothing of when or how many."""
    for _ in range(TRIES):
        place = draw(PLACE_BITS)
        if session.scalar(select(IssuedBadge.id).where(IssuedBadge.place == place)) is None:
            return place
    raise NotInThatState(FULL)


def _tell(
    session: Session,
    actor: Actor,
    badge: IssuedBadge,
    practitioner_id: int,
    clinic_id: int,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action="sign a digital badge of a privilege letter",
        subject=f"issued_badge:{badge.id}",
        at=now,
        clinic_id=clinic_id,
        practitioner_id=practitioner_id,
        after={"letter": badge.letter_id, "number": badge.number, "told": badge.told},
    )
