"""Pages, one folder for each job somebody comes to do. Nothing here decides: services do."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from registry.web import (
    account,
    calendars,
    documents,
    formats,
    headers,
    health,
    my_credentials,
    oversight,
    privilege_letters,
    refusals,
    requirements,
    review,
    roster,
    schedule,
    setup,
    shell,
)

JOBS = (
    account,
    setup,
    my_credentials,
    review,
    documents,
    schedule,
    roster,
    oversight,
    requirements,
    calendars,
    privilege_letters,
)
LARGEST_NUMBER = 2**31 - 1


class RecordNumber(IntegerConverter):
    """`<int:...>` in an address; a number that no record can have leads nowhere."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_NUMBER, **kwargs})


def register(app: Flask) -> None:
    app.url_map.converters["int"] = RecordNumber
    if app.config.get("SESSION_COOKIE_SECURE"):
        # Behind HTTPS there is a proxy in front, which says who asks and how.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    for part in (formats, headers, refusals, shell):
        part.register(app)
    app.register_blueprint(health.checks)
    for job in JOBS:
        app.register_blueprint(job.pages)
