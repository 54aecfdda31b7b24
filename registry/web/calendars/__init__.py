"""Take one's appointments along: calendar feeds, and letters with an appointment in them."""

from registry.web.calendars import feeds, reading
from registry.web.calendars.routes import pages

__all__ = ["feeds", "pages", "reading"]
