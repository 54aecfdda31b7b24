"""Work in the background: does what was begun get on?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.models import (
    Activation,
    Adoption,
    AdoptionState,
    Phase,
    Repair,
    RepairPhase,
    WhatIf,
)

TOO_LONG = timedelta(minutes=10)
GOES_ON = "The worker goes on with it by itself: see the heartbeats."


def activations(session: Session) -> Iterator[str]:
    running = (
        select(Activation, Adoption.jurisdiction, Adoption.version, Adoption.state)
        .join(Adoption)
        .where(Activation.phase != Phase.DONE)
        .order_by(Activation.adoption_id)
    )
    for activation, jurisdiction, version, state in session.execute(running):
        given_up = "giving up of the " if state is AdoptionState.WITHDRAWN else ""
        what = f"The {given_up}activation of version {version} for {jurisdiction}"
        if activation.failed_with:
            yield f"{what} fails at {_far(activation)}: {activation.failed_with}"
        elif activation.moved_at < now() - TOO_LONG:
            yield (
                f"{what} stands still at {_far(activation)} "
                f"since {activation.moved_at:%Y-%m-%d %H:%M} UTC. {GOES_ON}"
            )


def what_ifs(session: Session) -> Iterator[str]:
    failed = select(WhatIf).where(WhatIf.answered_at.is_(None), WhatIf.failed_with != "")
    for asked in session.scalars(failed.order_by(WhatIf.id)):
        yield f"What-if {asked.id} fails at {_far(asked)}: {asked.failed_with}"


def repairs(session: Session) -> Iterator[str]:
    failed = select(Repair).where(Repair.phase != RepairPhase.ANSWERED, Repair.failed_with != "")
    for asked in session.scalars(failed.order_by(Repair.id)):
        yield f"Repair {asked.id} fails at “{asked.phase}”: {asked.failed_with}"


def _far(row: Activation | WhatIf) -> str:
    return f"{row.done} of {row.total}"
