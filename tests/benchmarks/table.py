"""The table that is printed: what was measured, the figure, the aim beside it, ok or over."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

WIDTH = 58


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(slots=True)
class Table:
    title: str
    over: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        say(f"\n{self.title}")
        say(f"  {'':{WIDTH}} {'figure':>9}  {'aim':>8}")

    def ratio(self, what: str, figure: float, aim: float | None = None) -> None:
        self._line(what, f"{figure:.2f} x", figure, aim, f"{aim} x" if aim else "")

    def exponent(self, what: str, figure: float, aim: float = 0.10) -> None:
        self._line(what, f"{figure:+.2f}", figure, aim, f"{aim:.2f}")

    def time(self, what: str, seconds: float, aim: float | None = None) -> None:
        self._line(what, in_words(seconds), seconds, aim, in_words(aim) if aim else "")

    def note(self, text: str) -> None:
        say(f"  {text}")

    def _line(self, what: str, shown: str, figure: float, aim: float | None, asked: str) -> None:
        verdict = ""
        if aim is not None:
            verdict = "ok" if figure <= aim else "OVER"
            asked = f"<= {asked}"
            if figure > aim:
                self.over.append(f"{self.title}: {what}: {shown}, aim {asked}")
        say(f"  {what:{WIDTH}} {shown:>9}  {asked:>10}  {verdict}".rstrip())


def in_words(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"
