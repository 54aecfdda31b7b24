"""Clinics: their place, clock, jurisdiction and hours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.models import Appointment, Clinic, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.stretches import WeekTold
from registry.services.audit_trail import record
from registry.services.clinic_checks import (
    checked_hours,
    checked_jurisdiction,
    checked_zone,
    keep_offsets,
)
from registry.services.diary_lock import lock_every_diary
from registry.services.holds import LostGround
from registry.services.judged_anew import judge_anew_at
from registry.services.knowledge import keep_known_place
from registry.services.off_hours import told_what_falls_outside
from registry.services.typed import one_of_a_kind, typed_name, typed_text

LONGEST = {"name": 120, "address": 300}
NAME_TAKEN = "There is a clinic of this name already."


def create_clinic(
    *,
    actor: Actor,
    name: str,
    address: str,
    zone: str,
    jurisdiction: str,
    hours: WeekTold | None = None,
    now: datetime,
) -> Clinic:
    """`hours` as in `set_hours`. Raises NotAllowed, and BadInput at the field."""
    require(actor, Action.CREATE_CLINIC, Subject())
    clinic = Clinic(hours=checked_hours(hours or {}))
    with transaction() as session:
        _settle(session, clinic, name, address, zone, jurisdiction)
        session.add(clinic)
        with one_of_a_kind(NAME_TAKEN, field="name"):
            session.flush()
        record_change(session, actor, Action.CREATE_CLINIC, clinic, now, after=_shown(clinic))
        keep_known_place(session, clinic, now)
        return clinic


def change_clinic(
    *,
    actor: Actor,
    clinic_id: int,
    name: str,
    address: str,
    zone: str,
    jurisdiction: str,
    now: datetime,
    seen: Collection[int] = (),
) -> list[LostGround]:
    """
    Another jurisdiction or clock re-derives what everybody who works there may needle.

    By another clock what is booked may lie outside the hours: `seen` as in `set_hours`. Returns the
    appointments that lost their ground by it. Raises NotAllowed, NotFound, BadInput at the field,
    FallsOutside, and NotInThatState where confirmed appointments would fall on other days in the
    new zone.
    """
    with transaction() as session:
        lock_every_diary(session)
        clinic = locked_clinic(session, actor, clinic_id)
        before = _shown(clinic)
        booked = Appointment.clinic_id == clinic_id if zone != clinic.zone else false()
        with told_what_falls_outside(session, booked, now, seen):
            _settle(session, clinic, name, address, zone, jurisdiction)
            with one_of_a_kind(NAME_TAKEN, field="name"):
                session.flush()
        after = _shown(clinic)
        record_change(session, actor, Action.CHANGE_CLINIC, clinic, now, before=before, after=after)
        keep_known_place(session, clinic, now)
        if (before["zone"], before["jurisdiction"]) == (clinic.zone, clinic.jurisdiction):
            return []
        because = f"{clinic.name} is now under {clinic.jurisdiction}, on {clinic.zone} time."
        return judge_anew_at(session, actor, clinic_id, because, f"clinic:{clinic_id}", now)


def locked_clinic(session: Session, actor: Actor, clinic_id: int) -> Clinic:
    subject = Subject(frozenset({clinic_id}))
    clinic = session.get(Clinic, clinic_id, with_for_update=True)
    if clinic is None:
        raise NotFound("There is no such record.", action=Action.CHANGE_CLINIC, subject=subject)
    require(actor, Action.CHANGE_CLINIC, subject)
    return clinic


def _settle(
    session: Session, clinic: Clinic, name: str, address: str, zone: str, jurisdiction: str
) -> None:
    with session.no_autoflush:
        clinic.name = typed_name(name, longest=LONGEST["name"])
        clinic.address = typed_text(
            address, field="address", longest=LONGEST["address"], needed=False
        )
        clinic.zone = checked_zone(zone)
        clinic.jurisdiction = checked_jurisdiction(jurisdiction)
        holder = session.scalar(select(Clinic.id).where(Clinic.name == clinic.name))
        if holder not in (None, clinic.id):
            raise BadInput(NAME_TAKEN, field="name")
        keep_offsets(session, clinic.zone)


def _shown(clinic: Clinic) -> dict[str, object]:
    fields = ("name", "address", "zone", "jurisdiction")
    return {field: getattr(clinic, field) for field in fields}


def record_change(
    session: Session,
    actor: Actor,
    action: str,
    clinic: Clinic,
    now: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"clinic:{clinic.id}",
        at=now,
        clinic_id=clinic.id,
        before=before,
        after=after,
    )
