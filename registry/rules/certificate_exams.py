"""What a certificate says of examinations, its level, and who approved the course."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.rules.certificate_labels import cut
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.course_levels import LEVELS
from registry.rules.extracts import Doubt, Extracted
from registry.rules.folding import plain, squeezed
from registry.rules.vocabulary import Exam, ExamResult

EXAM = r"(?:exam\w*|assessment\w*|test\b|prufung\w*|epreuve\w*|evaluacion\w*|klausur)"
SENTENCE = re.compile(rf"[^.;\n]*\b{EXAM}[^.;\n]*")
WRITTEN = re.compile(r"\bwritten|\bescrit[oa]s?\b|\becrite?s?\b|schriftlich\w*|multiple[\s-]choice")
PRACTICAL = re.compile(r"\bpractical|\bpractic[oa]s?\b|\bpratiques?\b|praktisch\w*|hands-on exam")
PASSED = re.compile(
    r"\bpass(?:ed|ing)\b|successful|satisf|\baprob\w+|\bsuperad\w+|\breussi\w*|avec succes|"
    r"bestanden|"
    r"erfolgreich"
)
NOT_PASSED = re.compile(
    r"\bnot (?:pass|tak|requir|includ)|\bno (?:exam|aprob|super)|without|fail|nicht bestanden|"
    r"keine|"
    r"non reussi|sans exam|suspens|to be taken|pending|attempt"
)
LEVEL_WORDS = {
    "introductory": "introductory introduction beginner introduccion introductorio initiation "
    "einfuhrung",
    "foundation": "foundation foundational foundations basic basico fundamental fundamentos "
    "fondamental "
    ""
    ""
    ""
    ""
    "base grundkurs basiskurs grundlagen basis",
    "intermediate": "intermediate intermedio intermedia intermediaire mittelstufe aufbaukurs",
    "advanced": "advanced avanzado avanzada avance avancee fortgeschritten fortgeschrittene",
}
LEVEL = {squeezed(word): level for level, words in LEVEL_WORDS.items() for word in words.split()}
NUMBERED = re.compile(r"(?:level|nivel|niveau|stufe)?\s*(?P<n>[1-4]|i{1,3}|iv)")
SAID_LEVEL = re.compile(
    r"\b(?P<level>introductory|foundation|intermediate|advanced)[\s-]level\b"
    r"|\b(?:level|nivel|niveau|stufe) (?P<n>[1-4]|i{1,3}|iv)\b"
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
APPROVED = re.compile(
    r"(?:approved by|aprobado por|homologado por|agreee? par|approuvee? par|anerkannt (?:von|"
    r"durch)|"
    r"accredited by|acreditado por)\s*(?:the\s*|el\s*|la\s*|le\s*)?(?P<body>[^\n,;()]{4,90}?)"
    r"(?=\s*(?:on\b|\(|,|;|\n|\.\s|\.$|$|n[o°]\b|approval|under|for\b))"
)


def read_exams(paper: CertificatePaper) -> list[Extracted]:
    """Passed ones only; where a paper speaks of one not passed, nothing is read."""
    for match in SENTENCE.finditer(paper.text):
        words = match[0]
        exams = [
            exam
            for exam, said in ((Exam.PRACTICAL, PRACTICAL), (Exam.WRITTEN, WRITTEN))
            if said.search(words)
        ]
        if not exams or not PASSED.search(words) or NOT_PASSED.search(words):
            continue
        value = [[str(exam), str(ExamResult.PASSED), None] for exam in exams]
        start = match.start() + len(words) - len(words.lstrip())
        return [paper.extracted("exams", value, paper.flow, start, match.end())]
    return []


def read_level(paper: CertificatePaper) -> list[Extracted]:
    for one in paper.of("level"):
        for passage in one.values:
            if level := _level(passage.text):
                return [paper.extracted("level", level, passage)]
    found = list(_said_levels(paper))
    return found[:1]


def _level(text: str) -> str | None:
    words = plain(text).strip(" .")
    numbered = NUMBERED.fullmatch(words)
    if numbered:
        return f"level {ROMAN.get(numbered['n']) or numbered['n']}"
    known = [LEVEL[key] for word in words.split()[:3] if (key := squeezed(word)) in LEVEL]
    return known[0] if len(known) == 1 and known[0] in LEVELS else None


def _said_levels(paper: CertificatePaper) -> Iterator[Extracted]:
    for match in SAID_LEVEL.finditer(paper.text):
        level = match["level"] or f"level {ROMAN.get(match['n']) or match['n']}"
        yield paper.extracted("level", level, paper.flow, *match.span())


def read_approvals(paper: CertificatePaper) -> list[Extracted]:
    """Who approved; the day of it is left to be asked."""
    found = [cut(paper.flow, *match.span("body")) for match in APPROVED.finditer(paper.text)]
    bodies = list(dict.fromkeys(one.text.strip(" .") for one in found))
    if not bodies:
        return []
    several = (Doubt.SEVERAL_CANDIDATES,) if len(bodies) > 1 else ()
    return [
        paper.extracted("approvals", [[body, None] for body in bodies], found[0], doubts=several)
    ]
