"""Status lists (W3C Bitstring Status List): one bit for each badge, packed; set means: no more."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.rules.badges import PURPOSES, NotABadge, badge_moment

FEWEST_BITS = 131_072  # the least that the standard allows, so that one badge hides among many
MOST_BYTES = 2 * 1024 * 1024
TYPE = "BitstringStatusListCredential"
TYPES = frozenset({TYPE, "StatusList2021Credential"})


@dataclass(frozen=True, slots=True)
class StatusList:
    """What an issuer said of its badges at `issued_at`; `bits` as they lie in the file."""

    issuer: str
    address: str
    purpose: str
    bits: bytes
    issued_at: datetime | None
    valid_until: datetime | None

    def is_set(self, index: int) -> bool | None:
        """None where the list does not reach as far."""
        if not 0 <= index < 8 * len(self.bits):
            return None
        return bool(self.bits[index // 8] & 0x80 >> index % 8)


def packed(indexes: Iterable[int], size: int = FEWEST_BITS) -> str:
    """The same for the same, so that two answers can be compared."""
    bits = bytearray(size // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    squeezed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(squeezed).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """Never more than MOST_BYTES, however small it came. Raises NotABadge."""
    try:
        plain = text.removeprefix("u")
        raw = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
        opener = zlib.decompressobj(16 + zlib.MAX_WBITS)
        bits = opener.decompress(raw, MOST_BYTES)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise NotABadge("This status list cannot be unpacked.") from error
    if opener.unconsumed_tail or not opener.eof:
        raise NotABadge("This status list is cut off, or larger than any real one.")
    return bits


def status_list_said(claims: Mapping[str, Any]) -> StatusList:
    """What a signed status list says. Raises NotABadge."""
    body = claims["vc"] if isinstance(claims.get("vc"), Mapping) else claims
    kinds, subject = body.get("type"), body.get("credentialSubject")
    listed = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    if not any(kind in TYPES for kind in listed if isinstance(kind, str)):
        raise NotABadge("This is signed, but it is no status list.")
    if not isinstance(subject, Mapping) or not isinstance(subject.get("encodedList"), str):
        raise NotABadge("There is no list in this status list.")
    by = body.get("issuer")
    named = by.get("id") if isinstance(by, Mapping) else by
    if "iss" in claims and claims["iss"] != named:
        raise NotABadge("This status list contradicts itself: ask its issuer for another.")
    purpose = subject.get("statusPurpose")
    if not isinstance(purpose, str) or purpose not in PURPOSES:
        raise NotABadge("This status list does not say what its bits mean.")
    since = body.get("validFrom") or body.get("issuanceDate") or claims.get("nbf")
    until = body.get("validUntil") or body.get("expirationDate") or claims.get("exp")
    return StatusList(
        issuer=str(named),
        address=str(body.get("id") or claims.get("jti") or "")[:500],
        purpose=purpose,
        bits=unpacked(subject["encodedList"]),
        issued_at=badge_moment(since),
        valid_until=badge_moment(until),
    )
