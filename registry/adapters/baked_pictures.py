"""Baked pictures: a PNG that carries a signed credential inside (Open Badges 3.0, iTXt)."""

from __future__ import annotations

PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 4 * 1024 * 1024
LONGEST_TOKEN = 256 * 1024


def credential_within(picture: bytes) -> str | None:
    """
    What it carries; None where it carries nothing, or is no PNG, or a damaged one.

    To be asked of the bytes as they came: an image that is made anew carries nothing any more.
    Nothing is drawn or decoded for it, only its chunks are counted off.
    """
    from openbadgeslib import baking  # noqa: PLC0415 - 0.4 s that only badges cost

    if not picture.startswith(PNG_BEGINS) or len(picture) > MOST_BYTES:
        return None
    try:
        return baking.extract_png(picture, LONGEST_TOKEN, keyword=baking.ITXT_KEYWORD_OB3)
    except Exception:  # parsers raise whatever they like on a broken file
        return None


def bake(picture: bytes, token: str) -> bytes:
    """The same picture, which carries the token besides."""
    from openbadgeslib import baking  # noqa: PLC0415

    return bytes(baking.bake_png(picture, token, keyword=baking.ITXT_KEYWORD_OB3))
