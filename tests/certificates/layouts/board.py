"""Held out. As a board prints a licence: a heading in capitals, a grid of boxes, a signature."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number

STATED = ("number", "issued_on", "last_day", "hours_total", "level")
WORDS = {
    "en": {
        "title": "CERTIFICATION IN SPECIALISED TRAINING",
        "holder": "Certificate holder",
        "number": "Certification number",
        "issued": "Issue date",
        "until": "Expiration",
        "course": "Training",
        "hours": "Hours completed",
        "level": "Level of training",
    },
    "es": {
        "title": "ACREDITACIÓN DE FORMACIÓN ESPECIALIZADA",
        "holder": "Titular",
        "number": "Número de certificado",
        "issued": "Fecha de expedición",
        "until": "Fecha de caducidad",
        "course": "Formación",
        "hours": "Horas realizadas",
        "level": "Nivel de formación",
    },
}
LEVELS = {
    "introductory": "introductorio",
    "foundation": "básico",
    "intermediate": "intermedio",
    "advanced": "avanzado",
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True)
    words = WORDS[paper.language]
    sheet.frame(8, thick=1.2)
    sheet.middle(paper.provider.upper(), 20, size=18, font="times", style="B")
    sheet.middle(words["title"], 33, size=13, font="times")
    level = paper.level or ""
    boxes = (
        ("holder", paper.holder, 25, 52, 150),
        ("number", paper.number or "", 175, 52, 80),
        ("course", paper.course, 25, 80, 150),
        ("level", level if paper.language == "en" else LEVELS[level], 175, 80, 80),
        ("issued", day(paper.issued_on, paper.language, paper.written), 25, 108, 75),
        ("until", day(paper.last_day, paper.language, paper.written), 100, 108, 75),
        ("hours", number(paper.hours_total, paper.language), 175, 108, 80),
    )
    sheet.set_draw_color(*GREY)
    for what, said, x, y, width in boxes:
        sheet.rect(x, y, width, 28)
        sheet.put(words[what], x + 3, y + 3, size=8, ink=GREY)
        sheet.put(said, x + 3, y + 13, size=14)
    sheet.rule(150, 175, 90)
    sheet.put("Executive Director", 150, 177, size=9, ink=GREY)
    sheet.seal(60, 165, 20, (120, 120, 40), "")
    return sheet
