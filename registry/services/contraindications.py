"""Contra-indications: nobody is needled before what was noted of them was cleared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from registry.errors import Contraindicated, NotCleared, NotInThatState
from registry.models import NoteClearance, Patient, PatientNote, Practitioner, transaction
from registry.models.contraindications import is_on_record
from registry.rules.access import Action, Actor
from registry.rules.contraindications import (
    Clearance,
    Note,
    asking_sentence,
    forbidden_sentence,
    forbidding,
    uncleared,
)
from registry.rules.vocabulary import KEEPS_ITS_SLOT, Treatment
from registry.services.appointment_changes import Whose, appointment_to_change, record_change

NOTES = (
    select(PatientNote.id, PatientNote.word)
    .where(PatientNote.patient_id == bindparam("patient_id"), is_on_record())
    .order_by(PatientNote.id)
)
NEW_CLEARANCE = insert(NoteClearance.metadata.tables[NoteClearance.__tablename__])


class ToBeNeedled(Whose, Protocol):
    """A booking, or an appointment."""

    @property
    def patient_id(self) -> int: ...

    @property
    def treatment(self) -> Treatment: ...

    @property
    def sites(self) -> Sequence[str]: ...


def clear_notes(
    *,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    cleared: Collection[int],
    now: datetime,
) -> None:
    """
    The practitioner was asked about these notes, for this appointment as it was looked at.

    Raises NotCleared where another note is open still, also one made since; Contraindicated;
    Overtaken where it is another appointment by now, perhaps somebody else's.
    """
    with transaction() as session:
        old = appointment_to_change(session, actor, appointment_id, seen_version, Action.MARK_DONE)
        if old.state not in KEEPS_ITS_SLOT or old.treatment is not Treatment.NEEDLING:
            raise NotInThatState("There is nothing to clear: this is not to be needled any more.")
        refuse_uncleared(session, old, old.id, cleared)
        if not keep_clearances(session, actor, old.id, old, cleared, now):
            raise NotInThatState("There is nothing to clear any more.")


def notes_of(session: Session, patient_id: int) -> list[Note]:
    """What is on record of a patient now."""
    return [Note(*row) for row in session.execute(NOTES, {"patient_id": patient_id})]


def refuse_uncleared(
    session: Session,
    wanted: ToBeNeedled,
    appointment_id: int | None,
    cleared: Collection[int] = (),
) -> None:
    """
    Raises Contraindicated, or NotCleared with what is neither cleared on record nor `cleared` now.
    """
    notes = notes_of(session, wanted.patient_id)
    if barred := forbidding(notes):
        who = session.get_one(Patient, wanted.patient_id).name
        raise Contraindicated(
            f"{forbidden_sentence(who, barred)} Choose another treatment, or withdraw the note "
            "from the patient's record if it no longer holds."
        )
    left = [
        note for note in _open(session, notes, wanted, appointment_id) if note.id not in cleared
    ]
    if left:
        who = session.get_one(Patient, wanted.patient_id).name
        whom = session.get_one(Practitioner, wanted.practitioner_id).name
        raise NotCleared(asking_sentence(who, whom, left), tuple(left), whom)


def keep_clearances(
    session: Session,
    actor: Actor,
    appointment_id: int,
    wanted: ToBeNeedled,
    cleared: Collection[int],
    now: datetime,
) -> bool:
    """
    A row for each of these notes that was open, and the entry that tells of it; False if none was.

    The entry says how many: more people read the trail than may see the patient.
    """
    if not cleared or wanted.treatment is not Treatment.NEEDLING:
        return False
    notes = notes_of(session, wanted.patient_id)
    kept = [n for n in _open(session, notes, wanted, appointment_id) if n.id in cleared]
    if not kept:
        return False
    told = {
        "appointment_id": appointment_id,
        "practitioner_id": wanted.practitioner_id,
        "sites": sorted(wanted.sites),
        "recorded_by": actor.account_id,
        "recorded_by_name": actor.name,
        "recorded_at": now,
    }
    session.execute(NEW_CLEARANCE, [{**told, "note_id": note.id} for note in kept])
    after = {"notes_cleared": len(kept), "practitioner_id": wanted.practitioner_id}
    record_change(session, actor, "clear notes", appointment_id, None, after, wanted, now)
    return True


def _open(
    session: Session, notes: Sequence[Note], wanted: ToBeNeedled, appointment_id: int | None
) -> list[Note]:
    if not notes:
        return []
    made: list[Clearance] = []
    if appointment_id is not None:
        rows = session.scalars(
            select(NoteClearance).where(NoteClearance.appointment_id == appointment_id)
        )
        made = [row.clearance for row in rows]
    return uncleared(notes, made, wanted.practitioner_id, wanted.sites)
