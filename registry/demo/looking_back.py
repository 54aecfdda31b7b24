"""The demo's incident: a revoked certificate, and how far its manager has come with it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from registry.demo.house import House
from registry.models import Incident, db
from registry.rules.incidents import StepState, TreatmentFinding
from registry.services.incident_work import record_finding, settle_step

BEGUN_ON = (-1, "09:20")  # days from today, and the time: the day after it was learned
BY = "ruth"


def plan_looking_back(house: House) -> None:
    house.agenda.put(house.moment(*BEGUN_ON), partial(_begin, house))


def _begin(house: House, now: datetime) -> None:
    """The issuer was asked, and the first patient was told; the rest is still to be done."""
    incident = db.session.scalars(select(Incident).order_by(Incident.id)).first()
    if incident is None:
        return
    step, treatment = incident.steps[0], incident.treatments[0]
    by = house.actors[BY]
    settle_step(
        actor=by,
        step_id=step.id,
        state=StepState.DONE,
        note="The registrar confirmed by telephone that the certificate is forged.",
        seen_version=step.version,
        now=now,
    )
    record_finding(
        actor=by,
        treatment_id=treatment.id,
        finding=TreatmentFinding.TOLD,
        note="Told on the telephone; no complaints since the treatment.",
        seen_version=treatment.version,
        now=now,
    )
