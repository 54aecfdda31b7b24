"""The papers of the demo: certificates as PDFs, and as photos of paper on a desk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from threading import Lock

import pypdfium2
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from registry.rules.facts import Certificate
from registry.rules.regions import site_name
from registry.rules.wording import day_in_words

INK, FADED, GOLD = (30, 38, 60), (105, 110, 125), (176, 141, 62)
PHOTO = (1280, 960)
DESK = ((92, 64, 44), (140, 102, 72))
#: PDFium may not be entered by two threads; it takes the whole process with it.
ONE_AT_A_TIME = Lock()
# Where each point of the photo lies on the paper: the camera was held a little askew.
ASKEW = (1.2, 0.10, -148.0, -0.055, 1.27, -88.0, 0.000069, 0.000138)


def certificate_pdf(certificate: Certificate, holder: str) -> bytes:
    """One page, landscape, with all that the record says of the course."""
    pdf = FPDF(orientation="landscape", format="letter")
    pdf.set_title(certificate.course)
    pdf.add_page()
    pdf.set_auto_page_break(False)
    _frame(pdf)
    _centred(pdf, 34, "Certificate of completion", 30, INK, "B")
    _centred(pdf, 52, certificate.provider, 15, GOLD)
    _centred(pdf, 70, "This is to certify that", 12, FADED)
    _centred(pdf, 80, holder, 24 if len(holder) < 40 else 15, INK, "B")
    _centred(pdf, 95, "has completed the course", 12, FADED)
    _centred(pdf, 104, certificate.course, 18, INK)
    for line, (label, value) in enumerate(_particulars(certificate)):
        pdf.set_font("helvetica", size=11)
        pdf.set_text_color(*FADED)
        pdf.text(58, 126 + 8 * line, label)
        pdf.set_text_color(*INK)
        pdf.text(108, 126 + 8 * line, value)
    pdf.line(185, 180, 245, 180)
    _centred(pdf, 196, "Invented for a demonstration. It certifies nothing.", 9, FADED)
    return bytes(pdf.output())


def photo_of(pdf: bytes, *, blur: float = 0.8) -> bytes:
    """The same page on paper, on a desk, taken with a phone; as a JPEG."""
    with ONE_AT_A_TIME:
        page = pypdfium2.PdfDocument(pdf)[0]
        paper = page.render(scale=1.4).to_pil().convert("RGB")
        page.close()
    sheet = Image.new("L", paper.size, 255)
    placed = paper.transform(PHOTO, Image.Transform.PERSPECTIVE, ASKEW, Image.Resampling.BILINEAR)
    where = sheet.transform(PHOTO, Image.Transform.PERSPECTIVE, ASKEW, Image.Resampling.BILINEAR)
    desk = _desk()
    shadow = where.filter(ImageFilter.GaussianBlur(18)).point(lambda value: value * 0.55)
    desk.paste((25, 18, 14), (14, 20), shadow)
    desk.paste(placed, (0, 0), where)
    lit = Image.blend(desk, Image.effect_noise(PHOTO, 24).convert("RGB"), 0.06)
    out = io.BytesIO()
    lit.filter(ImageFilter.GaussianBlur(blur)).save(out, "JPEG", quality=84)
    return out.getvalue()


def _desk() -> Image.Image:
    grain = ImageOps.colorize(Image.linear_gradient("L").resize(PHOTO), *DESK)
    draw = ImageDraw.Draw(grain)
    for down in range(40, PHOTO[1], 150):
        draw.line((0, down, PHOTO[0], down + 12), fill=(84, 58, 40), width=3)
    return grain


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*GOLD)
    for inset, width in ((10, 1.2), (13, 0.4)):
        pdf.set_line_width(width)
        pdf.rect(inset, inset, pdf.w - 2 * inset, pdf.h - 2 * inset)


def _centred(
    pdf: FPDF, down: float, text: str, size: int, colour: Sequence[int], style: str = ""
) -> None:
    pdf.set_font("helvetica", style, size)
    pdf.set_text_color(*colour)
    pdf.set_xy(0, down)
    pdf.cell(pdf.w, 8, text, align="C")


def _particulars(certificate: Certificate) -> list[tuple[str, str]]:
    hours = f"{certificate.hours_total}, of which {certificate.hours_in_person} in person"
    names = sorted(site_name(code) for code in certificate.taught)
    half = (len(names) + 1) // 2 if len(names) > 5 else len(names)
    return [
        ("Number", certificate.number or "-"),
        ("Completed on", _day(certificate.completed_on)),
        ("Hours", hours if certificate.hours_total else "not stated"),
        ("Regions taught", ", ".join(names[:half]) or "none named"),
        *([("", ", ".join(names[half:]))] if names[half:] else []),
        ("Examinations", _exams(certificate)),
    ]


def _exams(certificate: Certificate) -> str:
    ways = {True: ", in person", False: ", online", None: ""}
    said = (f"{exam}: {result}{ways[in_person]}" for exam, result, in_person in certificate.exams)
    return "; ".join(said).replace("_", " ")


def _day(day: date | None) -> str:
    return day_in_words(day) if day else "-"
