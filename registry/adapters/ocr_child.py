"""The child process that reads pictures of pages by eye (OCR): it ties its hands, then looks.

Run by its path, with nothing of ours in it: an engine of this size shall not stay in the worker,
nor reach what the worker may reach. It may not use the network: its models come with it. In: one
line of JSON, then the pictures in the lengths that line gives. Out: one line of JSON: runs of words
with where they stand, as shares of the page.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

MEMORY, OPEN_FILES = 2 * 1024 * 1024 * 1024, 64  # measured: 0.7 GiB of addresses, 0.45 resident
WIDE = 1100  # pixels; more is slower and reads no better
MOST_WORDS, LONGEST_WORD = 2_000, 300
SHEET = (0.2, 0.97)  # of the picture: what a sheet of paper that was photographed may cover
MORE = 1.05  # a flattened page must say so much more than the picture as it came
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
ONE_THREAD = {f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")}


class Run(NamedTuple):
    """`corners`: of the run on the picture, in pixels, as numpy has them."""

    text: str
    corners: Any
    sure: float


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    tie_hands(asked["seconds"], asked.get("memory", MEMORY))
    pictures = [sys.stdin.buffer.read(length) for length in asked["lengths"]]
    words: list[list[Any]] = []
    for number, picture in enumerate(pictures, start=1):
        words += [[text, number, *box] for text, *box in words_on(picture)]
    sys.stdout.write(json.dumps({"words": words[:MOST_WORDS]}))


def tie_hands(seconds: int, memory: int) -> None:
    """Little time and memory, few files, none of them written, no network, no life of its own."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    sys.addaudithook(stay_at_home)
    os.nice(10)
    with contextlib.suppress(OSError, AttributeError):  # where the system knows how
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def stay_at_home(event: str, _args: Any) -> None:
    """Nobody is called, and no name is looked up."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        raise OSError("the reader of pictures stays at home")


@cache
def engine() -> Any:
    import_module("cv2").setNumThreads(1)
    made = import_module("rapidocr").RapidOCR
    return made(params={"Global.log_level": "critical", **ONE_THREAD})


def words_on(picture: bytes) -> Iterator[tuple[Any, ...]]:
    """`(text, left, top, right, bottom, sure)`, in the order in which the engine found them."""
    numpy, cv2 = import_module("numpy"), import_module("cv2")
    image = cv2.imdecode(numpy.frombuffer(picture, dtype=numpy.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("no picture")
    down, across = image.shape[:2]
    for run in best_of(narrowed(cv2, image), cv2, numpy):
        left, top = run.corners.min(axis=0)
        right, bottom = run.corners.max(axis=0)
        scale = min(1.0, WIDE / across)
        wide, high = across * scale, down * scale
        box = (share(left / wide), share(top / high), share(right / wide), share(bottom / high))
        yield (run.text[:LONGEST_WORD], *box, round(run.sure, 3))


def narrowed(cv2: Any, image: Any) -> Any:
    down, across = image.shape[:2]
    if across <= WIDE:
        return image
    size = (WIDE, round(down * WIDE / across))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def best_of(image: Any, cv2: Any, numpy: Any) -> list[Run]:
    """As it came; and flattened where a sheet is seen on it, if that says more."""
    plain = read(image)
    corners = sheet_on(image, cv2, numpy)
    if corners is None:
        return plain
    flat, there = flattened(image, corners, cv2, numpy)
    back = numpy.linalg.inv(there)
    found = [
        run._replace(corners=cv2.perspectiveTransform(run.corners[None], back)[0])
        for run in read(flat)
    ]
    return found if said(found) > MORE * said(plain) else plain


def read(image: Any) -> list[Run]:
    found = engine()(image)
    if found.boxes is None or found.txts is None:
        return []
    float32 = import_module("numpy").float32
    return [
        Run(text.strip(), corners.astype(float32), float(sure))
        for corners, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


def said(runs: list[Run]) -> float:
    """How much was read, each letter by how sure the engine is of it."""
    return sum(len(run.text) * run.sure for run in runs)


def sheet_on(image: Any, cv2: Any, numpy: Any) -> Any:
    """The corners of the largest four-sided thing that may be a sheet of paper, or None."""
    down, across = image.shape[:2]
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (7, 7), 0)
    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, numpy.ones((25, 25), numpy.uint8))
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:3]:
        shape = cv2.approxPolyDP(outline, 0.02 * cv2.arcLength(outline, True), True)
        covers = cv2.contourArea(shape) / (down * across)
        if len(shape) == 4 and cv2.isContourConvex(shape) and SHEET[0] < covers < SHEET[1]:
            return in_order(shape.reshape(4, 2).astype(numpy.float32), numpy)
    return None


def in_order(corners: Any, numpy: Any) -> Any:
    """Top left, top right, bottom right, bottom left."""
    total, slope = corners.sum(axis=1), numpy.diff(corners, axis=1).ravel()
    places = [total.argmin(), slope.argmin(), total.argmax(), slope.argmax()]
    return corners[places]


def flattened(image: Any, corners: Any, cv2: Any, numpy: Any) -> tuple[Any, Any]:
    """The sheet seen from straight above, and the matrix that leads there."""
    first, second, third, fourth = corners
    across = max(numpy.linalg.norm(second - first), numpy.linalg.norm(third - fourth), 1.0)
    down = max(numpy.linalg.norm(fourth - first), numpy.linalg.norm(third - second), 1.0)
    high = min(round(WIDE * down / across), 2 * WIDE)
    target = numpy.float32([[0, 0], [WIDE, 0], [WIDE, high], [0, high]])
    there = cv2.getPerspectiveTransform(corners, target)
    return cv2.warpPerspective(image, there, (WIDE, high)), there


def share(value: Any) -> float:
    return round(min(max(float(value), 0.0), 1.0), 5)


if __name__ == "__main__":
    main()
