"""Treatment types: put on offer, changed, and closed from a day on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import TreatmentType, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.diary import LONGEST, MOST_AROUND
from registry.rules.vocabulary import Treatment
from registry.services.audit_trail import record
from registry.services.typed import one_of_a_kind, typed_name, typed_text

LONGEST_NAME, LONGEST_NOTE = 80, 300
NAME_TAKEN = "There is a treatment of this name already."
SHORTEST_MINUTES, LONGEST_MINUTES = 5, int(LONGEST.total_seconds()) // 60
MOST_MINUTES_AROUND = int(MOST_AROUND.total_seconds()) // 60
SHOWN = ("name", "kind", "minutes", "preparation", "clean_up", "note", "closed_from")


class Terms(NamedTuple):
    """What may be changed of a type: its name, its lengths in minutes, a note for the desk."""

    name: str
    minutes: int
    preparation: int = 0
    clean_up: int = 0
    note: str = ""


def add_treatment(*, actor: Actor, kind: Treatment, terms: Terms, now: datetime) -> int:
    """Returns its number. Raises NotAllowed, BadInput at the field."""
    with transaction() as session:
        require(actor, Action.CHANGE_TREATMENTS, Subject())
        made = TreatmentType(kind=kind)
        _settle(session, made, terms)
        session.add(made)
        with one_of_a_kind(NAME_TAKEN, field="name"):
            session.flush()
        _record(session, actor, "add treatment", made, None, now)
        return made.id


def change_treatment(
    *,
    actor: Actor,
    type_id: int,
    seen_version: int,
    terms: Terms,
    closed_from: date | None,
    now: datetime,
) -> None:
    """
    What is booked keeps its length and the time around it; its kind never changes.

    `closed_from` is the first day on which it is no longer booked. Raises NotAllowed, NotFound,
    Overtaken, BadInput at the field.
    """
    with transaction() as session:
        require(actor, Action.CHANGE_TREATMENTS, Subject())
        found = session.get(TreatmentType, type_id, with_for_update=True)
        if found is None:
            raise NotFound("There is no such record.")
        if found.version != seen_version:
            raise Overtaken("Somebody changed this treatment while you looked at it. Look again.")
        before = _shown(found)
        if closed_from != found.closed_from:
            _refuse_the_past(closed_from, now)
        found.closed_from = closed_from
        _settle(session, found, terms)
        with one_of_a_kind(NAME_TAKEN, field="name"):
            session.flush()
        _record(session, actor, "change treatment", found, before, now)


def _settle(session: Session, one: TreatmentType, terms: Terms) -> None:
    with session.no_autoflush:
        one.name = typed_name(terms.name, longest=LONGEST_NAME)
        one.note = typed_text(terms.note, field="note", longest=LONGEST_NOTE, needed=False)
        one.minutes = _within(terms.minutes, "minutes", SHORTEST_MINUTES, LONGEST_MINUTES)
        one.preparation = _within(terms.preparation, "preparation", 0, MOST_MINUTES_AROUND)
        one.clean_up = _within(terms.clean_up, "clean_up", 0, MOST_MINUTES_AROUND)
        holder = session.scalar(select(TreatmentType.id).where(TreatmentType.name == one.name))
    if holder not in (None, one.id):
        raise BadInput(NAME_TAKEN, field="name")


def _within(minutes: int, field: str, least: int, most: int) -> int:
    if not least <= minutes <= most:
        raise BadInput(f"Choose {least} to {most} minutes.", field=field)
    return minutes


def _refuse_the_past(closed_from: date | None, now: datetime) -> None:
    """Clinics lie in many zones: a day that has passed in all of them."""
    if closed_from is not None and closed_from < now.astimezone(UTC).date():
        raise BadInput("Choose today or a later day.", field="closed_from")


def _shown(one: TreatmentType) -> dict[str, object]:
    return {name: getattr(one, name) for name in SHOWN}


def _record(
    session: Session,
    actor: Actor,
    action: str,
    one: TreatmentType,
    before: dict[str, object] | None,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"treatment:{one.id}",
        at=now,
        before=before,
        after=_shown(one),
    )
