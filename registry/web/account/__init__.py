"""One's own way in and out: signing in, links from letters, the password, the sessions."""

from registry.web.account import entrance, factors, links, mine, second_step
from registry.web.account.routes import pages

__all__ = ["entrance", "factors", "links", "mine", "pages", "second_step"]
