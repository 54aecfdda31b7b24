"""Which dry-needling training counts on a day; and if none does, which comes nearest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from registry.rules.facts import Certificate, Facts
from registry.rules.reasons import Reason
from registry.rules.standing import Lack
from registry.rules.vocabulary import CourseKind

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

#: Each course once, however often it was uploaded.
Courses = tuple[tuple[Certificate, ...], ...]


class Miss(NamedTuple):
    """A certificate that does not count, and why."""

    lack: Lack
    certificate: Certificate


class Training(NamedTuple):
    """
    The certificates that hours, regions and examinations are judged by.

    `basis` counts on the day when `lack` is None and `accepted` holds. With a lack, it holds the
    nearest misses, all with that lack; not accepted, it holds courses none of which is what the
    place asks of a course. Either is judged as if it counted, so that a refusal also says what
    would still be short. `others` lack something, nearest to a cure first; `refused` are the
    courses left out for what they are.
    """

    basis: tuple[Certificate, ...]
    courses: Courses
    lack: Lack | None = None
    others: tuple[Miss, ...] = ()
    accepted: bool = True
    refused: tuple[Certificate, ...] = ()

    def helper(self, would_help: Callable[[Certificate], bool]) -> Miss | None:
        """The nearest certificate outside the basis that could be cured and would then help."""
        for miss in self.others:
            if miss.lack <= Lack.SUSPENDED and would_help(miss.certificate):
                return miss
        return None


def training_on(
    facts: Facts, day: date, accepts: Callable[[Certificate], bool] | None = None
) -> Training:
    """`accepts` says whether a course is what the place asks of one; None asks nothing."""
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
    nearest = misses[0].lack if misses and not counting else None
    if nearest is not None:
        counting = [miss.certificate for miss in misses if miss.lack is nearest]
        misses = [miss for miss in misses if miss.lack is not nearest]
    if accepts is None:
        return Training(tuple(counting), courses_of(counting), nearest, tuple(misses))
    accepted = [certificate for certificate in counting if accepts(certificate)]
    return Training(
        tuple(accepted or counting),
        courses_of(accepted or counting),
        nearest,
        tuple(misses),
        bool(accepted) or not counting,
        tuple(c for c in counting if c not in accepted) if accepted else (),
    )


def courses_of(certificates: list[Certificate]) -> Courses:
    if len(certificates) < 2:
        return ((certificates[0],),) if certificates else ()
    found: dict[tuple[object, ...], list[Certificate]] = {}
    for certificate in certificates:
        found.setdefault(certificate.course_key, []).append(certificate)
    numbered = {
        c.course_held: key for key, own in found.items() for c in own if key != c.course_held
    }
    for held in found.keys() & numbered.keys():
        # A paper without its number is on the same course as one that bears it.
        found[numbered[held]] += found.pop(held)
    return tuple(map(tuple, found.values()))


def _lack(miss: Miss) -> Lack:
    return miss.lack
