"""The pages of a paper that comes first, and the files that come part by part."""

from __future__ import annotations

import io
from base64 import b64encode
from datetime import timedelta

import pytest
import time_machine

from registry.models import CredentialVersion, Transfer, db
from registry.rules.vocabulary import Role
from tests import given
from tests.files import certificate_pdf, photo, photo_on_a_desk
from tests.papering import brought_in, lying, papers
from tests.web.page import alert, carries_a_token_in_each_form, read
from tests.web.uploading import how_many, latest, words
from tests.web.visits import visit

CARD = {"first_day": "2026-01-01"}
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def herself(dana):
    return given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def as_dana(app, herself):
    return visit(app, herself)


def bring(browser, *files, where="/my-credentials/paper?kind=cpr", **more):
    sent = [(io.BytesIO(data), name) for data, name in files]
    return browser.post(where, data={"file": sent, **more})


def begun(browser, size, name="card.pdf", where="/my-credentials/uploads"):
    told = f"filename {b64encode(name.encode()).decode()},modified {b64encode(b'77').decode()}"
    return browser.post(where, headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": told})


def test_what_a_device_says_of_a_file_s_age_is_kept_as_a_number_or_not_at_all(as_dana):
    told = f"filename {b64encode(b'card.pdf').decode()},modified {b64encode(bytes(3)).decode()}"
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": told}
    assert as_dana.post("/my-credentials/uploads", headers=headers).status_code == 201
    assert db.session.query(Transfer).one().modified == ""


def part(browser, where, offset, data):
    return browser.patch(where, data=data, headers={**PART, "Upload-Offset": str(offset)})


def test_a_file_leads_to_the_form_beside_its_picture(as_dana):
    answer = bring(as_dana, (certificate_pdf(), "card.pdf"))
    [paper] = papers()
    assert answer.location == f"/my-credentials/add/cpr?paper={paper.id}"
    page = read(as_dana.get(answer.location), 200)
    assert page.select_one(f'img[src="/documents/{paper.id}/pages/1.png"]')
    assert not page.select("input[type=file]")
    assert as_dana.post(answer.location, data=CARD).status_code == 303
    assert latest().document_id == paper.id


def test_several_files_of_a_form_become_one_paper(as_dana):
    bring(as_dana, (photo(size=(1000, 700)), "a.jpg"), (certificate_pdf(2), "b.pdf"))
    [paper] = papers()
    assert (paper.pages, paper.name, paper.media_type) == (3, "a.pdf", "application/pdf")
    answer = as_dana.get(f"/documents/{paper.id}/file")
    assert "filename=a.pdf" in answer.headers["Content-Disposition"]


def test_a_photo_that_is_hard_to_read_is_shown_before_the_form(as_dana):
    answer = bring(as_dana, (photo_on_a_desk(blur=5.0), "card.jpg"))
    [paper] = papers()
    assert answer.location == f"/my-credentials/papers/{paper.id}?kind=cpr"
    page = read(as_dana.get(answer.location), 200)
    assert "Page 1 looks blurred" in words(page)
    go_on = page.find("a", string="Go on as it is")
    assert go_on["href"] == f"/my-credentials/add/cpr?paper={paper.id}"
    assert "Page 1 looks blurred" in words(read(as_dana.get(go_on["href"]), 200))


def test_of_what_kind_it_is_is_asked_where_nobody_said(as_dana):
    answer = bring(as_dana, (certificate_pdf(), "card.pdf"), where="/my-credentials/paper")
    page = read(as_dana.get(answer.location), 200)
    assert page.select_one(f'a[href="/my-credentials/add/licence?paper={papers()[0].id}"]')


def test_a_renewal_and_a_correction_take_the_paper_along(as_dana, dana):
    card = given.licence(dana)
    where = f"/my-credentials/paper?kind=licence&like={card.id}"
    assert f"like={card.id}" in bring(as_dana, (certificate_pdf(), "a.pdf"), where=where).location
    where = f"/my-credentials/paper?credential={card.id}"
    answer = bring(as_dana, (certificate_pdf(2), "b.pdf"), where=where)
    assert answer.location == f"/my-credentials/{card.id}/correct?paper={papers()[1].id}"
    assert read(as_dana.get(answer.location), 200).select(".review-paper img")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "Take a photo of the paper, or choose a file"),
        ([(b"", "a.pdf")], "empty"),
        ([(certificate_pdf()[:-600], "a.pdf")], "damaged"),
        ([(certificate_pdf(), "a.pdf"), (b"MZ" + bytes(500), "b.pdf")], "is a program"),
        ([(certificate_pdf(), f"{n}.pdf") for n in range(11)], "at most 10 files"),
    ],
)
def test_what_cannot_come_in_is_said_at_its_field_and_nothing_is_kept(as_dana, files, says):
    page = read(bring(as_dana, *files), 422)
    assert says in alert(page)
    assert (papers(), lying()) == ([], [])


def test_more_pages_come_behind_those_there_are_and_are_put_in_order(as_dana, dana, herself):
    number = brought_in(herself, dana, certificate_pdf(2))
    where = f"/my-credentials/papers/{number}?kind=cpr"
    answer = bring(as_dana, (photo(size=(1000, 700)), "more.jpg"), where=where)
    [paper] = papers()
    assert paper.pages == 3
    assert answer.location == f"/my-credentials/add/cpr?paper={paper.id}"
    read(as_dana.get(where), 404)
    told = {"place-1": "2", "place-2": "", "place-3": "1", "drop-2": "y"}
    there = f"/my-credentials/papers/{paper.id}/arrange?kind=cpr"
    moved = as_dana.post(there, data=told)
    [arranged] = papers()
    assert arranged.pages == 2
    assert moved.location == f"/my-credentials/papers/{arranged.id}?kind=cpr"


@pytest.mark.parametrize(
    ("told", "says"),
    [({"drop-1": "y", "drop-2": "y"}, "one page at least"), ({"place-1": "first"}, "as a number")],
)
def test_an_order_that_cannot_be_is_refused(as_dana, dana, herself, told, says):
    number = brought_in(herself, dana, certificate_pdf(2))
    page = read(as_dana.post(f"/my-credentials/papers/{number}/arrange", data=told), 422)
    assert says in words(page)
    assert [paper.id for paper in papers()] == [number]


def test_what_was_not_sent_is_listed_and_can_be_thrown_away(as_dana, dana, herself):
    number = brought_in(herself, dana)
    page = read(as_dana.get("/my-credentials/"), 200)
    assert "Papers brought in and not sent yet" in words(page)
    assert "After 14 days they are forgotten" in words(page)
    there = f"/my-credentials/papers/{number}/throw-away"
    assert page.select_one(f'form[action="{there}"]')
    assert as_dana.post(there).location == "/my-credentials/"
    assert papers() == []
    assert "not sent yet" not in words(read(as_dana.get("/my-credentials/"), 200))


def test_a_manager_brings_in_for_somebody_who_then_sends_it(app, harbour, dana, as_dana):
    manager = visit(app, given.somebody(Role.MANAGER, harbour, name="Ruth Manager"))
    where = f"/my-credentials/for/{dana.id}/paper?kind=cpr"
    answer = bring(manager, (certificate_pdf(), "card.pdf"), where=where)
    [paper] = papers()
    assert answer.location == f"/my-credentials/for/{dana.id}/add/cpr?paper={paper.id}"
    assert "brought in by Ruth Manager" in words(read(as_dana.get("/my-credentials/"), 200))
    sent = as_dana.post(f"/my-credentials/add/cpr?paper={paper.id}", data=CARD)
    assert sent.status_code == 303
    check = manager.post(f"/review/versions/{latest().id}/verify", data={"method": "original_seen"})
    assert check.status_code == 403


@pytest.mark.parametrize(
    ("role", "here", "status"),
    [
        (Role.FRONT_DESK, True, 403),
        (Role.ADMINISTRATOR, True, 403),
        (Role.AUDITOR, True, 403),
        (Role.PRACTITIONER, True, 404),
        (Role.MANAGER, False, 404),
    ],
)
def test_who_may_not_upload_for_somebody_finds_no_way_in(
    app, harbour, dana, herself, role, here, status
):
    number = brought_in(herself, dana)
    browser = visit(app, given.somebody(role, harbour if here else given.clinic(name="Hill")))
    read(browser.get(f"/my-credentials/for/{dana.id}/paper"), status)
    read(browser.get(f"/my-credentials/papers/{number}"), status)
    for tail in ("", "/arrange", "/throw-away"):
        assert browser.post(f"/my-credentials/papers/{number}{tail}").status_code == status
    where = f"/my-credentials/for/{dana.id}/uploads"
    assert begun(browser, 5, where=where).status_code == status
    assert [paper.id for paper in papers()] == [number]


def test_a_paper_sent_already_opens_no_second_form(as_dana, dana, herself):
    number = brought_in(herself, dana)
    there = f"/my-credentials/add/cpr?paper={number}"
    assert as_dana.post(there, data=CARD).status_code == 303
    read(as_dana.get(there), 404)
    read(as_dana.post(there, data=CARD), 404)
    assert how_many(CredentialVersion) == 1


def test_a_form_that_is_refused_keeps_the_paper_and_what_was_typed(as_dana, dana, herself):
    number = brought_in(herself, dana)
    told = {"first_day": "2026-01-02", "last_day": "2026-01-01"}
    page = read(as_dana.post(f"/my-credentials/add/cpr?paper={number}", data=told), 422)
    assert page.select_one("[name=first_day]")["value"] == "2026-01-02"
    assert page.select(".review-paper img")
    assert "Choose the document once more" not in words(page)


def test_every_form_carries_its_token(csrf, as_dana, dana, herself):
    number = brought_in(herself, dana, certificate_pdf(2))
    for path in ("/my-credentials/", "/my-credentials/paper", f"/my-credentials/papers/{number}"):
        carries_a_token_in_each_form(read(as_dana.get(path), 200))


def test_a_file_comes_part_by_part_and_is_used_like_any_other(as_dana):
    data = certificate_pdf()
    first = begun(as_dana, len(data))
    assert first.status_code == 201
    there = first.location
    assert part(as_dana, there, 0, data[:700]).headers["Upload-Offset"] == "700"
    asked = as_dana.head(there, headers=TUS)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "700")
    assert asked.headers["Upload-Length"] == str(len(data))
    assert asked.headers["Cache-Control"] == "no-store"
    assert (
        asked.headers["Upload-Expires"]
        == "Tue, 02 Mar 2027 " + asked.headers["Upload-Expires"][17:]
    )
    assert part(as_dana, there, 700, data[700:]).status_code == 204
    token = there.rpartition("/")[2]
    answer = as_dana.post("/my-credentials/paper?kind=cpr", data={"uploads": token})
    assert answer.status_code == 303
    [paper] = papers()
    assert (paper.name, paper.size) == ("card.pdf", len(data))
    assert how_many(Transfer) == 0
    assert lying() == sorted(paper.lies_at())


def test_what_this_server_can_do_of_the_protocol_is_told(as_dana):
    told = as_dana.options("/my-credentials/uploads").headers
    assert told["Tus-Version"] == "1.0.0"
    assert told["Tus-Extension"] == "creation,expiration,termination"
    assert told["Tus-Max-Size"] == str(10 * 1024 * 1024)


def test_parts_that_do_not_fit_are_refused_as_the_protocol_says(as_dana):
    there = begun(as_dana, 10).location
    part(as_dana, there, 0, b"1234")
    assert part(as_dana, there, 0, b"1234").status_code == 409
    assert part(as_dana, there, 4, b"1234567").status_code == 422
    plain = {**TUS, "Upload-Offset": "4", "Content-Type": "text/plain"}
    assert as_dana.patch(there, data=b"5", headers=plain).status_code == 415
    old = as_dana.patch(there, data=b"5", headers={**PART, "Tus-Resumable": "0.2.2"})
    assert (old.status_code, old.headers["Tus-Version"]) == (412, "1.0.0")
    assert as_dana.head(there, headers=TUS).headers["Upload-Offset"] == "4"


@pytest.mark.parametrize("size", ["", "0", "-1", "ten", "10485761", "9" * 30])
def test_a_length_that_cannot_be_is_refused(as_dana, size):
    assert begun(as_dana, size).status_code == 422
    assert how_many(Transfer) == 0


@pytest.mark.parametrize("told", ["filename !!!", "filename /w==", "filename " + "A" * 20_000])
def test_odd_words_about_a_file_are_no_fault(as_dana, told):
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": told}
    assert as_dana.post("/my-credentials/uploads", headers=headers).status_code in (201, 422)


def test_given_up_it_is_gone(as_dana):
    there = begun(as_dana, 10).location
    part(as_dana, there, 0, b"1234")
    assert as_dana.delete(there, headers=TUS).status_code == 204
    assert as_dana.head(there, headers=TUS).status_code == 404
    assert part(as_dana, there, 4, b"5").status_code == 404
    assert lying() == []


def test_nobody_else_reaches_it(app, harbour, as_dana):
    there = begun(as_dana, 10).location
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    assert manager.head(there, headers=TUS).status_code == 404
    assert part(manager, there, 0, b"1").status_code == 404
    assert manager.delete(there, headers=TUS).status_code == 404
    stranger = app.test_client()
    assert stranger.head(there, headers=TUS).status_code == 302
    assert part(stranger, there, 0, b"1").status_code == 302
    token = there.rpartition("/")[2]
    where = f"/my-credentials/for/{given.practitioner('Ana Ruiz', at=harbour).id}/paper"
    assert manager.post(where, data={"uploads": token}).status_code == 404
    assert how_many(Transfer) == 1


def test_no_part_is_taken_without_the_token_of_our_pages(csrf, as_dana):
    assert begun(as_dana, 10).status_code == 400
    page = read(as_dana.get("/my-credentials/paper"), 200)
    token = {"X-CSRFToken": page.select_one("[name=csrf_token]")["value"]}
    headers = {**TUS, **token, "Upload-Length": "4"}
    there = as_dana.post("/my-credentials/uploads", headers=headers).location
    assert part(as_dana, there, 0, b"1234").status_code == 400
    assert as_dana.delete(there, headers=TUS).status_code == 400
    sent = as_dana.patch(there, data=b"1234", headers={**PART, **token, "Upload-Offset": "0"})
    assert sent.status_code == 204


def test_half_a_file_is_not_taken_for_a_paper(as_dana):
    there = begun(as_dana, 10).location
    token = there.rpartition("/")[2]
    page = read(as_dana.post("/my-credentials/paper", data={"uploads": token}), 422)
    assert "has not arrived as a whole" in alert(page)
    assert how_many(Transfer) == 1, "it may still go on"


def test_what_is_on_its_way_is_listed_and_after_a_day_no_more(as_dana):
    there = begun(as_dana, 10).location
    part(as_dana, there, 0, b"1234")
    page = read(as_dana.get("/my-credentials/paper"), 200)
    assert "40 % arrived" in words(page)
    assert page.select_one(f'[data-begun="{there}"]')["data-modified"] == "77"
    with time_machine.travel(given.NOW + timedelta(days=1), tick=False):
        again = visit(as_dana.application, given.somebody(Role.MANAGER))
        assert again.head(there, headers=TUS).status_code == 404
    db.session.rollback()
