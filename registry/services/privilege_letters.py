"""Privilege letters are proposed, agreed to by whom they are of, changed and withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.sealing import Sealer
from registry.adapters.tokens import draw
from registry.errors import BadInput, NotFound, NotInThatState, Overtaken
from registry.leave import require
from registry.models import Practitioner, PrivilegeLetter, transaction
from registry.models.calendars import workplaces
from registry.rules.access import Action, Actor, Subject
from registry.rules.letter_codes import BITS, CODE, code_of, sealed_about
from registry.rules.privilege_letters import parts_in
from registry.services.audit_trail import record
from registry.services.sessions import own_account

NOT_AGREED = "Tick this if you agree. Without it nobody is shown anything."
SEEN_OTHERWISE = "This letter was changed since you looked at it. Look at it again."


def propose_letter(
    *, actor: Actor, practitioner_id: int, clinic_id: int, shows: Collection[str], now: datetime
) -> int:
    """
    It shows nothing to anybody until its practitioner agrees; returns its number.

    Raises NotFound, NotAllowed, BadInput at `shows`, and NotInThatState where one stands already
    or they do not work there.
    """
    with transaction() as session:
        subject = Subject(frozenset({clinic_id}), practitioner_id)
        require(actor, Action.PROPOSE_LETTER, subject)
        _working_there(session, practitioner_id, clinic_id, now)
        if _standing(session, practitioner_id, clinic_id) is not None:
            raise NotInThatState("They have a letter for this clinic, or one waits for their word.")
        letter = _made(session, actor, practitioner_id, clinic_id, shows, now)
        session.flush()
        _tell(session, actor, "propose a privilege letter", letter, now)
        return letter.id


def agree_to_letter(
    *,
    actor: Actor,
    clinic_id: int,
    shows: Collection[str],
    agreed: bool,
    seen_version: int,
    sealer: Sealer,
    now: datetime,
) -> int:
    """
    By whoever it is of, in person: from now on its code shows this, and nothing else.

    Makes a letter where there is none (`seen_version` 0), accepts what was proposed, or changes
    what is shown; a code stays as it is. Returns its number. Raises NotFound, BadInput at `shows`
    or `agreed`, Overtaken, and NotInThatState where they do not work there.
    """
    whose = actor.practitioner_id
    if whose is None:
        raise NotFound("You are not on record as a practitioner, so there is no letter of yours.")
    if not agreed:
        raise BadInput(NOT_AGREED, field="agreed")
    with transaction() as session:
        require(actor, Action.AGREE_TO_LETTER, Subject(frozenset({clinic_id}), whose))
        _working_there(session, whose, clinic_id, now)
        letter = _standing(session, whose, clinic_id)
        if (letter.version if letter else 0) != seen_version:
            raise Overtaken(SEEN_OTHERWISE)
        letter = letter or _made(session, actor, whose, clinic_id, (), now)
        before = {"shows": letter.shows} if letter.agreed_at else None
        letter.shows, letter.agreed_by, letter.agreed_at = _parts(shows), own_account(actor), now
        if letter.code_mark is None:
            _give_code(letter, sealer)
        session.flush()
        done = "change what a privilege letter shows" if before else "agree to a privilege letter"
        _tell(session, actor, done, letter, now, before)
        return letter.id


def withdraw_letter(*, actor: Actor, letter_id: int, now: datetime) -> PrivilegeLetter:
    """
    At once and for good: its code shows nothing any more. Also how a proposal is declined.

    Raises NotFound, NotAllowed, NotInThatState.
    """
    with transaction() as session:
        letter = session.get(PrivilegeLetter, letter_id, with_for_update=True)
        if letter is None:
            raise NotFound("There is no such record.")
        subject = Subject(frozenset({letter.clinic_id}), letter.practitioner_id)
        require(actor, Action.WITHDRAW_LETTER, subject)
        if letter.withdrawn_at is not None:
            raise NotInThatState("This letter is withdrawn already.")
        letter.withdrawn_by, letter.withdrawn_at = own_account(actor), now
        letter.code_sealed = None  # nobody needs to be shown it again
        _tell(session, actor, "withdraw a privilege letter", letter, now, {"shows": letter.shows})
        return letter


def _working_there(
    session: Session, practitioner_id: int, clinic_id: int, now: datetime
) -> Practitioner:
    """Locked, so that two letters are not made at once."""
    whose = session.get(Practitioner, practitioner_id, with_for_update=True)
    if whose is None:
        raise NotFound("There is no such record.")
    if clinic_id not in workplaces(session, practitioner_id, now):
        raise NotInThatState("They do not work at this clinic, so a letter would say nothing.")
    return whose


def _standing(session: Session, practitioner_id: int, clinic_id: int) -> PrivilegeLetter | None:
    return session.scalar(
        select(PrivilegeLetter)
        .where(
            PrivilegeLetter.practitioner_id == practitioner_id,
            PrivilegeLetter.clinic_id == clinic_id,
            PrivilegeLetter.withdrawn_at.is_(None),
        )
        .with_for_update()
    )


def _made(
    session: Session,
    actor: Actor,
    practitioner_id: int,
    clinic_id: int,
    shows: Collection[str],
    now: datetime,
) -> PrivilegeLetter:
    letter = PrivilegeLetter(
        practitioner_id=practitioner_id,
        clinic_id=clinic_id,
        shows=_parts(shows),
        made_by=own_account(actor),
        made_at=now,
    )
    session.add(letter)
    return letter


def _parts(shows: Collection[str]) -> list[str]:
    try:
        return [part.value for part in parts_in(shows)]
    except ValueError as error:
        raise BadInput("Choose from the list.", field="shows") from error


def _give_code(letter: PrivilegeLetter, sealer: Sealer) -> None:
    code = code_of(draw(BITS))
    letter.code_mark = sealer.mark(code, CODE)
    letter.code_sealed = sealer.seal(code, sealed_about(letter.practitioner_id, letter.clinic_id))


def _tell(
    session: Session,
    actor: Actor,
    action: str,
    letter: PrivilegeLetter,
    now: datetime,
    before: dict[str, list[str]] | None = None,
) -> None:
    """The code is on no trail: more people read that than may show the letter."""
    record(
        session,
        actor=actor,
        action=action,
        subject=f"privilege_letter:{letter.id}",
        at=now,
        clinic_id=letter.clinic_id,
        practitioner_id=letter.practitioner_id,
        before=before,
        after=None if letter.withdrawn_at else {"shows": letter.shows},
    )
