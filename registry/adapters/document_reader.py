"""The reader of documents: tells what an uploaded file is, and lets a limited child open it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from registry.adapters.document_types import is_also_something_else, kind_of
from registry.errors import BadUpload
from registry.rules.documents import (
    HEIC,
    JPEG,
    PDF,
    PNG,
    Defect,
    UploadLimits,
    is_fit_name,
    name_mismatch,
    sentence,
)
from registry.rules.photo_quality import Hint, hints_of

CHILD = Path(__file__).with_name("document_child.py")
PARSER_FOR = {PDF: "pdf", JPEG: "jpeg", PNG: "png", HEIC: "heif"}
MAGIC = {PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff"}
LARGEST_ANSWER = 256 * 1024 * 1024
KILLED_FOR_TIME = (-signal.SIGPROF, -signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL)
OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGILL, -signal.SIGTRAP)  # how C and C++ give up

_places = threading.BoundedSemaphore(2)  # a child may take 1.5 GiB: not many at a time


class PageOrigin(NamedTuple):
    """The SHA-256 of the file as it was sent, and what may keep somebody from reading the page."""

    sha256: str
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A file that may be kept.

    `clean`: what to keep and hand out: the image made anew, or the PDF as it came.
    `pages`: each page as a PNG for the reviewer's screen. Hashes in lower-case hexadecimal.
    `origins`: of each page, the file it came in and how well it can be read; else all from one.
    """

    media_type: str
    clean: bytes
    pages: tuple[bytes, ...]
    original_sha256: str
    clean_sha256: str
    origins: tuple[PageOrigin, ...] = ()

    @property
    def page_count(self) -> int:
        return len(self.pages)

    def page_origins(self) -> tuple[PageOrigin, ...]:
        return self.origins or (PageOrigin(self.original_sha256),) * self.page_count


class Turned(Exception):
    def __init__(self, defect: Defect) -> None:
        super().__init__(defect)
        self.defect = defect


def read_document(data: bytes, filename: str, limits: UploadLimits | None = None) -> ReadDocument:
    """Raises BadUpload, saying what is wrong and what to do, for a file that may not be kept."""
    limits = limits or UploadLimits()
    try:
        media_type = _type_by_content(data, filename, limits)
        answer, blobs = ask_child(data, _question(media_type, limits), limits)
        return _checked(data, media_type, answer, blobs)
    except Turned as turned:
        raise BadUpload(sentence(turned.defect, limits)) from None


def _type_by_content(data: bytes, filename: str, limits: UploadLimits) -> str:
    if not data:
        raise Turned(Defect.EMPTY)
    if len(data) > limits.mib * 1024 * 1024:
        raise Turned(Defect.TOO_BIG)
    if not is_fit_name(filename):
        raise Turned(Defect.BAD_NAME)
    media_type, foreign = kind_of(data)
    mismatch = name_mismatch(filename, media_type, foreign)
    if mismatch:
        raise BadUpload(mismatch)
    if media_type == PDF and is_also_something_else(data):
        raise Turned(Defect.TWO_TYPES)
    return str(media_type)


def _question(media_type: str, limits: UploadLimits) -> dict[str, Any]:
    return {
        "kind": PARSER_FOR[media_type],
        "pages": limits.pages,
        "megapixels": limits.megapixels,
        "step_seconds": limits.page_seconds if media_type == PDF else limits.image_seconds,
    }


def ask_child(
    data: bytes, question: dict[str, Any], limits: UploadLimits
) -> tuple[dict[str, Any], list[bytes]]:
    """What the child answers, and its blobs. Raises Turned."""
    if not _places.acquire(timeout=2 * limits.seconds):
        raise Turned(Defect.BUSY)
    try:
        asked = json.dumps(question | {"seconds": limits.seconds}).encode()
        status, said = _run_child(asked + b"\n" + data, limits.seconds)
    finally:
        _places.release()
    if status in KILLED_FOR_TIME:
        raise Turned(Defect.TOO_SLOW)
    if status in OUT_OF_MEMORY:
        raise Turned(Defect.TOO_HEAVY)
    if status != 0:
        raise Turned(Defect.DAMAGED)
    return _unpacked(said)


def _run_child(question: bytes, seconds: float) -> tuple[int, bytes]:
    """The child's exit status and all it wrote. It is killed when its time is up."""
    with _child() as child:
        stdin, stdout = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
        clock = threading.Timer(seconds, child.kill)
        feeder = threading.Thread(target=_feed, args=(stdin, question), daemon=True)
        clock.start()
        feeder.start()
        try:
            said = stdout.read(LARGEST_ANSWER + 1)
            if len(said) > LARGEST_ANSWER:
                child.kill()
                raise Turned(Defect.TOO_HEAVY)
            return child.wait(), said
        finally:
            clock.cancel()
            child.kill()
            feeder.join()


@contextlib.contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """No environment, a folder of its own, only its own pipes."""
    with (
        tempfile.TemporaryDirectory(prefix="registry-document-") as folder,
        subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-I", "-B", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=folder,
            start_new_session=True,
        ) as child,
    ):
        yield child


def _feed(pipe: Any, question: bytes) -> None:
    with contextlib.suppress(OSError):  # a child that died early reads no more
        pipe.write(question)
    with contextlib.suppress(OSError):
        pipe.close()


def _unpacked(said: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The child has opened a stranger's file: what it says is checked like any other input."""
    line, _, rest = said.partition(b"\n")
    try:
        answer = json.loads(line)
        lengths = [int(length) for length in answer["lengths"]]
    except (ValueError, KeyError, TypeError):
        raise Turned(Defect.DAMAGED) from None
    if "defect" in answer:
        known = answer["defect"] in set(Defect)
        raise Turned(Defect(answer["defect"]) if known else Defect.DAMAGED)
    if min(lengths, default=0) < 0 or sum(lengths) != len(rest):
        raise Turned(Defect.DAMAGED)
    stream = io.BytesIO(rest)
    return answer, [stream.read(length) for length in lengths]


def _checked(
    data: bytes, media_type: str, answer: dict[str, Any], blobs: list[bytes]
) -> ReadDocument:
    if media_type == PDF:
        clean, pages = data, blobs
    else:
        media_type, clean, pages = answer["media_type"], blobs[0], blobs[1:]
        if media_type not in MAGIC or not clean.startswith(MAGIC[media_type]):
            raise Turned(Defect.DAMAGED)
    if not pages or not all(page.startswith(MAGIC[PNG]) for page in pages):
        raise Turned(Defect.DAMAGED)
    original = hashlib.sha256(data).hexdigest()
    return ReadDocument(
        media_type=media_type,
        clean=clean,
        pages=tuple(pages),
        original_sha256=original,
        clean_sha256=hashlib.sha256(clean).hexdigest(),
        origins=(PageOrigin(original, _hints(answer)),) * len(pages),
    )


def _hints(answer: dict[str, Any]) -> tuple[Hint, ...]:
    """None for a PDF: what it shows was not photographed, or not by somebody who is here."""
    try:
        return hints_of({name: float(value) for name, value in answer["measures"].items()})
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()
