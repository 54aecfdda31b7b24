"""The appointment book: a clinic's day and week, booking, and what becomes of what is booked."""

from registry.web.schedule import (
    appointments,
    arrivals,
    board,
    booking,
    diary,
    drop,
    gates,
    hand_over,
    known,
    messages,
    patients,
    search,
    series,
    undoing,
    week_copies,
)
from registry.web.schedule.door import pages

__all__ = [
    "appointments",
    "arrivals",
    "board",
    "booking",
    "diary",
    "drop",
    "gates",
    "hand_over",
    "known",
    "messages",
    "pages",
    "patients",
    "search",
    "series",
    "undoing",
    "week_copies",
]
