"""The clinic that opens first where an address names none: whose work is most pressing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, union_all

from registry.models import Appointment, Credential, CredentialVersion, Engagement, db
from registry.rules.access import Actor
from registry.rules.vocabulary import AppointmentState, Role, VersionState


def opens_first(actor: Actor, by_name: Sequence[int], last_seen: int | None) -> int:
    """
    Of these clinics, at least one, in the order of their names: the one last looked at; else, for
    those who run several, where most is on hold or waits for a check; else the first.
    """
    if last_seen is not None and last_seen in by_name:
        return last_seen
    run = _among(by_name, actor.clinics(Role.MANAGER, Role.FRONT_DESK))
    if len(by_name) == 1 or not run:
        return by_name[0]
    pressing = _pressing(run, _among(by_name, actor.clinics(Role.MANAGER)))
    return max(by_name, key=lambda clinic_id: pressing[clinic_id])


def _among(by_name: Sequence[int], reached: frozenset[int] | None) -> list[int]:
    return [each for each in by_name if reached is None or each in reached]


def _pressing(run: Collection[int], manage: Collection[int]) -> Counter[int]:
    """How much there is of it at each, in one statement."""
    return Counter(db.session.scalars(union_all(_held(run), _waiting(manage))))


def _held(clinics: Collection[int]) -> Any:
    return select(Appointment.clinic_id, Appointment.id).where(
        Appointment.state == AppointmentState.HELD, Appointment.clinic_id.in_(clinics)
    )


def _waiting(clinics: Collection[int]) -> Any:
    """Once for each clinic where the practitioner works, however often they came there."""
    return (
        select(Engagement.clinic_id, CredentialVersion.id)
        .join(Credential, Credential.practitioner_id == Engagement.practitioner_id)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(CredentialVersion.state == VersionState.SUBMITTED, Engagement.clinic_id.in_(clinics))
        .distinct()
    )
