"""The kinds of credential besides the certificate, and all that a certificate may say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from registry.adapters.clock import now
from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.models import Credential, Document
from registry.rules.course_rules import CourseApproved
from registry.rules.facts import Degree, PracticeHours, Registration
from registry.rules.vocabulary import (
    DegreeLevel,
    RegistrationKind,
    Role,
    VersionState,
)
from tests import given
from tests.web.page import error_at, read
from tests.web.uploading import COURSE, OTHERS, how_many, latest, upload, words
from tests.web.visits import visit

AWARDED = date(2014, 6, 1)
MORE = ("hours_live_video", "hours_didactic", "hours_foundation", "instructor_needling_years")
MORE += ("in_degree",)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def as_dana(app, dana):
    return visit(app, given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana))


@pytest.mark.parametrize(
    ("kind", "changed", "field", "sentence"),
    [
        ("practice_hours", {"hours": ""}, "hours", "Fill this in."),
        ("practice_hours", {"hours": "0"}, "hours", "an hour at least"),
        ("practice_hours", {"hours": "about 4000"}, "hours", "a whole number, such as 3900"),
        ("practice_hours", {"hours": "12,500"}, "hours", "a whole number, such as 3900"),
        ("practice_hours", {"hours": "9" * 7}, "hours", "a whole number, such as 3900"),
        ("practice_hours", {"where": "x" * 201}, "where", "200 is the most"),
        ("practice_hours", {"first_day": "9999-12-31"}, "first_day", "still to come"),
        ("practice_hours", {"first_day": ""}, "first_day", "Fill this in."),
        ("degree", {"title": ""}, "title", "Fill this in."),
        ("degree", {"title": "D\0"}, "title", "cannot be written"),
        ("degree", {"level": ""}, "level", "Choose one."),
        ("degree", {"level": "honorary"}, "level", "Not a valid choice."),
        ("degree", {"first_day": "9999-12-31"}, "first_day", "still to come"),
        ("registration", {"kind": "tattoo"}, "kind", "Not a valid choice."),
    ],
)
def test_of_every_other_kind_too_it_is_said_at_the_field(as_dana, kind, changed, field, sentence):
    page = read(upload(as_dana, OTHERS[kind] | changed, kind=kind), 422)
    assert sentence in error_at(page, field)
    assert how_many(Credential) == how_many(Document) == 0


@pytest.mark.parametrize("kind", [k for k in RegistrationKind if k != RegistrationKind.ENDORSEMENT])
def test_whatever_can_be_settled_with_a_board_can_be_entered(as_dana, kind):
    typed = OTHERS["registration"] | {"kind": str(kind)}
    assert upload(as_dana, typed, kind="registration").status_code == 303
    assert latest().particulars["kind"] == kind
    said = words(read(as_dana.get(f"/my-credentials/{latest().credential_id}"), 200).main)
    assert f"Sort {str(kind).capitalize()}" in said


def test_a_degree_does_not_lapse_whatever_is_sent(as_dana):
    sent = OTHERS["degree"] | {"last_day": "2015-01-01"}
    page = read(as_dana.get("/my-credentials/add/degree"), 200)
    assert page.find(id="last_day") is None
    assert upload(as_dana, sent, kind="degree").status_code == 303
    assert (latest().first_day, latest().last_day) == (AWARDED, None)


def test_the_page_of_a_degree_says_it_in_words(as_dana, dana):
    known = dict(title="Master of Science", level=DegreeLevel.MASTER, school="", first_day=AWARDED)
    found = given.on_record(dana, Degree, known)
    said = words(read(as_dana.get(f"/my-credentials/{found.id}"), 200).main)
    assert "Degree Master of Science" in said
    assert "Level Master" in said
    assert "Awarded Sun 1 June 2014" in said
    assert "Not given school" in said
    assert "Last day" not in said


def test_the_page_of_practice_hours_says_them_in_words(as_dana, dana):
    known = dict(hours=3900, where="Hill Clinic", first_day=date(2025, 2, 1))
    found = given.on_record(dana, PracticeHours, known)
    said = words(read(as_dana.get(f"/my-credentials/{found.id}"), 200).main)
    assert "Hours of practice 3900" in said
    assert "Where Hill Clinic" in said
    assert "Attested Sat 1 February 2025" in said


def test_the_page_of_a_certificate_says_how_each_examination_was_taken(as_dana):
    typed = {"way_written": "in_person", "exam_practical": "failed", "way_practical": "online"}
    upload(as_dana, COURSE | typed)
    said = words(read(as_dana.get(f"/my-credentials/{latest().credential_id}"), 200).main)
    assert "Written passed in person, practical failed online, competency passed" in said
    assert "Hours by live video 13" in said
    assert "Hours of theory 10" in said
    assert "Instructor had needled, years 6" in said
    assert "Part of the degree Yes" in said


@pytest.mark.parametrize("kind", ["practice_hours", "degree"])
def test_a_correction_starts_from_what_was_typed(as_dana, kind):
    upload(as_dana, OTHERS[kind], kind=kind)
    address = f"/my-credentials/{latest().credential_id}/correct"
    form = read(as_dana.get(address), 200)
    for name, typed in OTHERS[kind].items():
        box = form.find(id=name)
        chosen = box.select_one("option[selected]") if box.name == "select" else box
        assert chosen["value"] == typed, name
    assert upload(as_dana, OTHERS[kind], file=None, where=address).status_code == 303
    assert latest().version == 2


def test_a_correction_of_a_certificate_keeps_what_is_folded_and_shows_it(as_dana):
    upload(as_dana, COURSE)
    first = latest().particulars
    address = f"/my-credentials/{latest().credential_id}/correct"
    page = read(as_dana.get(address), 200)
    assert page.find(id="instructor_needling_years")["value"] == "6"
    assert page.select_one("#way_written option[selected]")["value"] == "online"
    for name in ("in_degree", "approved_by_1"):
        assert page.find(id=name).find_parent("details").has_attr("open"), name
    assert upload(as_dana, COURSE, file=None, where=address).status_code == 303
    assert latest().particulars == first


def test_what_is_folded_opens_where_something_is_to_be_put_right(as_dana):
    asked = read(as_dana.get("/my-credentials/add/certificate"), 200)
    bare = {k: v for k, v in COURSE.items() if k not in MORE and not k.startswith("approved")}
    wrong = bare | {"hours_foundation": "some", "approved_on_3": "2023-01-01"}
    answered = read(upload(as_dana, wrong), 422)
    for name in ("hours_foundation", "approved_by_3"):
        assert not asked.find(id=name).find_parent("details").has_attr("open")
        assert answered.find(id=name).find_parent("details").has_attr("open")


def test_every_body_that_a_rule_names_is_offered_and_others_may_be_typed(as_dana):
    page = read(as_dana.get("/my-credentials/add/certificate"), 200)
    offered = {one["value"]: one.text for one in page.select("#approving-bodies option")}
    named = {
        body
        for file in load_jurisdictions().values()
        for one in file.sets
        for rule in one.requirements
        if isinstance(rule, CourseApproved)
        for body in rule.bodies
    }
    assert offered.keys() == named
    assert offered["Kansas board"] == "Kansas"
    assert page.find(id="approved_by_3")["list"] == "approving-bodies"
    levels = [one["value"] for one in page.select("#course-levels option")]
    assert levels[:4] == ["Introductory", "Foundation", "Intermediate", "Advanced"]


def test_one_filing_is_not_renewed_by_another_sort_of_filing(as_dana, dana):
    soon = now().date() + timedelta(days=20)
    here = dict(jurisdiction="US-MT", first_day=date(2026, 1, 1))
    old = here | dict(kind=RegistrationKind.ROSTER, last_day=soon)
    given.on_record(dana, Registration, old)
    other = here | dict(kind=RegistrationKind.NOTIFICATION, state=VersionState.SUBMITTED)
    given.on_record(dana, Registration, other)
    assert "A renewal waits" not in words(read(as_dana.get("/my-credentials/"), 200).main)
    same = here | dict(kind=RegistrationKind.ROSTER, state=VersionState.SUBMITTED)
    given.on_record(dana, Registration, same)
    assert "A renewal waits" in words(read(as_dana.get("/my-credentials/"), 200).main)


def test_the_front_desk_reads_nothing_of_a_degree_but_that_it_is_there(app, harbour, dana):
    known = dict(title="SECRET-9", level=DegreeLevel.MASTER, school="SECRET-8", first_day=AWARDED)
    found = given.on_record(dana, Degree, known)
    browser = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    for address in (f"for/{dana.id}", f"{found.id}"):
        page = read(browser.get(f"/my-credentials/{address}"), 200)
        assert "Degree" in words(page.main)
        assert "SECRET" not in str(page)
