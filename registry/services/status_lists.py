"""Status lists of other issuers come in: signed by a key on record, and never an older one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.adapters.signed_credentials import PublicKey, open_credential, signature_of
from registry.errors import BadInput, NotInThatState
from registry.leave import require
from registry.models import BadgeIssuer, StatusListCopy, transaction
from registry.models.badges_on_record import (
    LONGEST_LIST,
    issuer_version,
    keys_of,
    list_kept,
    newest_copies,
)
from registry.rules.access import Action, Actor, Subject
from registry.rules.badge_findings import Signature
from registry.rules.badges import NotABadge
from registry.rules.status_lists import StatusList, status_list_said
from registry.services.badge_issuers import locked_issuer, tell_of_issuer
from registry.services.sessions import own_account


def keep_status_list(
    *, actor: Actor, issuer_id: int, text: str, fetched_from: str = "", now: datetime
) -> StatusList:
    """
    A signed status list of that issuer, pasted or fetched, from now on the one that is asked.

    Raises NotAllowed, NotFound, NotInThatState, BadInput at `status_list` for what is none, is
    not signed by a key on record, or is older than the one that is there.
    """
    with transaction() as session:
        require(actor, Action.DECIDE_ON_ISSUERS, Subject())
        issuer = locked_issuer(session, issuer_id)
        version = issuer_version(session, issuer.identifier)
        keys = keys_of(version)
        if not keys:
            raise NotInThatState("There is no key of this issuer, so no list can be checked.")
        told = _genuine(text, issuer, keys, now)
        if fetched_from and told.address != fetched_from:
            raise BadInput("What lies at that address is another list.", field="status_list")
        _refuse_older(session, issuer, told, keys)
        kept = StatusListCopy(
            issuer_id=issuer.id,
            address=told.address,
            purpose=told.purpose,
            raw=text.strip(),
            fetched=bool(fetched_from),
            kept_by=own_account(actor),
            kept_by_name=actor.name,
            kept_at=now,
        )
        session.add(kept)
        session.flush()
        tell_of_issuer(
            session,
            actor,
            "keep a status list",
            issuer,
            {"address": told.address, "purpose": told.purpose, "fetched": kept.fetched},
            now,
        )
        return told


def _genuine(text: str, issuer: BadgeIssuer, keys: list[PublicKey], now: datetime) -> StatusList:
    try:
        opened = open_credential(text, LONGEST_LIST)
        told = status_list_said(opened.claims)
    except NotABadge as error:
        raise BadInput(str(error), field="status_list") from error
    if told.issuer != issuer.identifier:
        raise BadInput("This status list is of another issuer.", field="status_list")
    if signature_of(opened, keys) is not Signature.GOOD:
        raise BadInput(
            "This status list is not signed with a key on record, so it is worth nothing.",
            field="status_list",
        )
    if not told.address:
        raise BadInput("This status list does not say of which badges it is.", field="status_list")
    if told.issued_at is not None and told.issued_at > now:
        raise BadInput("This status list is of a day still to come.", field="status_list")
    if told.valid_until is not None and told.valid_until <= now:
        raise BadInput("This status list is no longer valid. Bring today's.", field="status_list")
    return told


def _refuse_older(
    session: Session, issuer: BadgeIssuer, told: StatusList, keys: list[PublicKey]
) -> None:
    """Else somebody could bring back the day before a badge was revoked."""
    for copy in newest_copies(session, [issuer.id]):
        if (copy.address, copy.purpose) != (told.address, told.purpose):
            continue
        before = list_kept(copy, keys).told.issued_at
        if before is not None and (told.issued_at is None or told.issued_at < before):
            raise BadInput("A newer status list is on record already.", field="status_list")
