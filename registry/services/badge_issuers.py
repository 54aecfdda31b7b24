"""Issuers of digital badges: put on record with their keys, decided on anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from registry.adapters.public_keys import NoKeys, keys_in
from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import (
    BadgeIssuer,
    BadgeIssuerVersion,
    transaction,
)
from registry.models.badges_on_record import issuer_version
from registry.rules.access import Action, Actor, Subject
from registry.rules.badges import LONGEST_ADDRESS
from registry.services.audit_trail import record
from registry.services.sessions import own_account
from registry.services.typed import one_of_a_kind, typed_line, typed_name, typed_text

TAKEN = "This issuer is on record already. Change that record."
ALREADY_SEEN = "Somebody decided on this issuer while you looked at it. Look at it again."
NAMED = ("https://", "http://", "did:", "urn:")


class IssuerTerms(NamedTuple):
    """`keys`: as pasted. `counts`: its signature stands for asking the issuer (source check)."""

    name: str
    keys: str
    accepted: bool
    counts: bool
    may_lack_status: bool
    reason: str


def record_issuer(*, actor: Actor, identifier: str, terms: IssuerTerms, now: datetime) -> int:
    """Returns its number. Raises NotAllowed, BadInput at the field."""
    with transaction() as session:
        require(actor, Action.DECIDE_ON_ISSUERS, Subject())
        named = typed_line(identifier, field="identifier", longest=LONGEST_ADDRESS)
        if not named.startswith(NAMED) or " " in named:
            raise BadInput(
                "Write it as its badges do: an address (https://…) or a DID (did:web:…).",
                field="identifier",
            )
        with session.no_autoflush:
            taken = issuer_version(session, named)
        if taken is not None:
            raise BadInput(TAKEN, field="identifier")
        issuer = BadgeIssuer(identifier=named)
        session.add(issuer)
        with one_of_a_kind(TAKEN, field="identifier"):
            session.flush()
        _decide(session, actor, issuer, terms, None, now)
        return issuer.id


def decide_on_issuer(
    *, actor: Actor, issuer_id: int, seen_number: int, terms: IssuerTerms, now: datetime
) -> None:
    """
    What holds from now on; what was decided before stays on record.

    Where no keys are pasted those on record stay. Raises NotAllowed, NotFound, Overtaken,
    BadInput at the field.
    """
    with transaction() as session:
        require(actor, Action.DECIDE_ON_ISSUERS, Subject())
        issuer = locked_issuer(session, issuer_id)
        before = issuer_version(session, issuer.identifier)
        if before is None or before.number != seen_number:
            raise Overtaken(ALREADY_SEEN)
        _decide(session, actor, issuer, terms, before, now)


def locked_issuer(session: Session, issuer_id: int) -> BadgeIssuer:
    issuer = session.get(BadgeIssuer, issuer_id)
    if issuer is None:
        raise NotFound("There is no such record.")
    return issuer


def _decide(
    session: Session,
    actor: Actor,
    issuer: BadgeIssuer,
    terms: IssuerTerms,
    before: BadgeIssuerVersion | None,
    now: datetime,
) -> None:
    made = BadgeIssuerVersion(
        issuer_id=issuer.id,
        number=before.number + 1 if before else 1,
        name=typed_name(terms.name),
        keys=_keys(terms.keys, issuer.identifier, before),
        accepted=terms.accepted,
        counts=terms.accepted and terms.counts,
        may_lack_status=terms.may_lack_status,
        reason=typed_text(terms.reason, field="reason", longest=500),
        decided_by=own_account(actor),
        decided_by_name=actor.name,
        decided_at=now,
    )
    session.add(made)
    with one_of_a_kind(ALREADY_SEEN, field=None):
        session.flush()
    action = "record a badge issuer" if before is None else "decide on a badge issuer"
    tell_of_issuer(session, actor, action, issuer, _shown(made), now, _shown(before), made.reason)


def _keys(pasted: str, identifier: str, before: BadgeIssuerVersion | None) -> list[list[object]]:
    if before is not None and not pasted.strip():
        return before.keys
    try:
        return [[key.name, dict(key.jwk)] for key in keys_in(pasted, identifier)]
    except NoKeys as error:
        raise BadInput(str(error), field="keys") from error


def _shown(one: BadgeIssuerVersion | None) -> dict[str, object] | None:
    if one is None:
        return None
    names = ("number", "name", "keys", "accepted", "counts", "may_lack_status")
    return {name: getattr(one, name) for name in names}


def tell_of_issuer(
    session: Session,
    actor: Actor,
    action: str,
    issuer: BadgeIssuer,
    after: Mapping[str, object] | None,
    now: datetime,
    before: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    told = {"identifier": issuer.identifier} | dict(after or {})
    record(
        session,
        actor=actor,
        action=action,
        subject=f"badge_issuer:{issuer.id}",
        at=now,
        before=before,
        after=told,
        reason=reason,
    )
