"""Set to the left, with a seal laid over the lines at the bottom."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number, regions

STATED = ("number", "completed_on", "hours_total", "taught", "approvals")
WORDS = {
    "en": (
        "Certificate of Completion",
        "Presented to",
        "For completing",
        "Hours awarded: {hours} clock hours",
        "Areas covered: {regions}",
        "Date of completion: {day}",
        "Approved by the {body}",
        "{provider}No. {number}",
    ),
    "es": (
        "Certificado de asistencia",
        "Otorgado a",
        "Por completar el curso",
        "Horas: {hours} horas",
        "Zonas: {regions}",
        "Fecha: {day}",
        "Aprobado por {body}",
        "{provider} N.º {number}",
    ),
    "fr": (
        "Attestation de présence",
        "Remise à",
        "Pour avoir terminé le cours",
        "Volume horaire : {hours} heures",
        "Régions : {regions}",
        "Date : {day}",
        "Agréé par {body}",
        "{provider} N° {number}",
    ),
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet()
    words = [
        text.format(
            hours=number(paper.hours_total, paper.language),
            regions=regions(paper.taught, paper.language, paper.index % 2),
            day=day(paper.completed_on, paper.language, paper.written),
            body=", ".join(paper.approvals),
            provider=paper.provider,
            number=paper.number,
        )
        for text in WORDS[paper.language]
    ]
    sheet.put(words[0], 20, 28, size=26, font="times", style="BI")
    sheet.put(words[1], 20, 52, size=11, ink=GREY)
    sheet.put(paper.holder, 20, 60, size=22, style="B")
    sheet.put(words[2], 20, 78, size=11, ink=GREY)
    sheet.put(paper.course, 20, 86, size=17, font="dejavu")
    for line, text in enumerate(words[3:7]):
        sheet.put(text, 20, 108 + 11 * line, size=12)
    sheet.put(words[7], 20, 176, size=11)
    sheet.seal(150, 150, 24, (150, 30, 40), "SEAL")
    sheet.seal(60, 178, 15, (170, 140, 40), "")
    return sheet
