"""The blueprint of calendars; its pages lie in the modules beside it."""

from __future__ import annotations

from registry.web.pages import pages_for

pages = pages_for("calendars", __name__, open_to_strangers=("read", "stop"))
