from __future__ import annotations

import json

import pytest

from registry.adapters import passkeys
from registry.adapters.passkeys import BadAnswer, House
from tests.authenticator import Device

HOUSE = House("registry.test", "http://registry.test")


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("http://127.0.0.1:8000", House("localhost", "http://localhost:8000")),
        ("http://[::1]:8000", House("localhost", "http://localhost:8000")),
        ("https://Registry.Example:443", House("registry.example", "https://registry.example")),
        ("https://r.example/needles", House("r.example", "https://r.example")),
        ("http://localhost:80", House("localhost", "http://localhost")),
        ("https://192.168.1.4", None),
    ],
)
def test_passkeys_are_made_for_a_name_and_none_for_a_number(address, house):
    assert House.at(address) == house


def made():
    device = Device(HOUSE.origin)
    asked = passkeys.options_to_add(
        HOUSE, challenge=b"c" * 32, account_id=7, email="a@b.example", name="Ada", held=["AAAA"]
    )
    return device, device.add(asked)


def used(device):
    return device.use(passkeys.options_to_use(HOUSE, challenge=b"d" * 32))


def test_the_browser_is_asked_for_a_device_that_finds_it_by_itself_and_looks_who_holds_it():
    asked = passkeys.options_to_add(
        HOUSE, challenge=b"c", account_id=7, email="a@b.example", name="Ada", held=["AAAA"]
    )
    known = json.loads(asked)
    assert known["authenticatorSelection"]["residentKey"] == "required"
    assert known["authenticatorSelection"]["userVerification"] == "required"
    assert [each["id"] for each in known["excludeCredentials"]] == ["AAAA"]
    use = json.loads(passkeys.options_to_use(HOUSE, challenge=b"c"))
    assert use["userVerification"] == "required"


def test_what_a_device_made_signs_afterwards():
    device, answer = made()
    new = passkeys.checked_new(passkeys.taken_apart(answer), HOUSE)
    told = passkeys.taken_apart(used(device))
    assert told.credential_id == new.credential_id
    assert passkeys.checked_use(told, HOUSE, public_key=new.public_key, account_id=7) == 1
    with pytest.raises(BadAnswer):
        passkeys.checked_use(told, HOUSE, public_key=new.public_key, account_id=8)


NESTED = "[" * 9000 + "]" * 9000
NONSENSE = ("", "{", "null", "[]", "1", '"x"', NESTED, "x" * 100_000, '{"response": 1}', "\udc80")


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_a_bad_answer_and_no_fault(text):
    with pytest.raises(BadAnswer):
        passkeys.taken_apart(text)


ODD = (None, 1, [], {}, "", "é", "AAAA", NESTED[:200], "x" * 9000, {"a": {"b": []}}, True)


@pytest.mark.parametrize("odd", ODD)
def test_every_part_of_an_answer_may_be_odd(odd):
    device, answer = made()
    key = passkeys.checked_new(passkeys.taken_apart(answer), HOUSE).public_key
    for text, check in (
        (answer, lambda told: passkeys.checked_new(told, HOUSE)),
        (
            used(device),
            lambda told: passkeys.checked_use(told, HOUSE, public_key=key, account_id=7),
        ),
    ):
        for changed in _with_one_part(json.loads(text), odd):
            with pytest.raises(BadAnswer):
                check(passkeys.taken_apart(json.dumps(changed)))


def _with_one_part(told, odd):
    for name in ("id", "rawId", "type", "response"):
        yield told | {name: odd}
    for name in told["response"]:
        if name == "userHandle" and not odd:
            continue  # a device may leave it out
        yield told | {"response": told["response"] | {name: odd}}
