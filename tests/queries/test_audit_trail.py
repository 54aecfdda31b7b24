"""The trail tells each clinic what is done there, and what is done to the people who work there."""

from __future__ import annotations

import pytest

from registry.models import Engagement, db
from registry.queries.audit_trail import Wanted, trail
from registry.rules.vocabulary import Role
from registry.services.practitioners import change_name
from tests import given


@pytest.mark.parametrize("asked", [None, "the clinic"])
def test_what_is_done_to_somebody_who_works_at_two_clinics_is_told_at_both(app, asked):
    harbour, hill = given.clinic(), given.clinic("Hill Clinic", adopted=False)
    dana = given.practitioner(at=harbour)
    db.session.add(
        Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.date(2027, 1, 1))
    )
    db.session.commit()
    here, there = (given.somebody(Role.MANAGER, each) for each in (harbour, hill))
    change_name(actor=here, practitioner_id=dana.id, name="Dana Okafor-Lee", now=given.NOW)
    for manager, clinic in ((here, harbour), (there, hill)):
        wanted = Wanted(clinic_id=clinic.id if asked else None)
        told = trail(manager, wanted=wanted, zone="UTC").entries
        assert [entry.practitioner for entry in told] == ["Dana Okafor-Lee"]
