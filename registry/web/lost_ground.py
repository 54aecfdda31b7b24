"""What a change did to the appointment book, in words."""

from __future__ import annotations

from datetime import datetime

from registry.identity import actor
from registry.queries.restored import restored_by
from registry.rules.wording import count
from registry.services.holds import LostGround


def what_it_did(lost: list[LostGround], since: datetime) -> str:
    """What went on hold, and what stands again by what they did from that moment on."""
    back = restored_by(actor(), since)
    again = f"{count(back, 'appointment')} on hold restored." if back else ""
    return f"{what_went_on_hold(lost)} {again}".strip()


def what_went_on_hold(lost: list[LostGround]) -> str:
    """Empty where nothing did."""
    held = sum(not one.begun for one in lost)
    begun = len(lost) - held
    said = [f"{count(held, 'appointment')} put on hold"] if held else []
    said += [f"{count(begun, 'appointment')} already begun, listed for look-back"] if begun else []
    return f"{'; '.join(said)}." if said else ""
