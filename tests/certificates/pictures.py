"""A certificate as a scanner or a telephone gives it: askew, noisy, shaded, blurred; by seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter

from tests.certificates.papers import Paper

WIDE = 1500  # pixels of the longer side: what a telephone's picture is brought down to
PAPER_GREY, TABLE = (245, 244, 240), (92, 74, 58)


def scan_of(pdf: bytes, paper: Paper) -> list[bytes]:
    """Each page as JPEG: turned by up to a degree and a half, with noise."""
    return [_picture(page, paper, number, _scanned) for number, page in enumerate(_pages(pdf))]


def photo_of(pdf: bytes, paper: Paper) -> list[bytes]:
    """Each page as JPEG: on a table, from an angle, in half a shadow, a little out of focus."""
    return [_picture(page, paper, number, _taken) for number, page in enumerate(_pages(pdf))]


def _pages(pdf: bytes) -> list[Image.Image]:
    document = pdfium.PdfDocument(pdf)
    try:
        return [
            page.render(scale=WIDE / max(page.get_size())).to_pil().convert("RGB")
            for page in document
        ]
    finally:
        document.close()


def _picture(
    page: Image.Image,
    paper: Paper,
    number: int,
    made: Callable[[Image.Image, random.Random], tuple[Image.Image, int]],
) -> bytes:
    chance = random.Random(f"{paper.name}/{number}")  # noqa: S311 - a sample, not a secret
    picture, quality = made(page, chance)
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def _scanned(page: Image.Image, chance: random.Random) -> tuple[Image.Image, int]:
    turned = page.rotate(
        chance.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER_GREY
    )
    return _noisy(turned.filter(ImageFilter.GaussianBlur(0.6)), chance, 7), 75


def _taken(page: Image.Image, chance: random.Random) -> tuple[Image.Image, int]:
    wide, high = page.size
    edge = round(WIDE * 0.06)
    table = Image.new("RGB", (wide + 2 * edge, high + 2 * edge), TABLE)
    table.paste(page, (edge, edge))
    turned = table.rotate(
        chance.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE
    )
    slanted = _slanted(turned, chance)
    shaded = _shaded(slanted, chance)
    return _noisy(shaded.filter(ImageFilter.GaussianBlur(chance.uniform(0.6, 1.1))), chance, 9), 72


def _slanted(picture: Image.Image, chance: random.Random) -> Image.Image:
    """As if the telephone was not held level: each corner moves by up to four hundredths."""
    wide, high = picture.size

    def moved(x: float, y: float) -> tuple[float, float]:
        inward = (chance.uniform(0, 0.04) * wide, chance.uniform(0, 0.04) * high)
        return (
            x + (inward[0] if x == 0 else -inward[0]),
            y + (inward[1] if y == 0 else -inward[1]),
        )

    corners = [(0.0, 0.0), (float(wide), 0.0), (float(wide), float(high)), (0.0, float(high))]
    rows, sides = [], []
    for (x, y), (to_x, to_y) in zip(corners, [moved(*corner) for corner in corners], strict=True):
        rows.append([to_x, to_y, 1, 0, 0, 0, -x * to_x, -x * to_y])
        rows.append([0, 0, 0, to_x, to_y, 1, -y * to_x, -y * to_y])
        sides += [x, y]
    lens = np.linalg.solve(np.array(rows), np.array(sides))
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        tuple(float(one) for one in lens),
        Image.Resampling.BICUBIC,
        fillcolor=TABLE,
    )


def _shaded(picture: Image.Image, chance: random.Random) -> Image.Image:
    wide, high = picture.size
    across = np.linspace(0, 1, wide)[None, :] * chance.uniform(-1, 1)
    down = np.linspace(0, 1, high)[:, None] * chance.uniform(-1, 1)
    light = across + down
    light = 0.62 + 0.38 * (light - light.min()) / (light.max() - light.min())
    dim = np.asarray(picture, dtype=np.float32) * light[:, :, None]
    return Image.fromarray(dim.clip(0, 255).astype(np.uint8))


def _noisy(picture: Image.Image, chance: random.Random, much: float) -> Image.Image:
    grains = np.random.default_rng(chance.randrange(2**32))
    with_noise = np.asarray(picture, dtype=np.float32) + grains.normal(
        0, much, (picture.height, picture.width, 1)
    )
    return Image.fromarray(with_noise.clip(0, 255).astype(np.uint8))
