"""A reader of QR codes as somebody else would write one: ISO/IEC 18004, versions 1 to 6, bytes."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

QUIET = 4  # modules around it
FORMAT_MASK = 0b101010000010010
LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
#: Data codewords of each block.
BLOCKS = {
    "1L": [19], "1M": [16], "1Q": [13], "1H": [9],
    "2L": [34], "2M": [28], "2Q": [22], "2H": [16],
    "3L": [55], "3M": [44], "3Q": [17] * 2, "3H": [13] * 2,
    "4L": [80], "4M": [32] * 2, "4Q": [24] * 2, "4H": [9] * 4,
    "5L": [108], "5M": [43] * 2, "5Q": [15, 15, 16, 16], "5H": [11, 11, 12, 12],
    "6L": [68] * 2, "6M": [27] * 4, "6Q": [19] * 4, "6H": [15] * 4,
}  # fmt: skip
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
Modules = list[list[bool]]


def read_qr(picture: Image.Image) -> str:
    """What a square picture says, quiet margin included; undamaged, for nothing is corrected."""
    modules = _modules_of(picture.convert("L"))
    size = len(modules)
    level, mask = _format_of(modules)
    bits = [modules[r][c] != MASKS[mask](r, c) for r, c in _places(size)]
    words = [_number(bits[at : at + 8]) for at in range(0, len(bits) // 8 * 8, 8)]
    data = _in_order(words, BLOCKS[f"{(size - 17) // 4}{level}"])
    stream = [bool(word >> (7 - place) & 1) for word in data for place in range(8)]
    assert _number(stream[:4]) == 0b0100, "it holds bytes"
    length = _number(stream[4:12])
    held = [_number(stream[12 + 8 * at : 20 + 8 * at]) for at in range(length)]
    return bytes(held).decode()


def _modules_of(picture: Image.Image) -> Modules:
    """As many as make the finder in the corner seven wide."""
    dark = picture.point(lambda value: 255 if value < 128 else 0)
    box = dark.getbbox()
    assert box is not None, "there is something dark"
    left, top, right, _bottom = box
    wide = right - left
    run = next(x for x in range(wide) if not dark.getpixel((left + x, top + wide // 90 + 1)))
    size = round((wide * 7 / run - 17) / 4) * 4 + 17
    step = wide / size
    return [
        [
            bool(dark.getpixel((int(left + step * (c + 0.5)), int(top + step * (r + 0.5)))))
            for c in range(size)
        ]
        for r in range(size)
    ]


def _format_of(modules: Modules) -> tuple[str, int]:
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    told = _number([modules[r][c] for r, c in places]) ^ FORMAT_MASK
    return LEVELS[told >> 13], told >> 10 & 0b111


def _places(size: int) -> Iterator[tuple[int, int]]:
    """Of the data, in pairs of columns from the right, up and down."""
    upwards = True
    for right in (c if c > 6 else c - 1 for c in range(size - 1, 0, -2)):
        for r in reversed(range(size)) if upwards else range(size):
            for c in (right, right - 1):
                if not _is_function(r, c, size):
                    yield r, c
        upwards = not upwards


def _is_function(r: int, c: int, size: int) -> bool:
    corner = (r < 9 and (c < 9 or c >= size - 8)) or (r >= size - 8 and c < 9)
    aligned = size > 21 and abs(r - (size - 7)) <= 2 and abs(c - (size - 7)) <= 2
    return corner or aligned or 6 in (r, c)


def _in_order(words: list[int], blocks: list[int]) -> list[int]:
    read = iter(words)
    found: list[list[int]] = [[] for _ in blocks]
    for at in range(max(blocks)):
        for block, long in zip(found, blocks, strict=True):
            if at < long:
                block.append(next(read))
    return [word for block in found for word in block]


def _number(bits: list[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
