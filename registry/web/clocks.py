"""On whose clock a page shows its moments that is about no clinic of its own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g

from registry.identity import actor
from registry.queries.clinics import ClinicName, clinics_of
from registry.web.shell import clinic_in_address, last_seen

NOBODYS = "UTC"


def clock_at_hand(clinics: Sequence[ClinicName] | None = None) -> str:
    """That of the clinic looked at, or of all of theirs if they share one; else UTC."""
    theirs = clinics_of(actor()) if clinics is None else clinics
    g.clinics_reached = theirs  # the menu shows the same
    zones = {clinic.id: clinic.zone for clinic in theirs}
    for known in (clinic_in_address(), last_seen()):
        if known in zones:
            return zones[known]
    shared = set(zones.values())
    return shared.pop() if len(shared) == 1 else NOBODYS
