"""A calendar program reads a feed: nobody signs in, the address is the key."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlsplit

from flask import Response, current_app, request

from registry.adapters.calendar_files import feed_file
from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor, address, visitor
from registry.queries.calendar_entries import FeedShown, feed_shown
from registry.queries.calendar_readings import FeedAsked, feed_asked
from registry.services.calendars import note_reading, note_refused_reading
from registry.services.sessions import stranger
from registry.web.calendars.routes import pages

#: Changed when the same entries are written differently, so that nobody keeps the old file.
EDITION = "1"


@pages.get("/<token>.ics")
def read(token: str) -> Response:
    """
    Raises NotFound alike for a token that never was, was withdrawn, or whose right is gone.

    What it raises names no right: the trail would keep the address, and the token in it.
    """
    moment, feed = now(), feed_asked(token=token)
    if feed is None:
        raise NotFound("There is no such record.")
    try:
        shown = feed_shown(feed, now=moment)
    except NotFound:
        who = actor() if visitor() is not None else stranger(address())
        note_refused_reading(actor=who, feed_id=feed.id, now=moment)
        raise
    note_reading(feed_id=feed.id, last_read_at=feed.last_read_at, now=moment)
    return _answer(feed, shown)


def _answer(feed: FeedAsked, shown: FeedShown) -> Response:
    """Written out only for whoever does not have it already."""
    answer = Response(mimetype="text/calendar")
    answer.set_etag(sha256(f"{EDITION} {feed.id} {shown!r}".encode()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="needling.ics"'
    if request.if_none_match.contains_weak(answer.get_etag()[0] or ""):
        answer.status_code = 304
        return answer
    base = current_app.config["BASE_URL"]
    house = urlsplit(base).hostname or "registry.invalid"
    answer.data = feed_file(shown.name, shown.entries, base, house)
    return answer
