"""Does a document say enough by its own text, or must its pages be read by eye?"""

from __future__ import annotations

from enum import StrEnum

from registry.rules.page_words import ReadPages

ENOUGH = 40  # letters on the first page: fewer are a stamp or a page number over a picture


class ExtractState(StrEnum):
    """How far a document has been read. Unreadable: three tries failed, or it shows no words."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    UNREADABLE = "unreadable"
    NOT_INSTALLED = "not_installed"


#: Nothing more comes of these by themselves.
SETTLED = (ExtractState.READ, ExtractState.UNREADABLE, ExtractState.NOT_INSTALLED)


def says_enough(pages: ReadPages) -> bool:
    """The certificate is the first page; what follows may be pictures."""
    first = (word.text for word in pages.words if word.box.page == 1)
    return sum(letter.isalpha() for text in first for letter in text) >= ENOUGH
