"""Checking a letter by its code: open to everybody, and nothing but what was agreed to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEntry, WrongTries, db
from registry.rules.letter_codes import BITS, code_of, in_groups
from registry.rules.privilege_letters import LetterPart
from registry.rules.vocabulary import Outcome
from registry.services.privilege_letters import withdraw_letter
from registry.services.verification import decide_standing
from tests import given
from tests.letters import code_of_letter, letter_of
from tests.web.page import alert, read

#: On record of her, and on no letter.
KEPT = ("canary", "555 0143", "1234567893", "1 Quay Street", "Mara", "verified", "account")
ALONE = {
    LetterPart.REGIONS: "Thigh",
    LetterPart.PROFESSION: "Physical therapist",
    LetterPart.LICENCE: "Montana",
}


def main_of(answer, status=200):
    return " ".join(read(answer, status).select_one("main").get_text(" ").split())


def test_a_stranger_sees_who_may_needle_what_where_until_when(client, harbour, herself):
    code = code_of_letter(letter_of(herself, harbour))
    said = main_of(client.get(f"/check/{code}"))
    for words in (
        "Dana Okafor",
        "Harbour Clinic",
        "May needle there today",
        "Until Sun 31 December 2028 : Thigh Lower leg and foot",
        "Physical therapist",
        "Montana, until Sun 31 December 2028",
        "As of Mon 1 March 2027, 04:00 EST",
        in_groups(code),
    ):
        assert words in said, words


@pytest.mark.parametrize("part", [None, *LetterPart])
def test_nothing_leaks_that_was_not_agreed_to(client, harbour, herself, mara, part):
    code = code_of_letter(letter_of(herself, harbour, [part] if part else []))
    answer = client.get(f"/check/{code}")
    said = main_of(answer)
    for each, words in ALONE.items():
        assert (words in said) is (each is part), words
    for word in KEPT:
        assert word.lower() not in answer.text.lower(), word
    assert ("does not say which regions" in said) is (part is not LetterPart.REGIONS)


def test_the_page_says_no_and_no_reason_in_the_moment_the_paper_is_revoked(
    client, harbour, herself, mara, course
):
    path = f"/check/{code_of_letter(letter_of(herself, harbour))}"
    assert "May needle there today" in main_of(client.get(path))
    decide_standing(
        actor=mara,
        credential_id=course.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="Forged.",
        now=given.NOW,
    )
    said = main_of(client.get(path))
    assert "May not needle there today" in said
    for word in ("Forged", "revoked", "Thigh", "Montana", "therapist", "until"):
        assert word.lower() not in said.lower(), word


def test_a_withdrawn_code_an_unknown_one_and_none_at_all_are_the_same_calm_page(
    client, harbour, herself
):
    letter = letter_of(herself, harbour)
    code = code_of_letter(letter)
    withdraw_letter(actor=herself, letter_id=letter.id, now=given.NOW)
    pages = [client.get(f"/check/{one}") for one in (code, code_of(7), "nonsense", "0" * 5000)]
    pages.append(client.get("/check?code=nonsense"))
    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1
    assert "This code shows nothing" in main_of(pages[0], 404)
    assert "mistyped" in alert(read(pages[0]))


def test_withdrawn_and_unknown_codes_ask_the_database_just_the_same(
    client, harbour, herself, statements
):
    letter = letter_of(herself, harbour)
    code = code_of_letter(letter)
    withdraw_letter(actor=herself, letter_id=letter.id, now=given.NOW)
    asked = []
    for one in (code, code_of(7), code_of(8), code):
        statements.clear()
        client.get(f"/check/{one}")
        asked.append(list(statements))
    assert asked[0] == asked[1] == asked[2] == asked[3]


def test_a_code_is_taken_however_it_is_typed(client, harbour, herself):
    code = code_of_letter(letter_of(herself, harbour))
    for typed in (code.lower(), in_groups(code), in_groups(code).replace("-", " ")):
        asked = client.get("/check", query_string={"code": typed})
        assert (asked.status_code, asked.location) == (303, f"/check/{code}")
        assert client.get(f"/check/{typed}").status_code == 200
    assert read(client.get("/check"), 200).select_one("form[method=get] input[name=code]")


def test_no_cookie_is_set_nothing_is_kept_and_no_search_engine_is_let_in(client, harbour, herself):
    code = code_of_letter(letter_of(herself, harbour))
    for path in ("/check", f"/check/{code}", "/check/nonsense", "/check?code=x"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert read(answer).select_one("meta[name=robots]")["content"] == "noindex, nofollow"
        assert not read(answer).select('form[method="post"]')


def test_looking_writes_nothing_where_the_code_is_right(client, harbour, herself, statements):
    code = code_of_letter(letter_of(herself, harbour))
    statements.clear()
    for _ in range(30):
        assert client.get(f"/check/{code}").status_code == 200
    assert not [one for one in statements if not one.startswith("SELECT")]


def test_thousands_of_wrong_codes_are_made_to_wait_and_find_nothing(client, harbour, herself):
    right = code_of_letter(letter_of(herself, harbour))
    before = db.session.scalars(select(AuditEntry.id)).all()
    found = [client.get(f"/check/{code_of(2**BITS // 7 + each)}") for each in range(1000)]
    assert {answer.status_code for answer in found} == {404, 429}
    assert [answer.status_code for answer in found].count(404) <= 12
    held_up = client.get(f"/check/{code_of(7)}")
    assert held_up.status_code == 429
    assert int(held_up.headers["Retry-After"]) <= 15 * 60 + 1
    assert "noindex" in held_up.headers["X-Robots-Tag"]
    assert "Dana" not in held_up.text
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.get(f"/check/{code_of(7)}", environ_overrides=elsewhere).status_code == 404
    assert client.get(f"/check/{right}").status_code == 200
    assert db.session.scalars(select(AuditEntry.id)).all() == before
    assert len(db.session.scalars(select(WrongTries)).all()) == 2


def test_a_right_code_shows_itself_while_the_wrong_ones_of_its_address_wait(
    client, harbour, herself, statements
):
    letter = letter_of(herself, harbour)
    right = code_of_letter(letter)
    while client.get("/check/nonsense").status_code == 404:
        pass
    statements.clear()
    assert "May needle there today" in main_of(client.get(f"/check/{right}"))
    assert not [one for one in statements if not one.startswith("SELECT")]
    assert client.get("/check/nonsense").status_code == 429
    withdraw_letter(actor=herself, letter_id=letter.id, now=given.NOW)
    asked = []
    for wrong in (right, code_of(7)):
        statements.clear()
        assert client.get(f"/check/{wrong}").status_code == 429
        asked.append(list(statements))
    assert asked[0] == asked[1]


def test_who_waited_may_be_wrong_again(client, clock):
    while client.get("/check/nonsense").status_code == 404:
        pass
    waits = int(client.get("/check/nonsense").headers["Retry-After"])
    clock.move_to(given.NOW + timedelta(seconds=waits))
    assert client.get("/check/nonsense").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/check/%00", "/check/%F0%9F%AA%A1", "/check/%ff%fe", "/check/..%2f..", "/check/' OR 1"),
        *("/check/%E2%80%AE" + "0" * 11, "/check/" + "Z" * 12, "/check?code=%ff", "/check/ "),
    ],
)
def test_odd_codes_are_answered_calmly(client, path):
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert "main" in answer.text
