"""The sheet that a certificate is drawn on: words at a place, rules, bands, seals."""

from __future__ import annotations

from datetime import UTC, datetime

from fpdf import FPDF

from registry.adapters.letter_pdf import BOLD, PLAIN

Ink = tuple[int, int, int]
BLACK: Ink = (25, 25, 30)
GREY: Ink = (105, 105, 112)
WHITE: Ink = (255, 255, 255)


class Sheet(FPDF):
    """Millimetres from the top left. A name that a core font lacks letters for is in DejaVu."""

    def __init__(self, *, landscape: bool = False, size: str | tuple[float, float] = "letter"):
        super().__init__("landscape" if landscape else "portrait", "mm", size)  # type: ignore[arg-type]
        self.core_fonts_encoding = "cp1252"  # dashes and quotation marks too
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        self.add_page()

    def face(self, text: str, font: str, size: float, style: str, ink: Ink) -> None:
        try:
            text.encode("cp1252")
        except UnicodeEncodeError:
            font, style = "dejavu", style.replace("I", "")
        if font == "dejavu" and f"dejavu{style}" not in self.fonts:
            self.add_font("dejavu", style, BOLD if style else PLAIN)
        self.set_font(font, style, size)
        self.set_text_color(*ink)

    def put(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = 11,
        font: str = "helvetica",
        style: str = "",
        ink: Ink = BLACK,
        align: str = "L",
        width: float = 0,
    ) -> float:
        """One line, `y` its top. Returns the x at which it ends."""
        self.face(text, font, size, style, ink)
        wide = self.get_string_width(text)
        left = x + {"L": 0, "C": (width - wide) / 2, "R": width - wide}[align]
        self.set_xy(left, y)
        self.cell(wide, size * 0.42, text)
        return left + wide

    def middle(self, text: str, y: float, **how: object) -> None:
        self.put(text, 0, y, align="C", width=self.w, **how)  # type: ignore[arg-type]

    def prose(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        *,
        size: float = 11,
        font: str = "helvetica",
        style: str = "",
        ink: Ink = BLACK,
        align: str = "L",
    ) -> float:
        """A paragraph. Returns the y under it."""
        self.face(text, font, size, style, ink)
        self.set_xy(x, y)
        self.multi_cell(width, size * 0.5, text, align=align)
        return self.y

    def band(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        self.set_fill_color(*ink)
        self.rect(x, y, width, height, style="F")

    def frame(self, inset: float, ink: Ink = GREY, thick: float = 0.6) -> None:
        self.set_draw_color(*ink)
        self.set_line_width(thick)
        self.rect(inset, inset, self.w - 2 * inset, self.h - 2 * inset)

    def rule(self, x: float, y: float, width: float, ink: Ink = GREY) -> None:
        self.set_draw_color(*ink)
        self.set_line_width(0.25)
        self.line(x, y, x + width, y)

    def seal(self, x: float, y: float, radius: float, ink: Ink, words: str) -> None:
        """A round one, see-through, over whatever stands there."""
        with self.local_context(fill_opacity=0.28, stroke_opacity=0.5):
            self.set_fill_color(*ink)
            self.set_draw_color(*ink)
            self.ellipse(x - radius, y - radius, 2 * radius, 2 * radius, style="FD")
        self.put(words, x - radius, y - 2, size=8, style="B", align="C", width=2 * radius, ink=ink)
