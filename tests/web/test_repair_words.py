"""A repair in words: why one is done otherwise than by hand, where both name the same person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from registry.queries.repair_page import Proposal, RepairLine
from registry.rules.repair_answers import Placement, Why
from registry.web.oversight.repair_words import why_otherwise

ZONE = ZoneInfo("America/New_York")
AT = datetime(2027, 3, 2, 14, 0, tzinfo=UTC)


def proposal(number=1, who="Ana Ruiz", room="Room 1", starts_at=AT):
    placement = Placement(number, 1, 0, 0, kept=True, known=False, own=False, days=0)
    return Proposal(number, who, room, starts_at, placement)


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        (proposal(2, "Bo Lind"), "it would go to Bo Lind; so the work is shared more evenly."),
        (
            proposal(starts_at=AT + timedelta(hours=1)),
            "it would be on Tue 2 March 2027, 10:00; that is as good.",
        ),
        (proposal(room="Room 2"), "it would be in Room 2; that is as good."),
    ],
)
def test_what_both_ways_give_to_the_same_person_is_not_said_to_be_shared(plain, said):
    line = RepairLine(None, True, proposal(), plain, Why.EVEN, None, None, ())
    assert why_otherwise(line, ZONE) == f"Done by hand, soonest first, {said}"
