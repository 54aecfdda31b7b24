"""Doors: requests handed straight to an app, and a bare Flask app to compare with."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from registry.adapters.clock import now
from registry.adapters.tokens import fingerprint, new_token
from registry.models import Appointment, Practitioner, SignIn, db
from registry.services.sessions import LIFE
from tests.benchmarks.office import Office, as_row

RAW = "0" * 40  # what the session keeps of the form's token
ROWS = """<!doctype html><title>Rows</title><h1>Rows</h1><table>
{% for one in rows %}<tr><td>{{ one.id }}</td><td>{{ one.name }}</td>
<td>{{ one.profession }}</td></tr>{% endfor %}</table>"""
Answer = tuple[int, Mapping[str, str], bytes]


class Browser:
    """Somebody signed in at the desk. Requests are built beforehand: only answers are timed."""

    def __init__(self, office: Office) -> None:
        self.app = office.app
        token = new_token()
        with office.open():
            db.session.add(
                SignIn(
                    token_hash=fingerprint(token),
                    account_id=office.desk.account_id,
                    at=now(),
                    until=now() + LIFE,
                )
            )
            db.session.commit()
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer
        name = self.app.config["SESSION_COOKIE_NAME"]
        self.cookie = f"{name}={signer.dumps({'_user_id': token, 'csrf_token': RAW})}"
        secret = self.app.config["SECRET_KEY"]
        self.form_token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(RAW)

    def getting(
        self, path: str, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Callable[[], Answer]:
        return self._asking("GET", path, query, None, headers)

    def posting(self, path: str, query: Any, form: Mapping[str, Any]) -> Callable[[], Answer]:
        return self._asking("POST", path, query, {**form, "csrf_token": self.form_token})

    def _asking(
        self,
        method: str,
        path: str,
        query: Any,
        form: Any,
        headers: Mapping[str, str] | None = None,
    ) -> Callable[[], Answer]:
        told = {"Cookie": self.cookie, **(headers or {})}
        return asking(self.app, method, path, query, form, told)


def asking(
    app: Flask,
    method: str,
    path: str,
    query: Mapping[str, Any] | None = None,
    form: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Callable[[], Answer]:
    """A request that is ready to go; called, it is answered in a context of its own."""
    environ = EnvironBuilder(
        path,
        method=method,
        query_string=urlencode(query or {}, doseq=True),
        data=dict(form) if form is not None else None,
        headers=dict(headers or {}),
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    ).get_environ()

    def answer() -> Answer:
        body, status, told = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        return int(status.split()[0]), told, b"".join(body)

    return lambda: contextvars.Context().run(answer)


def answered(status: int, ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """So that no refusal is taken for a fast success."""

    def checked() -> Answer:
        given = ask()
        if given[0] != status:
            raise AssertionError(f"{given[0]} instead of {status}: {given[2][:3000].decode()}")
        return given

    return checked


def bare_app(office: Office) -> Flask:
    """No sign-in, no form, no rule: one page that inserts a row, one that shows fifty."""
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = office.app.config["SQLALCHEMY_DATABASE_URI"]
    db.init_app(app)
    waiting: list[dict[str, Any]] = []
    app.extensions["waiting"] = waiting
    drawn = app.jinja_env.from_string(ROWS)  # compiled once, as a template in a file would be

    @app.post("/insert")
    def insert() -> str:
        made = Appointment(**waiting.pop())
        assert request.form
        db.session.add(made)
        db.session.commit()
        return "ok"

    @app.get("/rows")
    def rows() -> str:
        wanted = select(Practitioner).order_by(Practitioner.name).limit(50)
        return drawn.render(rows=db.session.scalars(wanted).all())

    return app


def inserting(app: Flask, office: Office) -> Callable[[], Answer]:
    row = as_row(office.next_booking())
    app.extensions["waiting"].append(row)
    return answered(200, asking(app, "POST", "/insert", form={"any": "thing"}))
