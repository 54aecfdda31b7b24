"""The blueprint of setting up; its pages lie in the modules beside it."""

from __future__ import annotations

from registry.web.pages import pages_for

pages = pages_for("setup", __name__)
