"""How days, moments and addresses read on a page and in a letter."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask

from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.regions import site_name
from registry.rules.stretches import in_words
from registry.rules.wording import count
from registry.web.hours_in_words import week_at_a_glance

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
#: What a browser says of itself, the most telling first: every one claims to be Safari.
BROWSERS = (("Edg", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
MACHINES = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android")),
    *(("Windows", "Windows"), ("Macintosh", "a Mac"), ("Linux", "Linux")),
)


def day(value: date | str | None, without: str | None = None) -> str:
    """
    `Tue 30 June 2026`, of `2026-06-30` too; other texts pass.

    `without`: what is said where there is none, as of a last day in the last year there is.
    """
    if value is None:
        return without or "not given"
    if isinstance(value, str):
        return _day_in_text(value)
    if without is not None and value.year == date.max.year:
        return without
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]} {value.year}"


def _day_in_text(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def short_day(value: date) -> str:
    """`Tue 30 Jun`: only where the year is plain from the page around it."""
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1][:3]}"


def in_days(value: date | None, today: date) -> str:
    """How far off a day is, in words: days up to two months, then months, then years."""
    if value is None:
        return ""
    away = (value - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if away in near:
        return near[away]
    length = _length(abs(away))
    return f"in {length}" if away > 0 else f"{length} ago"


def _length(days: int) -> str:
    if days <= 60:
        return f"{days} days"
    if days < 730:
        return f"about {round(days / 30.44)} months"
    return f"about {round(days / 365.25)} years"


def ago(moment: datetime, now: datetime) -> str:
    """How long since a moment, in words; `just now` for less than a minute, or what is to come."""
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    units = ((24 * 60, "day"), (60, "hour"), (1, "minute"))
    size, unit = next(one for one in units if minutes >= 2 * one[0] or one[0] == 1)
    return f"{count(minutes // size, unit)} ago"


def clock(moment: datetime, zone: str | ZoneInfo) -> str:
    """`09:30` on the clock of the zone."""
    return f"{moment.astimezone(_zone(zone)):%H:%M}"


def stamp(
    moment: datetime | None, zone: str | ZoneInfo, without: str = "never", *, named: bool = True
) -> str:
    """`Tue 30 June 2026, 09:30 EDT`; `named` is False where a heading names the zone for all."""
    if moment is None:
        return without
    local = moment.astimezone(_zone(zone))
    return f"{day(local.date())}, {local:%H:%M}{f' {local:%Z}' if named else ''}"


def host(address: str) -> str:
    """The house an address belongs to: what a reader wants to know of a source."""
    return urlsplit(address).netloc.removeprefix("www.") or address


def site(code: str) -> str:
    """`Neck` for `neck`, `Upper trapezius` for `upper_trapezius`."""
    return site_name(code)


def jurisdiction(code: str) -> str:
    """`Georgia` for `US-GA`."""
    return jurisdiction_name(code)


def browser(told: str) -> str:
    """`Firefox on Windows`, from what a browser says of itself; its own words if it is unknown."""
    name = next((name for mark, name in BROWSERS if mark in told), None)
    machine = next((name for mark, name in MACHINES if mark in told), None)
    if name is None:
        return told or "not known"
    return f"{name} on {machine}" if machine else name


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def register(app: Flask) -> None:
    """Make these known to every template, under their own names."""
    for shape in (day, short_day, in_days, ago, clock, stamp, host, site, jurisdiction, browser):
        app.add_template_filter(shape)
    app.add_template_filter(in_words, "hours")
    app.add_template_filter(week_at_a_glance)
