"""The journal: is every change told of, nothing rewritten, no letter given up?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from registry.models import (
    Activation,
    ActivationGivenUp,
    Adoption,
    Appointment,
    AuditEntry,
    CredentialVersion,
    HouseRulesVersion,
    Letter,
    Verification,
)
from registry.models.appointments import GateRecord
from registry.rules.vocabulary import Outcome
from registry.services.outbox import GIVE_UP_AFTER

AT_A_TIME = 2000
ACTIVATED = ("activate requirement sets", "adopt requirement sets")


class Told(NamedTuple):
    """Changes counted by the number of their subject, and the actions that tell of them."""

    what: str
    number: Any
    subject: str
    actions: tuple[str, ...]


TOLD = (
    Told(
        "version of credential",
        CredentialVersion.credential_id,
        "credential",
        ("submit credential", "correct credential"),
    ),
    Told(
        "decision on credential",
        Verification.credential_id,
        "credential",
        tuple(f"{outcome} credential" for outcome in Outcome),
    ),
    Told("appointment", Appointment.id, "appointment", ("book appointment",)),
    Told(
        "adoption",
        Adoption.id,
        "adoption",
        ("propose requirement sets", "adopt requirement sets"),  # the latter in older records
    ),
    Told("activation", Activation.adoption_id, "adoption", ACTIVATED),
    Told("activation given up", ActivationGivenUp.adoption_id, "adoption", ("give up activation",)),
    Told(
        "record before needling of appointment",
        GateRecord.appointment_id,
        "appointment",
        ("record before needling",),
    ),
    Told("house rules of clinic", HouseRulesVersion.clinic_id, "clinic", ("change house rules",)),
)


def unrecorded_changes(session: Session) -> Iterator[str]:
    for told in TOLD:
        changes = (
            select(told.number.label("number"), func.count().label("count"))
            .group_by(told.number)
            .subquery()
        )
        entries = (
            select(AuditEntry.subject, func.count().label("count"))
            .where(AuditEntry.action.in_(told.actions))
            .group_by(AuditEntry.subject)
            .subquery()
        )
        subject = literal(f"{told.subject}:", String).concat(cast(changes.c.number, String))
        found = func.coalesce(entries.c.count, 0)
        for number, has, tells in session.execute(
            select(changes.c.number, changes.c.count, found)
            .join(entries, entries.c.subject == subject, isouter=True)
            .where(found < changes.c.count)
            .order_by(changes.c.number)
        ):
            yield (
                f"The audit trail does not tell of every {told.what} {number}: "
                f"{has} on record, {tells} told of."
            )


def audit_entries(session: Session) -> Iterator[str]:
    wanted = select(
        AuditEntry.id, AuditEntry.subject, AuditEntry.action, AuditEntry.body, AuditEntry.leaf
    ).order_by(AuditEntry.id)
    for entry in session.execute(wanted, execution_options={"yield_per": AT_A_TIME}):
        if sha256(b"\x00" + entry.body.encode()).hexdigest() != entry.leaf:
            yield f"Audit entry {entry.id} was changed: its hash is not that of its text."
        elif _says(entry.body) != (entry.subject, entry.action):
            yield f"Audit entry {entry.id} is filed under what its text does not say."


def letters(session: Session) -> Iterator[str]:
    for letter in session.execute(
        select(Letter.id, Letter.account_id, Letter.template, Letter.last_error)
        .where(Letter.sent_at.is_(None), Letter.tries >= GIVE_UP_AFTER)
        .order_by(Letter.id)
    ):
        reader = f" to account {letter.account_id}" if letter.account_id else ""
        yield (
            f"Letter {letter.id} ({letter.template}){reader} was given up: "
            f"{letter.last_error or 'no answer kept'}"
        )


def _says(body: str) -> tuple[object, object]:
    said = json.loads(body)
    return said["subject"], said["action"]
