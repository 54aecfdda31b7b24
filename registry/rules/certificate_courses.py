"""The course of a certificate: its title, and whether it is needling, acupuncture or neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.rules.certificate_labels import cut
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import plain, squeezed
from registry.rules.page_lines import Cell, Passage
from registry.rules.vocabulary import CourseKind

SCHOOL = re.compile(r"\b(?:academy|institute|school|college|seminars|ltd|llc|inc|gmbh)\b")

NEEDLING = re.compile(
    r"dry[\s-]*needling|intramuscular (?:needling|stimulation|manual)|\bneedling\b|puncion\s*seca|"
    r"(?:puncture|aiguilles?)\s*seches?|trockennadel\w*|\bims\b|\bf?dn[ -]?[1-4]\b"
)
ACUPUNCTURE = re.compile(r"acupunct\w*|akupunkt\w*|\baom\b|\bmoxibust\w*|auriculother\w*|meridian")
ABOUT_A_COURSE = re.compile(
    rf"{NEEDLING.pattern}|{ACUPUNCTURE.pattern}|\bcourse\b|\btraining\b|\bcurso\b|\bformation\b|\bkurs\b"
    r"|certificat|\bhours?\b|complet|\btherapy of\b"
)
_DONE = (
    r"(?:complet|attend|participat|took part|finish|conclu|pass|satisf|super|"
    r"realiz|asist|curs|aprovech|"
    r"suivi|termin|reussi|achev|abschluss|teilgenommen|teilnahme|absolv)\w*"
)
_OBJECT = (
    r"(?:of|in|at|the|for|courses?|training|program|programme|workshop|seminar|curso|formacion|formation|"
    r"cours|stage|kurses?|fortbildung|lehrgangs?|seminars|weiterbildung|an|"
    r"am|der|dem|del|du|de la|a la|la|"
    r"el|hat|entitled|titled|following)"
)
#: A line that ends so is followed by the course.
ENDS = re.compile(
    rf"\b{_DONE}(?:[^.\n]{{0,60}}\b{_OBJECT})?\s*:?\s*$|"
    r"(?:(?:completed|completing|attended|attending|completado|cursado|superado|suivi|termine|absolviert)"
    r"|(?:certification|certified|training|proficiency|competency?) in)\s*:?\s*$"
)
QUOTED = re.compile(r"[“„«\"»](?P<title>[^“”„«»\"\n]{6,120})[”“»\"«]")
#: In running text, without marks around it.
SAID = re.compile(
    r"(?:complet|attend|confirm|certif|participat|bestatig|bescheinig|superad|realizad|suivi)\w*[^.\n]{0,90}?"
    r"\b(?:(?:course|training|programme|program|workshop|am kurs|an dem kurs|curso|formation)\b"
    r"(?: (?:in|on|de|sur|en|titled|entitled|called))?[ :,]*)(?P<title>[^.,;\n]{8,110}?)"
    r"(?=,|\.|;|\n|$| on | which| held| from (?:[a-z]+ )?\d| teilgenommen| am | el \d| le \d)"
)
#: Words of a sentence: such a line is no title.
SENTENCE = re.compile(r"\b(?:that|dass|que|has|hat|ha|teilgenommen|we|wir|this|is|was|are)\b")
NO_TITLE = re.compile(
    r"^(?:certificat|zertifikat|diplom|bestatigung|attestation|\w*bescheinigung|teilnahme|urkunde|record|"
    r"transcript|\w*nachweis|releve|to whom)|\bhours?\b.*\d|\d.*\bhours?\b|"
    r"\b(?:certif|confirm|award|present|grant|conferr|bestatig|"
    r"bescheinig)\w*[ ,]*(?:that|to|upon|wir|dass)\b|"
    r"^(?:has|was|is|and|who|by|at|on|in|for|this)\b|\bsignature\b|@|www\."
)
#: The paper's own heading: "Certificate of completion" introduces nothing.
HEADING = re.compile(
    r"^(?:certificat\w*|zertifikat|diplom\w*|bestatigung|attestation|record|"
    r"proof|letter) (?:of|de|d|der|uber)\b"
    r"|^\w*bescheinigung"
)
LONGEST = 140


def read_course(paper: CertificatePaper) -> list[Extracted]:
    for looked in (_labelled, _introduced, _quoted, _said, _by_its_words):
        found = list({squeezed(str(one.value)): one for one in looked(paper)}.values())
        if found:
            about = [one for one in found if NEEDLING.search(plain(str(one.value)))]
            chosen = (about or found)[0]
            several = (Doubt.SEVERAL_CANDIDATES,) if len(about or found) > 1 else ()
            return [replace(chosen, doubts=(*chosen.doubts, *several))]
    return []


def read_kind(paper: CertificatePaper, course: Extracted | None) -> list[Extracted]:
    """By the course's own words; by those of the whole page only with a mark."""
    if course is None:
        return []
    title = plain(str(course.value))
    kind = _kind(title)
    marks: tuple[Doubt, ...] = tuple({*course.doubts} & {Doubt.HARD_TO_READ})
    if kind is None:
        kind = CourseKind.OTHER
        said = _kind(paper.text.replace(title, ""))
        marks = (*marks, Doubt.SEVERAL_CANDIDATES) if said else marks
    elif NEEDLING.search(title) and ACUPUNCTURE.search(title):
        marks = (*marks, Doubt.SEVERAL_CANDIDATES)
    return [replace(course, field="kind", value=str(kind), doubts=marks)]


def _kind(words: str) -> CourseKind | None:
    if NEEDLING.search(words):
        return CourseKind.DRY_NEEDLING
    return CourseKind.ACUPUNCTURE if ACUPUNCTURE.search(words) else None


def _labelled(paper: CertificatePaper) -> Iterator[Extracted]:
    for one in paper.of("course"):
        for passage in one.values:
            if _may_be_a_title(passage):
                yield _extracted(paper, passage)
                break


def _introduced(paper: CertificatePaper) -> Iterator[Extracted]:
    for at, cell in enumerate(paper.cells[:-1]):
        after = paper.cells[at + 1]
        words = plain(cell.text)
        introduces = ENDS.search(words) and not HEADING.search(words)
        if after.page == cell.page and introduces and _may_be_a_title(after):
            yield _extracted(paper, _with_its_second_line(paper.cells, at + 1))


def _quoted(paper: CertificatePaper) -> Iterator[Extracted]:
    for match in QUOTED.finditer(paper.flow.text):
        part = cut(paper.flow, *match.span("title"))
        if _may_be_a_title(part):
            yield _extracted(paper, part)


def _said(paper: CertificatePaper) -> Iterator[Extracted]:
    for match in SAID.finditer(paper.text):
        part = cut(paper.flow, *match.span("title"))
        if _kind(plain(part.text)) and _may_be_a_title(part):
            yield _extracted(paper, part)


def _by_its_words(paper: CertificatePaper) -> Iterator[Extracted]:
    """The largest cell that speaks of needling, if it is not the school's."""
    cells = [
        cell
        for cell in paper.cells
        if _kind(plain(cell.text)) and _may_be_a_title(cell) and not _speaks_of_else(cell)
    ]
    for cell in sorted(cells, key=lambda cell: -cell.height)[:1]:
        found = _extracted(paper, cell)
        several = (Doubt.SEVERAL_CANDIDATES,) if len(cells) > 1 else ()
        yield replace(found, doubts=(*found.doubts, *several))


def _speaks_of_else(cell: Cell) -> bool:
    """A school's name, or a sentence."""
    words = plain(cell.text)
    return bool(SCHOOL.search(words) or SENTENCE.search(words))


def _may_be_a_title(passage: Passage) -> bool:
    text = plain(passage.text).strip()
    letters = sum(one.isalpha() for one in text)
    if NEEDLING.fullmatch(text):
        return True
    return 6 <= len(text) <= LONGEST and letters > len(text) / 2 and not NO_TITLE.search(text)


def _with_its_second_line(cells: list[Cell], at: int) -> Passage:
    """A title in two lines of the same size, one close under the other, is one title."""
    cell = cells[at]
    after = cells[at + 1] if at + 1 < len(cells) else None
    if (
        after is None
        or after.page != cell.page
        or abs(after.height - cell.height) > 0.12 * cell.height
        or not 0 < after.top - cell.bottom < 0.9 * cell.height
        or abs(after.centre - cell.centre) > 0.05
        or not _may_be_a_title(after)
    ):
        return cell
    shift = len(cell.text) + 1
    marks = tuple((first + shift, last + shift, word) for first, last, word in after.marks)
    return Passage(f"{cell.text} {after.text}", (*cell.marks, *marks))


def _extracted(paper: CertificatePaper, passage: Passage) -> Extracted:
    return paper.extracted("course", passage.text.strip(' “”„"«».,;:'), passage)
