"""A form that begins with what was read: filled, marked, compared, never sent unseen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from registry.models import CredentialVersion, VersionSyllabus, db
from registry.rules import course_catalogue
from registry.rules.course_catalogue import CatalogueCourse
from registry.rules.extracts import Doubt, Extract, Extracted
from registry.rules.legibility import ExtractState
from registry.rules.page_words import Box
from registry.rules.vocabulary import Confidence, Role
from tests import given
from tests.files import photo
from tests.web.bringing_in import brought_in, settle
from tests.web.page import error_at, read
from tests.web.uploading import latest, words
from tests.web.visits import visit

PLACE = Box(1, 0.2, 0.3, 0.4, 0.35)
READ = Extract(
    values=(
        Extracted("holder", "Dana Okafor", "Dana Okafor", PLACE),
        Extracted("course", "Dry needling, upper quarter", "Dry Needling", PLACE),
        Extracted("provider", "Lakeside Institute", "Lakeside", PLACE),
        Extracted("number", "DN-4107", "No. DN-4107", PLACE),
        Extracted("hours_total", "27", "27 hours", PLACE),
        Extracted("taught", ["arm", "neck"], "neck, arm", PLACE),
        Extracted("exams", [["written", "passed", True]], "written examination", PLACE),
        Extracted(
            "completed_on",
            None,
            "11/09/2025",
            PLACE,
            doubts=(Doubt.AMBIGUOUS_DATE,),
            choices=("2025-09-11", "2025-11-09"),
        ),
    )
)
SYLLABUS = Extract(values=(Extracted("hours_in_person", "20", "20 h in person", PLACE),))
TYPED = {
    "course": "Dry needling, upper quarter",
    "provider": "lakeside  institute",
    "kind": "dry_needling",
    "completed_on": "2025-09-11",
    "number": "DN-4107",
    "hours_total": "27",
    "hours_in_person": "20",
    "regions": ["neck", "arm"],
    "level": "foundation",
    "holder_matches": "y",
    "exam_written": "passed",
    "way_written": "in_person",
}


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def as_dana(app, dana):
    return visit(app, given.somebody(Role.PRACTITIONER, practises_as=dana))


@pytest.fixture
def paper(app, dana):
    """A document of Dana's on which nothing rests yet, and what was read of it."""

    def bring(extract=None, data=None, name="dn.pdf", whose=dana):
        return brought_in(app, whose, extract, data, name)

    return bring


def fragment(answer):
    return BeautifulSoup(answer.text, "html.parser")


def form_of(browser, number, more=""):
    return read(browser.get(f"/my-credentials/add/certificate?paper={number}{more}"))


def send(browser, paper_id, more="", **changed):
    data = {name: value for name, value in (TYPED | changed).items() if value is not None}
    address = f"/my-credentials/add/certificate?paper={paper_id}{more}"
    return browser.post(address, data=data, content_type="multipart/form-data")


def value_of(page, name):
    field = page.find(attrs={"name": name})
    return field.get("value", "") if field.name == "input" else field.find(selected=True)["value"]


def ticked(page, name):
    return [box["value"] for box in page.find_all(attrs={"name": name}) if box.has_attr("checked")]


def mark_at(page, name):
    return words(page.find(id=f"mark-{name}"))


def test_the_form_of_a_paper_begins_with_what_was_read_of_it(as_dana, paper):
    page = form_of(as_dana, paper(READ))
    assert value_of(page, "course") == "Dry needling, upper quarter"
    assert value_of(page, "number") == "DN-4107"
    assert value_of(page, "hours_total") == "27"
    assert (ticked(page, "regions"), value_of(page, "exam_written")) == (["neck", "arm"], "passed")
    assert page.find("input", type="file") is None


def test_each_value_is_marked_with_its_source_and_its_place(as_dana, paper):
    page = form_of(as_dana, paper(READ))
    assert "read from the certificate" in mark_at(page, "number")
    link = page.find(id="mark-number").find("a")
    place = page.find(id=link["href"].removeprefix("#"))
    assert (place.name, place["x"], place["width"]) == ("rect", "194.0", "212.0")
    assert mark_at(page, "level") == ""


def test_a_day_that_may_be_two_is_offered_and_not_filled_in(as_dana, paper):
    page = form_of(as_dana, paper(READ))
    assert value_of(page, "completed_on") == ""
    mark = mark_at(page, "completed_on")
    assert "“11/09/2025” can be Thu 11 September 2025 or Sun 9 November 2025." in mark
    assert [button["value"] for button in page.find(id="mark-completed_on").find_all("button")] == [
        "completed_on=2025-09-11",
        "completed_on=2025-11-09",
    ]


def test_a_press_takes_one_of_the_days_and_keeps_what_was_typed(as_dana, paper):
    number = paper(READ)
    answer = send(
        as_dana, number, course="My own words", completed_on="", press="completed_on=2025-11-09"
    )
    page = read(answer)
    assert value_of(page, "completed_on") == "2025-11-09"
    assert value_of(page, "course") == "My own words"
    assert "The paper reads: Dry needling, upper quarter" in mark_at(page, "course")
    assert db.session.scalar(select(CredentialVersion.id)) is None


def test_what_was_read_is_not_sent_unseen(as_dana, paper):
    answer = send(as_dana, paper(READ))
    assert answer.status_code == 422
    assert "Compare what was read with the paper" in error_at(read(answer), "compared")
    assert db.session.scalar(select(CredentialVersion.id)) is None


def test_the_version_keeps_whence_each_value_is(as_dana, paper):
    number, syllabus = paper(READ), paper(SYLLABUS, photo("PNG"), "s.png")
    answer = send(as_dana, number, f"&syllabus={syllabus}", compared="y")
    assert answer.status_code == 303
    version = latest()
    assert version.document_id == number
    assert db.session.get_one(VersionSyllabus, version.id).document_id == syllabus
    assert version.sources == {
        "provider": "certificate",
        "course": "certificate",
        "number": "certificate",
        "kind": "stated",
        "level": "stated",
        "completed_on": "certificate",
        "hours_total": "certificate",
        "hours_in_person": "syllabus",
        "taught": "certificate",
        "exams": "certificate",
        "holder_matches": "certificate",
        "first_day": "stated",
    }
    assert version.number_key == "dn4107"


def test_what_was_changed_counts_as_stated_whatever_the_form_began_with(as_dana, paper):
    send(as_dana, paper(READ), hours_total="54", compared="y")
    assert latest().sources["hours_total"] == "stated"


def test_a_form_of_which_nothing_was_read_asks_for_no_comparing(as_dana, paper):
    number = paper(None, photo(), "a.jpg")
    page = form_of(as_dana, number)
    assert "The paper is being read" in words(page.find(id="paper-read"))
    assert page.find(id="compared") is None
    assert send(as_dana, number).status_code == 303
    assert set(latest().sources.values()) == {"stated"}


def test_while_it_is_read_the_page_asks_again_and_then_says_what_was_found(as_dana, paper):
    number = paper(None, photo(), "a.jpg")
    address = f"/my-credentials/papers/{number}/read"
    waiting = fragment(as_dana.get(address))
    assert waiting.find(id="paper-read")["hx-get"] == address
    settle(number, ExtractState.READ, READ)
    found = fragment(as_dana.get(address))
    assert not found.find(id="paper-read").has_attr("hx-get")
    told = {(one["data-field"], one["data-value"]) for one in found.select("[data-fill] li")}
    assert {("number", "DN-4107"), ("regions", "neck"), ("exam_written", "passed")} <= told
    assert "completed_on" not in {name for name, _ in told}
    assert "The paper reads: DN-4107" in mark_at(found, "number")


def test_without_a_script_one_looks_again_and_only_empty_fields_are_filled(as_dana, paper):
    number = paper(None, photo(), "a.jpg")
    settle(number, ExtractState.READ, READ)
    page = read(send(as_dana, number, course="My own words", number="", press="look"))
    assert value_of(page, "course") == "My own words"
    assert value_of(page, "number") == "DN-4107"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ExtractState.NOT_INSTALLED, "Pictures are not read on this machine"),
        (ExtractState.UNREADABLE, "Nothing could be read of it"),
    ],
)
def test_where_nothing_can_be_read_the_form_says_so_and_can_be_sent(as_dana, paper, state, said):
    number = paper(None, photo(), "a.jpg")
    settle(number, state)
    assert said in words(form_of(as_dana, number).find(id="paper-read"))
    assert send(as_dana, number).status_code == 303


def test_a_paper_of_somebody_else_opens_no_form(as_dana, paper, harbour):
    number = paper(READ, whose=given.practitioner("Bo Lind", at=harbour))
    for address in (f"add/certificate?paper={number}", f"papers/{number}/read"):
        assert as_dana.get(f"/my-credentials/{address}").status_code == 404
    assert send(as_dana, number, compared="y").status_code == 404


def test_the_list_of_courses_offers_and_takes_over_nothing_by_itself(as_dana, paper, monkeypatch):
    known = CatalogueCourse(
        provider="Lakeside Institute",
        names=("Dry needling, upper quarter",),
        source="lakeside.example/courses",
        confidence=Confidence.LOW,
        level="2",
        hours=27,
        regions=("neck", "arm", "thorax"),
    )
    monkeypatch.setattr(
        "registry.web.my_credentials.prefilled.known_course", lambda _provider, _course: known
    )
    assert course_catalogue.CatalogueCourse is CatalogueCourse
    number = paper(Extract(values=READ.values[:4]))
    page = form_of(as_dana, number)
    assert ticked(page, "regions") == []
    assert "Our list of courses knows this one" in words(page)
    blank = dict(hours_total="", regions=None, level="")
    page = read(send(as_dana, number, press="catalogue", **blank))
    assert ticked(page, "regions") == ["neck", "thorax", "arm"]
    assert value_of(page, "hours_total") == "27"
    assert page.find("input", attrs={"name": "from_list"})["value"] == "yes"
    taken = dict(regions=["neck", "thorax", "arm"], level="2", from_list="yes", compared="y")
    assert send(as_dana, number, **taken).status_code == 303
    sources = latest().sources
    assert (sources["taught"], sources["level"]) == ("catalogue", "catalogue")


def test_the_reviewer_sees_each_mark_its_place_and_what_differs(app, as_dana, paper, harbour):
    number = paper(READ)
    send(as_dana, number, hours_total="54", compared="y")
    mia = visit(app, given.somebody(Role.MANAGER, harbour, name="Mia Manager"))
    page = read(mia.get(f"/review/versions/{latest().id}"))
    said = re.sub(r"\s+", " ", words(page.find(class_="facts-marked")))
    assert "Number DN-4107 read from the certificate page 1: show" in said
    assert "stated by the practitioner page 1: show The paper reads: 27" in said
    assert "“11/09/2025” can be" in said
    assert page.find("rect", id="place-certificate-number") is not None


def test_the_reviewer_is_told_of_a_number_seen_before_and_of_whom_only_if_they_may_know(
    app, as_dana, paper, harbour
):
    elsewhere = given.clinic("Hill Clinic")
    given.certificate(given.practitioner("Bo Lind", at=harbour), number="dn 4107")
    mia = visit(app, given.somebody(Role.MANAGER, harbour, name="Mia Manager"))
    send(as_dana, paper(READ), compared="y")
    address = f"/review/versions/{latest().id}"
    assert "This number is on record under Bo Lind." in words(read(mia.get(address)))
    other = given.practitioner("Kim Far", at=elsewhere)
    given.certificate(other, number="DN 4107")
    said = words(read(mia.get(address)))
    assert "This number is on record under another person." in said
    assert "Kim Far" not in said


def test_a_correction_shows_what_was_read_and_keeps_its_paper(as_dana, paper):
    number = paper(READ)
    send(as_dana, number, compared="y")
    version = latest()
    address = f"/my-credentials/{version.credential_id}/correct"
    page = read(as_dana.get(address))
    assert "read from the certificate" in mark_at(page, "number")
    data = TYPED | {"number": "DN-9", "completed_on": str(date(2025, 9, 11))}
    assert as_dana.post(address, data=data).status_code == 303
    assert (latest().document_id, latest().sources["number"]) == (number, "stated")
