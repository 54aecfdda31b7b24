"""One's own way in and out: signing in, links from letters, the password, the sessions."""

from registry.web.account.routes import pages

__all__ = ["pages"]
