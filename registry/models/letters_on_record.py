"""Privilege letters as they hold at a moment: read live from privileges and engagements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.concerned import being_judged_anew
from registry.models.derived_privileges import derive
from registry.models.facts_on_record import facts_on_record
from registry.models.people import Engagement, Practitioner
from registry.models.privilege_letters import PrivilegeLetter
from registry.models.privileges import Privilege
from registry.rules.facts import Facts
from registry.rules.privilege_letters import LetterPart, LetterShown, LicenceShown, told_until

#: Of each site the last day on which it may be needled, if it may today.
Ground = dict[str, date]
LIVE = (
    *(PrivilegeLetter.practitioner_id, PrivilegeLetter.clinic_id, PrivilegeLetter.shows),
    *(Practitioner.name, Practitioner.profession, Practitioner.archived_at),
    *(Clinic.name.label("clinic"), Clinic.zone, Clinic.jurisdiction),
    being_judged_anew(Clinic.jurisdiction).label("judging_anew"),
)


def letter_row(session: Session, which: ColumnElement[bool]) -> Any:
    """Of those that stand and were agreed to. One statement; None where there is none."""
    letter = PrivilegeLetter
    return session.execute(
        select(letter.id, letter.version, letter.code_sealed, *LIVE)
        .join(Practitioner, Practitioner.id == letter.practitioner_id)
        .join(Clinic, Clinic.id == letter.clinic_id)
        .where(which, letter.withdrawn_at.is_(None), letter.agreed_at.is_not(None))
    ).one_or_none()


def letter_shown(session: Session, row: Row[Any], now: datetime) -> tuple[LetterShown, Ground]:
    """What it says on the clinic's day of `now`, and what that rests on."""
    today, shows = _today(row, now), set(row.shows)
    until = ground_of(session, [row], now)[row.practitioner_id, row.clinic_id]
    if not until:
        return LetterShown(row.name, row.clinic, row.zone, now, today, may_needle=False), {}
    licence = None
    if LetterPart.LICENCE in shows:
        facts = facts_on_record(session, [row.practitioner_id])[row.practitioner_id]
        licence = licence_shown(facts, row.jurisdiction, today)
    shown = LetterShown(
        row.name,
        row.clinic,
        row.zone,
        now,
        today,
        may_needle=True,
        until=min(until.values()),
        sites=told_until(until) if LetterPart.REGIONS in shows else (),
        profession=row.profession.title if LetterPart.PROFESSION in shows else "",
        licence=licence,
    )
    return shown, until


def ground_of(
    session: Session, rows: Iterable[Row[Any]], now: datetime
) -> Mapping[tuple[int, int], Ground]:
    """
    By practitioner and clinic; if they work there as long. In two statements for any number.

    Where judging anew has not got to them yet, what the rules as they are now leave of it.
    """
    here = {(row.practitioner_id, row.clinic_id): row for row in rows}
    works = _work_until(session, here, now)
    found: dict[tuple[int, int], Ground] = {pair: {} for pair in here}
    held = select(Privilege).where(Privilege.practitioner_id.in_({who for who, _ in works}))
    for one in session.scalars(held) if works else ():
        pair = (one.practitioner_id, one.clinic_id)
        if pair in works and one.first_day <= _today(here[pair], now) <= one.last_day:
            found[pair][one.site] = min(one.last_day, works[pair])
    anew = {pair for pair, ground in found.items() if ground and here[pair].judging_anew}
    if anew:
        derived = derive(session, sorted({who for who, _ in anew}))
        for who, clinic in anew:
            today = _today(here[who, clinic], now)
            found[who, clinic] = {
                site: min(last, span.last)
                for site, last in found[who, clinic].items()
                for span in derived[who].get((clinic, site), ())
                if span.first <= today <= span.last
            }
    return found


def licence_shown(facts: Facts, jurisdiction: str, today: date) -> LicenceShown | None:
    """The one that counts where the clinic is and lasts longest; none where no such is held."""
    counting = [
        licence.last_day or date.max
        for licence in facts.licences
        if licence.jurisdiction == jurisdiction and licence.counts_on(today)
    ]
    return LicenceShown(jurisdiction, max(counting)) if counting else None


def _work_until(
    session: Session, here: Mapping[tuple[int, int], Row[Any]], now: datetime
) -> dict[tuple[int, int], date]:
    """The last day they work there, of those who do today and are not archived."""
    whose = {who for (who, _), row in here.items() if row.archived_at is None}
    found: dict[tuple[int, int], date] = {}
    wanted = select(Engagement).where(Engagement.practitioner_id.in_(whose))
    for one in session.scalars(wanted) if whose else ():
        pair = (one.practitioner_id, one.clinic_id)
        if pair in here:
            today, last = _today(here[pair], now), one.last_day or date.max
            if one.first_day <= today <= last:
                found[pair] = max(found.get(pair, last), last)
    return found


def _today(row: Row[Any], now: datetime) -> date:
    return now.astimezone(ZoneInfo(row.zone)).date()
