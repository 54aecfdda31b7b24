"""Centred above, and a table of the hours of each sort below."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import days, number

STATED = (
    "number",
    "completed_on",
    "course_started",
    "hours_total",
    "hours_in_person",
    "hours_practical",
    "hours_didactic",
    "hours_live_video",
)
WORDS = {
    "en": {
        "title": "Certificate of Achievement",
        "to": "Awarded to",
        "for": "for completion of",
        "held": "Course dates: {days}",
        "head": ("Type of instruction", "Hours"),
        "hours_didactic": "Theory (lecture)",
        "hours_practical": "Hands-on practice",
        "hours_in_person": "In person",
        "hours_live_video": "Live webinar",
        "hours_total": "Total",
        "number": "Certificate ID: {number}",
    },
    "fr": {
        "title": "Certificat de réussite",
        "to": "Décerné à",
        "for": "pour avoir suivi avec succès la formation",
        "held": "Dates de la formation : {days}",
        "head": ("Type d’enseignement", "Heures"),
        "hours_didactic": "Théorie",
        "hours_practical": "Pratique",
        "hours_in_person": "En présentiel",
        "hours_live_video": "Visioconférence en direct",
        "hours_total": "Total",
        "number": "Certificat n° {number}",
    },
    "de": {
        "title": "Zertifikat",
        "to": "Verliehen an",
        "for": "für den erfolgreichen Abschluss des Kurses",
        "held": "Kurstermin: {days}",
        "head": ("Unterrichtsform", "Stunden"),
        "hours_didactic": "Theorie",
        "hours_practical": "Praxis",
        "hours_in_person": "Präsenz",
        "hours_live_video": "Live-Webinar",
        "hours_total": "Gesamt",
        "number": "Zertifikatsnummer: {number}",
    },
}
ROWS = (
    "hours_didactic",
    "hours_practical",
    "hours_in_person",
    "hours_live_video",
    "hours_total",
)


def draw(paper: Paper) -> Sheet:
    sheet = Sheet()
    words = WORDS[paper.language]
    sheet.middle(paper.provider, 22, size=16, font="dejavu", style="B")
    sheet.middle(words["title"], 38, size=24, font="times", style="B")
    sheet.middle(words["to"], 58, size=11, ink=GREY)
    sheet.middle(paper.holder, 67, size=22, font="times", style="B")
    sheet.middle(words["for"], 84, size=11, ink=GREY)
    sheet.middle(paper.course, 93, size=17, font="times")
    said = days(paper.course_started, paper.completed_on, paper.language, paper.written)
    sheet.middle(words["held"].format(days=said), 110)
    _table(sheet, paper, words)
    sheet.put(words["number"].format(number=paper.number), 30, 245, size=9, ink=GREY)
    return sheet


def _table(sheet: Sheet, paper: Paper, words: dict[str, object]) -> None:
    left, right = words["head"]  # type: ignore[misc]
    sheet.band(45, 128, 125, 9, (226, 229, 236))
    sheet.put(left, 49, 130, size=10, style="B")
    sheet.put(right, 145, 130, size=10, style="B", align="R", width=20)
    for line, what in enumerate(ROWS):
        top = 140 + 10 * line
        bold = "B" if what == "hours_total" else ""
        sheet.put(str(words[what]), 49, top, size=10, style=bold)
        hours = number(getattr(paper, what), paper.language)
        sheet.put(hours, 145, top, size=10, style=bold, align="R", width=20)
        sheet.rule(45, top + 7, 125)
