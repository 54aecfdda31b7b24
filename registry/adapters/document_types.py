"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import filetype

from registry.rules.documents import HEIC, KINDS

SAME_AS = {"image/heif": HEIC}


def kind_of(data: bytes) -> tuple[str | None, str | None]:
    """One of our media types, or None and the usual ending of what it is instead."""
    guess = filetype.guess(data)
    if guess is not None:
        media_type = SAME_AS.get(guess.mime, guess.mime)
        return (media_type, None) if media_type in KINDS else (None, guess.extension)
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        return None, "html"
    return None, "svg" if b"<svg" in start else None


def is_also_something_else(data: bytes) -> bool:
    """A ZIP's end behind the PDF, or a web page in its first lines: some readers see only that."""
    start = data[:1024].lower()
    return b"PK\x05\x06" in data[-65_600:] or any(
        tag in start for tag in (b"<html", b"<script", b"<!doctype", b"<svg")
    )
