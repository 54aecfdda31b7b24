"""A process that books one slot after another and says so once each is acknowledged."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

from registry import create_app
from registry.rules.access import Actor, Grant
from registry.rules.diary import Slot
from registry.rules.vocabulary import Role, Treatment
from registry.services.booking_checks import Booking
from registry.services.scheduling import book_appointment
from tests import given


def main(settings: dict[str, object], scene: dict[str, int]) -> None:
    actor = Actor(scene["desk"], "Finn", (Grant(Role.FRONT_DESK, scene["clinic"]),))
    start = given.NOW + timedelta(days=1, minutes=10 * scene["from"])
    with create_app(dict(settings)).app_context():
        for number in range(2000):
            at = start + timedelta(minutes=10 * number)
            booking = Booking(
                clinic_id=scene["clinic"],
                room_id=scene["room"],
                practitioner_id=scene["practitioner"],
                patient_id=scene["patient"],
                treatment=Treatment.NEEDLING,
                sites=("thigh",),
                slot=Slot(at, at + timedelta(minutes=10)),
            )
            made = book_appointment(actor=actor, booking=booking, now=given.NOW)
            sys.stdout.write(f"{made}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
