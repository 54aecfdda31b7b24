"""Privilege letters of a practitioner: those that stand, and clinics where there could be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Account, Clinic, Practitioner, PrivilegeLetter, db
from registry.models.calendars import workplaces
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.letter_codes import sealed_about
from registry.rules.privilege_letters import LetterPart, parts_in


@dataclass(frozen=True, slots=True)
class LetterLine:
    """
    A letter that stands, or, without a number, a clinic where there could be one.

    `agreed_at` is None while it is only proposed. The code is sealed, and there for its
    practitioner alone.
    """

    clinic_id: int
    clinic: str
    zone: str
    works_there: bool
    may_propose: bool
    may_withdraw: bool = False
    id: int | None = None
    shows: tuple[LetterPart, ...] = ()
    made_by: str = ""
    made_at: datetime | None = None
    agreed_at: datetime | None = None
    version: int = 0
    code_sealed: str = ""
    sealed_about: str = ""


@dataclass(frozen=True, slots=True)
class LettersSeen:
    practitioner_id: int
    name: str
    own: bool
    lines: tuple[LetterLine, ...]

    def at(self, clinic_id: int) -> LetterLine:
        """What stands there, or where one could stand. Raises NotFound."""
        for line in self.lines:
            if line.clinic_id == clinic_id:
                return line
        raise NotFound("There is no such record.")


def letters_of(*, actor: Actor, practitioner_id: int, now: datetime) -> LettersSeen:
    """Those at the clinics of whoever asks; all of one's own. Raises NotFound, NotAllowed."""
    whose = db.session.get(Practitioner, practitioner_id)
    if whose is None:
        raise NotFound("There is no such record.")
    require(actor, Action.SEE_LETTERS, whose.as_subject())
    works = workplaces(db.session(), practitioner_id, now)
    standing = _standing(practitioner_id)
    rows = db.session.execute(
        select(Clinic.id, Clinic.name, Clinic.zone)
        .where(Clinic.id.in_({*works, *standing}))
        .order_by(Clinic.name, Clinic.id)
    )
    lines = (
        _line(actor, row.id, row.name, row.zone, row.id in works, whose.id, standing.get(row.id))
        for row in rows
        if may(actor, Action.SEE_LETTERS, Subject(frozenset({row.id}), practitioner_id))
    )
    return LettersSeen(whose.id, whose.name, actor.practitioner_id == whose.id, tuple(lines))


def letters_waiting(actor: Actor) -> int:
    """How many were proposed to them and wait for their word."""
    waiting = select(func.count()).where(
        PrivilegeLetter.practitioner_id == actor.practitioner_id,
        PrivilegeLetter.withdrawn_at.is_(None),
        PrivilegeLetter.agreed_at.is_(None),
    )
    return db.session.scalar(waiting) or 0


def _standing(practitioner_id: int) -> dict[int, tuple[PrivilegeLetter, str]]:
    """By its clinic, with the name of whoever made it."""
    rows = db.session.execute(
        select(PrivilegeLetter, Account.name)
        .join(Account, Account.id == PrivilegeLetter.made_by)
        .where(
            PrivilegeLetter.practitioner_id == practitioner_id,
            PrivilegeLetter.withdrawn_at.is_(None),
        )
    )
    return {letter.clinic_id: (letter, name) for letter, name in rows}


def _line(
    actor: Actor,
    clinic_id: int,
    clinic: str,
    zone: str,
    works_there: bool,
    practitioner_id: int,
    found: tuple[PrivilegeLetter, str] | None,
) -> LetterLine:
    subject = Subject(frozenset({clinic_id}), practitioner_id)
    proposes = works_there and found is None and may(actor, Action.PROPOSE_LETTER, subject)
    if found is None:
        return LetterLine(clinic_id, clinic, zone, works_there, proposes)
    letter, made_by = found
    own = may(actor, Action.AGREE_TO_LETTER, subject)
    return LetterLine(
        clinic_id,
        clinic,
        zone,
        works_there,
        proposes,
        may(actor, Action.WITHDRAW_LETTER, subject),
        id=letter.id,
        shows=parts_in(letter.shows),
        made_by=made_by,
        made_at=letter.made_at,
        agreed_at=letter.agreed_at,
        version=letter.version,
        code_sealed=(letter.code_sealed or "") if own else "",
        sealed_about=sealed_about(practitioner_id, clinic_id),
    )
