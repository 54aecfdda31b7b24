"""A frame, and one sentence in the middle of it, broken over lines."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import Sheet
from tests.certificates.spelling import day, number

STATED = ("completed_on", "hours_total", "hours_in_person", "exams", "issued_on")
EXAMS = {
    "en": {"written": "written", "practical": "practical"},
    "es": {"written": "escrito", "practical": "práctico"},
    "fr": {"written": "écrit", "practical": "pratique"},
}
WORDS = {
    "en": (
        "Certificate",
        "This certifies that",
        "attended and completed",
        "a course of {hours} hours, of which {person} hours in person,",
        "held in {place} and concluded on {day},",
        "and has passed the {exams} examination{s}.",
        "Issued {issued}",
        " and ",
    ),
    "es": (
        "Diploma",
        "Se otorga el presente diploma a",
        "por haber completado",
        "con una duración de {hours} horas, de ellas {person} horas presenciales,",
        "en {place}, finalizado el {day},",
        "y haber aprobado el examen {exams}.",
        "Expedido el {issued}",
        " y ",
    ),
    "fr": (
        "Certificat",
        "Nous certifions que",
        "a suivi la formation",
        "d’une durée de {hours} heures, dont {person} heures en présentiel,",
        "à {place}, achevée le {day},",
        "et a réussi l’examen {exams}.",
        "Délivré le {issued}",
        " et ",
    ),
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True, size="A4")
    sheet.frame(8, (140, 110, 40), 1.6)
    sheet.frame(11, (140, 110, 40), 0.4)
    words = _said(paper)
    sheet.middle(words[0], 26, size=34, font="times", style="B")
    sheet.middle(words[1], 48, size=13, font="times", style="I")
    sheet.middle(paper.holder, 58, size=26, font="times", style="B")
    sheet.middle(words[2], 76, size=13, font="times", style="I")
    sheet.middle(paper.course, 86, size=20, font="times", style="B")
    for line, text in enumerate(words[3:6]):
        sheet.middle(text, 102 + 9 * line, size=13, font="times")
    sheet.middle(words[6], 140, size=12, font="times")
    sheet.middle(paper.provider, 166, size=14, font="times", style="B")
    return sheet


def _said(paper: Paper) -> list[str]:
    language, words = paper.language, WORDS[paper.language]
    return [
        text.format(
            hours=number(paper.hours_total, language),
            person=number(paper.hours_in_person, language),
            place=paper.place,
            day=day(paper.completed_on, language, paper.written),
            issued=day(paper.issued_on, language, paper.written),
            exams=words[7].join(EXAMS[language][exam] for exam in sorted(paper.exams)),
            s="s" if len(paper.exams) > 1 else "",
        )
        for text in words
    ]
