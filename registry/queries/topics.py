"""Topics: the requirements of a set in the order and under the words in which people ask."""

from __future__ import annotations

from collections.abc import Iterator

from registry.queries.headlines import headlines_of
from registry.queries.requirement_pages import RequirementInWords, SetInWords
from registry.queries.requirement_words import in_words
from registry.rules.findings import HOUSE_RULE, Citation, Requirement
from registry.rules.open_items import Unstated
from registry.rules.requirement_sets import RequirementSet

#: The kinds under each; and the value whose gap lies there, if there is one.
TOPICS: dict[str, tuple[tuple[str, ...], Unstated | None]] = {
    "Who may": (("barred", "not_yet_in_force", "profession_allowed"), None),
    "Licence": (("licence", "unrestricted"), None),
    "Years and practice before": (
        ("years_licensed", "years_before_training", "practice_hours", "degree_rule"),
        Unstated.YEARS_LICENSED,
    ),
    "The course": (
        ("dry_needling_certificate", "course_approved", "instructor_qualified"),
        None,
    ),
    "Renewal": (("certificate_lapses",), Unstated.RENEWAL),
    "Hours in all": (
        ("total_hours", "didactic_hours", "foundation_hours"),
        Unstated.TOTAL_HOURS,
    ),
    "Hours in person": (
        ("in_person_hours", "in_person_share", "practical_hours"),
        Unstated.IN_PERSON_HOURS,
    ),
    "Regions": (("regions_taught", "level_taught"), Unstated.REGIONS),
    "Examinations": (("examination",), Unstated.EXAMINATION),
    "Supervised sessions": (
        ("supervised_sessions", "training_window"),
        Unstated.SUPERVISED_SESSIONS,
    ),
    "Registration and filing": (
        ("registration", "notification", "notification_within"),
        Unstated.REGISTRATION,
    ),
    "Resuscitation and cover": (("cpr", "indemnity"), None),
    "At each appointment": (
        ("consent", "referral", "physician_contact", "not_delegated"),
        Unstated.CONSENT,
    ),
}


def by_topic(one: RequirementSet) -> Iterator[tuple[str, list[Requirement], bool]]:
    """Each topic, what is asked there, and whether a source seen says what holds."""
    for topic, (kinds, gap) in TOPICS.items():
        asked = [requirement for requirement in one.requirements if requirement.kind in kinds]
        yield topic, asked, gap is None or gap not in one.not_found


def set_in_words(one: RequirementSet) -> SetInWords:
    topics = (
        (topic, tuple(RequirementInWords(in_words(r), r.citation, r.gate) for r in asked))
        for topic, asked, _ in by_topic(one)
    )
    return SetInWords(
        one.profession,
        one.version,
        one.adoptions[0].version if one.adoptions else None,
        one.first_day,
        one.last_day,
        one.note,
        one.lets_needle,
        headlines_of(one) if one.lets_needle else (),
        tuple((topic, asked) for topic, asked in topics if asked),
        sources_of(one),
    )


def sources_of(one: RequirementSet) -> tuple[Citation, ...]:
    """Each source once, without what a single requirement says of it; the registry's own apart."""
    cited = (r.citation._replace(text=None) for r in one.requirements if r.citation != HOUSE_RULE)
    return tuple(dict.fromkeys(cited))
