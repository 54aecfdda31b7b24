"""A passkey device made of software, for tests: makes key pairs, and signs what a page asks it."""

from __future__ import annotations

import json
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, KEY_INSIDE = 1, 4, 64


class Device:
    """`counts` makes it number its signatures; `verifies` is whether it looks who holds it."""

    def __init__(self, origin: str, *, counts: bool = True, verifies: bool = True) -> None:
        self.origin = origin
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.counts, self.count = counts, 0
        self.key = generate_private_key(SECP256R1())
        self.id = token_bytes(32)
        self.handle = b""

    def add(self, options: str) -> str:
        """What a browser answers when a passkey is to be added."""
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        data = self._data(asked["rp"]["id"], self.flags | KEY_INSIDE)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._told(clientDataJSON=client, attestationObject=made)

    def use(self, options: str) -> str:
        """What a browser answers when a passkey is to be used."""
        asked = json.loads(options)
        self.count += self.counts
        data = self._data(asked["rpId"], self.flags)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        return self._told(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=self.handle,
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return bytes(encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y}))

    def _client(self, what: str, challenge: str) -> bytes:
        told = {"type": what, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _told(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.id)
        told: dict[str, Any] = {"id": name, "rawId": name, "type": "public-key"}
        told["response"] = {key: bytes_to_base64url(value) for key, value in response.items()}
        told["clientExtensionResults"] = {}
        return json.dumps(told)
