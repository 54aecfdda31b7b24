"""The holder of a certificate: whom it was given to, beside whose record it is brought to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.rules.certificate_courses import ABOUT_A_COURSE
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import plain, squeezed
from registry.rules.holder_names import looks_like_a_name, names_alike, without_letters
from registry.rules.page_lines import Cell, Passage

#: With these a line ends after which the holder's name stands.
BEFORE = re.compile(
    r"(?:(?:certif|confirm|attest)\w*\s*that|certify|(?:award|present|grant|issu|conferr|given)\w*\s*"
    r"(?:to|upon)|(?:certifica\w*|acredita\w*|hace constar)\s*que|"
    r"(?:otorg|conced|entreg|expid)\w*[^.\n]{0,32}?\s*a|(?:certifi|attest)\w*\s*que|"
    r"(?:decern|remis|delivr|attribu|octroy)\w*\s*a|(?:bescheinig|bestatig|beurkund)\w*\s*(?:wir|hiermit)?"
    r"\s*,?\s*dass|verliehen\s*an)\s*(?P<title>d\.?\s*/\s*dna\.?|d\.|mr\.?|mrs\.?|ms\.?|herr|frau|m\.|mme)?\s*[:,]?\s*"
)
ENDS = re.compile(rf"{BEFORE.pattern}$")
#: In running text the name ends where the sentence goes on.
GOES_ON = re.compile(
    r"\b(?:has|have|completed|successfully|attended|was|is|took|participated|ha|a suivi|"
    r"a participe|"
    r"a reussi|hat|am|an|erfolgreich|born|geboren|of)\b|[,(\n]"
)
ORGANISES = re.compile(r"\b(?:institut|academ|school|college|universit|seminar|akademie|escuela)")


def read_holder(paper: CertificatePaper, known: str) -> list[Extracted]:
    """`known`: the name on record, which another name is set beside."""
    for looked in (_labelled, _introduced):
        found = list({squeezed(str(one.value)): one for one in looked(paper)}.values())
        if found:
            own = [one for one in found if names_alike(str(one.value), known)]
            chosen = (own or found)[0]
            several = () if own or len(found) == 1 else (Doubt.SEVERAL_CANDIDATES,)
            return [_compared(replace(chosen, doubts=(*chosen.doubts, *several)), known)]
    return [_compared(one, known) for one in list(_standing_there(paper, known))[:1]]


def _compared(found: Extracted, known: str) -> Extracted:
    if names_alike(str(found.value), known):
        return found
    return replace(found, doubts=(*found.doubts, Doubt.OTHER_NAME))


def _labelled(paper: CertificatePaper) -> Iterator[Extracted]:
    for one in paper.of("holder"):
        for passage in one.values:
            if found := _name(paper, passage, 0, len(passage.text)):
                yield found
                break


def _introduced(paper: CertificatePaper) -> Iterator[Extracted]:
    for at, cell in enumerate(paper.cells):
        under = _under(paper.cells, at) if ENDS.search(plain(cell.text)) else None
        if under and (found := _name(paper, under, 0, len(under.text))):
            yield found
    for match in BEFORE.finditer(paper.text):
        end = GOES_ON.search(paper.text, match.end() + 1)
        stop = end.start() if end else len(paper.text)
        if found := _name(paper, paper.flow, match.end(), stop):
            yield found


def _under(cells: list[Cell], at: int) -> Cell | None:
    """The next line: of its cells the one most nearly below."""
    cell = cells[at]
    below = [
        one for one in cells[at + 1 : at + 4] if one.page == cell.page and one.middle > cell.middle
    ]
    return min(
        below, key=lambda one: (one.top - cell.bottom) + abs(one.centre - cell.centre), default=None
    )


def _standing_there(paper: CertificatePaper, known: str) -> Iterator[Extracted]:
    """The known name by itself in a cell, where nothing says whose paper it is."""
    for cell in paper.cells:
        found = _name(paper, cell, 0, len(cell.text))
        if found and names_alike(str(found.value), known):
            yield found


def _name(paper: CertificatePaper, passage: Passage, start: int, end: int) -> Extracted | None:
    text = passage.text[start:end].strip(" ,;:")
    if not text:
        return None
    name = without_letters(paper.spaced(text))
    words = plain(name)
    if not looks_like_a_name(name) or ABOUT_A_COURSE.search(words) or ORGANISES.search(words):
        return None
    first = passage.text.find(text, start)
    return paper.extracted("holder", name, passage, first, first + len(text))
