"""The forecast in words: where hours run short, from when, and what a renewal would mend."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from flask import url_for

from registry.queries.forecast import ClinicForecast, Forecast, Taken
from registry.rules.capacity import Weeks
from registry.rules.forecast import ANY, LINES, QUARTERS, Outlook, Shortage
from registry.rules.regions import site_name
from registry.rules.wording import count, number
from registry.web.formats import MONTHS, day

TOLD = 3  # of the regions that one lapse leaves short


@dataclass(frozen=True, slots=True)
class Cell:
    """The mean of a quarter of the year, hours a week."""

    hours: str
    short: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Of a region, or of a clinic; `kind` is a status."""

    name: str
    href: str
    chosen: bool
    needed: str | None
    quarters: list[Cell]
    kind: str
    words: str
    detail: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How many regions run short for want of a renewal; which first, from which week, and where."""

    regions: int
    first: str
    since: str
    clinic: str


def line_name(site: str) -> str:
    return "All regions" if site == ANY else site_name(site)


@lru_cache(maxsize=4096)
def in_hours(minutes: float) -> str:
    """14, or 13.5."""
    return number(round(Decimal(minutes) / 60, 1))


def quarter_names(weeks: Weeks, outlook: Outlook) -> list[str]:
    """Mar to May"""
    mondays = weeks.mondays
    return [
        f"{_month(mondays[run[0]].month)} to {_month(mondays[run[-1]].month)}"
        for run in map(outlook.quarter, range(QUARTERS))
    ]


def rows_of_regions(found: ClinicForecast, weeks: Weeks, chosen: str) -> list[Row]:
    here = found.clinic.id
    return [
        _row(
            line_name(site),
            url_for("oversight.forecast", clinic=here, region=site or None),
            site == chosen,
            found.outlooks[site],
            *_standing(found.outlooks[site], weeks),
        )
        for site in LINES
    ]


def rows_of_clinics(found: Forecast, chosen: str) -> list[Row]:
    """Each says how its worst region stands, or the one that was chosen."""
    rows = []
    for one in found.clinics:
        site = _worst(one) if chosen == ANY else chosen
        kind, words, detail = _standing(one.outlooks[site], found.weeks)
        if site != chosen:
            words = f"{line_name(site)}: {words[:1].lower()}{words[1:]}"
        link = url_for("oversight.forecast", clinic=one.clinic.id, region=chosen or None)
        rows.append(_row(one.clinic.name, link, False, one.outlooks[chosen], kind, words, detail))
    return rows


def sentences(taken: Taken, weeks: Weeks) -> list[str]:
    """From the week of Mon 6 July 2026 the neck has 0 of the 14 h a week it needs."""
    told = [_sentence(one, weeks) for one in taken.shortages[:TOLD]]
    if (more := len(taken.shortages) - TOLD) > 0:
        told.append(f"{count(more, 'more region')} {'is' if more == 1 else 'are'} short by it.")
    return told


def summary(found: Forecast) -> Summary | None:
    """None where nothing is asked for that hours could be compared with."""
    lines = [
        (one.first_to_renew_for, site, each.clinic.name)
        for each in found.clinics
        for site, one in each.outlooks.items()
        if one.asked_for
    ]
    short = [(first, site, clinic) for first, site, clinic in lines if first is not None]
    if not lines:
        return None
    if not short:
        return Summary(0, "", "", "")
    first, site, clinic = min(short)
    return Summary(
        len({one for _, one, _ in short if one != ANY}),
        _the(site),
        day(found.weeks.mondays[first]),
        clinic,
    )


def _row(
    name: str, href: str, chosen: bool, outlook: Outlook, kind: str, words: str, detail: str
) -> Row:
    return Row(
        name,
        href,
        chosen,
        None if outlook.expected is None else in_hours(outlook.expected),
        [_cell(outlook, outlook.quarter(one)) for one in range(QUARTERS)],
        kind,
        words,
        detail,
    )


def _cell(outlook: Outlook, weeks: range) -> Cell:
    capacity = sum(outlook.capacity[week] for week in weeks)
    needed = sum(outlook.needed(week) for week in weeks)
    return Cell(in_hours(capacity / len(weeks)), capacity < needed)


def _standing(outlook: Outlook, weeks: Weeks) -> tuple[str, str, str]:
    """A status, its words, and what is behind it."""
    if not outlook.asked_for:
        return "free", "Not asked for", ""
    short, renewing = outlook.short_weeks, outlook.first_to_renew_for
    if renewing is not None:
        since = f"Short from {day(weeks.mondays[renewing])}"
        return "may_not", since, "A renewal would mend it, or part of it."
    if short:
        often = f"Short in {count(len(short), 'week')}"
        since = f"From {day(weeks.mondays[short[0]])}"
        return "off_hours", often, f"{since}: too few hours, whatever is renewed."
    return "may_needle", "Enough", ""


def _worst(one: ClinicForecast) -> str:
    """What is short first for want of a renewal, else short at all, else needling as a whole."""

    def early(site: str) -> tuple[int, int]:
        outlook = one.outlooks[site]
        if (first := outlook.first_to_renew_for) is not None:
            return 0, first
        return (1, outlook.short_weeks[0]) if outlook.short_weeks else (2, 0)

    return min(LINES, key=early)


def _sentence(one: Shortage, weeks: Weeks) -> str:
    return (
        f"From the week of {day(weeks.mondays[one.week])} {_the(one.site)} has "
        f"{in_hours(one.capacity)} of the {in_hours(one.needed)} h a week it needs."
    )


def _the(site: str) -> str:
    return "needling as a whole" if site == ANY else f"the {site_name(site).lower()}"


def _month(number: int) -> str:
    return MONTHS[number - 1][:3]
