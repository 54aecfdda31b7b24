"""What I hold, what I may needle because of it, and what I still lack."""

from registry.web.my_credentials import badges, papers, transfers, what_it_takes
from registry.web.my_credentials.routes import pages

__all__ = ["badges", "pages", "papers", "transfers", "what_it_takes"]
