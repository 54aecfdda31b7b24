"""Clinics and people: what must be on record before anybody can be booked."""

from registry.web.setup import (
    archiving,
    clinics,
    engagements,
    house_rules,
    house_rules_draft,
    people,
    practitioners,
    room_fitness,
    rooms,
    second_factor,
    treatments,
)
from registry.web.setup.routes import pages

__all__ = [
    "archiving",
    "clinics",
    "engagements",
    "house_rules",
    "house_rules_draft",
    "pages",
    "people",
    "practitioners",
    "room_fitness",
    "rooms",
    "second_factor",
    "treatments",
]
