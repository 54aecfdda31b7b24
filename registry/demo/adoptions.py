"""How the demo's administrator settles what no source answers, and adopts the sets."""

from __future__ import annotations

from datetime import datetime, timedelta

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.rules.access import Actor
from registry.rules.requirements import OpenQuestion
from registry.services.activations import activate_adoption
from registry.services.requirement_sets import propose_adoption
from registry.services.settling import items_of

DEMO_ONLY = "Said for the demo; before real use, ask the board and write down who answered."
NOTHING_ASKED = "Read as asking for nothing of the kind."
READINGS = {
    "US-GA": {
        "later_bill": "Read as not being law.",
        "proof_list": "A course's own certificate is accepted; other proofs are not.",
    },
    "CA-AB": {"programme": "Whoever verifies a certificate looks for all four parts."},
    "US-CA": {},
}
LOOK_AGAIN_IN = timedelta(days=365)
#: A bill moves faster than a rule: this one is due soon after the demo's adoption.
SOONER = {"later_bill": timedelta(days=50)}


def adopt_as_shipped(administrator: Actor, code: str, now: datetime) -> None:
    sets = load_jurisdictions()[code].sets
    proposed = propose_adoption(
        actor=administrator,
        jurisdiction=code,
        sets=sets,
        settled={item.code: _settled(code, item, now) for item in items_of(sets).values()},
        now=now,
    )
    activate_adoption(actor=administrator, adoption_id=proposed.id, now=now)


def _settled(jurisdiction: str, item: OpenQuestion, now: datetime) -> dict[str, str]:
    look_again = now + SOONER.get(item.code, LOOK_AGAIN_IN)
    return {
        "reading": READINGS[jurisdiction].get(item.code, NOTHING_ASKED),
        "why": DEMO_ONLY,
        "look_again_on": look_again.date().isoformat(),
    }
