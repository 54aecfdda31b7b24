"""The people, schools and courses that the certificates are made up from; none of them is real."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.certificates.papers import Paper
from tests.certificates.spelling import REGIONS

#: The name on the paper, and the name on record where it is another spelling or another person.
PEOPLE = {
    "en": (
        ("Dana Whitfield", "Dana Whitfield"),
        ("Marcus T. Oyelaran", "Marcus Oyelaran"),
        ("Naomi Castellanos", "Naomi Castellanos"),
        ("Siobhán O’Connor-Byrne", "Siobhan O'Connor-Byrne"),
        ("Priya Venkataraghavan Subramaniam", "Priya Venkataraghavan Subramaniam"),
        ("Katherine Anne Lindqvist", "Katherine Lindqvist"),
        ("Łukasz Wiśniewski", "Lukasz Wisniewski"),
        ("Søren Østergård", "Søren Østergård"),
        ("OKAFOR, Ruth", "Ruth Okafor"),
        ("Teresa Brandt", "Teresa Alvarado"),
        ("Li Wei", "Li Wei"),
        ("Guillermo de la Cruz III", "Guillermo de la Cruz"),
        ("Hannah Applegate", "Hannah Applegate"),
        ("J. Robert McAllister", "James Robert McAllister"),
        ("Zoë Marchetti", "Zoe Marchetti"),
        ("Emeka Nwosu", "Chidi Nwosu"),
    ),
    "es": (
        ("María José Fernández Ibáñez", "María José Fernández Ibáñez"),
        ("Iñaki Etxeberria Muñoz", "Iñaki Etxeberria"),
        ("Ana Belén Gutiérrez de la Peña", "Ana Belén Gutiérrez de la Peña"),
        ("Joaquín Núñez Quesada", "Joaquin Nuñez Quesada"),
    ),
    "fr": (
        ("Anne-Sophie Lefèvre-Duchâteau", "Anne-Sophie Lefèvre-Duchâteau"),
        ("Benoît Garçon", "Benoit Garçon"),
        ("Chloé Desrosiers", "Chloé Tremblay"),
        ("Frédéric Noël", "Frédéric Noël"),
    ),
    "de": (
        ("Jürgen Weißmüller", "Jürgen Weissmüller"),
        ("Anneliese Großkopf-Schäfer", "Anneliese Großkopf-Schäfer"),
        ("Björn Hägele", "Bjoern Haegele"),
        ("Ute von der Heyden", "Ute von der Heyden"),
    ),
}
PROVIDERS = {
    "en": (
        "Harbourline Academy of Dry Needling",
        "Cedar Ridge Rehabilitation Seminars",
        "Institute for Trigger Point Studies",
        "Northgate Physiotherapy Education Ltd",
        "Great Basin School of Manual Therapy",
        "Meridian Institute of Integrative Health",
        "Blue Heron Continuing Education, LLC",
        "Westmark College of Physical Therapy",
        "Spinal Manipulation Institute",
        "Myopain Seminars",
    ),
    "es": ("Instituto Ibérico de Fisioterapia", "Escuela Andina de Terapia Manual"),
    "fr": ("Institut Lyonnais de Kinésithérapie", "Académie Boréale de Physiothérapie"),
    "de": ("Akademie für Manuelle Medizin Rheinland", "Physioschule Nordsee GmbH"),
}
COURSES = {
    "en": (
        "Dry Needling for the Upper Quarter",
        "Functional Dry Needling of the Spine",
        "Dry Needling Certification Course",
        "Trigger Point Dry Needling",
        "Dry Needling of the Lower Extremity",
        "Introduction to Intramuscular Needling",
        "Clinical Dry Needling: Lumbopelvic Complex",
        "Dry Needling II",
    ),
    "es": ("Punción seca de los puntos gatillo", "Curso de punción seca del miembro inferior"),
    "fr": ("Puncture sèche des points gâchettes", "Dry needling du quadrant supérieur"),
    "de": ("Dry Needling der unteren Extremität", "Dry Needling Basiskurs Rumpf"),
}
ACUPUNCTURE = (
    "Auricular Acupuncture for Pain",
    "Foundations of Scalp Acupuncture",
    "Acupuncture in Orthopaedics",
    "Motor Points for the Acupuncturist",
)
OTHER = ("Manual Therapy of the Cervical Spine", "Blood Flow Restriction Training")
PLACES = {
    "en": ("Denver, Colorado", "Atlanta, GA", "Leeds", "Calgary, Alberta"),
    "es": ("Sevilla", "Santiago de Chile"),
    "fr": ("Lyon", "Montréal"),
    "de": ("Köln", "Zürich"),
}
LETTERS = ("PT, DPT", "PT", "OTR/L", "DC", "MSc, MCSP", "ATC", "PT, OCS, Cert. MDT", "")
LEVELS = ("introductory", "foundation", "intermediate", "advanced")
BODIES = (
    "Georgia State Board of Physical Therapy",
    "Maryland Board of Physical Therapy Examiners",
    "New Jersey State Board of Physical Therapy Examiners",
)
WRITTEN = {
    "en": ("american", "words", "american_slashes", "slashes", "iso", "short"),
    "es": ("words", "slashes"),
    "fr": ("words", "slashes"),
    "de": ("words", "dots"),
}
NUMBERS = ("DN-{:05}", "{:06}", "C{:04}/26", "TPDN-2026-{:04}", "No{:04}A")
EARLIEST, SPAN = date(2021, 2, 1), 1900  # days


def made_up(layout: str, index: int, language: str, *, kind: str = "dry_needling") -> Paper:
    """The same for the same layout and index, always."""
    chance = random.Random(f"{layout}/{index}")  # noqa: S311 - a sample, not a secret
    holder, practitioner = chance.choice(PEOPLE[language])
    last = EARLIEST + timedelta(days=chance.randrange(SPAN))
    taught = _some_regions(chance, language)
    paper = Paper(
        layout=layout,
        index=index,
        language=language,
        written=chance.choice(WRITTEN[language]),
        practitioner=practitioner,
        holder=holder,
        letters="" if "," in holder else chance.choice(LETTERS) if language == "en" else "",
        provider=chance.choice(PROVIDERS[language]),
        course=_course(chance, language, kind),
        kind=kind,
        place=chance.choice(PLACES[language]),
        number=chance.choice(NUMBERS).format(chance.randrange(100, 9999)),
        completed_on=last,
        course_started=last - timedelta(days=chance.choice((1, 2, 3))),
        issued_on=last + timedelta(days=chance.choice((1, 3, 9, 20))),
        last_day=date(last.year + chance.choice((2, 3, 5)), last.month, min(last.day, 28)),
        level=chance.choice(LEVELS),
        taught=taught,
        exams=chance.choice((("practical", "written"), ("practical",), ("written",))),
        approvals=(chance.choice(BODIES),),
    )
    return replace(paper, **_hours(chance))


def _course(chance: random.Random, language: str, kind: str) -> str:
    if kind == "acupuncture":
        return chance.choice(ACUPUNCTURE)
    if kind == "other":
        return chance.choice(OTHER)
    return chance.choice(COURSES[language])


def _some_regions(chance: random.Random, language: str) -> tuple[str, ...]:
    codes = list(REGIONS[language])
    chosen = chance.sample(codes, chance.choice((2, 3, 4)))
    return tuple(code for code in codes if code in chosen)


def _hours(chance: random.Random) -> dict[str, Decimal]:
    practical = Decimal(chance.choice(("12", "16", "18", "20.5", "24")))
    didactic = Decimal(chance.choice(("6", "8", "9.5", "11")))
    video = Decimal(chance.choice(("3", "4", "6")))
    return {
        "hours_practical": practical,
        "hours_didactic": didactic,
        "hours_in_person": practical + didactic,
        "hours_live_video": video,
        "hours_total": practical + didactic + video,
    }
