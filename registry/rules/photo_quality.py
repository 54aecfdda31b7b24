"""Whether a photo of a paper can be read: hints for whoever took it, never a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

#: Measured on photos of certificates as `registry/demo/papers.py` makes them (tests/rules).
LEAST_SHARPNESS = 0.03
LEAST_DETAIL = 5.0
LEAST_LIGHT = 80
GLARING, LEAST_INK = 250, 100
FEWEST_PIXELS, SHORTEST_SIDE = 600_000, 500
MOST_PAPER_AT_AN_EDGE = 0.2


class Hint(StrEnum):
    """What may keep somebody, or a machine, from reading a photo."""

    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_SMALL = "too_small"
    CUT_OFF = "cut_off"


_SENTENCES = {
    Hint.BLURRED: "looks blurred: hold the phone still, and wait until the picture is sharp.",
    Hint.TOO_DARK: "is dark: take it near a window or under a lamp.",
    Hint.TOO_BRIGHT: "is washed out by light: turn the flash off, or turn away from the lamp.",
    Hint.TOO_SMALL: "has few pixels, so small print may not be readable: go nearer, or send the "
    "photo at its full size.",
    Hint.CUT_OFF: "seems to run out of the picture: step back until every edge of the paper is "
    "in it.",
}


def hints_of(measures: Mapping[str, float]) -> tuple[Hint, ...]:
    """`measures` as `adapters/photo_measures.py` takes them; empty for what was not measured."""
    if not measures:
        return ()
    return tuple(hint for hint, is_so in _judged(measures) if is_so)


def hint_sentence(hint: Hint, page: int) -> str:
    return f"Page {page} {_SENTENCES[hint]}"


def hints_kept(hints: Iterable[Hint]) -> str:
    """As a row keeps them; `hints_from` reads them again."""
    return " ".join(hints)


def hints_from(kept: str) -> tuple[Hint, ...]:
    return tuple(Hint(word) for word in kept.split())


def _judged(measures: Mapping[str, float]) -> list[tuple[Hint, bool]]:
    width, height = measures["width"], measures["height"]
    dark = measures["light"] < LEAST_LIGHT
    blurred = measures["sharpness"] < LEAST_SHARPNESS or measures["detail"] < LEAST_DETAIL
    return [
        (Hint.BLURRED, blurred and not dark),  # in the dark nothing is sharp
        (Hint.TOO_DARK, dark),
        (Hint.TOO_BRIGHT, measures["light"] >= GLARING and measures["dark"] >= LEAST_INK),
        (Hint.TOO_SMALL, width * height < FEWEST_PIXELS or min(width, height) < SHORTEST_SIDE),
        (Hint.CUT_OFF, measures["cut_off"] >= MOST_PAPER_AT_AN_EDGE),
    ]
