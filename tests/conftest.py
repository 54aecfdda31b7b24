"""What every test stands on: an app on each database, a client, a browser. People: given.py."""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser, Page
from sqlalchemy import event

from config import Config
from registry import create_app
from registry.models.base import db
from tests.browser import DESKTOP, PHONE, chromium, complaints_of
from tests.databases import Postgresql, Sqlite
from tests.serving import serving

settings.register_profile("house", deadline=None)  # a busy machine fails nothing
settings.load_profile("house")
NEARBY = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104


def _stay_on_this_machine(happening: str, details: tuple[Any, ...]) -> None:
    """No test talks to the world: sockets are shut except on loopback."""
    if happening == "socket.connect" and isinstance(details[1], tuple):
        host = details[1][0]
    elif happening == "socket.getaddrinfo":
        host = details[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and not str(name).startswith(NEARBY):
        raise RuntimeError(f"a test tried to reach {name}")


sys.addaudithook(_stay_on_this_machine)


class Visitor(FlaskClient):
    """
    A client whose requests know nothing of the test around them, nor of one another.

    In the test's own app context they would share its `g` and its session, and so whoever signed
    in first would stay signed in for everybody.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return answer


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory) -> Iterator[Sqlite | Postgresql]:
    """`.url` is the application's, `.owner_url` the owner's, `.name` which of the two it is."""
    made = Sqlite(tmp_path_factory.mktemp("db")) if request.param == "sqlite" else Postgresql()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def registry_app(database, tmp_path_factory) -> Iterator[Flask]:
    """One app for each database, which its migrations built. Use `app`."""
    house = tmp_path_factory.mktemp("house")
    environment = {
        "REGISTRY_SECRET_KEY": "a secret that only the tests know, and long enough",
        "REGISTRY_DATABASE_URL": database.url,
        "REGISTRY_MIGRATION_DATABASE_URL": database.owner_url,
        "REGISTRY_DOCUMENTS": str(house / "documents"),
        "REGISTRY_MAIL": f"file:{house / 'mail'}",
        "REGISTRY_BASE_URL": "http://registry.test",
        "REGISTRY_HTTPS": "no",
    }
    settings = Config.from_environment(environment).for_flask()
    settings |= {"TESTING": True, "WTF_CSRF_ENABLED": False}
    # No worker runs beside the tests, whatever day they are on (tests/web/test_worker_late.py).
    settings |= {"LATE_AFTER": timedelta(days=10_000)}
    database.build(settings)
    app = create_app(settings)
    app.test_client_class = Visitor
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(registry_app, database) -> Iterator[Flask]:
    """The app, its context open, on an empty database. Tests may commit, and may use threads."""
    with registry_app.app_context():
        yield registry_app
        db.session.remove()
        db.engine.dispose()
    database.empty()
    for left in Path(registry_app.config["DOCUMENTS"]).parent.rglob("*"):
        if left.is_file():
            left.unlink()


@pytest.fixture
def client(app) -> FlaskClient:
    """Without CSRF tokens; ask for `csrf` as well to have them wanted."""
    return app.test_client()


@pytest.fixture
def csrf(app) -> Iterator[None]:
    """Forms need their token, as in production."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def statements(app) -> Iterator[list[str]]:
    """Every SQL statement sent, in order; `.clear()` it before what is to be counted."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def address(app) -> Iterator[str]:
    """Where the app answers real requests, from threads of its own."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def open_page(browser, address) -> Iterator[Callable[..., Page]]:
    """`open_page(size=PHONE, dark=True)`: a new visitor's page. If it complains, the test fails."""
    opened = []

    def open_page(*, size: tuple[int, int] = DESKTOP, dark: bool = False) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            service_workers="block",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        opened.append((context, complaints_of(page)))
        return page

    yield open_page
    for context, _ in opened:
        context.close()
    assert [said for _, complaints in opened for said in complaints] == []


@pytest.fixture
def page(open_page) -> Page:
    """A visitor at a desk; `page.goto("/")`."""
    return open_page()


@pytest.fixture
def phone(open_page) -> Page:
    """A visitor with a phone."""
    return open_page(size=PHONE)
