"""A photo measured: how sharp, how light, and whether paper runs out of it. Judged elsewhere.

The child that opens uploaded files loads this by its path: it imports Pillow and nothing of ours.
"""

from __future__ import annotations

from PIL import Image, ImageFilter, ImageOps, ImageStat

TILES = 10  # across and down; the quarter of them that shows most is looked at
LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=4, offset=128)
COARSE = 4  # how much smaller the picture is against which fine detail is held
SMALLEST = 2 * TILES * COARSE  # pixels: less is no photo of anything
THUMB = 120  # pixels: enough to tell paper from desk
RIM = 2  # rows or columns at an edge of the thumb
PARTED = 0.72  # of 1: below, light and dark are not paper and desk


def measures_of(photo: Image.Image, width: int, height: int) -> dict[str, float]:
    """
    Of a photo made as small as its page is shown, and of the pixels that it had.

    `detail`: what there is to see, `sharpness`: how much of it is fine (at no unit);
    `light`: what the brightest tenth reaches, `dark`: what its darkest bit does (0 to 255);
    `cut_off`: how much of one edge of the picture is paper (0 to 1).
    """
    grey = photo.convert("L")
    sharpness, detail = _sharpness(grey)
    return {
        "width": width,
        "height": height,
        "sharpness": round(sharpness, 4),
        "detail": round(detail, 1),
        "light": _reached(grey, 0.9),
        "dark": _reached(grey, 0.002),
        "cut_off": round(_cut_off(grey), 3),
    }


def _sharpness(grey: Image.Image) -> tuple[float, float]:
    """
    The variance of the Laplacian over that of the same picture at a quarter of its size, so that
    neither the light nor how much is written weighs; and the root of the latter.
    """
    if min(grey.size) < SMALLEST:
        return 0.0, 0.0
    even = ImageOps.autocontrast(grey, cutoff=1)
    calm = even.filter(ImageFilter.MedianFilter(3))  # the grain of a dark photo is no detail
    fine = ImageOps.crop(calm.filter(LAPLACIAN), 2 * COARSE)  # a filter leaves the rim as it was
    coarse = ImageOps.crop(calm.reduce(COARSE).filter(LAPLACIAN), 2)
    pairs = zip(_variances(coarse), _variances(fine), strict=True)
    telling = sorted(pairs, reverse=True)[: TILES * TILES // 4]
    seen, of_it_fine = (sum(column) for column in zip(*telling, strict=True))
    return of_it_fine / max(seen, 1e-9), (seen / len(telling)) ** 0.5


def _variances(picture: Image.Image) -> list[float]:
    across, down = picture.width // TILES, picture.height // TILES
    return [
        ImageStat.Stat(picture.crop((x * across, y * down, (x + 1) * across, (y + 1) * down))).var[
            0
        ]
        for y in range(TILES)
        for x in range(TILES)
    ]


def _reached(grey: Image.Image, share: float) -> int:
    """The brightness that this share of the picture does not go beyond."""
    seen = 0
    for value, count in enumerate(grey.histogram()):
        seen += count
        if seen >= share * grey.width * grey.height:
            return value
    return 255


def _cut_off(grey: Image.Image) -> float:
    """The most that one edge of the picture shows of paper, where two others show a desk."""
    thumb = grey.resize((THUMB, THUMB), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1))
    threshold, apart = _parted(thumb.histogram())
    if apart < PARTED:
        return 0.0
    paper = thumb.point([255 if value > threshold else 0 for value in range(256)])
    end = THUMB - RIM
    rims = ((0, 0, THUMB, RIM), (0, end, THUMB, THUMB), (0, 0, RIM, THUMB), (end, 0, THUMB, THUMB))
    shares = [ImageStat.Stat(paper.crop(rim)).mean[0] / 255 for rim in rims]
    return max(shares) if sum(share < 0.75 for share in shares) >= 2 else 0.0


def _parted(counts: list[int]) -> tuple[int, float]:
    """The brightness where light and dark part best, and how well, 0 to 1 (Otsu's method)."""
    total, weighed = sum(counts), sum(value * count for value, count in enumerate(counts))
    mean = weighed / total
    spread = sum(count * (value - mean) ** 2 for value, count in enumerate(counts))
    best, at, below, below_weighed = 0.0, 0, 0, 0
    for value, count in enumerate(counts):
        below, below_weighed = below + count, below_weighed + value * count
        if not below or below == total:
            continue
        distance = below_weighed / below - (weighed - below_weighed) / (total - below)
        between = below * (total - below) / total * distance**2
        if between > best:
            best, at = between, value
    return at, best / spread if spread else 0.0
