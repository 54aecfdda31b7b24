"""The calendar file that a letter about an appointment brings along."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from registry.adapters.calendar_files import Invitation, invitation_to
from registry.rules.calendars import CalendarEntry, Standing
from registry.rules.diary import Slot
from registry.services.outbox import PromisedLetter


def invitation_with(
    promised: PromisedLetter, *, sender: str, address: str, house: str
) -> Invitation | None:
    """None for a letter about anything else. `sender` is whom it is from, `house` our host name."""
    known = promised.particulars
    if "calendar" not in known:
        return None
    kept = known["calendar"]
    entry = CalendarEntry(
        uid=kept["uid"],
        sequence=kept["sequence"],
        changed_at=datetime.fromisoformat(kept["changed_at"]),
        title=known["title"],
        place=", ".join(filter(None, (known["clinic"], known["address"]))),
        standing=Standing(kept["standing"]),
        when=Slot(
            datetime.fromisoformat(kept["starts_at"]), datetime.fromisoformat(kept["ends_at"])
        ),
        zone=kept["zone"],
        path=known["path"],
    )
    organiser = parseaddr(sender)[1] or sender
    return invitation_to(
        entry, guest=promised.to, organiser=organiser, address=address, house=house
    )
