"""When a clinic reminds, and who wants no early letters of what lapses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.models import Account, transaction
from registry.rules.access import Actor
from registry.rules.reminders import bands_told
from registry.services.audit_trail import record
from registry.services.clinics import locked_clinic, record_change
from registry.services.sessions import own_account

CHANGED = "Somebody changed when reminders go while you looked at it. Look again."
BY_A_LINK = "followed the link in a letter"


def set_reminder_bands(
    *, actor: Actor, clinic_id: int, bands: str, seen: Sequence[int], now: datetime
) -> None:
    """
    `bands` as somebody types them: "90, 60, 30"; `seen`: those they were shown.

    What was promised stays so: a band that lies before it is not gone back to. Raises NotAllowed,
    NotFound, Overtaken, BadInput at `bands`.
    """
    with transaction() as session:
        clinic = locked_clinic(session, actor, clinic_id)
        if list(seen) != clinic.reminder_bands:
            raise Overtaken(CHANGED)
        try:
            wanted = list(bands_told(bands))
        except ValueError as error:
            raise BadInput(str(error), field="bands") from error
        before, clinic.reminder_bands = clinic.reminder_bands, wanted
        told = {"before": {"bands": before}, "after": {"bands": wanted}}
        record_change(session, actor, "change reminders", clinic, now, **told)


def choose_early_letters(*, actor: Actor, wanted: bool, now: datetime) -> None:
    """Whether a manager gets letters of what lapses in more than a week. The others always go."""
    with transaction() as session:
        account = session.get_one(Account, own_account(actor), with_for_update=True)
        _choose(session, actor, account, now, wanted=wanted)


def stop_early_letters(*, account_id: int, address: str, now: datetime) -> None:
    """
    By the link of a letter, which proves who asks; nobody is signed in. Twice does no more.

    Raises NotFound where the account is closed or never was.
    """
    with transaction() as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.closed_at is not None:
            raise NotFound("There is no such link.")
        if account.early_letters:
            reader = Actor(account.id, account.name, address=address)
            _choose(session, reader, account, now, wanted=False, reason=BY_A_LINK)


def _choose(
    session: Session,
    actor: Actor,
    account: Account,
    now: datetime,
    *,
    wanted: bool,
    reason: str = "",
) -> None:
    before, account.early_letters = account.early_letters, wanted
    record(
        session,
        actor=actor,
        action="choose early letters",
        subject=f"account:{account.id}",
        at=now,
        before={"early_letters": before},
        after={"early_letters": wanted},
        reason=reason,
    )
