"""Held out. A title written up the side, the values in blocks with their labels above."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, WHITE, Sheet
from tests.certificates.spelling import day, number

STATED = ("number", "completed_on", "last_day", "hours_total", "hours_practical")
WORDS = {
    "en": {
        "title": "CERTIFICATE",
        "holder": "RECIPIENT",
        "course": "PROGRAM COMPLETED",
        "completed": "COMPLETED",
        "until": "EXPIRATION DATE",
        "hours": "CREDIT HOURS",
        "practical": "LAB HOURS",
        "number": "SERIAL NO.",
        "provider": "ISSUED BY",
    },
    "fr": {
        "title": "CERTIFICAT",
        "holder": "BÉNÉFICIAIRE",
        "course": "PROGRAMME SUIVI",
        "completed": "DATE DE FIN",
        "until": "DATE D’EXPIRATION",
        "hours": "NOMBRE D’HEURES",
        "practical": "HEURES PRATIQUES",
        "number": "NUMÉRO DE SÉRIE",
        "provider": "ÉMIS PAR",
    },
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(size="A4")
    words = WORDS[paper.language]
    sheet.band(0, 0, 34, sheet.h, (70, 22, 66))
    with sheet.rotation(90, 24, 200):
        sheet.put(words["title"], 24, 194, size=36, style="B", ink=WHITE)
    language, written = paper.language, paper.written
    blocks = (
        ("holder", paper.holder, 48, 40, 22.0),
        ("course", paper.course, 48, 75, 16.0),
        ("completed", day(paper.completed_on, language, written), 48, 115, 13.0),
        ("until", day(paper.last_day, language, written), 125, 115, 13.0),
        ("hours", number(paper.hours_total, language), 48, 145, 13.0),
        ("practical", number(paper.hours_practical, language), 125, 145, 13.0),
        ("number", paper.number or "", 48, 175, 13.0),
        ("provider", paper.provider, 48, 205, 15.0),
    )
    for what, said, x, y, size in blocks:
        sheet.put(words[what], x, y, size=8.5, style="B", ink=GREY)
        sheet.put(said, x, y + 7, size=size)
    return sheet
