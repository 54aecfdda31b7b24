"""What second factors stand on: the address passkeys are made for, and the key that seals."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, current_app, jsonify

from registry.adapters.passkeys import House
from registry.adapters.sealing import Sealer
from registry.errors import NotInThatState, RegistryError, TooManyTries
from registry.services.second_step import Means

NO_HOUSE = "Passkeys need an address with a name, and this registry's is a number."


def means() -> Means:
    return Means(sealer(), house())


def sealer() -> Sealer:
    return Sealer(current_app.config["SECRET_KEY"])


def house() -> House | None:
    """None where passkeys cannot be."""
    return House.at(current_app.config["BASE_URL"])


def told_to_the_script(ask: Callable[[House], str]) -> Response:
    """What it asks the browser for a passkey, as JSON; a refusal is a sentence in JSON too."""
    try:
        if (where := house()) is None:
            raise NotInThatState(NO_HOUSE)
        return Response(ask(where), mimetype="application/json")
    except RegistryError as refusal:
        answer = jsonify(message=refusal.message)
        answer.status_code = refusal.status
        if isinstance(refusal, TooManyTries):
            answer.headers["Retry-After"] = str(refusal.seconds)
        return answer
