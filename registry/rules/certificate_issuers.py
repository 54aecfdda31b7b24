"""The provider of a course as its certificate names it: labelled, said, or on the letterhead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.rules.certificate_labels import cut
from registry.rules.certificate_numbers import SIGNED
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.course_catalogue import known_provider
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import plain, squeezed
from registry.rules.page_lines import Passage

SAID = re.compile(
    r"(?:(?:provided|conducted|presented|sponsored|offered|hosted|issued|organi[sz]ed|delivered|"
    r"taught|awarded) by|(?:impartido|organizado|emitido|expedido|ofrecido) por|(?:dispensee?|"
    r"organisee?|"
    r"emise?|delivree?|assuree?|proposee?) par|(?:durchgefuhrt|veranstaltet|ausgestellt|angeboten) "
    r"(?:von|durch)|(?:registrar|registry|secretariat|office) of|secretariat de|secretaria de)"
    r"\s*(?:the |la |el |le |der |dem )?(?P<name>[^\n;|]{4,90})"
)
#: Where a name in running text is over.
OVER = re.compile(
    r"[,.](?:\s|$)(?!\s*(?:LLC|Inc|Ltd|GmbH|PLLC))|\s(?:on|in|am|el|le|at|und|and)\s(?=[\d\W]|$)"
)
SCHOOL = re.compile(
    r"\b(?:academy|academia|academie|akademie|institut[eo]?|school|college|universit\w+|universidad|"
    r"seminars?|education|educational|association|society|federation|centre|center|foundation|group|"
    r"council|company|systems|solutions|escuela|asociacion|sociedad|centro|fundacion|colegio|ecole|"
    r"association|societe|faculte|schule|\w*schule|gesellschaft|verband|verein|zentrum|hochschule|"
    r"llc|pllc|ltd|inc|gmbh|e\.\s?v\.|s\.?l\.?|sarl|rehab\w*)(?![a-z])"
)
#: A line with such a word speaks of something else, even if it names a school.
ELSEWHERE = re.compile(
    r"location|venue|lugar|\blieu\b|\bort:|approv|aprob|agree|accredit|acredit|anerkannt|certif|zertifi|course|curso|kurs|"
    r"continuing education certificate|record of|hours|licen[cs]e|@|www|director|signature|diplom|"
    r"\bformation\b|attest|transcript|award|this "
)
BEHIND_A_NAME = re.compile(rf"\s*{SIGNED}\s*\S+\s*$")


def read_provider(paper: CertificatePaper) -> list[Extracted]:
    for looked in (_labelled, _said, _letterhead):
        found = list({squeezed(str(one.value)): one for one in looked(paper)}.values())
        if found:
            several = (Doubt.SEVERAL_CANDIDATES,) if len(found) > 1 else ()
            return [replace(found[0], doubts=(*found[0].doubts, *several))]
    return []


def _labelled(paper: CertificatePaper) -> Iterator[Extracted]:
    for one in paper.of("provider"):
        for passage in one.values:
            if _may_be_a_school(passage.text):
                yield _extracted(paper, passage)
                break


def _said(paper: CertificatePaper) -> Iterator[Extracted]:
    for match in SAID.finditer(paper.text):
        start, end = match.span("name")
        over = OVER.search(paper.flow.text, start + 4, end)
        part = cut(paper.flow, start, over.start() if over else end)
        if _may_be_a_school(part.text):
            found = _extracted(paper, part)
            person = not SCHOOL.search(plain(part.text)) and not known_provider(part.text)
            marks = (Doubt.SEVERAL_CANDIDATES,) if person else ()
            yield replace(found, doubts=(*found.doubts, *marks))


def _letterhead(paper: CertificatePaper) -> Iterator[Extracted]:
    """The largest line that names a school, and any other as large."""
    cells = [
        cell
        for cell in paper.cells
        if known_provider(cell.text)
        or (SCHOOL.search(plain(cell.text)) and not ELSEWHERE.search(plain(cell.text)))
    ]
    largest = max((cell.height for cell in cells), default=0.0)
    for cell in cells:
        if cell.height > 0.85 * largest and _may_be_a_school(cell.text):
            yield _extracted(paper, _without_number(cell))


def _without_number(cell: Passage) -> Passage:
    behind = BEHIND_A_NAME.search(plain(cell.text))
    return cut(cell, 0, behind.start()) if behind else cell


def _may_be_a_school(text: str) -> bool:
    said = text.strip()
    return 4 <= len(said) <= 100 and sum(one.isalpha() for one in said) > 0.6 * len(said)


def _extracted(paper: CertificatePaper, passage: Passage) -> Extracted:
    name = passage.text.strip(" ,.;:")
    return paper.extracted("provider", paper.spaced(name), passage)
