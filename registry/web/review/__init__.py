"""A manager's desk: checking what was entered against its source, and answering for it."""

from registry.web.review import standings
from registry.web.review.routes import pages

__all__ = ["pages", "standings"]
