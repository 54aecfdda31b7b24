"""Digital badges: are they letter by letter what came in, and what decisions say they rest on?"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Badge, BadgeBehind, BadgeProof, Verification
from registry.rules.vocabulary import Method


def badges(session: Session) -> Iterator[str]:
    for number, raw, kept in session.execute(
        select(Badge.id, Badge.raw, Badge.sha256).order_by(Badge.id)
    ):
        if sha256(raw.encode()).hexdigest() != kept:
            yield f"Digital badge {number} was changed."
    rows = session.execute(
        select(Verification.id, Verification.version_id, BadgeProof, Badge.sha256)
        .outerjoin(BadgeProof, BadgeProof.verification_id == Verification.id)
        .outerjoin(Badge, Badge.id == BadgeProof.badge_id)
        .where(Verification.method == Method.SIGNED_CREDENTIAL)
        .order_by(Verification.id)
    )
    for number, version_id, proof, kept in rows:
        if proof is None:
            yield f"Verification {number} is by a signed credential, and none is bound to it."
        elif proof.sha256 != kept or not _is_behind(session, version_id, proof.badge_id):
            yield f"Verification {number} rests on another digital badge than the one on record."


def _is_behind(session: Session, version_id: int, badge_id: int) -> bool:
    behind = session.get(BadgeBehind, version_id)
    return behind is not None and behind.badge_id == badge_id
