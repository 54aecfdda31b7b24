"""Digital badges, checked: each question about one is met, not met or not known, in words."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from registry.rules.badge_findings import (
    BadgeCheck,
    CheckedBadge,
    HolderKnown,
    IssuerKnown,
    ListKept,
    Question,
    Signature,
)
from registry.rules.badge_status import status_check
from registry.rules.badges import BadgeSaid, Identity
from registry.rules.reasons import Verdict
from registry.rules.text import folded
from registry.rules.wording import day_in_words

MET, UNMET, UNKNOWN = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN
HASH = "sha256$"


def check_badge(
    said: BadgeSaid,
    signature: Signature,
    *,
    issuer: IssuerKnown | None,
    holder: HolderKnown,
    lists: Sequence[ListKept],
    course: str | None,
    now: datetime,
) -> CheckedBadge:
    """`course` is what was typed as the course, None where nothing was yet."""
    checks = (
        _signature(signature),
        _issuer(said, issuer),
        _days(said, now),
        _holder(said, holder),
        status_check(said, issuer, lists, now),
        *((_course(said, course),) if course is not None else ()),
    )
    return CheckedBadge(checks, issuer is not None and issuer.accepted and issuer.counts)


def _signature(found: Signature) -> BadgeCheck:
    another = "Ask the issuer for the badge anew, as a file or picture that nobody has edited."
    told = {
        Signature.GOOD: (MET, "The signature is good: not a letter was changed since.", ""),
        Signature.WRONG: (UNMET, "The signature is wrong: something was changed since.", another),
        Signature.OTHER_KEY: (
            UNMET,
            "It is signed with a key that is not on record for this issuer.",
            "An administrator can compare the issuer's keys with those on record.",
        ),
        Signature.NO_KEYS: (
            UNKNOWN,
            "No key of this issuer is on record, so the signature cannot be checked.",
            "An administrator puts issuers and their keys on record.",
        ),
        Signature.OTHER_WAY: (
            UNKNOWN,
            "It is signed in a way that is not checked here.",
            "Ask the issuer for it as a signed token (JWT), or check it with the issuer.",
        ),
    }
    return BadgeCheck(Question.SIGNATURE, *told[found])


def _issuer(said: BadgeSaid, issuer: IssuerKnown | None) -> BadgeCheck:
    named = f"“{said.issuer_name}”" if said.issuer_name else "Its issuer"
    add = "An administrator decides whose badges are accepted."
    if issuer is None:
        return BadgeCheck(Question.ISSUER, UNMET, f"{named} is not on the list of issuers.", add)
    if not issuer.accepted:
        gone = f"Badges of “{issuer.name}” are no longer accepted."
        return BadgeCheck(Question.ISSUER, UNMET, gone, add)
    return BadgeCheck(Question.ISSUER, MET, f"“{issuer.name}” is on the list of issuers.")


def _days(said: BadgeSaid, now: datetime) -> BadgeCheck:
    since, until = said.valid_from, said.valid_until
    anew = "Ask the issuer for one that is valid today."
    if since is None:
        nothing = "It does not say from when on it is valid."
        return BadgeCheck(Question.DAYS, UNKNOWN, nothing, anew)
    if since > now:
        ahead = f"It is valid from {day_in_words(since.date())} on only."
        return BadgeCheck(Question.DAYS, UNMET, ahead, "Bring it in from that day on.")
    if until is not None and until <= now:
        over = f"It was valid until {day_in_words(until.date())}."
        return BadgeCheck(Question.DAYS, UNMET, over, anew)
    to = f" until {day_in_words(until.date())}" if until else ", with no last day"
    return BadgeCheck(Question.DAYS, MET, f"It is valid since {day_in_words(since.date())}{to}.")


def _holder(said: BadgeSaid, holder: HolderKnown) -> BadgeCheck:
    """A name that stands there must be theirs; an address counts where no name does."""
    names = [one for one in said.identities if one.kind == "name"]
    emails = [one for one in said.identities if one.kind == "emailAddress"]
    ask = "Ask the issuer for one with the name on record, or correct the name on record."
    for one in names:
        if not _is_of(one, (holder.name, " ".join(holder.name.split()))):
            told = f"It is made out to “{one.value}”" if not one.hashed else "The name it hides"
            ends = f", not to {holder.name}." if not one.hashed else f" is not {holder.name}."
            return BadgeCheck(Question.HOLDER, UNMET, told + ends, ask)
    if names:
        return BadgeCheck(Question.HOLDER, MET, f"It is made out to {holder.name}.")
    if any(_is_of(one, holder.emails) for one in emails):
        told = f"It is made out to the e-mail address {holder.name} signs in with."
        return BadgeCheck(Question.HOLDER, MET, told)
    if emails:
        told = f"It is made out to an e-mail address that {holder.name} does not sign in with."
        return BadgeCheck(Question.HOLDER, UNMET, told, ask)
    told = "It does not say whom it is of in a way that can be compared."
    return BadgeCheck(Question.HOLDER, UNKNOWN, told, ask)


def _is_of(one: Identity, known: Sequence[str]) -> bool:
    if not one.hashed:
        return _plain(one.value) in {_plain(each) for each in known}
    if not one.value.startswith(HASH):
        return False
    wanted = one.value.removeprefix(HASH).lower()
    spelt = (spelling for each in known for spelling in (each, each.lower()))
    digests = (sha256((each + one.salt).encode()).hexdigest() for each in spelt)
    return any(hmac.compare_digest(each.encode(), wanted.encode()) for each in digests)


def _plain(text: str) -> str:
    return " ".join(folded(text).split())


def _course(said: BadgeSaid, course: str) -> BadgeCheck:
    if _plain(said.achievement) == _plain(course):
        return BadgeCheck(Question.COURSE, MET, f"It is for “{said.achievement}”, as was typed.")
    told = f"It is for “{said.achievement}”; what was typed is “{course}”."
    return BadgeCheck(
        Question.COURSE, UNMET, told, "Correct what was typed, or bring the badge of that course."
    )
