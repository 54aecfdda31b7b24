"""Two columns: what it is about on the left, what it says on the right."""

from __future__ import annotations

from tests.certificates.papers import Paper
from tests.certificates.sheet import GREY, Sheet
from tests.certificates.spelling import day, number, regions

STATED = (
    "number",
    "completed_on",
    "issued_on",
    "last_day",
    "hours_total",
    "hours_practical",
    "level",
    "taught",
)
WORDS = {
    "en": {
        "title": "Record of Continuing Education",
        "holder": "Participant",
        "course": "Course title",
        "provider": "Provider",
        "number": "Certificate number",
        "completed": "Date completed",
        "issued": "Date issued",
        "until": "Valid until",
        "hours": "Contact hours",
        "practical": "Practical hours",
        "level": "Level",
        "regions": "Body regions",
    },
    "de": {
        "title": "Teilnahmebescheinigung",
        "holder": "Teilnehmer/in",
        "course": "Kurs",
        "provider": "Veranstalter",
        "number": "Zertifikat-Nr.",
        "completed": "Abgeschlossen am",
        "issued": "Ausgestellt am",
        "until": "Gültig bis",
        "hours": "Stunden gesamt",
        "practical": "davon Praxis",
        "level": "Niveau",
        "regions": "Körperregionen",
    },
    "fr": {
        "title": "Attestation de formation",
        "holder": "Participant",
        "course": "Intitulé de la formation",
        "provider": "Organisme",
        "number": "N° de certificat",
        "completed": "Terminée le",
        "issued": "Délivrée le",
        "until": "Valable jusqu’au",
        "hours": "Durée totale (heures)",
        "practical": "dont heures de pratique",
        "level": "Niveau",
        "regions": "Régions traitées",
    },
}
LEVELS = {
    "introductory": {"de": "Einführung", "fr": "initiation"},
    "foundation": {"de": "Grundkurs", "fr": "fondamental"},
    "intermediate": {"de": "Mittelstufe", "fr": "intermédiaire"},
    "advanced": {"de": "Fortgeschritten", "fr": "avancé"},
}


def draw(paper: Paper) -> Sheet:
    sheet = Sheet()
    words = WORDS[paper.language]
    sheet.put(words["title"], 22, 24, size=22, style="B")
    sheet.rule(22, 37, sheet.w - 44)
    for line, (what, said) in enumerate(_rows(paper).items()):
        top = 48 + 13 * line
        sheet.put(words[what], 22, top, size=10, ink=GREY)
        sheet.put(said, 82, top, size=12, font="helvetica", style="B" if line < 3 else "")
    sheet.rule(22, 225, 60)
    sheet.put("M. Adeyemi", 22, 227, size=9, ink=GREY)
    return sheet


def _rows(paper: Paper) -> dict[str, str]:
    language, written = paper.language, paper.written
    level = paper.level or ""
    return {
        "holder": paper.holder,
        "course": paper.course,
        "provider": paper.provider,
        "number": paper.number or "",
        "completed": day(paper.completed_on, language, written),
        "issued": day(paper.issued_on, language, written),
        "until": day(paper.last_day, language, written),
        "hours": number(paper.hours_total, language),
        "practical": number(paper.hours_practical, language),
        "level": level.capitalize() if language == "en" else LEVELS[level][language],
        "regions": regions(paper.taught, language, 0),
    }
