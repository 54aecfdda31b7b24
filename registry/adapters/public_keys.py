"""Public keys as issuers hand them out: a JWK, a set of them, a did:key, a did:web document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from registry.adapters.signed_credentials import MOST_KEYS, PublicKey, strict_json
from registry.rules.badges import NotABadge

LONGEST = 20_000
SHORTEST_RSA = 2048  # bits
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class NoKeys(ValueError):
    """The sentence says what is wrong with what was pasted."""


def keys_in(text: str, issuer: str) -> list[PublicKey]:
    """
    Each with its name, in the order in which they stand. Raises NoKeys.

    `issuer`: a document of somebody else's keys is refused.
    """
    pasted = text.strip()
    if len(pasted) > LONGEST:
        raise NoKeys("This is longer than any list of keys.")
    if pasted.startswith("did:key:"):
        return [_of_did_key(pasted)]
    try:
        found = strict_json(pasted)
    except NotABadge as error:
        raise NoKeys(
            "Paste a key as JSON (JWK), a set of them, a did:web document, or a did:key."
        ) from error
    keys = list(_listed(found, issuer))
    if not keys or len(keys) > MOST_KEYS:
        raise NoKeys(f"There are {len(keys)} keys in this; 1 to {MOST_KEYS} are kept.")
    return keys


def _listed(found: Any, issuer: str) -> Iterator[PublicKey]:
    if not isinstance(found, dict):
        raise NoKeys("This is no key.")
    if isinstance(found.get("keys"), list):
        for each in found["keys"]:
            yield _of_jwk(each, "")
    elif isinstance(found.get("verificationMethod"), list):
        if found.get("id") != issuer:
            raise NoKeys("This document is not of the issuer named above.")
        for each in found["verificationMethod"]:
            yield _of_method(each)
    else:
        yield _of_jwk(found, "")


def _of_method(method: Any) -> PublicKey:
    if not isinstance(method, dict):
        raise NoKeys("A key in this document is damaged.")
    name = method["id"] if isinstance(method.get("id"), str) else ""
    multibase = method.get("publicKeyMultibase")
    if isinstance(multibase, str):
        return PublicKey(name[:200], _of_did_key(f"did:key:{multibase}").jwk)
    return _of_jwk(method.get("publicKeyJwk"), name)


def _of_did_key(did: str) -> PublicKey:
    from openbadgeslib.errors import LibOpenBadgesException  # noqa: PLC0415 - seldom wanted
    from openbadgeslib.ob3.did import resolve_did  # noqa: PLC0415

    plain = did.partition("#")[0]
    try:
        pem = resolve_did(plain, download=_never)
        return PublicKey(plain, _public_half(load_pem_public_key(pem)))
    except (LibOpenBadgesException, ValueError) as error:
        raise NoKeys("This did:key is damaged, or of a sort not used here.") from error


def _never(_address: str) -> bytes:
    raise NoKeys("Nothing is fetched for a key.")


def _of_jwk(jwk: Any, name: str) -> PublicKey:
    if not isinstance(jwk, dict):
        raise NoKeys("This is no key.")
    if PRIVATE & jwk.keys():
        raise NoKeys("This is a private key, which nobody else may ever see. Paste the public one.")
    try:
        key = jwt.PyJWK({part: jwk[part] for part in jwk if part not in ("alg", "use")}).key
        kept = _public_half(key)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise NoKeys("This key is damaged, or of a sort not used here.") from error
    said = name or jwk.get("kid")
    return PublicKey(said[:200] if isinstance(said, str) else "", kept)


def _public_half(key: Any) -> dict[str, Any]:
    """Nothing but what makes up the key. Raises NoKeys for sorts that are not used here."""
    match key:
        case ed25519.Ed25519PublicKey():
            found = json.loads(OKPAlgorithm.to_jwk(key))
        case ec.EllipticCurvePublicKey() if key.curve.name == "secp256r1":
            found = json.loads(ECAlgorithm.to_jwk(key))
        case rsa.RSAPublicKey() if key.key_size >= SHORTEST_RSA:
            found = json.loads(RSAAlgorithm.to_jwk(key))
        case _:
            raise NoKeys("Keys are Ed25519, P-256, or RSA of 2048 bits and more.")
    return {part: found[part] for part in ("kty", "crv", "x", "y", "n", "e") if part in found}
