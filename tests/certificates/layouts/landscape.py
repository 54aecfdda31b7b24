"""Wide, the labels small under the lines that their values stand on."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number

STATED = ("number", "completed_on", "hours_total", "hours_in_person", "level")
WORDS = {
    "en": {
        "title": "Continuing Education Certificate",
        "holder": "Name of participant",
        "course": "Title of course",
        "completed": "Completion date",
        "hours": "Total hours",
        "person": "In-person hours",
        "number": "Certificate no.",
        "level": "Course level",
        "provider": "Course sponsor",
    },
    "de": {
        "title": "Fortbildungsnachweis",
        "holder": "Name der Teilnehmerin / des Teilnehmers",
        "course": "Kurstitel",
        "completed": "Datum des Abschlusses",
        "hours": "Gesamtstunden",
        "person": "Präsenzstunden",
        "number": "Nummer des Zertifikats",
        "level": "Kursniveau",
        "provider": "Kursanbieter",
    },
}
LEVELS = {
    "introductory": "Einführung",
    "foundation": "Grundkurs",
    "intermediate": "Mittelstufe",
    "advanced": "Fortgeschritten",
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True)
    words = WORDS[paper.language]
    sheet.middle(words["title"], 22, size=22, font="times", style="B")
    level = paper.level or ""
    said = level.capitalize() if paper.language == "en" else LEVELS[level]
    done = day(paper.completed_on, paper.language, paper.written)
    _field(sheet, 40, 52, 200, paper.holder, words["holder"], 22)
    _field(sheet, 40, 80, 200, paper.course, words["course"], 18)
    _field(sheet, 40, 108, 200, paper.provider, words["provider"], 15)
    _field(sheet, 40, 136, 60, done, words["completed"])
    _field(sheet, 110, 136, 60, number(paper.hours_total, paper.language), words["hours"])
    _field(sheet, 180, 136, 60, number(paper.hours_in_person, paper.language), words["person"])
    _field(sheet, 40, 166, 90, paper.number or "", words["number"])
    _field(sheet, 150, 166, 90, said, words["level"])
    return sheet


def _field(
    sheet: Sheet, x: float, y: float, width: float, said: str, label: str, size: float = 13
) -> None:
    sheet.put(said, x, y + 8 - size * 0.42, size=size, align="C", width=width)
    sheet.rule(x, y + 10, width)
    sheet.put(label, x, y + 11, size=8, ink=GREY, align="C", width=width)
