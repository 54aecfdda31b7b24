"""Sentences about second factors: somebody has a passkey, an app, codes; and shows what it says."""

from __future__ import annotations

from datetime import datetime

from pyotp import TOTP

from registry.adapters.one_time_codes import new_secret
from registry.adapters.passkeys import House
from registry.adapters.sealing import Sealer
from registry.rules.access import Actor
from registry.services.authenticator_apps import seal_to_set_up, set_up_app
from registry.services.passkeys import add_passkey, ask_to_add_passkey
from registry.services.second_step import Means
from tests.authenticator import Device
from tests.given import NOW
from tests.web.visits import PASSWORD

SECRET_KEY = "a secret that only the tests know, and long enough"
SEALER = Sealer(SECRET_KEY)
HOUSE = House("registry.test", "http://registry.test")
MEANS = Means(SEALER, HOUSE)


class App:
    """An authenticator app."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, now: datetime) -> str:
        return TOTP(self.secret).at(now)


def with_app(actor: Actor, now: datetime = NOW, password: str = PASSWORD) -> tuple[App, list[str]]:
    """The app they set up, and the recovery codes they were given."""
    app = App(new_secret())
    sealed = seal_to_set_up(actor=actor, secret=app.secret, sealer=SEALER, now=now)
    codes = set_up_app(
        actor=actor,
        password=password,
        sealed=sealed,
        code=app.code(now),
        sealer=SEALER,
        now=now,
    )
    return app, codes


def with_passkey(
    actor: Actor, device: Device | None = None, name: str = "my telephone", now: datetime = NOW
) -> tuple[Device, list[str]]:
    """The device that holds it, and the recovery codes they were given."""
    device = device or Device(HOUSE.origin)
    asked = ask_to_add_passkey(actor=actor, password=PASSWORD, name=name, house=HOUSE, now=now)
    codes = add_passkey(actor=actor, answer=device.add(asked), name=name, house=HOUSE, now=now)
    return device, codes
