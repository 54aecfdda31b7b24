"""A letter: a letterhead, a date, and all of it in sentences."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import REGIONS, day, days, listed, number

STATED = (
    "completed_on",
    "course_started",
    "hours_total",
    "hours_practical",
    "taught",
    "number",
)
WORDS = {
    "en": (
        "To whom it may concern",
        "We confirm that {holder} completed the course “{course}”, which we held from {days} in "
        "{place}.",
        "The course comprised {hours} hours of instruction, of which {practical} hours were "
        "supervised practice. It covered the following regions: {regions}.",
        "Our certificate number is {number}.",
        "Yours faithfully",
    ),
    "de": (
        "Bestätigung der Teilnahme",
        "Hiermit bestätigen wir, dass {holder} am Kurs „{course}“ teilgenommen hat. Er fand {days} "
        "in {place} statt.",
        "Der Kurs umfasste {hours} Stunden Unterricht, davon {practical} Stunden praktische "
        "Übungen. Unterrichtet wurden folgende Körperregionen: {regions}.",
        "Die Nummer unseres Zertifikats lautet {number}.",
        "Mit freundlichen Grüßen",
    ),
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet(size="A4")
    words = WORDS[paper.language]
    sheet.put(paper.provider, 25, 20, size=15, font="times", style="B")
    sheet.put("14 Mill Lane  ·  Tel. 555 0143  ·  www.school.example", 25, 28, size=8, ink=GREY)
    sheet.rule(25, 34, 160)
    top = 60.0
    sheet.put(words[0], 25, top, size=12, style="B")
    for text in words[1:4]:
        top = sheet.prose(_filled(text, paper), 25, top + 12, 160, size=11, font="times")
    sheet.put(words[4], 25, top + 16, font="times")
    sheet.put("Dr. Ingrid Solheim", 25, top + 36, font="times")
    return sheet


def _filled(text: str, paper: Paper) -> str:
    language = paper.language
    told = [REGIONS[language][code][0] for code in paper.taught]
    span = days(paper.course_started, paper.completed_on, language, paper.written)
    if "–" in span or "-" in span:
        first = day(paper.course_started, language, paper.written)
        last = day(paper.completed_on, language, paper.written)
        span = f"vom {first} bis {last}" if language == "de" else f"{first} to {last}"
    elif language == "de":
        span = f"vom {span}"
    return text.format(
        holder=paper.holder,
        course=paper.course,
        days=span,
        place=paper.place,
        hours=number(paper.hours_total, language),
        practical=number(paper.hours_practical, language),
        regions=listed(told, language),
        number=paper.number,
    )
