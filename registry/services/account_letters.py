"""Letters about an account: what happened to it, told to its holder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint, new_token
from registry.models import Account
from registry.rules.access import Actor
from registry.rules.wording import day_in_words
from registry.services.outbox import promise_letter


def tell_holder(
    session: Session, account: Account, happened: str, actor: Actor, now: datetime, more: str = ""
) -> None:
    """A letter: whoever did not do it themselves learns of it where nobody can keep it back."""
    promise_letter(
        session,
        dedup_key=f"second factor:{fingerprint(new_token())[:40]}",
        to=account.email,
        template="second_factor",
        particulars={
            "name": account.name,
            "happened": happened,
            "more": more,
            "address": actor.address,
            "at": f"{day_in_words(now.date())}, {now:%H:%M} UTC",
            "path": "/account",
        },
        now=now,
        account_id=account.id,
    )
