"""Privilege letters: agree to one, hand it out, propose or withdraw one; check one by its code."""

from registry.web.privilege_letters import badges, checking, mine, proposing, published
from registry.web.privilege_letters.routes import pages

__all__ = ["badges", "checking", "mine", "pages", "proposing", "published"]
