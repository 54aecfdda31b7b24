"""A dark band with the school in white, everything below in the middle."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, WHITE, Sheet
from tests.certificates.spelling import day, number, regions

STATED = ("number", "completed_on", "hours_total", "taught")
WORDS = {
    "en": (
        "CERTIFICATE OF COMPLETION",
        "This is to certify that",
        "has successfully completed the course",
        "Completed on {day}",
        "{hours} contact hours",
        "Regions taught: {regions}",
        "Certificate No. {number}",
        "Course Director",
    ),
    "es": (
        "CERTIFICADO DE APROVECHAMIENTO",
        "Se certifica que",
        "ha superado el curso",
        "Fecha de finalización: {day}",
        "{hours} horas lectivas",
        "Regiones tratadas: {regions}",
        "Certificado n.º {number}",
        "Director del curso",
    ),
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True)
    words = WORDS[paper.language]
    sheet.band(0, 0, sheet.w, 42, (24, 32, 58))
    sheet.middle(paper.provider, 15, size=24, style="B", ink=WHITE)
    sheet.middle(words[0], 54, size=17, font="times", style="B")
    sheet.middle(words[1], 70, size=12, ink=GREY)
    name = f"{paper.holder}, {paper.letters}" if paper.letters else paper.holder
    sheet.middle(name, 80, size=28, font="times", style="I")
    sheet.middle(words[2], 97, size=12, ink=GREY)
    sheet.middle(paper.course, 106, size=19, style="B")
    sheet.middle(words[3].format(day=day(paper.completed_on, paper.language, paper.written)), 124)
    sheet.middle(words[4].format(hours=number(paper.hours_total, paper.language)), 132, size=13)
    sheet.middle(
        words[5].format(regions=regions(paper.taught, paper.language, paper.index % 2)), 141
    )
    sheet.rule(30, 182, 70)
    sheet.put(f"L. Hartmann, {words[7]}", 30, 184, size=9, ink=GREY)
    sheet.put(words[6].format(number=paper.number), 190, 184, size=10)
    return sheet
