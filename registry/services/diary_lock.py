"""
One lock per practitioner, taken by whoever books them and whoever changes what is on record.

So a certificate cannot be revoked between the check and the booking, and two bookings cannot both
see an empty diary. Whoever changes the rules takes all: nobody may be judged by the old ones
meanwhile, not even who is only just being engaged where they apply. On PostgreSQL the rows stay
locked until commit; on SQLite the transaction already holds the one writer's seat.

A practitioner who is being put on record at that moment has no row yet that others could lock. So
whoever takes all also shuts the door by which newcomers come, and waits for those inside it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from registry.models import Clinic, Practitioner

LOCKED = (
    select(Practitioner.id)
    .where(Practitioner.id.in_(bindparam("ids", expanding=True)))
    .order_by(Practitioner.id)
    .with_for_update(key_share=True)
)
DOOR = 7_326_655  # its number among PostgreSQL's advisory locks; nothing else here takes one
SHUT = select(func.pg_advisory_xact_lock(DOOR))
HELD_OPEN = select(func.pg_advisory_xact_lock_shared(DOOR))
WHOLE_BOOK = select(Clinic.id).where(Clinic.id == bindparam("id")).with_for_update(key_share=True)
EVERY = select(Practitioner.id).order_by(Practitioner.id).with_for_update(key_share=True)


def lock_diaries(session: Session, practitioner_ids: Collection[int]) -> None:
    """In the order of their numbers, so that two who lock several never wait for each other."""
    session.execute(LOCKED, {"ids": sorted(set(practitioner_ids))}).all()


def lock_for_many(session: Session, practitioner_ids: Collection[int], clinic_id: int) -> None:
    """
    These diaries, then the clinic's book as a whole: one change of many appointments at a time.

    Two that touch no diary in common would still wait for each other's rooms and patients, each
    for one that the other took. Who changes a single appointment asks for nothing once they have
    written it, so they need not wait here.
    """
    lock_diaries(session, practitioner_ids)
    session.execute(WHOLE_BOOK, {"id": clinic_id}).all()


def lock_every_diary(session: Session) -> None:
    """Before any other lock: who books has a diary first, and a clinic's row after."""
    _at_the_door(session, SHUT)
    session.execute(EVERY).all()


def come_in(session: Session) -> None:
    """Before a practitioner is put on record. Newcomers do not wait for each other."""
    _at_the_door(session, HELD_OPEN)


def _at_the_door(session: Session, statement: Select[None]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(statement)
