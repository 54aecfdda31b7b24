"""The child process that takes words out of a PDF's text layer, and codes off pictures of pages.

Run by its path, with nothing of ours in it, like the child that opens documents. In: one line of
JSON, then the PDF (or nothing), then the pictures, in the lengths that line gives. Out: one line of
JSON: words with where they stand, as shares of the page, and what the codes say.
"""

from __future__ import annotations

import ctypes
import io
import json
import resource
import sys
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from typing import Any

MEMORY, OPEN_FILES = 1536 * 1024 * 1024, 32
MOST_WORDS, MOST_LETTERS, LONGEST_WORD = 6_000, 60_000, 200
MOST_CODES, LONGEST_CODE = 8, 2_000
FINE = 100_000  # steps into which a page is divided to say where a letter stands
HYPHENS = {0x02, 0xFFFE}  # what PDFium says for a word divided at the end of a line


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    tie_hands(asked["seconds"])
    data = sys.stdin.buffer.read(asked["lengths"][0])
    pictures = [sys.stdin.buffer.read(length) for length in asked["lengths"][1:]]
    answer: dict[str, Any] = {"words": [], "codes": []}
    try:
        answer["codes"] = list(codes_on(pictures))
        answer["words"] = list(words_of(data)) if data else []
    except Exception as error:  # parsers raise whatever they like; what was found until then stays
        answer["failed"] = type(error).__name__
    sys.stdout.write(json.dumps(answer))


def tie_hands(seconds: int) -> None:
    """Before any parser is loaded: little time and memory, few files, none of them written."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def codes_on(pictures: list[bytes]) -> Iterator[str]:
    """What QR, Aztec and Data Matrix codes say, each once, where it is text."""
    image, zxing = import_module("PIL.Image"), import_module("zxingcpp")
    wanted = [zxing.BarcodeFormat.QRCode, zxing.BarcodeFormat.Aztec, zxing.BarcodeFormat.DataMatrix]
    seen: set[str] = set()
    for picture in pictures:
        with image.open(io.BytesIO(picture), formats=["PNG"]) as page:
            found = zxing.read_barcodes(page.convert("L"), formats=wanted)
        for code in found:
            text = shown(code.text)[:LONGEST_CODE]
            if text and text not in seen and len(seen) < MOST_CODES:
                seen.add(text)
                yield text


def words_of(data: bytes) -> Iterator[list[Any]]:
    """`[text, page, left, top, right, bottom]`, in the order in which the PDF has them."""
    pdfium = import_module("pypdfium2")
    words, letters = 0, 0
    for number, page in enumerate(pdfium.PdfDocument(data), start=1):
        text = page.get_textpage()
        count = min(text.count_chars(), MOST_LETTERS - letters)
        letters += count
        for word in words_on(pdfium.raw, page, text, count):
            if words == MOST_WORDS:
                return
            words += 1
            yield [word[0], number, *word[1]]
        text.close()
        page.close()


def words_on(raw: Any, page: Any, text: Any, count: int) -> Iterator[tuple[str, list[float]]]:
    """Letters between white space, with the box around all of them."""
    word, box = "", [1.0, 1.0, 0.0, 0.0]
    for at in range(count + 1):
        code = raw.FPDFText_GetUnicode(text.raw, at) if at < count else 32
        letter = "-" if code in HYPHENS else letter_of(code)
        if letter.isspace() or len(word) >= LONGEST_WORD:
            if word:
                yield word, box
            word, box = "", [1.0, 1.0, 0.0, 0.0]
        elif letter:
            word += letter
            box = around(box, place_of(raw, page, text, at))


def letter_of(code: int) -> str:
    """Nothing for what has no shape: control characters, halves of letters."""
    letter = chr(code) if code <= sys.maxunicode else ""
    if not letter or letter.isspace():
        return letter
    return "" if unicodedata.category(letter)[0] == "C" else letter


def shown(text: str) -> str:
    """Without what no page can hold."""
    kept = (letter if letter not in "\r\n\t" else " " for letter in text)
    return "".join(one for one in kept if unicodedata.category(one)[0] != "C").strip()


def place_of(raw: Any, page: Any, text: Any, at: int) -> list[float]:
    """On the page as it is shown: turned and cropped as the PDF says."""
    left, bottom, right, top = text.get_charbox(at, loose=True)
    corners = [shown_at(raw, page, x, y) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return [min(across), min(down), max(across), max(down)]


def shown_at(raw: Any, page: Any, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, FINE, FINE, 0, x, y, across, down)
    return share(across.value), share(down.value)


def share(steps: int) -> float:
    return min(max(steps / FINE, 0.0), 1.0)


def around(box: list[float], other: list[float]) -> list[float]:
    return [*map(min, box[:2], other[:2]), *map(max, box[2:], other[2:])]


if __name__ == "__main__":
    main()
