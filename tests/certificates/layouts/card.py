"""A card for the wallet: small labels, the values beside them."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, WHITE, Sheet
from tests.certificates.spelling import day, number

STATED = ("number", "issued_on", "last_day", "hours_total", "level")


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True, size=(86 * 1.6, 130 * 1.6))
    sheet.band(0, 0, sheet.w, 24, (12, 92, 86))
    sheet.put(paper.provider, 8, 8, size=15, style="B", ink=WHITE)
    sheet.put(paper.course, 8, 31, size=15, style="B")
    left = (
        ("Name:", f"{paper.holder}"),
        ("Cert. #:", paper.number or ""),
        ("Level:", (paper.level or "").capitalize()),
    )
    right = (
        ("Issued:", day(paper.issued_on, paper.language, paper.written)),
        ("Expires:", day(paper.last_day, paper.language, paper.written)),
        ("CEUs/clock hours:", number(paper.hours_total, paper.language)),
    )
    for line, (label, said) in enumerate(left):
        sheet.put(label, 8, 52 + 14 * line, size=9, ink=GREY)
        sheet.put(said, 27, 51.5 + 14 * line, size=11.5, style="B")
    for line, (label, said) in enumerate(right):
        sheet.put(label, 118, 52 + 14 * line, size=9, ink=GREY)
        sheet.put(said, 151, 51.5 + 14 * line, size=11.5, style="B")
    sheet.put("Carry this card with your licence.", 8, 124, size=8, ink=GREY)
    return sheet
