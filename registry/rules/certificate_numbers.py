"""The number on a certificate: its own, not a licence's, a course's or a provider's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.rules.certificate_paper import CertificatePaper
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import plain
from registry.rules.page_lines import Passage

#: Letters and figures in one piece, two figures at least; a year or a day by itself is none.
VALUE = r"(?P<value>(?=[^\s]*\d[^\s]*\d)[a-z0-9][a-z0-9./\\_-]*[a-z0-9])"
WHOLE = re.compile(rf"\W*{VALUE}\W*")
NO_NUMBER = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,3}(?:[.,]\d)?"
)
PAPER = (
    r"(?:certificat(?:e|ion)?s?|cert|certificado|zertifikate?s?|urkunde|diplom[ae]?|bescheinigung"
    r"|attestation|registro|register|reg|enregistre\w* sous le|serial|serie|record|releve)"
)
SIGN = r"(?:number|numero|nummer|num|no|nr|n\.? ?o|n|id|code|#)"
OWN = re.compile(rf"\b{PAPER}\.?[\s-]*{SIGN}?\b[\s.:#°-]*(?:is|lautet|es|est|:)?\s*{VALUE}")
OF_THE_PAPER = re.compile(
    rf"\b{SIGN}\b[^.\n]{{0,30}}\b{PAPER}\b[^.\n\d]{{0,12}}?\b(?:is|lautet|es|est)?\s*:?\s*{VALUE}"
)
#: After a school's name, even glued to it: "… LtdNo. 4711".
SIGNED = r"(?:\bn\.? ?[o°]\b[.:#]*|(?:no|nr)[.:#°]+)"
LONE = re.compile(rf"{SIGNED}\s*{VALUE}")
OTHERS = re.compile(
    r"licen|lizenz|provider|course|curso|kurs|approv|accredit|colegiad|npi|phone|tel|fax|sponsor"
    r"|module|room|unit|street|po box|charity|company|vat|member|mwst|hrb|siret|\bcif|\bnif|\brcs"
)


def read_number(paper: CertificatePaper) -> list[Extracted]:
    for looked in (_labelled, _said, _lone):
        found = list({plain(one.value): one for one in looked(paper)}.values())
        if found:
            several = (Doubt.SEVERAL_CANDIDATES,) if len(found) > 1 else ()
            return [replace(found[0], doubts=(*found[0].doubts, *several))]
    return []


def _labelled(paper: CertificatePaper) -> Iterator[Extracted]:
    for one in paper.of("number"):
        for passage in one.values:
            match = WHOLE.fullmatch(plain(passage.text))
            if match and (match["value"].isdigit() or not NO_NUMBER.fullmatch(match["value"])):
                yield _extracted(paper, passage, match)
                break


def _said(paper: CertificatePaper) -> Iterator[Extracted]:
    for shape in (OWN, OF_THE_PAPER):
        for match in shape.finditer(paper.text):
            if not NO_NUMBER.fullmatch(match["value"]) and not OTHERS.search(match[0]):
                yield _extracted(paper, paper.flow, match)


def _lone(paper: CertificatePaper) -> Iterator[Extracted]:
    """In doubt: nothing says that it is the certificate's."""
    for match in LONE.finditer(paper.text):
        line = paper.text[: match.start()].rpartition("\n")[2]
        if not NO_NUMBER.fullmatch(match["value"]) and not OTHERS.search(line[-24:]):
            found = _extracted(paper, paper.flow, match)
            yield replace(found, doubts=(*found.doubts, Doubt.SEVERAL_CANDIDATES))


def _extracted(paper: CertificatePaper, passage: Passage, match: re.Match[str]) -> Extracted:
    start, end = match.span("value")
    return paper.extracted("number", passage.text[start:end], passage, start, end)
