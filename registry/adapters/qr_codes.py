"""QR codes of web addresses: drawn into a page, or as a picture for paper."""

from __future__ import annotations

import io

import segno

PIXELS = 8  # for each module of the picture


def svg_of(address: str) -> str:
    """To be put into a page as it is; black on white also where it is dark."""
    svg = _made(address).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return str(svg)


def png_of(address: str) -> bytes:
    """With the quiet margin that readers want around it."""
    out = io.BytesIO()
    _made(address).save(out, kind="png", scale=PIXELS, border=4, dark="#000", light="#fff")
    return out.getvalue()


def _made(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
