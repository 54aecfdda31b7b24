"""Drafts to patients: plain words with day, time and clinic, and nothing of anybody's health."""

from __future__ import annotations

from registry.rules.vocabulary import AppointmentState

#: Of these a patient may be written to, as long as they lie ahead.
MAY_BE_TOLD = (AppointmentState.HELD, AppointmentState.CONFIRMED, AppointmentState.CANCELLED)
LONGEST_MESSAGE = 1500

_OPENINGS = {
    AppointmentState.HELD: (
        "we have to arrange your appointment of {when} anew, and would like to find with you "
        "what suits you. Until then the time is kept for you."
    ),
    AppointmentState.CONFIRMED: "your appointment was arranged anew. It is on {when}.",
    AppointmentState.CANCELLED: (
        "your appointment of {when} cannot take place. We are sorry, and would like to find "
        "another time with you."
    ),
}


def draft_of(state: AppointmentState, when: str, clinic: str, address: str) -> str:
    """
    To be read and changed by somebody before it goes anywhere.

    Neither what is treated, nor with whom, nor why: the reason may be a practitioner's trouble.
    """
    about = _OPENINGS[state].format(when=when)
    where = f"{clinic}, {address}" if address else clinic
    return f"Hello,\n\n{about}\n\nPlease ring us, or tell us when we may ring you.\n\n{where}"
