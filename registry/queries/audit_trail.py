"""The audit trail: who did what, when, from where, before and after, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, or_, select, true

from registry.leave import require
from registry.models import Account, AuditEntry, Clinic, Engagement, Practitioner, db
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.regions import site_name
from registry.rules.vocabulary import Role

A_PAGE = 50
FIRST_YEAR, LAST_YEAR = date(1971, 1, 1), date(2999, 12, 30)
PATIENTS_OWN = ("name", "reference")
HIDDEN = "not shown to you"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; empty or None leaves it open. Days are the zone's, both included."""

    who: str = ""
    action: str = ""
    practitioner: str = ""
    clinic_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    at: datetime
    by: str
    address: str
    action: str
    about: str
    clinic: str | None
    practitioner_id: int | None
    practitioner: str | None
    reason: str
    changes: tuple[Change, ...]

    @property
    def refused(self) -> bool:
        return self.action.startswith("refused:")


@dataclass(frozen=True, slots=True)
class Trail:
    entries: list[Entry]
    earlier_from: int | None  # the `before_id` of the page that follows; None on the last


def trail(actor: Actor, *, wanted: Wanted, zone: str) -> Trail:
    """
    One page, the latest first, in one statement. Managers see their clinics' entries only.

    Raises NotAllowed for those who may see no clinic's events, NotFound for a hidden clinic.
    """
    if wanted.clinic_id is not None:
        require(actor, Action.SEE_CLINIC_EVENTS, Subject(frozenset({wanted.clinic_id})))
    rows = db.session.execute(
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.action,
            AuditEntry.subject,
            AuditEntry.clinic_id,
            AuditEntry.practitioner_id,
            AuditEntry.body,
            Clinic.name.label("clinic"),
            Practitioner.name.label("practitioner"),
        )
        .outerjoin(Clinic, Clinic.id == AuditEntry.clinic_id)
        .outerjoin(Practitioner, Practitioner.id == AuditEntry.practitioner_id)
        .where(_theirs(actor), *_filters(wanted, ZoneInfo(zone)))
        .order_by(AuditEntry.id.desc())
        .limit(A_PAGE + 1)
    ).all()
    shown = [_entry(actor, row) for row in rows[:A_PAGE]]
    return Trail(shown, shown[-1].id if len(rows) > A_PAGE else None)


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """What is about their clinics, about people who work there, or about themselves."""
    if actor.holds(Role.ADMINISTRATOR):
        return true()
    clinics = actor.clinics(Role.MANAGER, Role.AUDITOR)
    if clinics is None:
        return true()
    own = actor.practitioner_id
    if not clinics and own is None:
        require(actor, Action.SEE_CLINIC_EVENTS, Subject())
    return or_(_about(clinics), AuditEntry.practitioner_id == own if own is not None else false())


def _about(clinics: frozenset[int]) -> ColumnElement[bool]:
    """What happened there, and what is about people who work there and about no clinic."""
    people = select(Engagement.practitioner_id).where(Engagement.clinic_id.in_(clinics))
    return or_(
        AuditEntry.clinic_id.in_(clinics),
        AuditEntry.clinic_id.is_(None) & AuditEntry.practitioner_id.in_(people),
    )


def _filters(wanted: Wanted, zone: ZoneInfo) -> Iterator[ColumnElement[bool]]:
    if wanted.who:
        named = select(Account.id).where(Account.name.icontains(wanted.who, autoescape=True))
        yield AuditEntry.account_id.in_(named)
    if wanted.action:
        yield AuditEntry.action.icontains(wanted.action, autoescape=True)
    if wanted.practitioner:
        yield Practitioner.name.icontains(wanted.practitioner, autoescape=True)
    if wanted.clinic_id is not None:
        yield _about(frozenset({wanted.clinic_id}))
    if wanted.first_day is not None:
        yield AuditEntry.at >= _midnight(wanted.first_day, zone)
    if wanted.last_day is not None:
        yield AuditEntry.at < _midnight(wanted.last_day, zone) + timedelta(days=1)
    if wanted.before_id is not None:
        yield AuditEntry.id < wanted.before_id


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Kept within the years that any zone's clock can tell."""
    return datetime.combine(min(max(day, FIRST_YEAR), LAST_YEAR), time.min, zone)


def _entry(actor: Actor, row: Any) -> Entry:
    body = json.loads(row.body)
    by = body.get("by") or {}
    hidden = PATIENTS_OWN if _about_a_hidden_patient(actor, row) else ()
    return Entry(
        id=row.id,
        at=row.at,
        by=str(by.get("name") or "unknown"),
        address=str(by.get("from") or ""),
        action=row.action,
        about=_about_what(row.subject, body.get("after") or {}),
        clinic=row.clinic,
        practitioner_id=row.practitioner_id,
        practitioner=row.practitioner,
        reason=str(body.get("reason") or ""),
        changes=tuple(_changes(body.get("before") or {}, body.get("after") or {}, hidden)),
    )


def _about_what(subject: str, after: Mapping[str, Any]) -> str:
    """The kind of thing and its number; a version by its place, for nobody knows its number."""
    if subject.startswith("adoption:") and "version" in after:
        place = jurisdiction_name(str(after.get("jurisdiction") or ""))
        return f"version {after['version']} of the requirements of {place}"
    return subject.replace(":", " ")


def _about_a_hidden_patient(actor: Actor, row: Any) -> bool:
    clinics = frozenset() if row.clinic_id is None else frozenset({row.clinic_id})
    return row.subject.startswith("patient:") and not may(
        actor, Action.SEE_PATIENT, Subject(clinics)
    )


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], hidden: tuple[str, ...]
) -> Iterator[Change]:
    """Every field that is not the same, in the order the entry names them."""
    for name in dict.fromkeys((*before, *after)):
        was, became = before.get(name), after.get(name)
        if was == became:
            continue
        words = name.replace("_", " ")
        if name in hidden:
            yield Change(words, HIDDEN if was else "", HIDDEN if became else "")
        else:
            yield Change(words, _in_words(name, was), _in_words(name, became))


def _in_words(name: str, value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(site_name(i) if name == "sites" else _in_words("", i) for i in value)
        case dict():
            return "; ".join(
                f"{key.replace('_', ' ')}: {_in_words(key, value[key])}" for key in value
            )
        case _:
            return str(value)
