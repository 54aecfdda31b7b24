"""The app behind a real port of this machine, for browsers and for crowds of clients."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Impatient(WSGIRequestHandler):
    """A browser may open a connection and never ask anything on it."""

    timeout = 5


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address it answers at, until the end of the `with`. Forms need their CSRF token there."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Impatient)
    server.daemon_threads = False  # so that closing it waits for whoever is still answered
    address = f"http://127.0.0.1:{server.port}"
    before = {name: app.config.get(name) for name in ("BASE_URL", "WTF_CSRF_ENABLED")}
    app.config.update(BASE_URL=address, WTF_CSRF_ENABLED=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
        app.config.update(before)
