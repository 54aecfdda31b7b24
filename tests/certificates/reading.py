"""The words of a certificate as a reader of documents gives them: off the text layer, or by eye."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

from registry.rules.page_words import Box, ReadPages, Word

Runs = list[list[Any]]
WIDE = 1100  # pixels: more is slower and reads no better
#: What the engine said of a picture, by the picture's hash. Not committed.
KEPT = Path(__file__).parents[2] / ".benchmarks" / "by_eye"


def read_text(pdf: bytes) -> ReadPages:
    """Letters between white space, each word with its box."""
    document = pdfium.PdfDocument(pdf)
    try:
        words = [word for number, page in enumerate(document, 1) for word in _words(page, number)]
        return ReadPages(tuple(words), pages=len(document))
    finally:
        document.close()


def _words(page: pdfium.PdfPage, number: int) -> list[Word]:
    wide, high = page.get_size()
    text = page.get_textpage()
    found: list[Word] = []
    word, boxes = "", []
    for at in range(text.count_chars() + 1):
        letter = text.get_text_range(at, 1) if at < text.count_chars() else " "
        if letter.strip():
            word += letter
            boxes.append(text.get_charbox(at, loose=True))
        elif word:
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            edges = (min(lefts) / wide, 1 - max(tops) / high, max(rights) / wide)
            found.append(Word(word, Box(number, *edges, 1 - min(bottoms) / high)))
            word, boxes = "", []
    return found


def seen(picture: bytes) -> Runs:
    """`[text, left, top, right, bottom, sure]` of each run, edges as shares; some seconds."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.thumbnail((WIDE, 10 * WIDE))
    found = _engine()(import_module("numpy").asarray(image)[:, :, ::-1])
    if found.boxes is None:
        return []
    return [
        [
            text,
            *(float(edge) for edge in corners.min(axis=0) / image.size),
            *(float(edge) for edge in corners.max(axis=0) / image.size),
            float(sure),
        ]
        for corners, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def read_by_eye(pictures: list[bytes], look: Callable[[bytes], Runs] = seen) -> ReadPages:
    words = [
        Word(text, Box(number, *edges), sure)
        for number, picture in enumerate(pictures, 1)
        for text, *edges, sure in look(picture)
    ]
    return ReadPages(tuple(words), pages=len(pictures), by_eye=True)


def kept(picture: bytes) -> Runs:
    """The same, remembered in a file by the picture's hash."""
    file = KEPT / f"{sha256(picture).hexdigest()}.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(seen(picture)))
    found: Runs = json.loads(file.read_text())
    return found


@cache
def _engine() -> Any:
    import_module("cv2").setNumThreads(1)
    threads = ("intra_op_num_threads", "inter_op_num_threads")
    one = {f"EngineConfig.onnxruntime.{which}": 1 for which in threads}
    return import_module("rapidocr").RapidOCR(params={"Global.log_level": "critical", **one})
