"""What a credential says, as pairs of a word and what it is, for any page that shows one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from registry.rules.facts import Certificate, Degree, Licence
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.particulars import OWN
from registry.rules.regions import REGIONS, site_name
from registry.rules.standing import Held
from registry.rules.vocabulary import CredentialKind, DegreeLevel, Profession
from registry.rules.wording import as_sentence, number
from registry.web.formats import day

#: In the order in which a reader compares them with the paper.
WORDS = {
    "course": "Course",
    "provider": "Provider",
    "holder_matches": "Made out to the practitioner",
    "number": "Number",
    "jurisdiction": "Place",
    "profession": "Profession",
    "kind": "Sort",
    "board": "Board",
    "title": "Degree",
    "level": "Level",
    "school": "School",
    "course_started": "Course began",
    "completed_on": "Completed",
    "issued_on": "Issued",
    "first_licensed": "First licensed",
    "hours_total": "Hours in all",
    "hours_in_person": "Hours in person",
    "hours_live_video": "Hours by live video",
    "hours_practical": "Practical hours",
    "hours_didactic": "Hours of theory",
    "hours_foundation": "Foundation hours",
    "taught": "Taught",
    "exams": "Examinations",
    "approvals": "Approved by",
    "instructor_needling_years": "Instructor had needled, years",
    "in_degree": "Part of the degree",
    "hours": "Hours of practice",
    "where": "Where",
    "sessions": "Sessions",
    "independent": "Done alone",
    "supervisor": "Supervisor",
    "supervisor_needling_months": "Supervisor had needled, months",
    "mode": "How it was supervised",
    "started": "First session",
    "finished": "Last session",
    "excluded": "Not insured for",
}
#: What their first day is, where that is a day in itself; such do not lapse.
DATED = {CredentialKind.DEGREE: "Awarded", CredentialKind.PRACTICE_HOURS: "Attested"}


def credential_words() -> dict[str, Any]:
    """For the templates of a door that shows credentials."""
    return {
        "title_of": title_of,
        "in_words": in_words,
        "fields_in_words": fields_in_words,
        "changed_pairs": changed_pairs,
        "region_codes": REGIONS,
        "sites_in_words": sites_in_words,
        "kind_name": kind_name,
        "kind_title": kind_title,
    }


def kind_name(kind: str) -> str:
    return CredentialKind(kind).title


def kind_title(kind: str) -> str:
    return as_sentence(kind_name(kind))


def title_of(fact: Held) -> str:
    """What a list calls it."""
    match fact:
        case Certificate():
            return fact.course
        case Degree():
            return fact.title
        case Licence():
            return f"Licence {fact.number}, {jurisdiction_name(fact.jurisdiction)}"
        case _:
            return as_sentence(fact.name)


def in_words(fact: Held) -> list[tuple[str, str | None]]:
    """Every particular of its kind, then its days."""
    return [(word, said) for _, word, said in fields_in_words(fact)]


def fields_in_words(fact: Held) -> list[tuple[str, str, str | None]]:
    """The same, each with the name of its field before it."""
    own = OWN[fact.credential_kind]
    said = [
        (name, word, _said(name, getattr(fact, name)))
        for name, word in WORDS.items()
        if name in own
    ]
    if fact.last_day is None and (dated := DATED.get(fact.credential_kind)):
        return [*said, ("first_day", dated, day(fact.first_day))]
    last = ("last_day", "Last day", day(fact.last_day, "none"))
    return [*said, ("first_day", "First day", day(fact.first_day)), last]


def changed_pairs(old: Held, new: Held) -> list[tuple[str, str]]:
    """Only where they differ: "60 (before: 40)"."""
    before = dict(in_words(old))
    return [
        (word, f"{now or 'not given'} (before: {before.get(word) or 'not given'})")
        for word, now in in_words(new)
        if before.get(word) != now
    ]


def sites_in_words(sites: Any) -> str:
    """Regions before muscles, each in the order of the body."""
    regions = [site_name(code) for code in REGIONS if code in sites]
    muscles = sorted(site_name(code) for code in sites if code not in REGIONS)
    return ", ".join([*regions, *muscles])


def _said(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if name in SAID:
        return SAID[name](value)
    match value:
        case bool():
            return "Yes" if value else "No"
        case Profession():
            return as_sentence(value.title)
        case DegreeLevel():
            return as_sentence(value)
        case date():
            return day(value)
        case Decimal() | int():
            return number(value)
        case _:
            return as_sentence(str(value).replace("_", " ")) if name == "kind" else str(value)


def _exams(exams: Any) -> str:
    said = [
        f"{taken.exam} {taken.result}{WAYS[taken.in_person]}".replace("_", " ") for taken in exams
    ]
    return as_sentence(", ".join(said)) or "none stated"


WAYS = {True: " in person", False: " online", None: ""}


def _approvals(approvals: Any) -> str:
    said = [f"{by} ({day(on)})" if on else by for by, on in approvals]
    return ", ".join(said) or "nobody stated"


def _sites(sites: Any) -> str:
    return sites_in_words(sites) or "nothing"


SAID: dict[str, Callable[[Any], str]] = {
    "taught": _sites,
    "excluded": _sites,
    "exams": _exams,
    "approvals": _approvals,
    "jurisdiction": jurisdiction_name,
}
