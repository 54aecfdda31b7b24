"""Held out. Little in large letters, and much small print with other days and numbers in it."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number, regions

STATED = ("number", "completed_on", "issued_on", "hours_total", "hours_didactic", "taught")
WORDS = {
    "en": (
        "Certificate of Attainment",
        "is hereby granted to",
        "upon satisfactory completion of",
        "Conducted by {provider}",
        "{hours} contact hours ({didactic} hours theory)  |  {regions}",
        "This programme ended on {day}. Certificate {number} was issued on {issued} under the "
        "rules "
        "of 1 March 2019. It is no licence to practise. Questions within 30 days to the office, "
        "24 Quay Street, telephone +44 20 7946 0991. Records are kept for 4 years. The programme "
        "does not teach the pelvic floor.",
    ),
    "de": (
        "Urkunde",
        "wird hiermit verliehen an",
        "nach erfolgreicher Teilnahme an",
        "Durchgeführt von {provider}",
        "{hours} Stunden ({didactic} Stunden Theorie)  |  {regions}",
        "Der Lehrgang endete am {day}. Die Urkunde {number} wurde am {issued} nach der Ordnung vom "
        "1. März 2019 ausgestellt. Sie berechtigt nicht zur Ausübung der Heilkunde. Rückfragen "
        "binnen 30 Tagen an das Büro, Kaistraße 24, Telefon 0221 555 0991.",
    ),
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(landscape=True, size="A4")
    words = [
        text.format(
            provider=paper.provider,
            hours=number(paper.hours_total, paper.language),
            didactic=number(paper.hours_didactic, paper.language),
            regions=regions(paper.taught, paper.language, 1),
            day=day(paper.completed_on, paper.language, paper.written),
            issued=day(paper.issued_on, paper.language, paper.written),
            number=paper.number,
        )
        for text in WORDS[paper.language]
    ]
    sheet.frame(9)
    sheet.middle(words[0], 24, size=28, font="times", style="I")
    sheet.middle(words[1], 46, size=11, ink=GREY)
    sheet.middle(paper.holder, 55, size=26, font="times", style="B")
    sheet.middle(words[2], 74, size=11, ink=GREY)
    sheet.middle(paper.course, 83, size=20, font="times", style="B")
    sheet.middle(words[3], 102, size=13)
    sheet.middle(words[4], 116, size=12)
    sheet.prose(words[5], 30, 150, 235, size=8.5, ink=GREY)
    return sheet
