"""What the form of a requirement calls its kinds, its fields and the words to choose from."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]

from registry.queries.topics import TOPICS
from registry.rules.course_rules import Granted, Share
from registry.rules.gates import AskedAt
from registry.rules.regions import MUSCLES, REGIONS
from registry.rules.vocabulary import Confidence, Exam, Profession, RegistrationKind, YearsCounted
from registry.rules.wording import as_sentence
from registry.web.sites import REGIONS_AND_MUSCLES

KIND_TITLES = {
    "barred": "Nobody of this profession may",
    "not_yet_in_force": "Passed, but not yet in force",
    "profession_allowed": "Which professions may",
    "licence": "A licence of this jurisdiction",
    "unrestricted": "A licence without restrictions",
    "years_licensed": "Years licensed",
    "years_before_training": "Years licensed before the course began",
    "practice_hours": "Hours of clinical practice",
    "degree_rule": "A degree, or long licensed",
    "dry_needling_certificate": "A dry-needling certificate",
    "course_approved": "A course that somebody approved",
    "instructor_qualified": "An instructor who has needled for years",
    "in_person_share": "How much of the course is in person",
    "certificate_lapses": "How long a certificate is good for",
    "total_hours": "Hours of training in all",
    "in_person_hours": "Hours in person",
    "practical_hours": "Hours of hands-on training",
    "didactic_hours": "Hours of theory",
    "foundation_hours": "Hours of foundation schooling",
    "regions_taught": "The training covers the region or muscle",
    "level_taught": "A level of course for some regions",
    "examination": "An examination",
    "supervised_sessions": "Supervised sessions",
    "training_window": "Course and sessions within some years",
    "registration": "An entry with the board",
    "notification": "Papers sent to the board",
    "notification_within": "Papers at the board within some days",
    "cpr": "A CPR card",
    "indemnity": "Indemnity cover",
    "consent": "The patient's consent",
    "referral": "A referral",
    "physician_contact": "A physician was consulted",
    "not_delegated": "Nobody else is told to needle",
    "open_question": "Something no source answers",
}
LABELS = {
    "years": "Years",
    "hours": "Hours",
    "months": "Months",
    "days": "Days",
    "sessions": "Sessions",
    "share": "How much of it",
    "level": "Level",
    "professions": "Professions",
    "sites": "Regions and muscles",
    "provisional_allowed": "A provisional licence will do",
    "counted": "Which years count",
    "waived_in_degree": "Not asked where the course was part of the degree",
    "degree": "Degree",
    "licensed_here_since": "Or licensed here without a gap since",
    "bodies": "Approved by",
    "granted": "When it was approved",
    "or_in_degree": "A course that was part of the degree will do",
    "interim_hours": "Hours that are enough at first",
    "interim_years": "For so many years after a course began",
    "live_video_counts": "Hours followed live by video count as well",
    "exam": "Examination",
    "in_person": "Taken in person",
    "supervisor_months": "Months the supervisor has needled",
    "independent_count": "As many done alone count as well",
    "needs": "What is on record with the board",
    "written": "In writing",
    "if_referred": "Only where a physician sent the patient",
    "asked_at": "When at the latest",
}
HINTS = {
    "bodies": "One on each line.",
    "interim_hours": "Leave this and the next empty if all hours are asked for from the start.",
}
WORDS: dict[Any, str] = {
    Granted.ANY_TIME: "At any time",
    Granted.BEFORE_START: "Before it began",
    Granted.BEFORE_COMPLETION: "Before it was completed",
    Share.MOST: "Most of it",
    Share.ALL: "All of it",
    AskedAt.BOOKING: "When the appointment is booked",
    AskedAt.CHECK_IN: "When the patient is checked in",
    YearsCounted.ANYWHERE: "Wherever that was",
    YearsCounted.HERE: "Here",
    YearsCounted.UNRESTRICTED_IMMEDIATELY_BEFORE: "Here, unrestricted, without a gap to the day",
    Confidence.HIGH: "High: the text of the law or the regulator",
    Confidence.MEDIUM: "Medium: a faithful copy, or seen in part",
    Confidence.LOW: "Low: a list, old, or contradicted by another",
}


def site_boxes() -> list[Choice]:
    """The regions; then the muscles, each once, under the first of its regions."""
    regions = [Choice(one.code, one.name) for one in REGIONS.values()]
    muscles = [
        Choice(code, MUSCLES[code].name, optgroup=f"Muscles: {words.partition(':')[0].lower()}")
        for code, words in REGIONS_AND_MUSCLES
        if code in MUSCLES
    ]
    return [*regions, *muscles]


def kinds_by_topic(kinds: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Those to choose from, each with its title, under the topics of a requirement set."""
    found = (
        (topic, [(kind, KIND_TITLES[kind]) for kind in under if kind in kinds])
        for topic, (under, _) in TOPICS.items()
    )
    return [(topic, listed) for topic, listed in found if listed]


def word_for(value: StrEnum) -> str:
    match value:
        case Profession() | Exam():
            return as_sentence(value.title if isinstance(value, Profession) else plain(value))
        case RegistrationKind():
            return as_sentence(value.noun)
        case _:
            return WORDS.get(value) or as_sentence(plain(value))


def plain(value: str) -> str:
    return value.replace("_", " ")
