"""One requirement put to one person, and what it should answer."""

from __future__ import annotations

from datetime import date

from registry.rules.course_rules import CourseRule
from registry.rules.findings import Case
from registry.rules.forms import Form
from registry.rules.questions import Question
from registry.rules.requirement_forms import parse_requirement
from registry.rules.vocabulary import VersionState
from tests.rules.given import CLINIC, TODAY

PENDING = VersionState.SUBMITTED
YESTERDAY = date(2026, 6, 29)  # TODAY is Tue 30 June 2026
COLUMNS = ("asked", "found", "verdict", "reasons", "sentence", "remedy")


def asks(kind, **values):
    return parse_requirement(Form({"kind": kind, "source": "house rule", **values}))


def judged(requirement, known, site="thigh", given=None):
    question = Question(CLINIC, "US-GA", site, TODAY, given)
    rules = (requirement,) if isinstance(requirement, CourseRule) else ()
    return requirement.judge(Case(known, question, "Georgia", rules))


def named(rows):
    return [f"{row[0].kind} {row[2]}" for row in rows]


def check(asked, found, verdict, reasons, sentence, remedy):
    finding = judged(asked, **found)
    assert finding.verdict is verdict
    assert " ".join(finding.reasons) == reasons
    assert finding.sentence == sentence
    assert finding.remedy == remedy
