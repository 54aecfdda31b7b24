"""Badges we signed, as they hold at a moment: taken back for good, suspended, or standing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.facts_on_record import facts_on_record
from registry.models.issued_badges import IssuedBadge
from registry.models.letters_on_record import LIVE, Ground, ground_of, licence_shown
from registry.models.people import Practitioner
from registry.models.privilege_letters import PrivilegeLetter
from registry.rules.facts import Facts
from registry.rules.letter_badges import ground_holds


class Worth(StrEnum):
    """
    Taken back: its letter was withdrawn, or shows other things by now; that never changes.
    Suspended: what it says does not hold at this moment. Over: its own last moment has passed.
    """

    STANDS = "stands"
    SUSPENDED = "suspended"
    TAKEN_BACK = "taken_back"
    OVER = "over"


def worth_of_issued(
    session: Session, now: datetime, which: ColumnElement[bool] | None = None
) -> dict[int, Worth]:
    """By its place in the lists; in a few statements for any number."""
    rows = session.execute(_issued(which)).all()
    asked = [row for row in rows if _stands(row) and row.valid_until > now]
    grounds = ground_of(session, asked, now)
    licensed = {row.practitioner_id for row in asked if row.told["licence"]}
    facts = facts_on_record(session, sorted(licensed)) if licensed else {}
    return {
        row.place: _worth(row, grounds.get((row.practitioner_id, row.clinic_id), {}), facts, now)
        for row in rows
    }


def _issued(which: ColumnElement[bool] | None) -> Any:
    badge, letter = IssuedBadge, PrivilegeLetter
    wanted = (
        select(
            *(badge.place, badge.letter_version, badge.ground, badge.told, badge.valid_until),
            *(letter.version, letter.withdrawn_at),
            *LIVE,
        )
        .join(letter, letter.id == badge.letter_id)
        .join(Practitioner, Practitioner.id == letter.practitioner_id)
        .join(Clinic, Clinic.id == letter.clinic_id)
    )
    return wanted if which is None else wanted.where(which)


def _stands(row: Row[Any]) -> bool:
    return row.withdrawn_at is None and row.version == row.letter_version


def _worth(row: Row[Any], live: Ground, facts: dict[int, Facts], now: datetime) -> Worth:
    if not _stands(row):
        return Worth.TAKEN_BACK
    if row.valid_until <= now:
        return Worth.OVER
    same = (row.told["name"], row.told["at"]) == (row.name, row.clinic)
    profession = row.told["profession"] in ("", row.profession.title)
    holds = same and profession and ground_holds(row.ground, live)
    holds = holds and _licence_holds(row, facts, now)
    return Worth.STANDS if holds else Worth.SUSPENDED


def _licence_holds(row: Row[Any], facts: dict[int, Facts], now: datetime) -> bool:
    if not (told := row.told["licence"]):
        return True
    today = now.astimezone(ZoneInfo(row.zone)).date()
    held = licence_shown(facts[row.practitioner_id], told[0], today)
    return held is not None and held.last_day >= date.fromisoformat(told[1])
