"""Findings about a digital badge: what is asked of it, what is known, and what came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry.rules.reasons import Verdict
from registry.rules.status_lists import StatusList


class Question(StrEnum):
    """What is asked of every badge, in this order."""

    SIGNATURE = "signature"
    ISSUER = "issuer"
    DAYS = "days"
    HOLDER = "holder"
    STATUS = "status"
    COURSE = "course"


class Signature(StrEnum):
    """What the kept keys of its issuer say to the signature."""

    GOOD = "good"
    WRONG = "wrong"
    OTHER_KEY = "other_key"
    NO_KEYS = "no_keys"
    OTHER_WAY = "other_way"


@dataclass(frozen=True, slots=True)
class BadgeCheck:
    question: Question
    verdict: Verdict
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class IssuerKnown:
    """As an administrator keeps it; `counts` says whether its badges stand for its own word."""

    name: str
    accepted: bool
    counts: bool
    may_lack_status: bool


@dataclass(frozen=True, slots=True)
class ListKept:
    """A copy of a status list, its signature checked by the issuer's keys of today."""

    told: StatusList
    kept_at: datetime
    genuine: bool


@dataclass(frozen=True, slots=True)
class HolderKnown:
    """`emails`: those they sign in with; what somebody writes on their own card proves nothing."""

    name: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedBadge:
    """`counts` says whether the organisation takes its issuer's signature for its word."""

    checks: tuple[BadgeCheck, ...]
    counts: bool

    @property
    def all_met(self) -> bool:
        return all(check.verdict is Verdict.MET for check in self.checks)

    @property
    def is_proof(self) -> bool:
        return self.all_met and self.counts


def kept_checks(checked: CheckedBadge) -> list[list[str]]:
    """As plain JSON values, to keep with a decision."""
    return list(_kept(checked))


def _kept(checked: CheckedBadge) -> Iterator[list[str]]:
    for check in checked.checks:
        yield [str(check.question), str(check.verdict), check.sentence]
