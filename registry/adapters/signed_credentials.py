"""Signed credentials (JWT): opened with suspicion, checked by keys on record, and signed by us."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.rules.badge_findings import Signature
from registry.rules.badges import NotABadge

MOST_LETTERS = 256 * 1024  # of a badge; a status list may be longer
DEEPEST = 40
MOST_KEYS = 20
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
ENVELOPES = ("data:application/vc+jwt,", "data:application/vc+ld+json+jwt,")
#: The one way in which each sort of key signs: what the token says of it decides nothing.
ALGORITHMS = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256", ("RSA", ""): "RS256"}
Jwk = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """What came in. `token` is empty where it is signed in another way than as a JWT."""

    raw: str
    claims: Mapping[str, Any]
    token: str = ""
    algorithm: str = ""
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """As kept on record: its name, and a JWK of its public half."""

    name: str
    jwk: Jwk

    @property
    def algorithm(self) -> str | None:
        return ALGORITHMS.get((str(self.jwk.get("kty")), str(self.jwk.get("crv", ""))))


def open_credential(raw: str, most: int = MOST_LETTERS) -> Opened:
    """
    Read, and nothing believed. No address in it is ever asked for anything.

    Takes a compact token, a document that wraps one (EnvelopedVerifiableCredential), or one with
    a proof inside, which is only read. Raises NotABadge.
    """
    text = raw.strip().removeprefix("\ufeff")
    if len(text) > most:
        raise NotABadge("This is larger than any badge.")
    if COMPACT.fullmatch(text):
        return _opened(text, most)
    if not text.startswith("{"):
        raise NotABadge("This is no digital badge: neither a signed token (JWT) nor JSON.")
    document = strict_json(text)
    if not isinstance(document, dict):
        raise NotABadge("This is no digital badge.")
    wrapped = document.get("id")
    for envelope in ENVELOPES:
        if isinstance(wrapped, str) and wrapped.startswith(envelope):
            token = wrapped.removeprefix(envelope)
            if COMPACT.fullmatch(token):
                return _opened(token, most)
    return Opened(text, document)


def _opened(token: str, most: int) -> Opened:
    head, body, _ = token.split(".")
    header, claims = (strict_json(_plain(part)) for part in (head, body))
    if not isinstance(header, dict) or not isinstance(claims, dict) or len(token) > most:
        raise NotABadge("This token is damaged.")
    if "crit" in header or "b64" in header:
        raise NotABadge("This token asks for something that is not done here.")
    named, way = header.get("kid"), header.get("alg")
    return Opened(
        token,
        claims,
        token,
        way if isinstance(way, str) else "",
        named if isinstance(named, str) else "",
    )


def signature_of(opened: Opened, keys: Iterable[PublicKey]) -> Signature:
    """
    Whether one of these keys made it.

    A key in the token's own header, or an address there, is never looked at; the name of a key
    only chooses among those on record. A key is used in the one way that its sort signs.
    """
    known = list(keys)[:MOST_KEYS]
    if not opened.token:
        return Signature.OTHER_WAY
    if not known:
        return Signature.NO_KEYS
    named = [key for key in known if opened.key_id and _is_called(key.name, opened.key_id)]
    fitting = [key for key in named or known if key.algorithm == opened.algorithm]
    if any(_made(opened.token, key) for key in fitting):
        return Signature.GOOD
    return Signature.WRONG if named and fitting else Signature.OTHER_KEY


def _is_called(name: str, wanted: str) -> bool:
    """did:web:a.example#key-1 and key-1 are one name, for all of them are of one issuer."""
    return name == wanted or name.rpartition("#")[2] == wanted.rpartition("#")[2]


def _made(token: str, key: PublicKey) -> bool:
    algorithm = key.algorithm
    if algorithm is None:
        return False
    try:
        public = jwt.PyJWK(dict(key.jwk), algorithm=algorithm)
        jwt.PyJWS(algorithms=[algorithm]).decode(token, public.key, algorithms=[algorithm])
    except (jwt.PyJWTError, ValueError, TypeError):
        return False
    return True


def sign_claims(claims: Mapping[str, Any], private: bytes, key_id: str) -> str:
    """A compact token; `private` are the 32 bytes of an Ed25519 key."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    body = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"typ": "JWT", "kid": key_id}
    return jwt.PyJWS().encode(body, key, algorithm="EdDSA", headers=headers)


def _plain(part: str) -> str:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except ValueError as error:
        raise NotABadge("This token is damaged.") from error


def strict_json(text: str) -> Any:
    """
    JSON as its standard has it: not too deep, no name twice, no number without end, no half
    characters. Raises NotABadge.
    """
    if _depth(text) > DEEPEST:
        raise NotABadge("This is nested deeper than any badge.")
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotABadge("This is no JSON, or damaged.") from error
    return value


def _depth(text: str) -> int:
    """An upper bound, without parsing: brackets inside of strings count along."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError("a number without end")
    return number
