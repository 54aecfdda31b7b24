"""Clinics and people: what must be on record before anybody can be booked."""

from registry.web.setup import (
    archiving,
    badge_issuers,
    clinics,
    engagements,
    house_rules,
    house_rules_draft,
    opening_hours,
    people,
    practitioners,
    provisional,
    reminders,
    room_fitness,
    rooms,
    second_factor,
    time_off,
    treatments,
    working_hours,
)
from registry.web.setup.routes import pages

__all__ = [
    "archiving",
    "badge_issuers",
    "clinics",
    "engagements",
    "house_rules",
    "house_rules_draft",
    "opening_hours",
    "pages",
    "people",
    "practitioners",
    "provisional",
    "reminders",
    "room_fitness",
    "rooms",
    "second_factor",
    "time_off",
    "treatments",
    "working_hours",
]
