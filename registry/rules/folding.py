"""Letters brought down to plain small ones, one for one: places in the text stay the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: What Unicode takes apart into no plain letter of its own.
_PLAIN = str.maketrans("øłđðıßæœþº°’‘´`“”„«»–—‐‑−", 'olddisaotoo\'\'\'\'"""""-----')  # noqa: RUF001
#: The same written with two letters, where a name is spelt without its marks.
SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss"}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """As long as `text`: "Østergård" is "ostergard", "n.º" is "n.o"."""
    return "".join(_letter(one) for one in text.lower().translate(_PLAIN)) if text else ""


def _letter(letter: str) -> str:
    return letter if letter.isascii() else unicodedata.normalize("NFKD", letter)[0]


@lru_cache(maxsize=8192)
def squeezed(text: str) -> str:
    """Plain letters and digits only: what is left where a reader missed or made up spaces."""
    return re.sub(r"[^a-z0-9#]", "", plain(text))


#: A capital within a word, as where a reader saw no space; not in "McAllister" or "GmbH".
_GLUED = re.compile(
    r"(?<=[a-z\u00df-\u00ff])(?=[A-Z\u00c0-\u00de][a-z\u00df-\u00ff])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLa)"
)


def unglued(text: str) -> str:
    """With a space where a reader of pictures most likely left one out."""
    return _GLUED.sub(" ", re.sub(r"(?<=[^\W\d_]{2}),(?=[^\s\d])", ", ", text))
