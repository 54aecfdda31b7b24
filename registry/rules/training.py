"""Which dry-needling training counts on a day; and if none does, which comes nearest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from registry.rules.facts import Certificate, Facts
from registry.rules.standing import Lack
from registry.rules.vocabulary import CourseKind, Reason

DRY_NEEDLING = CourseKind.DRY_NEEDLING
WITHDRAWN = Lack.WITHDRAWN

CERTIFICATE_REASONS = {
    Lack.PENDING: Reason.CERT_PENDING,
    Lack.LAPSED: Reason.CERT_EXPIRED,
    Lack.NOT_STARTED: Reason.CERT_NOT_YET_ISSUED,
    Lack.UNDATED: Reason.CERT_NOT_YET_ISSUED,
    Lack.SUSPENDED: Reason.CERT_SUSPENDED,
    Lack.REVOKED: Reason.CERT_REVOKED,
    Lack.REJECTED: Reason.CERT_REJECTED,
    Lack.NOT_THE_HOLDERS: Reason.CERT_HOLDER_MISMATCH,
}


class Miss(NamedTuple):
    """A certificate that does not count, and why."""

    lack: Lack
    certificate: Certificate


class Training(NamedTuple):
    """
    The certificates that hours, regions and examinations are judged by.

    `basis` counts on the day when `lack` is None. Otherwise none does, and `basis` holds the
    nearest misses, all with that lack, judged as if they counted: so a refusal also says what
    would still be short. `courses` is the basis with each course once, however often it was
    uploaded. `others` do not count either, nearest to a cure first.
    """

    basis: tuple[Certificate, ...]
    courses: tuple[Certificate, ...]
    lack: Lack | None = None
    others: tuple[Miss, ...] = ()

    def helper(self, would_help: Callable[[Certificate], bool]) -> Miss | None:
        """The nearest certificate outside the basis that could be cured and would then help."""
        for miss in self.others:
            if miss.lack <= Lack.SUSPENDED and would_help(miss.certificate):
                return miss
        return None


def training_on(facts: Facts, day: date) -> Training:
    counting: list[Certificate] = []
    misses: list[Miss] = []
    for certificate in facts.certificates:
        if certificate.kind is not DRY_NEEDLING:
            continue
        lack = certificate.lack_on(day)
        if lack is None:
            counting.append(certificate)
        elif lack is not WITHDRAWN:
            misses.append(Miss(lack, certificate))
    misses.sort(key=_lack)
    if counting or not misses:
        return Training(tuple(counting), _distinct(counting), None, tuple(misses))
    nearest = misses[0].lack
    basis = [miss.certificate for miss in misses if miss.lack is nearest]
    others = [miss for miss in misses if miss.lack is not nearest]
    return Training(tuple(basis), _distinct(basis), nearest, tuple(others))


def _distinct(certificates: list[Certificate]) -> tuple[Certificate, ...]:
    if len(certificates) < 2:
        return tuple(certificates)
    return tuple({certificate.course_key: certificate for certificate in certificates}.values())


def _lack(miss: Miss) -> Lack:
    return miss.lack
