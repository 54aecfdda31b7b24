"""Digital badges: what a signed Open Badge (a verifiable credential) says, once it was opened."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

LONGEST_TEXT = 200
LONGEST_ADDRESS = 500
MOST_IDENTITIES = 10
KINDS = frozenset({"OpenBadgeCredential", "AchievementCredential"})
LIST_ENTRIES = frozenset({"BitstringStatusListEntry", "StatusList2021Entry"})
#: What a list of one bit for each badge may say of it.
PURPOSES = frozenset({"revocation", "suspension"})


class NotABadge(ValueError):
    """The sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom it is of: a name or an e-mail address, or `hashed` as sha256$… with a salt."""

    kind: str
    value: str
    hashed: bool = False
    salt: str = ""


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where its issuer tells what became of it; no `index` where that is told in another way."""

    address: str
    purpose: str = ""
    index: int | None = None


@dataclass(frozen=True, slots=True)
class BadgeSaid:
    """
    What it says, signed or not. `issuer` is an address or a DID; `number` its own name for itself.

    Moments are in UTC; `awarded_on` is the day on which what it is for was done, if it says so.
    """

    issuer: str
    issuer_name: str
    number: str
    achievement: str
    description: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    awarded_on: date | None = None
    identities: tuple[Identity, ...] = ()
    statuses: tuple[StatusEntry, ...] = ()


def badge_said(claims: Mapping[str, Any]) -> BadgeSaid:
    """
    Of Open Badges 3.0, in the shape of VC 2.0 or, under `vc`, of VC 1.1.

    What stands twice must agree, and of two days the narrower counts. Raises NotABadge.
    """
    body = _mapping(claims.get("vc", claims))
    if not KINDS & set(_strings(body.get("type"))):
        raise NotABadge("This is signed, but it is no Open Badge of version 3.")
    subject = _mapping(_first(body.get("credentialSubject")))
    achievement = _mapping(_first(subject.get("achievement")))
    issuer = body.get("issuer")
    profile = issuer if isinstance(issuer, Mapping) else {"id": issuer}
    _refuse_two_tales(claims, body, profile, subject)
    named = _line(achievement.get("name"))
    if not named or not _address(profile.get("id")):
        raise NotABadge("This badge does not say who issued it, or what it is for.")
    since = [claims.get("nbf"), body.get("validFrom") or body.get("issuanceDate")]
    until = [claims.get("exp"), body.get("validUntil") or body.get("expirationDate")]
    return BadgeSaid(
        issuer=_address(profile.get("id")),
        issuer_name=_line(profile.get("name")),
        number=_address(body.get("id") or claims.get("jti")),
        achievement=named,
        description=_line(achievement.get("description")),
        valid_from=max(_moments(since), default=None),
        valid_until=min(_moments(until), default=None),
        awarded_on=_day(subject.get("activityEndDate") or body.get("awardedDate")),
        identities=tuple(_identities(subject))[:MOST_IDENTITIES],
        statuses=tuple(_statuses(body.get("credentialStatus"))),
    )


def _refuse_two_tales(
    claims: Mapping[str, Any],
    body: Mapping[str, Any],
    profile: Mapping[str, Any],
    subject: Mapping[str, Any],
) -> None:
    """A reader of one place must not be told another thing than a reader of the other."""
    pairs = (
        ("iss", profile.get("id")),
        ("jti", body.get("id")),
        ("sub", subject.get("id")),
    )
    for claim, said in pairs:
        if claim in claims and said is not None and claims[claim] != said:
            raise NotABadge("This badge contradicts itself: ask its issuer for another.")


def _identities(subject: Mapping[str, Any]) -> Iterator[Identity]:
    whose = subject.get("id")
    if isinstance(whose, str) and whose.lower().startswith("mailto:"):
        yield Identity("emailAddress", _line(whose[len("mailto:") :]))
    if isinstance(subject.get("name"), str):
        yield Identity("name", _line(subject["name"]))
    for each in _listed(subject.get("identifier")):
        if isinstance(each, Mapping):
            kind, hashed = _line(each.get("identityType")), each.get("hashed") is True
            value, salt = each.get("identityHash"), each.get("salt")
            if isinstance(value, str) and len(value) <= LONGEST_TEXT:
                kept = salt if isinstance(salt, str) and len(salt) <= LONGEST_TEXT else ""
                yield Identity(kind, value if hashed else _line(value), hashed, kept)


def _statuses(told: object) -> Iterator[StatusEntry]:
    for each in _listed(told):
        entry = each if isinstance(each, Mapping) else {}
        address = _address(entry.get("statusListCredential") or entry.get("id"))
        known = set(_strings(entry.get("type"))) & LIST_ENTRIES
        at, purpose = str(entry.get("statusListIndex", "")), str(entry.get("statusPurpose", ""))
        plain = at.isascii() and at.isdigit() and len(at) < 10
        single = entry.get("statusSize", 1) in (1, "1")
        if known and plain and single and purpose in PURPOSES:
            yield StatusEntry(address, purpose, int(at))
        else:
            yield StatusEntry(address)


def _moments(told: list[object]) -> Iterator[datetime]:
    """Raises NotABadge for a moment that is none: a badge with such a one never counts."""
    for each in told:
        if each is None:
            continue
        try:
            if isinstance(each, str):
                moment = datetime.fromisoformat(each)
                yield (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            elif isinstance(each, int | float) and not isinstance(each, bool):
                yield datetime.fromtimestamp(each, UTC)
            else:
                raise ValueError
        except (ValueError, OverflowError, OSError) as error:
            raise NotABadge("A day on this badge is none on the calendar.") from error


def badge_moment(told: object) -> datetime | None:
    """As badges write moments: ISO 8601, or seconds since 1970. Raises NotABadge."""
    return next(_moments([told]), None)


def _day(told: object) -> date | None:
    return next((moment.date() for moment in _moments([told])), None) if told else None


def _mapping(told: object) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise NotABadge("This is no Open Badge, or not all of one.")
    return told


def _listed(told: object) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]


def _first(told: object) -> object:
    return next(iter(_listed(told)), None)


def _strings(told: object) -> list[str]:
    return [each for each in _listed(told) if isinstance(each, str)]


def _line(told: object) -> str:
    """What can be shown on a line of it."""
    if not isinstance(told, str):
        return ""
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in told[:2000])
    return " ".join(unicodedata.normalize("NFC", seen).split())[:LONGEST_TEXT]


def _address(told: object) -> str:
    """Compared letter by letter, so never shortened or cleaned."""
    fits = isinstance(told, str) and len(told) <= LONGEST_ADDRESS and told.isprintable()
    return str(told) if fits else ""
