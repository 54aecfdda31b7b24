"""The requirement sets of each jurisdiction, and their adoption by somebody who answers for it."""

from registry.web.requirements import adopting, editing, proposals, reading
from registry.web.requirements.routes import pages

__all__ = ["adopting", "editing", "pages", "proposals", "reading"]
