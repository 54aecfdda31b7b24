"""One-time codes: what an authenticator app shows, each good for half a minute, and its picture."""

from __future__ import annotations

import re
from datetime import datetime
from hmac import compare_digest

import segno
from pyotp import TOTP, random_base32

STEP = 30  # seconds
DRIFT = 1  # steps that the clock of a telephone may be off, each way
ISSUER = "Needling registry"
SIX_DIGITS = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """160 random bits, as the letters and digits an app takes."""
    return random_base32()


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The number of the step that the code belongs to; None for a code that is not good now."""
    code = "".join(typed[:40].split())
    if not SIX_DIGITS.fullmatch(code):
        return None
    codes, here = TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    around = range(here - DRIFT, here + DRIFT + 1)
    fitting = [step for step in around if compare_digest(codes.generate_otp(step), code)]
    return max(fitting, default=None)


def picture_of(secret: str, email: str) -> str:
    """A QR code as SVG, to be put into a page as it is; black on white also where it is dark."""
    uri = TOTP(secret, interval=STEP).provisioning_uri(name=email, issuer_name=ISSUER)
    svg = segno.make(uri, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return str(svg)


def in_fours(secret: str) -> str:
    """As somebody types it by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
