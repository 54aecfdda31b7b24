"""Held out. A European diploma: the school in the middle, the sentence over several lines."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import Sheet
from tests.certificates.spelling import day, days, number, regions

STATED = (
    "completed_on",
    "course_started",
    "issued_on",
    "hours_total",
    "taught",
    "exams",
    "number",
)
WORDS = {
    "en": (
        "Diploma",
        "It is certified that",
        "took part in the training",
        "held {days}, with a total of {hours} hours,",
        "regions: {regions},",
        "and passed the {exams} examination at its end.",
        "{place}, {issued}",
        "Reg. no. {number}",
    ),
    "es": (
        "Diploma acreditativo",
        "Certificamos que D./Dña.",
        "ha realizado con aprovechamiento la formación",
        "celebrada {days}, con un total de {hours} horas,",
        "regiones: {regions},",
        "y ha superado el examen {exams}.",
        "{place}, a {issued}",
        "Registro n.º {number}",
    ),
    "fr": (
        "Diplôme",
        "Il est certifié que",
        "a participé à la formation",
        "qui s’est tenue {days}, pour un total de {hours} heures,",
        "régions : {regions},",
        "et a passé avec succès l’examen {exams}.",
        "Fait à {place}, le {issued}",
        "Enregistré sous le n° {number}",
    ),
    "de": (
        "Zertifikat",
        "Es wird bescheinigt, dass",
        "erfolgreich teilgenommen hat an der Fortbildung",
        "{days}, mit insgesamt {hours} Stunden,",
        "Regionen: {regions},",
        "und die {exams} Prüfung bestanden hat.",
        "{place}, den {issued}",
        "Register-Nr. {number}",
    ),
}
EXAMS = {
    "en": {"written": "written", "practical": "practical"},
    "es": {"written": "escrito", "practical": "práctico"},
    "fr": {"written": "écrit", "practical": "pratique"},
    "de": {"written": "schriftliche", "practical": "praktische"},
}
AND = {"en": " and ", "es": " y ", "fr": " et ", "de": " und "}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(size="A4")
    language = paper.language
    words = [
        text.format(
            days=days(paper.course_started, paper.completed_on, language, paper.written),
            hours=number(paper.hours_total, language),
            regions=regions(paper.taught, language, 0),
            exams=AND[language].join(EXAMS[language][exam] for exam in sorted(paper.exams)),
            place=paper.place,
            issued=day(paper.issued_on, language, paper.written),
            number=paper.number,
        )
        for text in WORDS[language]
    ]
    sheet.middle(paper.provider, 30, size=19, font="dejavu", style="B")
    sheet.middle(words[0], 60, size=34, font="times", style="B")
    sheet.middle(words[1], 90, size=12, font="times")
    sheet.middle(paper.holder, 103, size=24, font="times", style="B")
    sheet.middle(words[2], 124, size=12, font="times")
    sheet.middle(paper.course, 136, size=18, font="times", style="B")
    for line, text in enumerate(words[3:6]):
        sheet.middle(text, 158 + 9 * line, size=12, font="times")
    sheet.put(words[6], 28, 220, size=11, font="times")
    sheet.put(words[7], 28, 262, size=9, font="times")
    return sheet
