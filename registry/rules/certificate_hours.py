"""The hours of a certificate, each of its sort: what the words beside a number make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from registry.rules.certificate_paper import CertificatePaper
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import plain
from registry.rules.page_lines import Passage
from registry.rules.wording import number

#: From the most telling: "8 hours of live online theory" are hours by live video.
SORTS = {
    "hours_live_video": r"live[\s-]*(?:online|video|webinar|stream\w*|virtual|remote)|webinar"
    r"|synchron|en directo|en direct\b|video[\s-]?conf\w*|visio\w*|virtual classroom",
    "hours_in_person": r"in[\s-]*person|face[\s-]*to[\s-]*face|on[\s-]*site|presencial\w*"
    r"|presentiel\w*|prasenz\w*|in the room|classroom",
    "hours_practical": r"practical|hands[\s-]*on|\bpractice|supervised|\blab\b|laborator|practic\w+"
    r"|pratique|praxis|praktisch\w*|skills",
    "hours_didactic": r"didactic|theor\w*|lectur\w*|teoric\w*|teoria|theorie|theoretisch\w*",
    "hours_foundation": r"foundation(?:al)? hours|hours of foundation|anatomy hours"
    r"|horas de (?:fundamentos|base)|grundlagenstunden|heures de base",
}
QUALIFIED = {field: re.compile(words) for field, words in SORTS.items()}
TOTAL = re.compile(
    r"total|contact|clock|credit|awarded|in all\b|insgesamt|gesamt|lectivas|duracion|duree|volume"
    r"|compris|umfass|length|duration|nombre d|realizadas|completed|earned"
)
UNIT = r"(?:hours?|hrs?|horas?|heures?|stunden?|std)"
NUMBER = r"(?<![\d:.,/-])(?P<n>\d{1,3}(?:[.,]\d{1,2})?)(?![\d:]|[.,]\d)"
#: Between number and unit up to four words and no other number: "25 CEUs/clock hours".
COUNTED = re.compile(
    rf"{NUMBER}[ -]{{0,3}}(?:[a-z][a-z/()-]{{0,24}} {{1,3}}){{0,4}}?(?:[a-z]{{1,12}}/)?\b{UNIT}\b"
    rf"|{NUMBER.replace('<n>', '<m>')} ?h\b"
)
BARE = re.compile(rf"{NUMBER}\s*(?:\b{UNIT}\b|h\b)?\.?")
HOURLY = re.compile(rf"\b{UNIT}\b|hours|stunden")
CLAUSE = re.compile(
    r"[,;()|\n]|\bof which\b|\bincluding\b|\bdavon\b|\bdont\b|\bde ell[ao]s\b|\. |/ "
)
#: Hours that nobody was taught: spans of the day, of notice, of a duty to come.
NOT_TAUGHT = re.compile(
    r"per (?:day|week|year)|each (?:day|year)|a (?:day|week)\b|within|every|binnen|notice|before"
    r"|required|24[\s-]hour\b|al dia|por dia|par jour|pro tag|innerhalb"
)
#: Hours of no sort that is asked for: they are no total either.
ALONE_AT_HOME = re.compile(
    r"home[\s-]?study|pre-?course|self-?paced|self-?study|online|distance|e-?learning|a distancia|"
    r"en linea|en ligne|selbststudium"
)
UNNAMED = 1  # a number of hours of which nothing says what they are
UNITS_OF_TEN = re.compile(r"\bceus?\b|\bccus?\b")
LARGEST = Decimal(600)
LABEL_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Hours:
    field: str
    hours: Decimal
    passage: Passage
    start: int
    end: int
    strength: int
    doubts: tuple[Doubt, ...] = ()


def read_hours(paper: CertificatePaper) -> list[Extracted]:
    found = [*_labelled(paper), *_in_sentences(paper)]
    fields = ("hours_total", *SORTS)
    values = (_value(paper, field, [o for o in found if o.field == field]) for field in fields)
    return _adding_up([value for value in values if value])


def _labelled(paper: CertificatePaper) -> Iterator[_Hours]:
    """A cell that names a sort of hours and nothing else, with its number beside or under it."""
    tabled = any(HOURLY.search(plain(cell.text)) for cell in paper.cells)
    for cell in paper.cells:
        label = plain(cell.text)
        hourly = bool(HOURLY.search(label))
        if re.search(r"\d", label) or len(label.split()) > LABEL_WORDS or not (hourly or tabled):
            continue
        sort = _sort(label)
        if sort is None and not hourly and not re.match(r"(?:grand )?total|gesamt|summe", label):
            continue
        for passage in paper.near(cell):
            match = BARE.fullmatch(plain(passage.text).strip())
            if match and (hours := _number(match["n"])):
                strength = 3 if TOTAL.search(label) or (hourly and sort) else 2
                end = len(passage.text)
                yield _Hours(sort or "hours_total", hours, passage, 0, end, strength)
                break


def _in_sentences(paper: CertificatePaper) -> Iterator[_Hours]:
    text = paper.text
    for match in COUNTED.finditer(text):
        before, after = _clause(text, match.start(), match.end())
        hours = _number(match["n"] or match["m"])
        if hours is None or NOT_TAUGHT.search(f"{before[-30:]} {match[0]} {after[:25]}"):
            continue
        sort = _sort(match[0]) or _sort(after) or _sort(before)
        if sort is None and ALONE_AT_HOME.search(f"{before} {match[0]} {after}"):
            continue
        told = bool(TOTAL.search(match[0]) or TOTAL.search(before) or TOTAL.search(after))
        odd = UNITS_OF_TEN.search(match[0]) and hours < 5
        yield _Hours(
            sort or "hours_total",
            hours,
            paper.flow,
            match.start(),
            match.end(),
            2 if sort or told else UNNAMED,
            (Doubt.UNUSUAL_HOURS,) if odd else (),
        )
    yield from _number_last(paper)


NUMBER_LAST = re.compile(
    rf"(?P<label>[^\n:]{{0,40}}(?:\b{UNIT}\b|hours)[^\n:\d]{{0,20}}): "
    rf"*{NUMBER} *(?:$|\n|{UNIT}|h\b|[,;|])"
)


def _number_last(paper: CertificatePaper) -> Iterator[_Hours]:
    """Didactic hours: 9.5"""
    for match in NUMBER_LAST.finditer(paper.text):
        hours = _number(match["n"])
        if hours is not None and not NOT_TAUGHT.search(match["label"]):
            sort = _sort(match["label"])
            where = (match.start("n"), match.end("n"))
            yield _Hours(sort or "hours_total", hours, paper.flow, *where, 3)


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after, in the same part of the sentence."""
    before = CLAUSE.split(text[max(0, start - 60) : start])[-1]
    after = CLAUSE.split(text[end : end + 60])[0]
    return before, re.split(r"\d", after)[0]


def _sort(words: str) -> str | None:
    return next((field for field, said in QUALIFIED.items() if said.search(words)), None)


def _number(text: str) -> Decimal | None:
    hours = Decimal(text.replace(",", "."))
    return hours if 0 < hours <= LARGEST else None


def _value(paper: CertificatePaper, field: str, found: list[_Hours]) -> Extracted | None:
    if not found:
        return None
    best = max(one.strength for one in found)
    strongest = [one for one in found if one.strength == best]
    chosen = strongest[0]
    where = (chosen.passage, chosen.start, chosen.end)
    different = dict.fromkeys(one.hours for one in strongest)
    unnamed = best == UNNAMED and len(strongest) > 1  # of one module each, it may be
    if len(different) > 1:
        choices = tuple(number(hours) for hours in different)
        doubts = (Doubt.SEVERAL_CANDIDATES,)
        return paper.extracted(field, None, *where, doubts=doubts, choices=choices)
    doubts = (*chosen.doubts, *((Doubt.SEVERAL_CANDIDATES,) if unnamed else ()))
    return paper.extracted(field, number(chosen.hours), *where, doubts=doubts)


def _adding_up(values: list[Extracted]) -> list[Extracted]:
    """A part that is more than the whole puts both in doubt."""
    said = {one.field: Decimal(one.value) for one in values if one.value is not None}
    total = said.get("hours_total")
    parts = [
        hours for field, hours in said.items() if field not in ("hours_total", "hours_foundation")
    ]
    if total is None or all(part <= total for part in parts):
        return values
    return [replace(one, doubts=(*one.doubts, Doubt.UNUSUAL_HOURS)) for one in values]
