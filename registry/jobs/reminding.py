"""How a reader stops the early reminders: the link in a letter, and the headers for programs."""

from __future__ import annotations

from flask import current_app

from registry.adapters.sealing import Sealer
from registry.adapters.stop_links import stop_token
from registry.services.outbox import PromisedLetter


def stop_link(promised: PromisedLetter, base_url: str) -> str | None:
    """Only of a letter that may lawfully be stopped, which says whose it is."""
    account_id = promised.particulars.get("may_stop")
    if account_id is None:
        return None
    sealer = Sealer(current_app.config["SECRET_KEY"])
    return f"{base_url.rstrip('/')}/calendars/letters/stop/{stop_token(sealer, account_id)}"


def stop_headers(link: str | None) -> dict[str, str]:
    """RFC 2369 and, for one press in a mail program, RFC 8058."""
    if link is None:
        return {}
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
