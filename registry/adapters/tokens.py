"""Secrets that a browser or a letter carries, and the fingerprint that is all we keep of them."""

from __future__ import annotations

import secrets
from hashlib import sha256


def new_token() -> str:
    """32 random bytes, in letters that a web address may hold."""
    return secrets.token_urlsafe(32)


def draw(bits: int) -> int:
    """A number of so many bits that nobody can foresee."""
    return secrets.randbits(bits)


def fingerprint(token: str) -> str:
    """SHA-256 in hex. Enough for what is random to begin with, and looked up by an index."""
    return sha256(token.encode(errors="replace")).hexdigest()
