"""A privilege letter looked up by its code: what it shows at this moment, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Clinic, Engagement, Practitioner, Privilege, PrivilegeLetter, db
from registry.models.concerned import being_judged_anew
from registry.models.derived_privileges import derive
from registry.models.facts_on_record import facts_on_record
from registry.rules.access import Action, Actor, Subject
from registry.rules.letter_codes import sealed_about
from registry.rules.privilege_letters import LetterPart, LetterShown, LicenceShown, told_until


@dataclass(frozen=True, slots=True)
class LetterToPrint:
    """`shown` now, and its code, still sealed, with what it is sealed about."""

    shown: LetterShown
    code_sealed: str
    sealed_about: str


def letter_behind(*, mark: str, now: datetime) -> LetterShown | None:
    """None for a code that never was or was withdrawn, alike. Open to everybody who has it."""
    row = _letter(PrivilegeLetter.code_mark == mark)
    return _shown(row, now) if row else None


def letter_to_print(*, actor: Actor, letter_id: int, now: datetime) -> LetterToPrint:
    """For its practitioner alone. Raises NotFound, NotAllowed."""
    row = _letter(PrivilegeLetter.id == letter_id)
    if row is None:
        raise NotFound("There is no such record.")
    subject = Subject(frozenset({row.clinic_id}), row.practitioner_id)
    require(actor, Action.AGREE_TO_LETTER, subject)
    about = sealed_about(row.practitioner_id, row.clinic_id)
    return LetterToPrint(_shown(row, now), row.code_sealed, about)


def _letter(which: ColumnElement[bool]) -> Any:
    """Of those that stand and were agreed to. One statement."""
    letter = PrivilegeLetter
    return db.session.execute(
        select(
            *(letter.practitioner_id, letter.clinic_id, letter.shows, letter.code_sealed),
            Practitioner.name,
            Practitioner.profession,
            Practitioner.archived_at,
            Clinic.name.label("clinic"),
            Clinic.zone,
            Clinic.jurisdiction,
            being_judged_anew(Clinic.jurisdiction).label("judging_anew"),
        )
        .join(Practitioner, Practitioner.id == letter.practitioner_id)
        .join(Clinic, Clinic.id == letter.clinic_id)
        .where(which, letter.withdrawn_at.is_(None), letter.agreed_at.is_not(None))
    ).one_or_none()


def _shown(row: Row[Any], now: datetime) -> LetterShown:
    today = now.astimezone(ZoneInfo(row.zone)).date()
    until = {} if row.archived_at is not None else _until(row, today)
    shows = set(row.shows)
    if not until:
        return LetterShown(row.name, row.clinic, row.zone, now, today, may_needle=False)
    licensed = LetterPart.LICENCE in shows
    return LetterShown(
        row.name,
        row.clinic,
        row.zone,
        now,
        today,
        may_needle=True,
        until=min(until.values()),
        sites=told_until(until) if LetterPart.REGIONS in shows else (),
        profession=row.profession.title if LetterPart.PROFESSION in shows else "",
        licence=_licence(row.practitioner_id, row.jurisdiction, today) if licensed else None,
    )


def _until(row: Row[Any], today: date) -> dict[str, date]:
    """Of each site they may needle there today the last day, if they work there as long."""
    here = select(Engagement.last_day).where(
        Engagement.practitioner_id == row.practitioner_id,
        Engagement.clinic_id == row.clinic_id,
        Engagement.first_day <= today,
        Engagement.last_day.is_(None) | (Engagement.last_day >= today),
    )
    works_until = [last or date.max for last in db.session.scalars(here)]
    if not works_until:
        return {}
    held = select(Privilege.site, Privilege.last_day).where(
        Privilege.practitioner_id == row.practitioner_id,
        Privilege.clinic_id == row.clinic_id,
        Privilege.first_day <= today,
        Privilege.last_day >= today,
    )
    until = {site: min(last, max(works_until)) for site, last in db.session.execute(held)}
    return _still(row, until, today) if until and row.judging_anew else until


def _still(row: Row[Any], until: dict[str, date], today: date) -> dict[str, date]:
    """What the rules as they are now leave of it, where judging anew has not got to it yet."""
    kept = derive(db.session(), [row.practitioner_id])[row.practitioner_id]
    return {
        site: min(last, span.last)
        for site, last in until.items()
        for span in kept.get((row.clinic_id, site), ())
        if span.first <= today <= span.last
    }


def _licence(practitioner_id: int, jurisdiction: str, today: date) -> LicenceShown | None:
    """The one that counts where the clinic is and lasts longest; none where no such is held."""
    facts = facts_on_record(db.session(), [practitioner_id])[practitioner_id]
    counting = [
        licence.last_day or date.max
        for licence in facts.licences
        if licence.jurisdiction == jurisdiction and licence.counts_on(today)
    ]
    return LicenceShown(jurisdiction, max(counting)) if counting else None
