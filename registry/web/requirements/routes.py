"""The blueprint of the requirement sets; its pages lie in the modules beside it."""

from __future__ import annotations

from registry.identity import visitor
from registry.web.clocks import clock_at_hand
from registry.web.pages import pages_for

pages = pages_for("requirements", __name__)


@pages.context_processor
def on_whose_clock() -> dict[str, str]:
    """Moments read alike on every page of this door."""
    return {"clock": clock_at_hand()} if visitor() else {}
