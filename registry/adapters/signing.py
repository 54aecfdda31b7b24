"""Signing: new Ed25519 keys, each named by its own thumbprint (RFC 7638)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def draw_key() -> tuple[bytes, dict[str, str], str]:
    """Its private half, its public half as a JWK, its name."""
    key = Ed25519PrivateKey.generate()
    x = urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": x}
    plain = json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()
    return key.private_bytes_raw(), jwk, sha256(plain).hexdigest()[:16]
