"""The appointment book: a clinic's day and week, booking, and what becomes of what is booked."""

from registry.web.schedule import (
    appointments,
    board,
    booking,
    diary,
    drop,
    gates,
    patients,
    search,
)
from registry.web.schedule.door import pages

__all__ = [
    "appointments",
    "board",
    "booking",
    "diary",
    "drop",
    "gates",
    "pages",
    "patients",
    "search",
]
