"""What is good once is good once, also where two show it at the same instant."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from registry.adapters.passkeys import House, taken_apart
from registry.errors import BadInput, NotFound, NotSignedIn
from registry.models import Account, ChallengePurpose, SignIn, db
from registry.queries.second_factors import factors_of
from registry.rules.vocabulary import Role
from registry.services.authenticator_apps import remove_app
from registry.services.challenges import take_challenge
from registry.services.own_password import change_password
from registry.services.passkey_use import ask_for_passkey
from registry.services.passkeys import add_passkey, ask_to_add_passkey, remove_passkey
from registry.services.second_factors import reset_second_factor
from registry.services.second_step import By
from tests import given
from tests.authenticator import Device
from tests.concurrency.together import together
from tests.factors import HOUSE, with_app, with_passkey
from tests.given import NOW
from tests.services.test_second_step import LATER, first_step, second
from tests.web.visits import PASSWORD, with_password


@pytest.fixture
def ada(app):
    who = given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    with_password(who)
    return who


def sign_ins():
    return db.session.scalar(select(func.count()).select_from(SignIn))


def both(app, tokens, by, typed):
    return together(app, *(lambda token=token: second(token, by, typed) for token in tokens))


@pytest.mark.parametrize("by", [By.APP, By.RECOVERY_CODE])
def test_one_code_signs_in_one_of_two(app, ada, by):
    shows, codes = with_app(ada)
    typed = shows.code(LATER) if by is By.APP else codes[0]
    tokens = [first_step(ada).token for _ in range(2)]
    outcomes = both(app, tokens, by, typed)
    assert sorted(type(each).__name__ for each in outcomes) == ["NotSignedIn", "str"]
    assert sign_ins() == 1


def test_one_step_is_finished_by_one_of_two(app, ada):
    _shows, codes = with_app(ada)
    token = first_step(ada).token
    outcomes = together(
        app,
        lambda: second(token, By.RECOVERY_CODE, codes[0]),
        lambda: second(token, By.RECOVERY_CODE, codes[1]),
    )
    refused = [each for each in outcomes if isinstance(each, NotFound | NotSignedIn)]
    assert len(refused) == 1
    assert sign_ins() == 1


def test_one_challenge_is_taken_by_one_of_many(app, ada):
    device, _codes = with_passkey(ada)
    told = taken_apart(device.use(ask_for_passkey(house=HOUSE, now=NOW)))

    def take():
        return take_challenge(told.challenge, ChallengePurpose.SIGN_IN, None, NOW)

    taken = [each is not None for each in together(app, *[take] * 4)]
    assert sorted(taken) == [False, False, False, True]


def test_two_who_remove_one_factor_each_do_not_leave_a_short_password_alone(app, ada):
    with_app(ada)
    with_passkey(ada)
    change_password(actor=ada, token="", old=PASSWORD, new="kale7moss", now=NOW)
    known = dict(actor=ada, token="", password="kale7moss", now=LATER)
    passkey_id = factors_of(ada).passkeys[0].id
    outcomes = together(
        app,
        lambda: remove_app(**known),
        lambda: remove_passkey(passkey_id=passkey_id, **known),
    )
    assert len([each for each in outcomes if isinstance(each, BadInput)]) == 1
    assert factors_of(ada).any


class Halted(House):
    """Whoever looks at it first, after the challenge was taken, is overtaken by a deed."""

    def __getattribute__(self, name):
        deeds = object.__getattribute__(self, "__dict__").get("deeds", [])
        while name in ("name", "origin") and deeds:
            deeds.pop()()
        return super().__getattribute__(name)


def test_a_passkey_in_flight_does_not_outlive_a_reset(app, ada):
    fay = given.somebody(Role.FRONT_DESK, given.clinic(adopted=False), name="Fay Desk")
    with_password(fay)
    with_app(fay)
    known = dict(actor=fay, name="x", now=LATER)
    asked = ask_to_add_passkey(password=PASSWORD, house=HOUSE, **known)
    halted = Halted(HOUSE.name, HOUSE.origin)
    told = dict(account_id=fay.account_id, reason="Seen.", password=PASSWORD, now=LATER)
    object.__setattr__(halted, "deeds", [lambda: reset_second_factor(actor=ada, **told)])
    with pytest.raises(BadInput, match="nothing was added"):
        add_passkey(answer=Device(HOUSE.origin).add(asked), house=halted, **known)
    assert not factors_of(fay).any
    assert db.session.get_one(Account, fay.account_id).password_hash is None
