"""What may be uploaded, how large it may be, and what is said when a file may not come in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"

KINDS = {PDF: "a PDF", JPEG: "a JPEG image", PNG: "a PNG image", HEIC: "a HEIC photo"}
"""The types that may come in, as they are named to people."""

ENDINGS = {"pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG, "heic": HEIC, "heif": HEIC}
KEPT_ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
"""The ending a kept file is handed out with, by its media type."""

FOREIGN_KINDS = {
    "zip": "a ZIP archive",
    "docx": "a Word document",
    "doc": "a Word document",
    "xlsx": "an Excel workbook",
    "gif": "a GIF image",
    "tif": "a TIFF image",
    "webp": "a WebP image",
    "avif": "an AVIF image",
    "exe": "a program",
    "elf": "a program",
    "html": "a web page",
    "svg": "an SVG drawing",
}
LONGEST_FILENAME = 150
_ENDING = re.compile(r"\.([a-z][a-z0-9]{1,4})$")
_UPLOAD_INSTEAD = "Upload a PDF, JPEG or PNG."


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Seconds: of the clock for the whole file, of the processor for one page or one image."""

    mib: int = 10
    pages: int = 50
    megapixels: int = 50
    seconds: int = 10
    page_seconds: int = 2
    image_seconds: int = 3

    @property
    def bound_mib(self) -> int:
        """Of several files put together."""
        return 4 * self.mib


class Defect(StrEnum):
    """Why a file is turned away."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_BIG_TOGETHER = "too_big_together"
    BAD_NAME = "bad_name"
    TWO_TYPES = "two_types"
    DAMAGED = "damaged"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SLOW = "too_slow"
    TOO_HEAVY = "too_heavy"
    LOCKED = "locked"
    SCRIPT = "script"
    LAUNCH = "launch"
    AUTOMATIC = "automatic"
    EMBEDDED = "embedded"
    MEDIA = "media"
    DYNAMIC_FORM = "dynamic_form"
    SENDS_DATA = "sends_data"
    BUSY = "busy"


_PRINT_AGAIN = "Open it, choose Print, then “Save as PDF”, and upload the new file."
_SENTENCES = {
    Defect.EMPTY: "This file is empty. Choose the document again; if it is still on its way to "
    "your device, wait until it is all there.",
    Defect.TOO_BIG: "This file is larger than {mib} MiB. Scan it at a lower resolution, or take "
    "a photo of the certificate instead.",
    Defect.TOO_BIG_TOGETHER: "This document is larger than {bound_mib} MiB in all. Send "
    "fewer pages, or smaller ones.",
    Defect.BAD_NAME: "This file's name holds characters that a file name may not have. Rename "
    "the file and upload it again.",
    Defect.TWO_TYPES: "This file is a PDF and something else at the same time. " + _PRINT_AGAIN,
    Defect.DAMAGED: "This file is damaged or not complete, so it cannot be read. Save, scan or "
    "photograph the document again, and upload the new file.",
    Defect.TOO_MANY_PAGES: "This document has more than {pages} pages. Upload only the pages that "
    "show the certificate.",
    Defect.TOO_MANY_PIXELS: "This image has more than {megapixels} megapixels. Save it at a "
    "smaller size, or take an ordinary photo of the document.",
    Defect.TOO_SLOW: "This file takes too long to read. " + _PRINT_AGAIN,
    Defect.TOO_HEAVY: "This file needs too much memory to read. " + _PRINT_AGAIN,
    Defect.LOCKED: "This PDF is protected by a password. Save a copy without the password, "
    "or upload a photo of the printed document.",
    Defect.SCRIPT: "This PDF contains a script. " + _PRINT_AGAIN,
    Defect.LAUNCH: "This PDF tries to start another program or open another file. " + _PRINT_AGAIN,
    Defect.AUTOMATIC: "This PDF contains actions that run by themselves. " + _PRINT_AGAIN,
    Defect.EMBEDDED: "This PDF has other files attached inside it. Upload each document on its "
    "own, without attachments.",
    Defect.MEDIA: "This PDF contains video, sound or other rich media. " + _PRINT_AGAIN,
    Defect.DYNAMIC_FORM: "This PDF is a dynamic (XFA) form. " + _PRINT_AGAIN,
    Defect.SENDS_DATA: "This PDF contains a form that sends or fetches data. " + _PRINT_AGAIN,
    Defect.BUSY: "Other documents are being read right now. Wait a minute, then upload it again.",
}


def sentence(defect: Defect, limits: UploadLimits) -> str:
    """What is wrong with the file and what to do about it."""
    return _SENTENCES[defect].format(
        mib=limits.mib,
        bound_mib=limits.bound_mib,
        pages=limits.pages,
        megapixels=limits.megapixels,
    )


def ending_of(filename: str) -> str | None:
    """The file name's ending in small letters, or None when what follows the dot is none."""
    found = _ENDING.search(filename.strip().lower())
    return found[1] if found else None


def is_fit_name(filename: str) -> bool:
    """No control characters (the null byte among them), no half characters."""
    return all(unicodedata.category(letter) not in ("Cc", "Cs") for letter in filename)


def tidy_name(filename: str) -> str:
    """A name to keep on record and to show: no folders, nothing unseen, not endless."""
    last = re.split(r"[/\\]", filename)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    if len(seen) > LONGEST_FILENAME:
        ending = f".{ending_of(seen)}" if ending_of(seen) else ""
        seen = seen[: LONGEST_FILENAME - len(ending)] + ending
    return seen or "document"


def name_mismatch(filename: str, media_type: str | None, foreign: str | None) -> str | None:
    """What is wrong between a file's name and what it really is, or None.

    `media_type` is one of ours, found by content, or None; `foreign` is then the usual ending of
    what it is, where that is known. One image named as another sort of image is let in: phones
    and messengers do that, and images are made anew.
    """
    ending = ending_of(filename)
    if media_type is None:
        return _foreign_sentence(ending, foreign)
    named = ENDINGS.get(ending) if ending else media_type
    if named == media_type or (named is not None and PDF not in (named, media_type)):
        return None
    return (
        f"This file is named .{ending} but is {KINDS[media_type]}. "
        f"Check that it is the right file, and give it the right name."
    )


def _foreign_sentence(ending: str | None, foreign: str | None) -> str:
    kind = FOREIGN_KINDS.get(foreign or "")
    if kind is None:
        named = f"named .{ending} but is not" if ending in ENDINGS else "not"
        return f"This file is {named} a PDF, JPEG or PNG. {_UPLOAD_INSTEAD}"
    if ending in ENDINGS:
        return f"This file is named .{ending} but is {kind}. {_UPLOAD_INSTEAD}"
    return f"This file is {kind}. {_UPLOAD_INSTEAD}"
