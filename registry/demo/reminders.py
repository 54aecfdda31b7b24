"""Reminders in the demo: some nights were missed; somebody is on it, something was put off."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from registry.demo.house import House
from registry.models import Credential, CredentialVersion, db
from registry.models.reminded import seen_to
from registry.rules.vocabulary import CredentialKind, VersionState
from registry.services.reminder_answers import acknowledge_lapse, snooze_lapse
from registry.services.reminders import promise_reminders

#: Days from today on which reminders were looked through; on the others nothing ran.
NIGHTS = (-38, -30, -19, -15, -6, -2)
#: At harbour the licence of Marcus lapses in 12 days, at hill the cover of Aisha in 28.
PUT_OFF_UNTIL = 14


def plan_reminders(house: House) -> None:
    for days in NIGHTS:
        house.agenda.put(house.moment(days, "06:30"), _remind)
    house.agenda.put(house.moment(-4, "12:10"), partial(_on_it, house))
    house.agenda.put(house.moment(-1, "09:20", "hill"), partial(_put_off, house))
    house.agenda.put(house.now - timedelta(minutes=1), _remind)


def _remind(now: datetime) -> None:
    promise_reminders(now=now)


def _on_it(house: House, now: datetime) -> None:
    version = _lapsing(house, "marcus", CredentialKind.LICENCE)
    acknowledge_lapse(
        actor=house.actors["marcus"],
        credential_id=version.credential_id,
        version_id=version.id,
        seen=seen_to(db.session(), None, [version.id])[version.id].last,
        now=now,
    )


def _put_off(house: House, now: datetime) -> None:
    version, hill = _lapsing(house, "aisha", CredentialKind.INDEMNITY), house.clinics["hill"].id
    colin = house.actors["colin"]
    snooze_lapse(
        actor=colin,
        credential_id=version.credential_id,
        version_id=version.id,
        seen=seen_to(db.session(), hill, [version.id])[version.id].last,
        clinic_id=hill,
        owner_id=colin.account_id or 0,
        until=house.today("hill") + timedelta(days=PUT_OFF_UNTIL),
        now=now,
    )


def _lapsing(house: House, key: str, kind: CredentialKind) -> CredentialVersion:
    return db.session.scalars(
        select(CredentialVersion)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .where(
            Credential.practitioner_id == house.practitioners[key],
            Credential.kind == kind,
            CredentialVersion.state == VersionState.VERIFIED,
        )
    ).one()
