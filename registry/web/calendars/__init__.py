"""Take one's appointments along: calendar feeds, and letters with an appointment in them."""

from registry.web.calendars import early_letters, feeds, reading
from registry.web.calendars.routes import pages

__all__ = ["early_letters", "feeds", "pages", "reading"]
