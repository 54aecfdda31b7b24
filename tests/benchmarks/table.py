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

    def share(self, what: str, figure: float, *, least: float | None = None) -> None:
        """Of a hundred; `least`: what it should reach."""
        self._share(what, figure, least, "" if least is None else f">= {least:.0%}", up=True)

    def share_at_most(self, what: str, figure: float, most: float) -> None:
        self._share(what, figure, most, f"<= {most:.0%}", up=False)

    def _share(self, what: str, figure: float, aim: float | None, asked: str, *, up: bool) -> None:
        missed = aim is not None and (figure < aim if up else figure > aim)
        verdict = "" if aim is None else ("OVER" if missed else "ok")
        if missed:
            self.over.append(f"{self.title}: {what}: {figure:.1%}, aim {asked}")
        say(f"  {what:{WIDTH}} {figure:>9.1%}  {asked:>10}  {verdict}".rstrip())

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
