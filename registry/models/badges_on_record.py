"""Digital badges as they are on record, checked by what is known of their issuers at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.adapters.signed_credentials import Opened, PublicKey, open_credential, signature_of
from registry.models.badges import (
    Badge,
    BadgeBehind,
    BadgeIssuer,
    BadgeIssuerVersion,
    StatusListCopy,
)
from registry.models.people import Account, Practitioner
from registry.rules.badge_checks import check_badge
from registry.rules.badge_findings import (
    CheckedBadge,
    HolderKnown,
    IssuerKnown,
    ListKept,
    Signature,
)
from registry.rules.badges import BadgeSaid, NotABadge, badge_said
from registry.rules.status_lists import status_list_said

#: A status list is as long as it must be for many badges, in letters.
LONGEST_LIST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BadgeOnRecord:
    """`issuer` is the decision about its issuer that holds now, if there is one."""

    badge: Badge
    said: BadgeSaid
    checked: CheckedBadge
    issuer: BadgeIssuerVersion | None


def badge_on_record(
    session: Session, badge: Badge, *, course: str | None, now: datetime
) -> BadgeOnRecord:
    """Checked against what is known now; `course` is what was typed, if anything was."""
    opened = open_credential(badge.raw)
    said = badge_said(opened.claims)
    issuer = issuer_version(session, said.issuer)
    keys = keys_of(issuer)
    checked = check_badge(
        said,
        signature_of(opened, keys),
        issuer=_known(issuer),
        holder=_holder(session, badge.practitioner_id),
        lists=_lists(session, issuer, keys, {one.address for one in said.statuses}),
        course=course,
        now=now,
    )
    return BadgeOnRecord(badge, said, checked, issuer)


def badge_behind(
    session: Session, version_id: int, particulars: Mapping[str, Any], now: datetime
) -> BadgeOnRecord | None:
    """The badge behind a version, checked now against what was typed."""
    badge = session.scalar(
        select(Badge)
        .join(BadgeBehind, BadgeBehind.badge_id == Badge.id)
        .where(BadgeBehind.version_id == version_id)
    )
    if badge is None:
        return None
    course = str(particulars.get("course", ""))
    return badge_on_record(session, badge, course=course, now=now)


def issuer_version(session: Session, identifier: str) -> BadgeIssuerVersion | None:
    """The decision that holds."""
    return session.scalar(
        select(BadgeIssuerVersion)
        .join(BadgeIssuer, BadgeIssuer.id == BadgeIssuerVersion.issuer_id)
        .where(BadgeIssuer.identifier == identifier)
        .order_by(BadgeIssuerVersion.number.desc())
        .limit(1)
    )


def keys_of(issuer: BadgeIssuerVersion | None) -> list[PublicKey]:
    return [PublicKey(name, jwk) for name, jwk in issuer.keys] if issuer else []


def list_kept(copy: StatusListCopy, keys: Sequence[PublicKey]) -> ListKept:
    """Its signature is checked anew each time: a key that was taken off signs no list."""
    opened: Opened = open_credential(copy.raw, LONGEST_LIST)
    genuine = signature_of(opened, keys) is Signature.GOOD
    return ListKept(status_list_said(opened.claims), copy.kept_at, genuine)


def newest_copies(session: Session, issuer_ids: Sequence[int]) -> list[StatusListCopy]:
    """Of each address and purpose the one brought in last. One statement."""
    newest = (
        select(func.max(StatusListCopy.id))
        .where(StatusListCopy.issuer_id.in_(issuer_ids))
        .group_by(StatusListCopy.issuer_id, StatusListCopy.address, StatusListCopy.purpose)
    )
    return list(
        session.scalars(
            select(StatusListCopy).where(StatusListCopy.id.in_(newest)).order_by(StatusListCopy.id)
        )
    )


def _known(issuer: BadgeIssuerVersion | None) -> IssuerKnown | None:
    if issuer is None:
        return None
    return IssuerKnown(issuer.name, issuer.accepted, issuer.counts, issuer.may_lack_status)


def _lists(
    session: Session,
    issuer: BadgeIssuerVersion | None,
    keys: Sequence[PublicKey],
    addresses: set[str],
) -> list[ListKept]:
    if issuer is None or not addresses:
        return []
    found = []
    for copy in newest_copies(session, [issuer.issuer_id]):
        if copy.address in addresses:
            try:
                found.append(list_kept(copy, keys))
            except NotABadge:  # kept by an older rule: it tells nothing
                continue
    return found


def _holder(session: Session, practitioner_id: int) -> HolderKnown:
    name = session.scalar(select(Practitioner.name).where(Practitioner.id == practitioner_id))
    emails = session.scalars(
        select(Account.email).where(
            Account.practitioner_id == practitioner_id, Account.closed_at.is_(None)
        )
    )
    return HolderKnown(name or "", tuple(emails))
