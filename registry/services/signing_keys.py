"""Keys by which we sign: made, sealed, followed by newer ones; the older stay published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.sealing import Sealer, Unsealable
from registry.adapters.signing import draw_key
from registry.errors import NotInThatState
from registry.models import SigningKey, transaction
from registry.rules.access import Actor
from registry.services.audit_trail import record

FROM_A_TERMINAL = Actor(None, "registry keys make")
SEALED_OTHERWISE = (
    "The key for signing was sealed under another secret. "
    "Whoever runs the registry makes another: registry keys make."
)


def make_signing_key(*, sealer: Sealer, now: datetime) -> str:
    """From a terminal: the new one signs from now on. Returns its name."""
    with transaction() as session:
        return _made(session, FROM_A_TERMINAL, sealer, now).name


def signing_key(
    session: Session, actor: Actor, sealer: Sealer, now: datetime
) -> tuple[SigningKey, bytes]:
    """The newest, made at first use; and its private half. Raises NotInThatState."""
    key = session.scalar(select(SigningKey).order_by(SigningKey.id.desc()).limit(1))
    return opened(key or _made(session, actor, sealer, now), sealer)


def opened(key: SigningKey, sealer: Sealer) -> tuple[SigningKey, bytes]:
    """Raises NotInThatState where it was sealed under another secret."""
    try:
        return key, bytes.fromhex(sealer.open(key.private_sealed, _about(key.name)))
    except Unsealable as error:
        raise NotInThatState(SEALED_OTHERWISE) from error


def _made(session: Session, actor: Actor, sealer: Sealer, now: datetime) -> SigningKey:
    private, public, name = draw_key()
    key = SigningKey(
        name=name,
        public=public,
        private_sealed=sealer.seal(private.hex(), _about(name)),
        made_at=now,
    )
    session.add(key)
    session.flush()
    record(
        session,
        actor=actor,
        action="make a key for signing",
        subject=f"signing_key:{key.id}",
        at=now,
        after={"name": name, "public": public},
    )
    return key


def _about(name: str) -> str:
    return f"private half of the key for signing {name}"
