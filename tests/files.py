"""Files to upload: ordinary ones, made in code. The hostile ones are in tests/hostile_files.py."""

from __future__ import annotations

import io
from functools import cache

import pillow_heif
from fpdf import FPDF
from PIL import Image, ImageDraw

from registry.demo.papers import photo_of


@cache
def certificate_pdf(pages: int = 1) -> bytes:
    pdf = FPDF(format="letter")
    for number in range(pages):
        pdf.add_page()
        pdf.set_font("helvetica", size=24)
        pdf.cell(text="Certificate of completion")
        pdf.ln(20)
        pdf.set_font("helvetica", size=12)
        for line in range(30):
            pdf.cell(text=f"Dry needling, page {number + 1}, line {line + 1}: neck, shoulder, 27 h")
            pdf.ln(7)
    return bytes(pdf.output())


def scan(width: int = 1240, height: int = 1754) -> Image.Image:
    """A picture with lines and a little noise, as a scanner gives."""
    grain = Image.effect_noise((width, height), 12).convert("RGB")
    paper = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(paper)
    for down in range(80, height - 40, 60):
        draw.line((100, down, width - 100, down), fill="black", width=4)
    return Image.blend(paper, grain, 0.2)


def scanned_pdf(pages: int) -> bytes:
    out = io.BytesIO()
    sheets = [scan(1240, 1754 + number) for number in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], quality=60)
    return out.getvalue()


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), *, secret: str = "", turned: int = 0
) -> bytes:
    """With a position, a camera and a comment in it when `secret` is given."""
    image = scan(*size)
    exif = Image.Exif()
    more: dict[str, object] = {}
    if turned:
        exif[0x0112] = turned
    if secret:
        exif[0x010F] = exif[0x9286] = exif[0x010E] = secret
        exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 45.0, 0.0), 3: "W", 4: (84.0, 23.0, 0.0)})
        more = {"comment": secret.encode()} if kind == "JPEG" else {}
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes(), **more)
    return out.getvalue()


def heic(secret: str = "") -> bytes:
    pillow_heif.register_heif_opener()
    return photo("HEIF", (800, 600), secret=secret)


@cache
def photo_on_a_desk(blur: float = 0.8, size: tuple[int, int] = (1280, 960)) -> bytes:
    """A certificate as a phone sees it: paper on a desk, askew, every edge in the picture."""
    pdf = FPDF(orientation="landscape", format="letter")
    pdf.add_page()
    for line, words in enumerate(
        ("Certificate of completion", "Dana Okafor", "DN-2 Lower quarter")
    ):
        pdf.set_font("helvetica", size=30 - 6 * line)
        pdf.text(40, 50 + 24 * line, words)
    pdf.set_font("helvetica", size=11)
    for line in range(8):
        pdf.text(40, 120 + 9 * line, f"Module {line + 1}: anatomy, safety and technique, 4 hours")
    taken = photo_of(bytes(pdf.output()), blur=blur)
    if size == (1280, 960):
        return taken
    out = io.BytesIO()
    Image.open(io.BytesIO(taken)).resize(size, Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()
