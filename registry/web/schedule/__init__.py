"""The appointment book: a clinic's day and week, booking, and what becomes of what is booked."""

from registry.web.schedule import (
    appointments,
    arrivals,
    board,
    booking,
    diary,
    drop,
    gates,
    patients,
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
    "pages",
    "patients",
]
