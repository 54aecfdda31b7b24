"""What somebody must settle before a set is adopted: gaps, weak or ageing sources, questions."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from registry.rules.findings import HOUSE_RULE, Citation, Requirement
from registry.rules.requirements import OpenQuestion
from registry.rules.vocabulary import Confidence


class Unstated(StrEnum):
    """A value that no source seen states. That never means that nothing is asked."""

    TOTAL_HOURS = "total_hours"
    IN_PERSON_HOURS = "in_person_hours"
    SUPERVISED_SESSIONS = "supervised_sessions"
    YEARS_LICENSED = "years_licensed"
    EXAMINATION = "examination"
    REGISTRATION = "registration"
    RENEWAL = "renewal"
    REGIONS = "regions"
    CONSENT = "consent"


ASKS = {
    Unstated.TOTAL_HOURS: "how many hours of training are asked for",
    Unstated.IN_PERSON_HOURS: "how many of the hours must be in person",
    Unstated.SUPERVISED_SESSIONS: "how many supervised sessions are asked for",
    Unstated.YEARS_LICENSED: "how long somebody must have been licensed first",
    Unstated.EXAMINATION: "whether an examination is asked for",
    Unstated.REGISTRATION: "whether anything is registered or filed with the board",
    Unstated.RENEWAL: "whether training must be renewed",
    Unstated.REGIONS: "whether some regions are left out or ask for more",
    Unstated.CONSENT: "what consent the patient must give",
}


def unstated_item(value: Unstated) -> OpenQuestion:
    question = f"No source seen states {ASKS[value]}. What holds here?"
    return OpenQuestion(f"not_found.{value}", question, citation=HOUSE_RULE)


def doubtful_sources(requirements: Iterable[Requirement]) -> list[OpenQuestion]:
    """One for each source that is weak or ageing, however many requirements rest on it."""
    found: dict[str, OpenQuestion] = {}
    for requirement in requirements:
        citation = requirement.citation
        if citation.doubtful:
            code = f"source.{citation.source_name or citation.source_url}"
            asked = OpenQuestion(code, _doubt(citation), citation=citation._replace(text=None))
            found.setdefault(code, asked)
    return list(found.values())


def _doubt(citation: Citation) -> str:
    doubts = [citation.stale_risk] if citation.stale_risk else []
    if citation.confidence is Confidence.LOW:
        doubts.append("The source is weak: a list, old, or contradicted by another.")
    return f"{' '.join(doubts)} Does what it states hold?"
