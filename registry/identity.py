"""Who is asking, and did they mean to: the session behind every door."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect

from registry.adapters.clock import now
from registry.errors import NotSignedIn
from registry.queries.sign_ins import SignedIn, holder_of
from registry.rules.access import Actor

TOKEN = "_user_id"  # noqa: S105  where Flask-Login looks for it
LONGEST_ADDRESS = 60

login_manager = LoginManager()
csrf = CSRFProtect()


class Visitor(UserMixin):
    """Somebody signed in, for the length of one request."""

    def __init__(self, token: str, known: SignedIn) -> None:
        self.token = token
        self.known = known

    def get_id(self) -> str:
        return self.token


def register(app: Flask) -> None:
    # The server ends a session; the token in the form lives as long as the session does.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    login_manager.session_protection = None
    # Templates are told who is there by `shell`: a page about a broken database must ask nothing.
    login_manager.init_app(app, add_context_processor=False)
    csrf.init_app(app)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> Visitor | None:
    known = holder_of(token=token, now=now())
    return Visitor(token, known) if known else None


def let_in(token: str) -> None:
    """Give the browser its new token; whatever it carried before is gone."""
    session.clear()
    session[TOKEN] = token


def let_out() -> None:
    session.clear()


def visitor() -> Visitor | None:
    """None where a stranger asks."""
    return cast(Visitor, current_user) if current_user.is_authenticated else None


def actor() -> Actor:
    """Raises NotSignedIn."""
    if (who := visitor()) is None:
        raise NotSignedIn("Please sign in first.")
    return replace(who.known.actor, address=address())


def token() -> str:
    """Raises NotSignedIn."""
    if (who := visitor()) is None:
        raise NotSignedIn("Please sign in first.")
    return who.token


def address() -> str:
    return (request.remote_addr or "")[:LONGEST_ADDRESS]
