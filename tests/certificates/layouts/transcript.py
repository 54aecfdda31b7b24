"""Held out. A record with one row under a row of headings."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number

STATED = ("number", "completed_on", "hours_total", "hours_in_person", "hours_live_video")
WORDS = {
    "en": {
        "title": "Training transcript",
        "holder": "Student: {holder}",
        "number": "Record ID {number}",
        "head": ("Course", "Completed", "In person", "Live online", "Total hours"),
        "sum": "This transcript was prepared by the registrar of {provider}.",
    },
    "fr": {
        "title": "Relevé de formation",
        "holder": "Stagiaire : {holder}",
        "number": "Relevé n° {number}",
        "head": ("Formation", "Terminée", "Présentiel", "En direct", "Total heures"),
        "sum": "Relevé établi par le secrétariat de {provider}.",
    },
}
COLUMNS = (20, 112, 155, 190, 225)


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True)
    words = WORDS[paper.language]
    sheet.put(paper.provider, 20, 20, size=17, style="B")
    sheet.put(str(words["title"]), 20, 31, size=13, ink=GREY)
    sheet.put(str(words["holder"]).format(holder=paper.holder), 20, 52, size=13)
    sheet.put(str(words["number"]).format(number=paper.number), 190, 52, size=11)
    sheet.band(18, 70, 245, 10, (222, 228, 222))
    said = (
        paper.course,
        day(paper.completed_on, paper.language, paper.written),
        number(paper.hours_in_person, paper.language),
        number(paper.hours_live_video, paper.language),
        number(paper.hours_total, paper.language),
    )
    for x, head, value in zip(COLUMNS, words["head"], said, strict=True):
        sheet.put(head, x, 73, size=10, style="B")
        sheet.put(value, x, 84, size=10)
    sheet.rule(18, 94, 245)
    sheet.put(str(words["sum"]).format(provider=paper.provider), 20, 110, size=10, ink=GREY)
    return sheet
