"""The pages on which letters are proposed, agreed to, handed out and withdrawn."""

from __future__ import annotations

import pypdfium2
import pytest
from sqlalchemy import select

from registry.models import PrivilegeLetter, db
from registry.rules.letter_codes import in_groups
from registry.rules.vocabulary import Role
from registry.services.archiving import archive_practitioner
from tests import given
from tests.letters import code_of_letter, letter_of
from tests.web.page import alert, error_at, read
from tests.web.visits import visit


def the_letter():
    db.session.expire_all()
    return db.session.scalars(
        select(PrivilegeLetter).where(PrivilegeLetter.withdrawn_at.is_(None))
    ).one()


def agree(browser, path, **told):
    form = read(browser.get(path), 200)
    seen = form.select_one("input[name=seen_version]")["value"]
    return browser.post(path, data={"agreed": "y", "seen_version": seen} | told)


def test_a_practitioner_makes_a_letter_changes_it_and_withdraws_it(app, harbour, herself):
    browser = visit(app, herself)
    path = f"/letters/at/{harbour.id}"
    assert "No letter" in read(browser.get("/letters"), 200).text
    made = agree(browser, path, shows=["regions"])
    assert made.status_code == 303
    page = read(browser.get(made.location), 200)
    code = code_of_letter(the_letter())
    assert in_groups(code) in page.text
    assert page.select_one("svg.qr")
    assert f"http://registry.test/check/{code}" in page.select_one("textarea").text
    assert "Thigh" in read(app.test_client().get(f"/check/{code}"), 200).text

    assert agree(browser, path, shows=["profession"]).status_code == 303
    assert "Thigh" not in app.test_client().get(f"/check/{code}").text

    ended = browser.post(f"/letters/{the_letter().id}/withdraw")
    assert ended.location == "/letters"
    assert app.test_client().get(f"/check/{code}").status_code == 404
    assert "its code shows nothing" in read(browser.get("/letters"), 200).text


def test_without_the_tick_the_page_says_so_at_its_field_and_keeps_what_was_ticked(
    app, harbour, herself
):
    path = f"/letters/at/{harbour.id}"
    answer = visit(app, herself).post(path, data={"shows": "licence", "seen_version": "0"})
    page = read(answer, 422)
    assert "Tick this if you agree" in error_at(page, "agreed")
    assert page.select_one("input[value=licence]").has_attr("checked")
    assert not page.select_one("input[value=regions]").has_attr("checked")


def test_a_manager_proposes_and_the_practitioner_is_shown_it_first(
    app, harbour, dana, herself, mara
):
    boss, browser = visit(app, mara), visit(app, herself)
    of = f"/letters/of/{dana.id}"
    assert "Propose one" in read(boss.get(of), 200).text
    sent = boss.post(f"{of}/at/{harbour.id}", data={"shows": ["regions", "licence"]})
    assert sent.location == of
    assert "Waits for their word" in read(boss.get(of), 200).text

    assert "waits for your word" in read(browser.get("/my-credentials/"), 200).text
    page = read(browser.get("/letters"), 200)
    assert "Mara Boss proposed a letter" in " ".join(page.text.split())
    form = read(browser.get(f"/letters/at/{harbour.id}"), 200)
    ticked = [box["value"] for box in form.select("input[name=shows][checked]")]
    assert ticked == ["regions", "licence"]
    assert not form.select_one("input[name=agreed]").has_attr("checked")
    assert agree(browser, f"/letters/at/{harbour.id}", shows=["regions"]).status_code == 303

    seen = read(boss.get(of), 200)
    assert "Open to whoever has the code" in seen.text
    assert code_of_letter(the_letter()) not in seen.text
    assert in_groups(code_of_letter(the_letter())) not in seen.text


def test_a_proposal_is_declined(app, harbour, dana, herself, mara):
    visit(app, mara).post(f"/letters/of/{dana.id}/at/{harbour.id}", data={})
    browser = visit(app, herself)
    browser.post(f"/letters/{the_letter().id}/withdraw")
    assert "declined" in read(browser.get("/letters"), 200).text


def test_a_manager_withdraws_a_letter(app, harbour, dana, herself, mara):
    letter = letter_of(herself, harbour)
    path = f"/letters/{letter.id}/withdraw"
    ended = visit(app, mara).post(path)
    assert ended.location == f"/letters/of/{dana.id}"
    again = visit(app, mara).post(path)
    assert again.status_code == 409
    assert "withdrawn already" in alert(read(again))


def test_two_windows_do_not_agree_past_each_other(app, harbour, herself):
    browser = visit(app, herself)
    path = f"/letters/at/{harbour.id}"
    told = {"agreed": "y", "seen_version": "0", "shows": "regions"}
    assert browser.post(path, data=told).status_code == 303
    late = browser.post(path, data=told | {"shows": "licence"})
    assert late.status_code == 409
    assert the_letter().shows == ["regions"]


@pytest.mark.parametrize(("size", "wide"), [("a4", 595), ("letter", 612)])
def test_the_sheet_is_a_file_to_keep(app, harbour, herself, size, wide):
    letter = letter_of(herself, harbour)
    answer = visit(app, herself).get(f"/letters/{letter.id}/paper?size={size}")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=needling-2027-")
    assert answer.headers["Cache-Control"] == "no-store"
    with pypdfium2.PdfDocument(answer.data) as document:
        words = document[0].get_textpage().get_text_range()
        assert int(document[0].get_width()) == wide
    assert "Dana Okafor" in words
    assert in_groups(code_of_letter(letter)) in words
    assert "As of Mon 1 March 2027, 04:00 EST" in words


def test_nobody_gets_the_sheet_but_whom_it_is_of(app, harbour, herself, mara):
    letter = letter_of(herself, harbour)
    for who in (mara, given.somebody(Role.ADMINISTRATOR), given.somebody(Role.AUDITOR)):
        for path in (f"/letters/{letter.id}/paper", f"/letters/{letter.id}"):
            assert visit(app, who).get(path).status_code in (403, 404)
    assert visit(app, herself).get(f"/letters/{letter.id}/paper?size=a3").status_code == 422
    assert visit(app, herself).get("/letters/777/paper").status_code == 404


def test_on_a_day_on_which_they_may_not_there_is_no_sheet(app, harbour, dana, herself, mara):
    letter = letter_of(herself, harbour)
    archive_practitioner(actor=mara, practitioner_id=dana.id, reason="Left us.", now=given.NOW)
    answer = visit(app, herself).get(f"/letters/{letter.id}/paper")
    assert answer.status_code in (302, 404, 409)
    assert answer.mimetype == "text/html"


def test_a_code_made_under_another_secret_is_said_to_show_nothing(app, harbour, herself):
    letter = letter_of(herself, harbour)
    browser = visit(app, herself)
    row = db.session.get_one(PrivilegeLetter, letter.id)
    row.code_sealed = "sealed by somebody else"
    db.session.commit()
    for path in ("/letters", f"/letters/{letter.id}"):
        assert "Its code shows nothing" in read(browser.get(path), 200).text
    assert browser.get(f"/letters/{letter.id}/paper").status_code == 409


def test_the_pages_lead_to_one_another(app, harbour, dana, herself, mara):
    letter_of(herself, harbour)
    mine = read(visit(app, herself).get("/my-credentials/"), 200)
    assert mine.select_one('a[href="/letters"]')
    theirs = read(visit(app, mara).get(f"/my-credentials/for/{dana.id}"), 200)
    assert theirs.select_one(f'a[href="/letters/of/{dana.id}"]')
    assert read(app.test_client().get("/sign-in"), 200).select_one('a[href="/check"]')


def test_who_treats_nobody_has_no_letters(app, mara):
    for path in ("/letters", "/letters/1", "/letters/at/1"):
        assert visit(app, mara).get(path).status_code == 404
