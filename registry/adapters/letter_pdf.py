"""A privilege letter on paper: one page as PDF, the same from the same, that points to its page."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.fonts import TTFFont

from registry.adapters.qr_codes import png_of
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.letter_codes import in_groups
from registry.rules.privilege_letters import LetterShown, last_day_in_words
from registry.rules.wording import as_sentence, day_in_words

#: Fetched by scripts/assets.sh; without them letters are of ISO 8859-1 alone.
FONTS = Path(__file__).parents[1] / "static" / "vendor" / "fonts"
PLAIN, BOLD = FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSans-Bold.ttf"
INK, FADED, LINE = (28, 33, 43), (90, 96, 108), (190, 195, 203)
MARGIN, QR_SIDE = 22.0, 42.0  # mm
COUNTS = (
    "What counts is not this sheet but the page behind the code: it says what holds at the moment "
    "it is looked at, and shows nothing any more once the letter was withdrawn."
)
ON_THE_PAGE = "(written in letters that this sheet cannot print: see the page behind the code)"
#: Written from left to right, each letter by itself: no others are put onto paper.
SETTLED = ("L", "EN", "ES", "ET", "CS", "WS", "ON")
SHAPED = ("Mn", "Mc", "Me", "Cf")  # laid over or between other letters


class Paper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


class LetterSheet(FPDF):
    """Knows which letters its fonts have; a name with others is left to the page, never changed."""

    def __init__(self, paper: Paper, *, plain: Path = PLAIN, bold: Path = BOLD) -> None:
        super().__init__(format=paper.value)
        self.embedded = plain.exists() and bold.exists()
        if self.embedded:
            self.add_font("sans", "", plain)
            self.add_font("sans", "B", bold)
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN)

    def words(self, size: float, *, bold: bool = False, faded: bool = False) -> None:
        """How what follows is written."""
        self.set_font("sans" if self.embedded else "helvetica", "B" if bold else "", size)
        self.set_text_color(*(FADED if faded else INK))

    def line_of(self, text: str, height: float) -> None:
        self.multi_cell(0, height, text, new_x="LMARGIN", new_y="NEXT", align="L")

    def name(self, text: str) -> str:
        return text if self._prints(text) else ON_THE_PAGE

    def _prints(self, text: str) -> bool:
        font = self.fonts.get("sans")
        known = font.cmap if isinstance(font, TTFFont) else range(256)
        return text.isprintable() and all(
            ord(letter) in known
            and unicodedata.bidirectional(letter) in SETTLED
            and unicodedata.category(letter) not in SHAPED
            for letter in text
        )


def letter_pdf(shown: LetterShown, *, code: str, address: str, paper: Paper) -> bytes:
    """Of somebody who may needle that day. `address`: of the page that the QR code leads to."""
    return bytes(drawn(LetterSheet(paper), shown, code=code, address=address).output())


def drawn(pdf: LetterSheet, shown: LetterShown, *, code: str, address: str) -> LetterSheet:
    _of_the_file(pdf, shown)
    pdf.add_page()
    pdf.words(10, faded=True)
    pdf.line_of("Needling registry", 6)
    pdf.words(11, faded=True)
    pdf.line_of("Privilege letter", 8)
    pdf.ln(6)
    pdf.words(22, bold=True)
    pdf.line_of(pdf.name(shown.name), 11)
    if shown.profession:
        pdf.words(12, faded=True)
        pdf.line_of(as_sentence(shown.profession), 8)
    pdf.ln(6)
    _what_they_may(pdf, shown)
    _where_to_look(pdf, code, address)
    return pdf


def _of_the_file(pdf: LetterSheet, shown: LetterShown) -> None:
    pdf.set_lang("en-GB")
    pdf.set_title("Privilege letter")
    pdf.set_subject(f"May needle, as of {day_in_words(shown.today)}")
    pdf.set_creator("Needling registry")
    pdf.set_creation_date(shown.asked_at)


def _what_they_may(pdf: LetterSheet, shown: LetterShown) -> None:
    pdf.words(14, bold=True)
    pdf.line_of(f"May needle at {pdf.name(shown.clinic)}", 8)
    local = shown.asked_at.astimezone(ZoneInfo(shown.zone))
    pdf.words(10.5, faded=True)
    pdf.line_of(f"As of {day_in_words(shown.today)}, {local:%H:%M %Z}, the clinic's clock.", 7)
    pdf.ln(4)
    rows = [(last_day_in_words(one.last_day), one.sites_in_words) for one in shown.sites]
    if not rows and shown.until is not None:
        rows = [(last_day_in_words(shown.until), "This letter does not say which regions.")]
    for last_day, sites in rows:
        _row(pdf, f"Until {last_day}" if last_day[0].isupper() else as_sentence(last_day), sites)
    if shown.licence is not None:
        place = jurisdiction_name(shown.licence.jurisdiction)
        _row(pdf, "Licence", f"{place}, {_until(last_day_in_words(shown.licence.last_day))}")


def _until(last_day: str) -> str:
    return f"until {last_day}" if last_day[0].isupper() else last_day


def _row(pdf: LetterSheet, head: str, body: str) -> None:
    pdf.set_draw_color(*LINE)
    pdf.line(pdf.l_margin, pdf.y, pdf.w - pdf.r_margin, pdf.y)
    pdf.ln(2)
    pdf.words(10.5, bold=True)
    pdf.cell(58, 6, head)
    pdf.words(10.5)
    left, pdf.l_margin = pdf.l_margin, pdf.l_margin + 58
    pdf.line_of(body, 6)
    pdf.set_left_margin(left)
    pdf.ln(2)


def _where_to_look(pdf: LetterSheet, code: str, address: str) -> None:
    """All on one page with its code, whatever stands above it."""
    if pdf.will_page_break(QR_SIDE + 30):
        pdf.add_page()
    pdf.ln(8)
    top = pdf.y
    spelt = in_groups(code)
    pdf.image(
        BytesIO(png_of(address)),
        pdf.l_margin,
        top,
        QR_SIDE,
        link=address,
        alt_text=f"QR code of {address}",
    )
    left = pdf.l_margin
    pdf.set_left_margin(left + QR_SIDE + 6)
    pdf.set_y(top + 3)
    pdf.words(10.5)
    pdf.line_of("See how it stands today:", 6)
    pdf.line_of(address.rpartition("/")[0], 6)
    pdf.words(15, bold=True)
    pdf.line_of(spelt, 10)
    pdf.words(9.5, faded=True)
    pdf.line_of(COUNTS, 5)
    pdf.set_left_margin(left)
