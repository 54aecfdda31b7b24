"""The days of a certificate: completed, issued, last valid, begun; two meanings are never one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from registry.rules.certificate_labels import Labelled
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.certificate_words import BARE_DATES
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import squeezed
from registry.rules.page_lines import Passage
from registry.rules.page_words import Box
from registry.rules.printed_days import ParseDate, PrintedDay, printed_days

FIELDS = ("completed_on", "issued_on", "last_day", "course_started")
EARLIEST_YEAR = 1980
LOOK_BACK = 110  # letters
#: What the words before a day say of it; the nearest ones count.
SAYS = {
    "issued_on": r"issued|signed|ausgestellt|expedid\w|emitid\w|delivre|\bdated|"
    r"given (?:this|on)|fait a\b"
    r"|etabli|[a-z]{3}, (?:a|le|den|the)\b|\n[a-z .'-]{3,30}, $",
    "last_day": r"expir|valid (?:until|through|thru|to|from)|caduc|valid[oa] hasta|vence|vigente"
    r"|valable|gultig|ablauf",
    "course_started": r"\bbegan|\bstarted|inicia|inicio|debute|begann|kursbeginn",
    "completed_on": r"complet|conclu|finish|\bended|\bending|finaliz|terminad|termine|acheve"
    r"|abschluss|abgeschl|absolv|endete|attend|\bheld|took place|celebrad|\btenue?|\bfand"
    r"|superado|aprobado|participa|took part|teilgenommen|teilnahme|suivi|realizad|impartid",
    "": r"\brules|\blaw\b|\bact of|ordnung|\bborn|geboren|nacimiento|naissance|version|revised"
    r"|approv|accredit|printed|\brev\.|licen[cs]e|edition|copyright|since|founded|seit|desde|depuis"
    r"|renew|\bregister|enrol|inscri|anmeld",
}
WORDS = {field: re.compile(words) for field, words in SAYS.items()}
#: There Spanish too is written with the month first.
IN_AMERICA = re.compile(
    r"\busa\b|estados unidos|ee\.? ?uu|puerto rico|florida|texas|california|new york|nueva york"
)
LABEL, PROSE, ALONE = 3, 2, 1


@dataclass(frozen=True, slots=True)
class _Found:
    """A day that may be a field's, how strongly, and where it stands."""

    field: str
    day: PrintedDay
    passage: Passage
    strength: int
    doubts: tuple[Doubt, ...] = ()


def read_dates(paper: CertificatePaper, parse_date: ParseDate, today: date) -> list[Extracted]:
    found = list(_labelled(paper, parse_date))
    found += _in_sentences(paper, parse_date, [_place(one) for one in found])
    day_first = _day_first(paper, [one.day for one in found])
    values: dict[str, Extracted] = {}
    for field in FIELDS:
        if value := _value(paper, field, found, day_first):
            values[field] = value
    return [_plausible(value, values, today) for value in values.values()]


def _labelled(paper: CertificatePaper, parse_date: ParseDate) -> Iterator[_Found]:
    for field in FIELDS:
        for one in paper.of(field):
            for passage in one.values:
                days = printed_days(passage.text, parse_date)
                if days:
                    yield _Found(field, days[0], passage, LABEL, _bare(one))
                    break


def _bare(one: Labelled) -> tuple[Doubt, ...]:
    return (Doubt.SEVERAL_CANDIDATES,) if squeezed(one.label) in BARE_DATES else ()


def _in_sentences(
    paper: CertificatePaper, parse_date: ParseDate, taken: list[Box | None]
) -> Iterator[_Found]:
    stop = 0
    alone: list[PrintedDay] = []
    for day in printed_days(paper.flow.text, parse_date):
        before = paper.text[max(stop, day.start - LOOK_BACK) : day.start]
        stop = day.end
        if paper.flow.box(day.start, day.end) in taken or not paper.flow.box(day.start, day.end):
            continue
        field = _said(before)
        if field:
            yield _Found(field, day, paper.flow, PROSE)
        elif field is None:
            alone.append(day)
    for day in alone:
        doubts = () if day.first and len(alone) == 1 else (Doubt.SEVERAL_CANDIDATES,)
        yield _Found("completed_on", day, paper.flow, ALONE, doubts)


def _said(before: str) -> str | None:
    """The field that the nearest words speak of; "" is none of ours, None nobody said."""
    last = {
        field: max((m.end() for m in words.finditer(before)), default=-1)
        for field, words in WORDS.items()
    }
    nearest = max(last, key=lambda field: last[field])
    return None if last[nearest] < 0 else nearest


def _place(one: _Found) -> Box | None:
    return one.passage.box(one.day.start, one.day.end)


def _day_first(paper: CertificatePaper, days: list[PrintedDay]) -> bool | None:
    """How this paper writes days in figures, where another of its days or its language tells."""
    told = {day.day_first for day in days} - {None}
    if len(told) == 1:
        return told.pop()
    abroad = paper.language in ("es", "fr", "de") and not IN_AMERICA.search(paper.text)
    return True if not told and abroad else None


def _value(
    paper: CertificatePaper, field: str, found: list[_Found], day_first: bool | None
) -> Extracted | None:
    meant = [(one, one.day.days) for one in found if one.field == field]
    if field == "course_started":
        ranges = (one for one in found if one.field == "completed_on" and one.day.first)
        meant += [(one, one.day.first) for one in ranges]
    if not meant:
        return None
    best = max(one.strength for one, _ in meant)
    strongest = [(one, _settled(days, day_first)) for one, days in meant if one.strength == best]
    chosen, days = strongest[0]
    several = any(set(days).isdisjoint(others) for _, others in strongest[1:])
    where = (chosen.passage, chosen.day.start, chosen.day.end)
    doubts = (*chosen.doubts, *((Doubt.SEVERAL_CANDIDATES,) if several else ()))
    if len(days) == 1:
        return paper.extracted(field, days[0].isoformat(), *where, doubts=doubts)
    choices = tuple(day.isoformat() for day in sorted(days))
    doubts = (Doubt.AMBIGUOUS_DATE, *doubts)
    return paper.extracted(field, None, *where, doubts=doubts, choices=choices)


def _settled(days: tuple[date, ...], day_first: bool | None) -> tuple[date, ...]:
    """Of "11/09/2025" and the like the one day, where it is known which figure is the day's."""
    return days if len(days) < 2 or day_first is None else (days[0] if day_first else days[1],)


def _plausible(value: Extracted, values: dict[str, Extracted], today: date) -> Extracted:
    """A mark on what is still to come, is too long ago, or lies before the course's end."""
    days = [date.fromisoformat(one) for one in (value.value, *value.choices) if one]
    done = values.get("completed_on")
    end = date.fromisoformat(done.value) if done and done.value else None
    odd = any(
        day.year < EARLIEST_YEAR
        or (day > today and value.field != "last_day")
        or (end is not None and day < end and value.field in ("issued_on", "last_day"))
        for day in days
    )
    return replace(value, doubts=(*value.doubts, Doubt.IMPLAUSIBLE_DATE)) if odd else value
