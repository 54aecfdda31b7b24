"""Privilege letters: agree to one, hand it out, propose or withdraw one; check one by its code."""

from registry.web.privilege_letters import checking, mine, proposing
from registry.web.privilege_letters.routes import pages

__all__ = ["checking", "mine", "pages", "proposing"]
