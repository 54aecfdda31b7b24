"""The reader of pages: what a document says, from the text in it or by eye, in limited children."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast

from registry.rules.documents import PDF
from registry.rules.page_words import Box, ReadPages, Word

TEXT_CHILD = Path(__file__).with_name("page_text_child.py")
OCR_CHILD = Path(__file__).with_name("ocr_child.py")
TEXT_SECONDS = 5
OCR_TO_BEGIN, OCR_PER_PAGE = 30, 20  # seconds; a page takes two to six, where others are busy more
MOST_PAGES = 6  # of a document that are read by eye, or looked at for codes
LONGEST_LOOK = OCR_TO_BEGIN + OCR_PER_PAGE * MOST_PAGES
LARGEST_ANSWER = 4 * 1024 * 1024
ENGINES = ("rapidocr", "onnxruntime", "cv2")
#: Nothing of ours; and one thread, for the machine has others to serve.
SURROUNDINGS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class NotLegible(Exception):
    """A child died over a document, or ran out of time or memory. It may be tried again."""


def can_read_by_eye() -> bool:
    """Whether the optional extra `ocr` is installed."""
    return all(find_spec(engine) is not None for engine in ENGINES)


def read_text(data: bytes, media_type: str, pictures: Sequence[bytes]) -> ReadPages:
    """What a PDF's own text says, and the codes on the pictures of its pages. Never raises."""
    pdf = data if media_type == PDF else b""
    try:
        answer = _ask(TEXT_CHILD, [pdf, *pictures[:MOST_PAGES]], TEXT_SECONDS)
    except NotLegible:
        answer = {}
    words = _words(answer.get("words"), len(pictures))
    return ReadPages(words=words, codes=_codes(answer.get("codes")), pages=len(pictures))


def read_by_eye(pictures: Sequence[bytes], codes: tuple[str, ...] = ()) -> ReadPages:
    """Raises NotLegible. Seconds a page: only the worker does this."""
    looked_at = pictures[:MOST_PAGES]
    seconds = OCR_TO_BEGIN + OCR_PER_PAGE * len(looked_at)
    answer = _ask(OCR_CHILD, looked_at, seconds)
    words = _words(answer.get("words"), len(looked_at))
    return ReadPages(words=words, codes=codes, pages=len(pictures), by_eye=True)


def _ask(child: Path, blobs: Sequence[bytes], seconds: int) -> dict[str, Any]:
    asked = {"seconds": seconds, "lengths": [len(blob) for blob in blobs]}
    question = b"".join([json.dumps(asked).encode(), b"\n", *blobs])
    status, said = _run(child, question, seconds)
    if status != 0:
        raise NotLegible(f"{child.stem} ended with {status}")
    try:
        answer = json.loads(said)
    except ValueError:
        raise NotLegible(f"{child.stem} said nothing sensible") from None
    if not isinstance(answer, dict):
        raise NotLegible(f"{child.stem} said nothing sensible")
    return answer


def _run(path: Path, question: bytes, seconds: float) -> tuple[int, bytes]:
    """The child's exit status and all it wrote. It is killed when its time is up."""
    with _child(path) as child:
        stdin, stdout = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
        clock = threading.Timer(seconds, child.kill)
        feeder = threading.Thread(target=_feed, args=(stdin, question), daemon=True)
        clock.start()
        feeder.start()
        try:
            said = stdout.read(LARGEST_ANSWER + 1)
            if len(said) > LARGEST_ANSWER:
                raise NotLegible(f"{path.stem} said too much")
            return child.wait(), said
        finally:
            clock.cancel()
            child.kill()
            feeder.join()


@contextlib.contextmanager
def _child(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A folder of its own, only its own pipes."""
    with (
        tempfile.TemporaryDirectory(prefix="registry-pages-") as folder,
        subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-I", "-B", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=SURROUNDINGS,
            cwd=folder,
            start_new_session=True,
        ) as child,
    ):
        yield child


def _feed(pipe: IO[bytes], question: bytes) -> None:
    with contextlib.suppress(OSError):  # a child that died early reads no more
        pipe.write(question)
    with contextlib.suppress(OSError):
        pipe.close()


def _words(said: Any, pages: int) -> tuple[Word, ...]:
    """The child has opened a stranger's file: what it says is checked like any other input."""
    return tuple(word for one in _listed(said) if (word := _word(one, pages)) is not None)


def _word(said: Any, pages: int) -> Word | None:
    try:
        text, page, *edges = said
        left, top, right, bottom, *sure = map(float, edges)
        box = Box(int(page), left, top, right, bottom)
        if not isinstance(text, str) or not 1 <= box.page <= pages:
            return None
        ordered = 0 <= left <= right <= 1 and 0 <= top <= bottom <= 1
        return Word(text, box, sure[0] if sure else 1.0) if ordered else None
    except (TypeError, ValueError):
        return None


def _codes(said: Any) -> tuple[str, ...]:
    return tuple(code for code in _listed(said) if isinstance(code, str))


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []
