"""How far a photographed page leans, found from its words alone, so that lines are lines again."""

from __future__ import annotations

from dataclasses import dataclass

from registry.rules.page_words import Word

STEEPEST, STEPS = 0.14, 28  # of the width to the height of the page, to either side
SPREADS = (-0.06, -0.03, 0.0, 0.03, 0.06)  # how much more the foot leans than the head
SHARP = 0.22  # of a line's height: how well two words on one line must agree
DULL = 0.02  # what leaning costs, so that a page leans only where something speaks for it
MOST = 80  # words looked at: the widest


@dataclass(frozen=True, slots=True)
class Slant:
    """How much lower a line is at the right than at the left: at the head, and more at the foot."""

    head: float = 0.0
    more: float = 0.0

    def middle(self, word: Word) -> float:
        """Where the word's middle would be on a straight page."""
        middle = (word.box.top + word.box.bottom) / 2
        return middle - self._lean(middle) * ((word.box.left + word.box.right) / 2 - 0.5)

    def height(self, word: Word) -> float:
        """Without what leaning adds to the box of a long run."""
        high = max(word.box.bottom - word.box.top, 1e-6)
        wide = word.box.right - word.box.left
        return max(high - abs(self._lean(word.box.top)) * wide, 0.4 * high)

    def _lean(self, down: float) -> float:
        return self.head + self.more * down


def slant_of(words: list[Word]) -> Slant:
    """The one under which most words that stand beside each other stand on one line."""
    looked_at = sorted(words, key=lambda word: word.box.left - word.box.right)[:MOST]
    beside = [
        (at, other)
        for at in range(len(looked_at))
        for other in range(at + 1, len(looked_at))
        if _near(looked_at[at], looked_at[other])
    ]
    flattest = min((_most_lean(word) for word in looked_at), default=0.0)
    tried = [
        Slant(STEEPEST * step / STEPS, more)
        for step in range(-STEPS, STEPS + 1)
        for more in SPREADS
        if abs(STEEPEST * step / STEPS + more / 2) <= flattest
    ]
    return max(tried, key=lambda slant: _agreement(slant, looked_at, beside), default=Slant())


def _most_lean(word: Word) -> float:
    """A run that leans has a box at least as high as it leans."""
    return (word.box.bottom - word.box.top) / max(word.box.right - word.box.left, 1e-6)


def _near(one: Word, other: Word) -> bool:
    apart = max(one.box.left - other.box.right, other.box.left - one.box.right)
    down = abs(one.box.top + one.box.bottom - other.box.top - other.box.bottom) / 2
    return apart > 0 and down < 0.15


def _agreement(slant: Slant, words: list[Word], beside: list[tuple[int, int]]) -> float:
    found = -DULL * (abs(slant.head) / STEEPEST + abs(slant.more))
    middles = [slant.middle(word) for word in words]
    lines = [SHARP * slant.height(word) for word in words]
    for one, other in beside:
        off, line = abs(middles[one] - middles[other]), min(lines[one], lines[other])
        if off < line:
            found += 1 - off / line
    return found
