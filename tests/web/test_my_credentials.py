"""What a practitioner sees of their own status, and how a certificate comes in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from registry.adapters.clock import now
from registry.models import Credential, Document, db
from registry.rules.facts import Certificate
from registry.rules.particulars import fact_from
from registry.rules.vocabulary import (
    CredentialKind,
    Exam,
    ExamResult,
    Role,
    VersionState,
)
from tests import given
from tests.files import photo
from tests.hostile_files import locked_pdf
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.uploading import COURSE, OTHERS, how_many, latest, upload, words
from tests.web.visits import visit

PASSED = ExamResult.PASSED


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def as_dana(app, dana):
    return visit(app, given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana))


@pytest.fixture
def as_manager(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour))


def test_the_status_page_says_what_may_be_needled_and_what_is_lacking(as_dana, dana):
    given.certified(dana)
    said = words(read(as_dana.get("/my-credentials/"), 200).main)
    assert re.search(r"You may needle Today, .*: thigh and lower leg and foot \.", said)
    assert re.search(r"To needle the head and face, neck, .* and pelvic floor you lack:", said)


def test_the_status_page_names_the_nearest_fix_when_nothing_may_be_needled(as_dana, dana):
    given.licence(dana)
    given.certificate(dana, state=VersionState.SUBMITTED)
    said = words(read(as_dana.get("/my-credentials/"), 200).main)
    assert "You may not needle here yet" in said
    assert "awaits verification." in said


def test_a_newcomer_is_told_what_to_do_first(as_dana):
    said = words(read(as_dana.get("/my-credentials/"), 200).main)
    assert "Nothing on record yet" in said
    assert "Photograph a certificate" in said


def test_a_paper_that_lapses_soon_can_be_renewed_from_what_it_said(as_dana, dana):
    soon = now().date() + timedelta(days=20)
    found = given.licence(dana, number="MT-9", last_day=soon)
    page = read(as_dana.get("/my-credentials/"), 200)
    [link] = [a for a in page.main.select("a") if a.text.startswith("Renew")]
    assert read(as_dana.get(link["href"]), 200).select("input[type=file]"), "the paper comes first"
    form = read(as_dana.get(f"/my-credentials/add/licence?like={found.id}"), 200)
    assert form.find(id="number")["value"] == "MT-9"
    assert form.find(id="first_day")["value"] == (soon + timedelta(days=1)).isoformat()
    assert not form.find(id="last_day").get("value")
    assert f"like={found.id}" in link["href"]


def test_what_a_waiting_paper_will_follow_is_not_to_be_renewed_twice(as_dana, dana):
    soon = now().date() + timedelta(days=20)
    old = given.licence(dana, last_day=soon)
    waits = "A renewal waits for a check"
    pages = ("/my-credentials/", f"/my-credentials/{old.id}")
    given.licence(dana, jurisdiction="US-NC", state=VersionState.SUBMITTED)
    given.licence(dana, last_day=soon, state=VersionState.SUBMITTED)
    for path in pages:
        said = words(read(as_dana.get(path), 200).main)
        assert "Renew" in said
        assert waits not in said
    given.licence(dana, first_day=soon, state=VersionState.SUBMITTED)
    for path in pages:
        said = words(read(as_dana.get(path), 200).main)
        assert waits in said
        assert not re.search(r"Renew\b", said)


def test_a_renewal_that_nobody_checked_waits_and_does_not_merely_start_later(as_dana, dana):
    ahead = now().date() + timedelta(days=20)
    given.licence(dana, first_day=ahead, state=VersionState.SUBMITTED)
    said = words(read(as_dana.get("/my-credentials/"), 200).main)
    assert "Waits for a check" in said
    assert "Not started" not in said


def test_an_uploaded_certificate_waits_with_everything_that_was_typed(as_dana, dana):
    answer = upload(as_dana, COURSE)
    assert answer.status_code == 303, alert(read(answer))
    version = latest()
    fact = fact_from(
        CredentialKind.CERTIFICATE,
        version.particulars,
        id=1,
        state=version.state,
        first_day=version.first_day,
        last_day=version.last_day,
    )
    assert isinstance(fact, Certificate)
    assert version.state is VersionState.SUBMITTED
    assert fact.taught == {"neck", "arm", "upper_trapezius"}
    assert (fact.first_day, fact.last_day) == (date(2024, 5, 2), None)
    assert (str(fact.hours_total), str(fact.hours_in_person)) == ("27", "13.5")
    assert fact.exams == ((Exam.WRITTEN, PASSED, False), (Exam.COMPETENCY, PASSED, None))
    assert (str(fact.hours_live_video), str(fact.hours_didactic)) == ("13", "10")
    assert (fact.instructor_needling_years, fact.in_degree) == (6, True)
    assert fact.approvals == (("The state chapter", date(2023, 1, 1)),)
    assert "Waits for a check" in words(read(as_dana.get("/my-credentials/"), 200))


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_kind_comes_in_too(as_dana, kind):
    read(as_dana.get(f"/my-credentials/add/{kind}"), 200)
    answer = upload(as_dana, OTHERS[kind], kind=kind)
    assert answer.status_code == 303, words(read(answer))
    assert latest().credential.kind == kind
    read(as_dana.get(f"/my-credentials/{latest().credential_id}"), 200)


def test_a_photograph_comes_in_as_well(as_dana):
    assert (
        upload(
            as_dana, COURSE, file=photo(size=(800, 600), secret="where"), name="IMG_1.JPG"
        ).status_code
        == 303
    )
    assert latest().document.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"course": ""}, "course", "Fill this in."),
        ({"completed_on": "2024-02-30"}, "completed_on", "There is no such day."),
        ({"completed_on": "0000-00-00"}, "completed_on", "There is no such day."),
        ({"completed_on": "9999-12-31"}, "completed_on", "still to come"),
        ({"completed_on": "0024-05-02"}, "completed_on", "too long ago"),
        ({"last_day": "2024-05-01"}, "last_day", "before the first"),
        ({"hours_total": "many"}, "hours_total", "as a number"),
        ({"hours_total": "NaN"}, "hours_total", "as a number"),
        ({"hours_in_person": "28"}, "hours_in_person", "more than the hours in all"),
        ({"hours_didactic": "28"}, "hours_didactic", "more than the hours in all"),
        ({"hours_live_video": "14"}, "hours_live_video", "With those in person"),
        ({"instructor_needling_years": "2,5"}, "instructor_needling_years", "as a whole number"),
        ({"instructor_needling_years": "-1"}, "instructor_needling_years", "as a whole number"),
        ({"way_practical": "online"}, "exam_practical", "Say how it went"),
        ({"exam_written": "not_taken"}, "exam_written", "leave empty how it was taken"),
        ({"regions": [], "muscles": []}, "regions", "Tick what the course taught"),
        ({"course": "x" * 100_000}, "course", "200 is the most"),
        ({"course": "Needles\0"}, "course", "cannot be written"),
        ({"approved_by_2": "", "approved_on_2": "2020-01-01"}, "approved_by_2", "Say who"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_stored(
    as_dana, changed, field, sentence
):
    page = read(upload(as_dana, COURSE | changed), 422)
    assert sentence in error_at(page, field)
    assert page.find(id="provider")["value"] == "Lakeside Institute"
    assert page.find("input", value="neck").has_attr("checked") or field == "regions"
    assert "Choose the document once more" in words(page)
    assert how_many(Credential) == how_many(Document) == 0


def test_a_certificate_needs_its_paper_and_supervised_sessions_do_not(as_dana):
    page = read(upload(as_dana, COURSE, file=None), 422)
    assert "Choose the document" in error_at(page, "file")
    practice = OTHERS["supervised_practice"]
    assert upload(as_dana, practice, kind="supervised_practice", file=None).status_code == 303
    for kind in ("practice_hours", "degree"):
        page = read(upload(as_dana, OTHERS[kind], kind=kind, file=None), 422)
        assert "Choose the document" in error_at(page, "file")


def test_a_file_that_may_not_come_in_is_refused_at_its_field(as_dana):
    page = read(upload(as_dana, COURSE, file=locked_pdf(), name="locked.pdf"), 422)
    assert "protected by a password" in error_at(page, "file")
    assert page.find(id="course")["value"] == COURSE["course"]
    assert how_many(Credential) == 0


def heavy(mib):
    """A form with one file of that size, as a browser would send it."""
    paper = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n\r\n'
    field = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    typed = "".join(field.format(*pair) for pair in OTHERS["cpr"].items()).encode()
    return typed + paper + b"%PDF-1.7" + bytes(mib * 1024 * 1024) + b"\r\n--x--\r\n"


@pytest.mark.parametrize(("mib", "status"), [(10, 422), (43, 413)])
def test_a_file_too_large_is_refused_with_a_way_on(as_dana, mib, status):
    multipart = "multipart/form-data; boundary=x"
    address = "/my-credentials/add/cpr"
    page = read(as_dana.post(address, data=heavy(mib), content_type=multipart), status)
    assert "too large" in words(page) or "larger than 10 MiB" in error_at(page, "file")
    assert how_many(Credential) == 0


def test_the_same_file_twice_is_said(as_dana):
    upload(as_dana, COURSE)
    page = read(upload(as_dana, COURSE), 422)
    assert "on record already" in error_at(page, "file")


def test_the_same_file_was_uploaded_on_the_day_it_was_at_the_clinic(as_dana, harbour):
    late = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)  # the evening before at the clinic
    upload(as_dana, COURSE)
    db.session.execute(update(Document).values(uploaded_at=late))
    db.session.commit()
    assert harbour.zone == "America/New_York"
    said = error_at(read(upload(as_dana, COURSE), 422), "file")
    assert "uploaded on Thu 19 November 2026." in said


def test_a_correction_is_a_new_version_that_keeps_the_paper(as_dana):
    upload(as_dana, COURSE)
    first = latest()
    address = f"/my-credentials/{first.credential_id}/correct"
    form = read(as_dana.get(address), 200)
    assert form.find(id="course")["value"] == COURSE["course"]
    assert form.find("input", value="upper_trapezius").has_attr("checked")
    changed = COURSE | {"hours_total": "30"}
    assert upload(as_dana, changed, file=None, where=address).status_code == 303
    second = latest()
    assert (second.version, second.particulars["hours_total"]) == (2, "30")
    assert second.document_id == first.document_id
    read(as_dana.get(f"/my-credentials/{first.credential_id}"), 200)


def test_an_upload_nobody_has_checked_can_be_taken_back_once(as_dana):
    upload(as_dana, COURSE)
    made = latest()
    address = f"/my-credentials/{made.credential_id}/versions/{made.id}/withdraw"
    assert as_dana.post(address).status_code == 303
    assert latest().state is VersionState.WITHDRAWN
    assert "no longer be taken back" in alert(read(as_dana.post(address), 409))


def test_a_manager_sees_the_same_page_and_uploads_for_somebody(as_manager, dana):
    page = read(as_manager.get(f"/my-credentials/for/{dana.id}"), 200)
    assert "Upload a certificate for them" in words(page)
    where = f"/my-credentials/for/{dana.id}/add/certificate"
    assert upload(as_manager, COURSE, where=where).status_code == 303
    assert latest().credential.practitioner_id == dana.id


def test_a_manager_of_another_clinic_finds_nothing(app, dana):
    elsewhere = given.clinic("Hilltop Clinic", adopted=False)
    credential = given.certificate(dana)
    browser = visit(app, given.somebody(Role.MANAGER, elsewhere))
    for address in (f"for/{dana.id}", f"for/{dana.id}/add/licence", f"{credential.id}"):
        read(browser.get(f"/my-credentials/{address}"), 404)


def test_the_front_desk_sees_that_it_counts_and_no_more(app, harbour, dana):
    credential = given.certificate(dana, number="SECRET-7", last_day=date(2029, 1, 1))
    browser = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    pages = [
        words(read(browser.get(f"/my-credentials/for/{dana.id}"), 200)),
        words(read(browser.get(f"/my-credentials/{credential.id}"), 200)),
    ]
    assert all("SECRET-7" not in page and "Lakeside" not in page for page in pages)
    assert "Mon 1 January 2029" in pages[1]
    read(browser.get(f"/my-credentials/for/{dana.id}/add/licence"), 403)


def test_somebody_who_is_no_practitioner_is_told_so(as_manager):
    assert "not on record as a practitioner" in alert(read(as_manager.get("/my-credentials/"), 404))


@pytest.mark.parametrize(
    "address", ["add/tattoo", "0", "2147483647", "99999999999", "for/77", "add/licence?like=77"]
)
def test_addresses_that_lead_nowhere_give_a_clear_page(as_dana, address):
    read(as_dana.get(f"/my-credentials/{address}"), 404)


def test_an_odd_address_gives_a_clear_page(as_dana):
    read(as_dana.get("/my-credentials/add/licence?like=%00"), 422)


@pytest.mark.usefixtures("csrf")
def test_every_form_carries_a_token(as_dana, dana):
    credential = given.certificate(dana, state=VersionState.SUBMITTED)
    for address in ("add/certificate", "add/licence", f"{credential.id}"):
        carries_a_token_in_each_form(read(as_dana.get(f"/my-credentials/{address}"), 200))


@pytest.mark.parametrize("held", [1, 4])
def test_the_pages_ask_the_database_a_constant_number_of_things(as_dana, dana, statements, held):
    for _ in range(held):
        credential = given.certified(dana)
    counts = []
    for address in ("", f"{credential.id}", "add/certificate"):
        statements.clear()
        as_dana.get(f"/my-credentials/{address}")
        counts.append(len(statements))
    assert counts == [9, 5, 5]
