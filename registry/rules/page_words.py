"""Words on a page and where they stand: what any reader of documents hands to the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """Where something stands: the page from 1, edges as shares of its width and height, 0 to 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


class Word(NamedTuple):
    """One word, or one run of words that the reader took as one. `sure`: 0 to 1."""

    text: str
    box: Box
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class ReadPages:
    """
    All that was read off a document, in the order in which the reader gave it.

    `codes`: what its QR codes and bar codes say. `by_eye`: pages read as pictures (OCR) rather
    than from the text that a PDF carries.
    """

    words: tuple[Word, ...]
    codes: tuple[str, ...] = ()
    pages: int = 1
    by_eye: bool = False
