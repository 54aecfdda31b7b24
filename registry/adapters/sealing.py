"""Sealing: secrets that we must read again, kept so that the database alone does not give them."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"registry: sealing, 1"
MARKING = b"registry: marks, 1"
NONCE = 12


class Unsealable(ValueError):
    """Sealed with another key, for something else, or changed since."""


class Sealer:
    """AES-GCM under a key of its own, drawn from the secret that also signs forms and links."""

    def __init__(self, secret: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode())
        self._cipher = AESGCM(key)
        self._marks = HKDF(SHA256(), 32, salt=None, info=MARKING).derive(secret.encode())

    def seal(self, text: str, about: str) -> str:
        """Opens only where the same is said of what it is `about`."""
        nonce = token_bytes(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())
        return urlsafe_b64encode(sealed).decode()

    def mark(self, text: str, about: str) -> str:
        """
        Always the same for the same text, in 64 letters: what is too short for a bare fingerprint
        is found by it, and nobody without the secret can try texts until one fits.
        """
        return hmac.digest(self._marks, f"{about}\n{text}".encode(), "sha256").hex()

    def open(self, sealed: str, about: str) -> str:
        """Raises Unsealable."""
        try:
            raw = urlsafe_b64decode(sealed.encode())
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable("sealed with another key, or changed since") from error
