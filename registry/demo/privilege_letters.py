"""Privilege letters in the demo: one handed out, one that waits, one withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy import select

from registry.adapters.sealing import Sealer
from registry.demo.house import House
from registry.models import PrivilegeLetter, db
from registry.rules.privilege_letters import LetterPart
from registry.services.privilege_letters import agree_to_letter, propose_letter, withdraw_letter

PROPOSED, AGREED, LOST, ANEW = -15, -14, -6, -5  # days from today
#: Who shows what at Harbour Clinic; Dana's first was photographed by somebody, and withdrawn.
LETTERS = (
    ("dana", tuple(LetterPart), AGREED),
    ("dana", tuple(LetterPart), ANEW),
)


def plan_privilege_letters(house: House) -> None:
    for key, shows, days in LETTERS:
        house.agenda.put(house.moment(days, "12:50"), partial(_agree, house, key, shows))
    house.agenda.put(house.moment(LOST, "18:05"), partial(_withdraw, house, "dana"))
    shows = (LetterPart.REGIONS, LetterPart.LICENCE)
    house.agenda.put(house.moment(PROPOSED, "09:20"), partial(_propose, house, "marcus", shows))


def _agree(house: House, key: str, shows: Collection[str], now: datetime) -> None:
    agree_to_letter(
        actor=house.actors[key],
        clinic_id=house.clinics["harbour"].id,
        shows=shows,
        agreed=True,
        seen_version=0,
        sealer=Sealer(current_app.config["SECRET_KEY"]),
        now=now,
    )


def _propose(house: House, key: str, shows: Collection[str], now: datetime) -> None:
    propose_letter(
        actor=house.actors["ruth"],
        practitioner_id=house.practitioners[key],
        clinic_id=house.clinics["harbour"].id,
        shows=shows,
        now=now,
    )


def _withdraw(house: House, key: str, now: datetime) -> None:
    number = db.session.scalars(
        select(PrivilegeLetter.id).where(
            PrivilegeLetter.practitioner_id == house.practitioners[key],
            PrivilegeLetter.withdrawn_at.is_(None),
        )
    ).one()
    withdraw_letter(actor=house.actors[key], letter_id=number, now=now)
