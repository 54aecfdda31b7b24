"""What a clinic's clock, jurisdiction and opening hours may be, and the offsets kept of a clock."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from registry.errors import BadInput
from registry.models import ZoneOffset
from registry.models.base import UtcMoment
from registry.rules.diary import offsets
from registry.rules.jurisdictions import JURISDICTIONS
from registry.rules.stretches import WeekTold, week_kept, week_told
from registry.services.typed import typed_line

FIRST_YEAR, LAST_YEAR = 2000, 2100
#: A country, or one of its subdivisions: GB, US-GA (ISO 3166-2).
JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
#: Two clinics at once may be the first of a zone.
KEEP = text(
    "INSERT INTO zone_offsets (zone, from_utc, until_utc, offset_seconds)"
    " VALUES (:zone, :from_utc, :until_utc, :offset_seconds) ON CONFLICT DO NOTHING"
).bindparams(bindparam("from_utc", type_=UtcMoment), bindparam("until_utc", type_=UtcMoment))

#: Of these every part is known by name, so that a slip of the finger is told.
COUNTRIES_BY_PART = ("US-", "CA-")


def keep_offsets(session: Session, zone: str) -> None:
    """The database tells local days by these: written once for each zone, before it is used."""
    if session.scalar(select(ZoneOffset.zone).where(ZoneOffset.zone == zone).limit(1)) is None:
        stretches = offsets(zone, FIRST_YEAR, LAST_YEAR)
        session.execute(KEEP, [{"zone": zone, **stretch._asdict()} for stretch in stretches])


def checked_zone(zone: str) -> str:
    line = typed_line(zone, field="zone", longest=60)
    if line not in available_timezones():
        raise BadInput("There is no such time zone. One is America/New_York.", field="zone")
    return line


def checked_jurisdiction(jurisdiction: str) -> str:
    line = typed_line(jurisdiction, field="jurisdiction", longest=10).upper()
    if not JURISDICTION.fullmatch(line):
        raise BadInput(
            "A jurisdiction is written as a country and a part of it, such as US-GA, or as GB.",
            field="jurisdiction",
        )
    if line.startswith(COUNTRIES_BY_PART) and line not in JURISDICTIONS:
        raise BadInput(
            f"There is no {line}. Georgia is written US-GA, Alberta CA-AB.", field="jurisdiction"
        )
    return line


def checked_hours(hours: WeekTold) -> dict[str, list[list[str]]]:
    """As they are kept. Raises BadInput at `hours`."""
    try:
        return week_kept(week_told(hours))
    except ValueError as error:
        raise BadInput(str(error), field="hours") from error
