"""Continuing education of acupuncturists: PDA points, provider-course and licence numbers."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number

STATED = ("completed_on", "hours_total")
KINDS = ("acupuncture", "acupuncture", "dry_needling", "acupuncture")


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True)
    sheet.frame(10)
    sheet.middle("Certificate of Attendance", 24, size=24, font="times", style="B")
    sheet.middle("awarded to", 42, size=11, ink=GREY)
    sheet.middle(f"{paper.holder}, L.Ac.", 51, size=22, font="times")
    sheet.middle("for attending", 68, size=11, ink=GREY)
    sheet.middle(paper.course, 77, size=18, font="times", style="B")
    done = day(paper.completed_on, paper.language, paper.written)
    sheet.middle(f"Date of course: {done}", 95)
    hours = number(paper.hours_total, paper.language)
    sheet.middle(f"{hours} hours / {hours} PDA points (AOM-AC)", 104)
    sheet.put("NCCAOM Provider-Course #: 1140-025", 30, 140, size=10)
    sheet.put("Acupuncture License #: AC 3391", 30, 148, size=10)
    sheet.put("Course sponsor:", 30, 160, size=10, ink=GREY)
    sheet.put(paper.provider, 62, 160, size=11, style="B")
    return sheet
