"""Who may needle what at a clinic on a day, why not, and all there is on one practitioner."""

from registry.web.roster import as_known, sheet
from registry.web.roster.routes import pages

__all__ = ["as_known", "pages", "sheet"]
