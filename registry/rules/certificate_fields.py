"""A certificate read: from words on its pages to the fields of a credential, with doubts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from registry.rules.certificate_courses import read_course, read_kind
from registry.rules.certificate_dates import read_dates
from registry.rules.certificate_exams import read_approvals, read_exams, read_level
from registry.rules.certificate_holders import read_holder
from registry.rules.certificate_hours import read_hours
from registry.rules.certificate_issuers import read_provider
from registry.rules.certificate_numbers import read_number
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.certificate_sites import read_sites
from registry.rules.course_catalogue import CatalogueCourse, known_course
from registry.rules.extracts import Doubt, Extract, Extracted, Source
from registry.rules.page_words import ReadPages
from registry.rules.printed_days import ParseDate

#: Words of acupuncture papers (research on telling them apart): they ask for a look, no more.
TELL_TALES = {
    "PDA points": r"\bpda\b",
    "NCCAOM": r"\bnccaom\b",
    "L.Ac.": r"\bl\.\s?ac\b|\blac\b",
    "EAMP": r"\beamp\b",
    "Dipl. Ac. or Dipl. O.M.": r"\bdipl\.?\s?(?:ac|o\.?\s?m|c\.?\s?h)\b",
    "an acupuncture licence number": r"acupunctur\w+ licen[cs]e",
    "a category of acupuncturists' points (AOM)": r"\baom-(?:ac|bio|ch|om)\b",
}


def read_certificate(
    pages: ReadPages, *, holder: str, parse_date: ParseDate, today: date
) -> Extract:
    """
    `holder`: the name of whose record it is. `parse_date`: every day a printed date may mean.

    What is not certain enough has a doubt, or is not there at all. Nothing is made up: a value of
    the certificate stands on it where `printed` and `box` say, one of the catalogue is marked so.
    """
    paper = CertificatePaper(pages)
    if not paper.cells:
        return Extract(by_eye=pages.by_eye)
    course = read_course(paper)
    read = [
        *read_holder(paper, holder),
        *read_provider(paper),
        *course,
        *read_kind(paper, course[0] if course else None),
        *read_number(paper),
        *read_dates(paper, parse_date, today),
        *read_hours(paper),
        *read_level(paper),
        *read_sites(paper),
        *read_exams(paper),
        *read_approvals(paper),
    ]
    tales = tell_tales(paper.text)
    values = _beside_the_catalogue(_marked(read, tales))
    doubts = ((Doubt.ACUPUNCTURE_WORDS, f"It says {', '.join(tales)}."),) if tales else ()
    return Extract(values=tuple(values), doubts=doubts, by_eye=pages.by_eye)


def tell_tales(text: str) -> list[str]:
    """The words of acupuncture papers in a text of plain small letters."""
    return [name for name, words in TELL_TALES.items() if re.search(words, text)]


def _marked(read: list[Extracted], tales: list[str]) -> Iterator[Extracted]:
    for one in read:
        asks = one.field == "kind" and tales
        yield replace(one, doubts=(*one.doubts, Doubt.ACUPUNCTURE_WORDS)) if asks else one


def _beside_the_catalogue(read: Iterator[Extracted]) -> list[Extracted]:
    """Hours unlike those of the known course are marked; what is not on the paper is offered."""
    values = list(read)
    by_field = {one.field: one.value for one in values}
    known = known_course(str(by_field.get("provider")), str(by_field.get("course")))
    if known is None:
        return values
    return [*(_compared(one, known) for one in values), *_offered(known, set(by_field))]


def _compared(one: Extracted, known: CatalogueCourse) -> Extracted:
    unusual = (
        one.field == "hours_total"
        and one.value is not None
        and known.hours is not None
        and Decimal(one.value) != known.hours
    )
    return replace(one, doubts=(*one.doubts, Doubt.UNUSUAL_HOURS)) if unusual else one


def _offered(known: CatalogueCourse, said: set[str]) -> Iterator[Extracted]:
    offers = {
        "hours_total": None if known.hours is None else str(known.hours),
        "taught": sorted(known.regions) or None,
        "level": known.level,
    }
    for field, value in offers.items():
        if value is not None and field not in said:
            yield Extracted(field, value, source=Source.CATALOGUE)
