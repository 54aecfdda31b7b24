"""The requirement sets of each jurisdiction, and their adoption by somebody who answers for it."""

from registry.web.requirements import adopting, editing, further_sets, proposals, reading
from registry.web.requirements.routes import pages

__all__ = ["adopting", "editing", "further_sets", "pages", "proposals", "reading"]
