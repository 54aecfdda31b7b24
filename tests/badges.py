"""Sentences about digital badges: an issuer who signs them, and status lists; one on record."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from registry.adapters.signed_credentials import PublicKey, sign_claims
from registry.models import Practitioner
from registry.rules.access import Actor
from registry.rules.status_lists import packed
from registry.rules.vocabulary import Role
from registry.services.badge_issuers import IssuerTerms, record_issuer
from registry.services.badges import bring_badge
from registry.services.status_lists import keep_status_list
from tests import given
from tests.given import NOW

COURSE = "Dry needling, lower quarter"
LIST = "https://school.example/status/1"


def b64(data: bytes | str | dict[str, Any]) -> str:
    """As the parts of a token are written."""
    data = json.dumps(data) if isinstance(data, dict) else data
    raw = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class School:
    """Somebody who gives courses and signs badges of them."""

    def __init__(self, identifier: str = "did:web:school.example", name: str = "Lakeside") -> None:
        self.identifier, self.name = identifier, name
        self.key = Ed25519PrivateKey.generate()
        self.kid = f"{identifier}#key-1"

    @property
    def private(self) -> bytes:
        return self.key.private_bytes_raw()

    @property
    def pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def jwk(self) -> dict[str, str]:
        x = b64(self.key.public_key().public_bytes_raw())
        return {"kty": "OKP", "crv": "Ed25519", "x": x}

    @property
    def keys(self) -> list[PublicKey]:
        return [PublicKey(self.kid, self.jwk)]

    @property
    def pasted(self) -> str:
        return json.dumps({"keys": [self.jwk | {"kid": self.kid}]})

    def claims(self, whom: str = "Dana Okafor", **known: Any) -> dict[str, Any]:
        """An ordinary badge, valid since a year, told to stand by a status list."""
        number = "urn:uuid:6f1d1c0e-0000-4000-8000-000000000001"
        since, until = NOW - timedelta(days=365), NOW + timedelta(days=365)
        named = {"type": "IdentityObject", "hashed": False, "identityHash": whom}
        told = {
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://evil.example/context"],
            "id": number,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": self.identifier, "type": ["Profile"], "name": self.name},
            "validFrom": since.isoformat(),
            "validUntil": until.isoformat(),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [named | {"identityType": "name"}],
                "achievement": {
                    "id": "urn:course:1",
                    "type": ["Achievement"],
                    "name": COURSE,
                    "description": "Sixty hours",
                    "criteria": {"narrative": "Both examinations passed"},
                },
            },
            "credentialStatus": {
                "id": f"{LIST}#7",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "7",
                "statusListCredential": LIST,
            },
            "iss": self.identifier,
            "jti": number,
            "nbf": int(since.timestamp()),
        }
        return {name: value for name, value in (told | known).items() if value is not None}

    def badge(self, whom: str = "Dana Okafor", **known: Any) -> str:
        return sign_claims(self.claims(whom, **known), self.private, self.kid)

    def status_list(
        self, *revoked: int, issued: datetime = NOW, address: str = LIST, **known: Any
    ) -> str:
        told = {
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.identifier,
            "validFrom": issued.isoformat(),
            "credentialSubject": {
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": packed(revoked),
            },
        }
        return sign_claims(told | known, self.private, self.kid)

    def terms(self, **known: Any) -> IssuerTerms:
        ordinary = dict(
            name=self.name,
            keys=self.pasted,
            accepted=True,
            counts=True,
            may_lack_status=False,
            reason="Keys compared by telephone.",
        )
        return IssuerTerms(**ordinary | known)


def administrator() -> Actor:
    return given.somebody(Role.ADMINISTRATOR)


def on_list(school: School, *revoked: int, **known: Any) -> int:
    """An administrator put it on record, with its status list of today."""
    by = administrator()
    terms = school.terms(**known)
    number = record_issuer(actor=by, identifier=school.identifier, terms=terms, now=NOW)
    keep_status_list(actor=by, issuer_id=number, text=school.status_list(*revoked), now=NOW)
    return number


def brought(who: Actor, whose: Practitioner, raw: str, *, now: datetime = NOW) -> int:
    """They brought it in; its number."""
    return bring_badge(actor=who, practitioner_id=whose.id, raw=raw, name="badge.jwt", now=now)
