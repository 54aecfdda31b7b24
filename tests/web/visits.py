"""Coming through the door: a browser that is signed in, and one that is not."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from registry.adapters.clock import now
from registry.adapters.passwords import hash_password
from registry.adapters.tokens import fingerprint, new_token
from registry.models import Account, SignIn, db
from registry.rules.access import Actor
from registry.services.sessions import LIFE

PASSWORD = "four grey geese over marl"
#: Made once: each costs a tenth of a second.
HASHED = hash_password(PASSWORD)


def visit(app: Flask, actor: Actor) -> FlaskClient:
    """A browser of its own, in which this person has signed in."""
    token = new_token()
    moment = now()
    row = SignIn(
        token_hash=fingerprint(token), account_id=actor.account_id, at=moment, until=moment + LIFE
    )
    db.session.add(row)
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


def with_password(actor: Actor) -> Account:
    """The person's account, whose password is PASSWORD."""
    account = db.session.get_one(Account, actor.account_id)
    account.password_hash = HASHED
    db.session.commit()
    return account


def arrive(client: FlaskClient, path: str) -> Any:
    """Where the path leads in the end, each step a request of its own."""
    for _ in range(5):
        response = client.get(path)
        if response.status_code not in {301, 302, 303}:
            return response
        path = response.location
    raise AssertionError(f"{path} leads in circles")
