"""The catalogue of courses: what each is known to teach, as far as somebody saw it written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from registry.rules.folding import squeezed
from registry.rules.vocabulary import Confidence, CourseKind, Exam

SEEN_ON = date(2026, 11, 22)
ALIKE = 0.88
MAY_BE_MISSPELT = range(8, 80)  # letters of a name of which some may be others


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueCourse:
    """
    `hours` None, `regions` empty, `exams` empty: not seen, never "none".

    `names`: as it is called, its own name first.
    """

    provider: str
    names: tuple[str, ...]
    source: str
    confidence: Confidence
    kind: CourseKind = CourseKind.DRY_NEEDLING
    level: str | None = None
    hours: int | None = None
    regions: tuple[str, ...] = ()
    exams: tuple[Exam, ...] = ()
    seen_on: date = SEEN_ON
    note: str = ""

    @property
    def name(self) -> str:
        return self.names[0]


#: A provider's names, the usual one first.
SMI = "Spinal Manipulation Institute"
PROVIDERS = {
    SMI: (SMI, "American Academy of Manipulative Therapy", "AAMT", "Dry Needling Institute"),
    "Myopain Seminars": ("Myopain Seminars", "Myopain Seminars LLC"),
    "KinetaCore": ("KinetaCore", "Evidence in Motion", "KinetaCore Evidence in Motion"),
    "Integrative Dry Needling": ("Integrative Dry Needling", "Integrative Dry Needling Institute"),
    "Gunn IMS": ("Gunn IMS", "iSTOP", "Institute for the Study and Treatment of Pain"),
    "Gokavi": ("Gokavi", "Gokavi Transverse Technique"),
    "AACP": ("AACP", "Acupuncture Association of Chartered Physiotherapists"),
    "Acupuncture Canada": ("Acupuncture Canada",),
    "McMaster University": ("McMaster University", "McMaster Contemporary Medical Acupuncture"),
    "Optimal Dry Needling Solutions": ("Optimal Dry Needling Solutions",),
}
SMI_PAGE = "spinalmanipulation.org/dates-and-locations/dn-2-dry-needling"
SK_PAGE = "scpt.org/site/dryneedling"
BC_PAGE = "cptbc.org/physical-therapists/practice-resources/dry-needling-roster"
IE_PAGE = "scribd.com/document/461479665"
NJ_NOTE = "New Jersey's board approved it on 24 May 2022; hours not seen."
WRITTEN_PRACTICAL = (Exam.WRITTEN, Exam.PRACTICAL)
COURSES = (
    CatalogueCourse(
        provider=SMI,
        names=("DN-1", "DN-1 Dry Needling", "Dry Needling 1"),
        hours=27,
        exams=(),
        source=SMI_PAGE,
        confidence=Confidence.MEDIUM,
        note="Three days. Its regions were not seen; DN-2 may be taken before it.",
    ),
    CatalogueCourse(
        provider=SMI,
        names=("DN-2", "DN-2 Dry Needling", "Dry Needling 2"),
        hours=27,
        regions=("lumbar_abdomen", "pelvis_gluteal", "thigh", "leg_foot"),
        source=SMI_PAGE,
        confidence=Confidence.MEDIUM,
        note="Three days; low back, pelvis and lower limb. It may be taken before DN-1.",
    ),
    CatalogueCourse(
        provider=SMI,
        names=("Cert. DN", "Certification in Dry Needling"),
        hours=54,
        exams=WRITTEN_PRACTICAL,
        source=SMI_PAGE,
        confidence=Confidence.MEDIUM,
        note="DN-1 and DN-2 with both examinations.",
    ),
    *(
        CatalogueCourse(
            provider="Myopain Seminars",
            names=(f"DN-{n}", f"Dry Needling {n}", f"DN{n} Dry Needling"),
            source="myopainseminars.com",
            confidence=Confidence.LOW,
            note=NJ_NOTE,
        )
        for n in (1, 2, 3)
    ),
    CatalogueCourse(
        provider="Myopain Seminars",
        names=("CMTPT", "Certified Myofascial Trigger Point Therapist"),
        source="myopainsolutions.com",
        confidence=Confidence.LOW,
        kind=CourseKind.OTHER,
        note="Also reached by manual therapy alone: ask for the certificates of the courses.",
    ),
    *(
        CatalogueCourse(
            provider="KinetaCore",
            names=names,
            source=SK_PAGE,
            confidence=Confidence.MEDIUM,
            note="Level 1 alone is not enough in Saskatchewan; hours and regions not seen.",
        )
        for names in (
            ("Functional Dry Needling 1", "FDN 1", "Functional Dry Needling Level 1"),
            ("Functional Dry Needling 2", "FDN 2", "Functional Dry Needling Level 2"),
            ("Functional Therapeutics 1", "FT1"),
        )
    ),
    CatalogueCourse(
        provider="Integrative Dry Needling",
        names=("CIDN", "Certification in Integrative Dry Needling"),
        source="integrativedryneedling.com",
        confidence=Confidence.LOW,
        note="Taken from letters behind a name; who issues it was not stated.",
    ),
    CatalogueCourse(
        provider="Gunn IMS",
        names=("IMS", "Gunn IMS", "Intramuscular Stimulation"),
        source=SK_PAGE,
        confidence=Confidence.MEDIUM,
        note="On Saskatchewan's list; hours not seen.",
    ),
    CatalogueCourse(
        provider="Gokavi",
        names=("Transverse Technique", "Gokavi Transverse Technique"),
        source=SK_PAGE,
        confidence=Confidence.MEDIUM,
        note="On Saskatchewan's list; hours not seen.",
    ),
    CatalogueCourse(
        provider="AACP",
        names=("Accredited member", "AACP accredited member"),
        kind=CourseKind.ACUPUNCTURE,
        hours=300,
        source="aacp.org.uk/page/24/aacp-training-overview",
        confidence=Confidence.MEDIUM,
        note="Training in acupuncture; ten hours more every two years.",
    ),
    *(
        CatalogueCourse(
            provider="Acupuncture Canada",
            names=(f"Dry Needling Level {n}", f"Dry Needling L{n}"),
            source=BC_PAGE,
            confidence=Confidence.MEDIUM,
            note="British Columbia's roster asks for both levels; hours not seen.",
        )
        for n in (1, 2)
    ),
    CatalogueCourse(
        provider="McMaster University",
        names=("Contemporary Medical Acupuncture", "McMaster Contemporary Medical Acupuncture"),
        kind=CourseKind.ACUPUNCTURE,
        source=BC_PAGE,
        confidence=Confidence.MEDIUM,
        note="On British Columbia's list; hours not seen.",
    ),
    CatalogueCourse(
        provider="Optimal Dry Needling Solutions",
        names=("Module One", "Module 1"),
        regions=("pelvis_gluteal",),
        source=IE_PAGE,
        confidence=Confidence.LOW,
        note="Buttock and calf: of the lower leg it names the calf alone.",
    ),
    CatalogueCourse(
        provider="Optimal Dry Needling Solutions",
        names=("Module Two", "Module 2"),
        regions=("neck", "shoulder_girdle"),
        source=IE_PAGE,
        confidence=Confidence.LOW,
        note="Neck and shoulder, with the places where the lung is near.",
    ),
)
_BY_NAME = {squeezed(name): provider for provider, names in PROVIDERS.items() for name in names}


@lru_cache(maxsize=2048)
def known_provider(text: str) -> str | None:
    """The usual name of the provider that this is one of the names of, misspelt a little or not."""
    key = squeezed(text)
    if key in _BY_NAME:
        return _BY_NAME[key]
    near = get_close_matches(key, _BY_NAME, 1, ALIKE) if len(key) in MAY_BE_MISSPELT else []
    return _BY_NAME[near[0]] if near else None


def known_course(provider: str, course: str) -> CatalogueCourse | None:
    """
    The one that a provider gives under this name.

    A level or a number is never misspelt into another: DN-1 is not DN-2.
    """
    house = known_provider(provider)
    key = squeezed(course)
    named = {squeezed(name): one for one in COURSES if one.provider == house for name in one.names}
    if key in named or house is None:
        return named.get(key)
    near = get_close_matches(key, named, 1, ALIKE) if len(key) in MAY_BE_MISSPELT else []
    return named[near[0]] if near and _figures(near[0]) == _figures(key) else None


def _figures(key: str) -> list[str]:
    return [letter for letter in key if letter.isdigit()]
