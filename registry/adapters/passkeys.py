"""Passkeys: what a browser is asked to sign, and whether what it answers is a good signature."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

NAME = "Needling registry"
LONGEST_ANSWER = 20_000
LONGEST_ID = 1400
MILLISECONDS = 120_000
PLAIN_PORTS = {"http": 80, "https": 443}
VERIFIED = UserVerificationRequirement.REQUIRED


class BadAnswer(ValueError):
    """No good signature, or none at all: changed, made for another place, or nonsense."""


@dataclass(frozen=True, slots=True)
class House:
    """For whom passkeys are made: the name of our address, and where the page must have lain."""

    name: str
    origin: str

    @classmethod
    def at(cls, base_url: str) -> House | None:
        """None where passkeys cannot be: an address of numbers. One's own machine has a name."""
        parts = urlsplit(base_url)
        name = parts.hostname or ""
        if _is_number(name):
            if not ip_address(name).is_loopback:
                return None
            name = "localhost"
        port = "" if parts.port in (None, PLAIN_PORTS.get(parts.scheme)) else f":{parts.port}"
        return cls(name, f"{parts.scheme}://{name}{port}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent, taken apart but not believed yet."""

    told: dict[str, Any]
    credential_id: str
    challenge: bytes


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: str
    public_key: bytes
    sign_count: int


def options_to_add(
    house: House, *, challenge: bytes, account_id: int, email: str, name: str, held: Sequence[str]
) -> str:
    """As JSON. `held` are those the account has: no device is asked to hold two."""
    options = generate_registration_options(
        rp_id=house.name,
        rp_name=NAME,
        user_id=handle_of(account_id),
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=_described(held),
    )
    return options_to_json(options)


def options_to_use(house: House, *, challenge: bytes, held: Sequence[str] = ()) -> str:
    """As JSON. Without `held`, whichever passkey the visitor chooses."""
    options = generate_authentication_options(
        rp_id=house.name,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=_described(held),
        user_verification=VERIFIED,
    )
    return options_to_json(options)


def taken_apart(text: str) -> Answer:
    """Raises BadAnswer."""
    if len(text) > LONGEST_ANSWER:
        raise BadAnswer("longer than any passkey's answer")
    try:
        told = json.loads(text)
        client = parse_client_data_json(_bytes(told["response"]["clientDataJSON"]))
        credential_id = bytes_to_base64url(_bytes(told["id"]))
    except Exception as error:  # nested nonsense fails in every way there is
        raise BadAnswer("not the answer of a passkey") from error
    if not 0 < len(credential_id) <= LONGEST_ID or credential_id != told["id"]:
        raise BadAnswer("no such name of a passkey")
    return Answer(told, credential_id, client.challenge)


def checked_new(answer: Answer, house: House) -> NewPasskey:
    """Raises BadAnswer. That the challenge was ours is for the caller to know."""
    try:
        made = verify_registration_response(
            credential=answer.told,
            expected_challenge=answer.challenge,
            expected_rp_id=house.name,
            expected_origin=house.origin,
            require_user_verification=True,
        )
    except Exception as error:  # its parsers raise whatever they stumble over
        raise BadAnswer("not a good passkey") from error
    name = bytes_to_base64url(made.credential_id)
    if name != answer.credential_id:
        raise BadAnswer("made under another name")
    return NewPasskey(name, made.credential_public_key, made.sign_count)


def checked_use(answer: Answer, house: House, *, public_key: bytes, account_id: int) -> int:
    """
    The device's count of its signatures, for the caller to compare. Raises BadAnswer.

    That the challenge was ours is for the caller to know too.
    """
    try:
        used = verify_authentication_response(
            credential=answer.told,
            expected_challenge=answer.challenge,
            expected_rp_id=house.name,
            expected_origin=house.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = answer.told["response"].get("userHandle")
        holder = _bytes(handle) if handle else handle_of(account_id)
    except Exception as error:
        raise BadAnswer("not a good signature") from error
    if holder != handle_of(account_id):
        raise BadAnswer("somebody else's")
    return used.new_sign_count


def handle_of(account_id: int) -> bytes:
    """What a device knows an account by: always the same, and nothing about the person."""
    return sha256(f"registry account {account_id}".encode()).digest()


def _described(held: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in held]


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(f"{text}===".encode("ascii"))


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
