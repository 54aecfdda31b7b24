"""Two pages: the certificate, and the syllabus with the regions, muscles and hours of each day."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import REGIONS, day, number

STATED = (
    "number",
    "completed_on",
    "hours_total",
    "hours_practical",
    "hours_didactic",
    "taught",
    "exams",
)
WORDS = {
    "en": {
        "title": "Certificate of Completion",
        "to": "This certificate is awarded to",
        "for": "who has completed",
        "on": "on {day}",
        "by": "Provided by {provider}",
        "number": "Certificate # {number}",
        "syllabus": "Course syllabus",
        "regions": "Regions covered",
        "didactic": "Didactic hours: {hours}",
        "practical": "Practical hours: {hours}",
        "total": "Total course hours: {hours}",
        "exams": "Examinations passed: {exams}",
        "written": "written",
        "practical exam": "practical",
        "lunch": "Lunch 12:30 to 13:30 each day",
    },
    "es": {
        "title": "Certificado de aprovechamiento",
        "to": "Se concede este certificado a",
        "for": "que ha completado el curso",
        "on": "el {day}",
        "by": "Impartido por {provider}",
        "number": "Certificado núm. {number}",
        "syllabus": "Programa del curso",
        "regions": "Regiones",
        "didactic": "Horas teóricas: {hours}",
        "practical": "Horas prácticas: {hours}",
        "total": "Horas totales: {hours}",
        "exams": "Exámenes superados: {exams}",
        "written": "escrito",
        "practical exam": "práctico",
        "lunch": "Comida de 14:00 a 15:00",
    },
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet()
    words = WORDS[paper.language]
    sheet.middle(words["title"], 40, size=25, font="times", style="B")
    sheet.middle(words["to"], 66, size=12)
    sheet.middle(paper.holder, 78, size=24, font="times", style="B")
    sheet.middle(words["for"], 98, size=12)
    sheet.middle(paper.course, 108, size=18, style="B")
    said = day(paper.completed_on, paper.language, paper.written)
    sheet.middle(words["on"].format(day=said), 126, size=12)
    sheet.middle(words["by"].format(provider=paper.provider), 148, size=12)
    sheet.put(words["number"].format(number=paper.number), 25, 240, size=9, ink=GREY)
    sheet.add_page()
    _second(sheet, paper, words)
    return sheet


def _second(sheet: Sheet, paper: Paper, words: dict[str, str]) -> None:
    sheet.put(words["syllabus"], 25, 25, size=18, style="B")
    sheet.put(words["lunch"], 25, 38, size=9, ink=GREY)
    sheet.put(words["regions"], 25, 52, size=12, style="B")
    top = 60.0
    for code in paper.taught:
        sheet.put(f"- {REGIONS[paper.language][code][0]}", 30, top, size=11)
        top += 7
    told = {"written": words["written"], "practical": words["practical exam"]}
    exams = ", ".join(told[exam] for exam in sorted(paper.exams))
    for text in (
        words["didactic"].format(hours=number(paper.hours_didactic, paper.language)),
        words["practical"].format(hours=number(paper.hours_practical, paper.language)),
        words["total"].format(hours=number(paper.hours_total, paper.language)),
        words["exams"].format(exams=exams),
    ):
        top += 9
        sheet.put(text, 25, top, size=11)
