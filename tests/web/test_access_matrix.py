"""The access matrix by page: every row that exists so far, for everybody in each of its seats."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import html5lib
import pytest
import time_machine

from registry.rules.vocabulary import Role, VersionState
from tests import given
from tests.web.house import AUDITOR, DESK, HERE, OTHER, OWNER, SEATS, STRANGER, House
from tests.web.matrix_requests import REQUESTS, Asked, verify
from tests.web.page import alert, read
from tests.web.visits import visit

CSV = Path(__file__).parents[1] / "rules" / "access_matrix.csv"
with CSV.open(encoding="utf-8", newline="") as _lines:
    LETTERS = {(each["resource"], each["action"]): each for each in csv.DictReader(_lines)}
NOT_BUILT_YET = {
    ("certificate", "give the second approval, as another person"): "one approval is asked for",
    ("certificate", "give the second approval, as the first approver"): "one approval is asked for",
    ("certificate", "record a check with the issuer"): "a check is part of the verification",
    ("people", "make an access token wider than one's own rights"): "no API, so no tokens yet",
    ("audit", "export the log with its tree head"): "no Merkle tree yet",
    ("audit", "check the chain"): "no Merkle tree yet",
    ("data", "import practitioners from CSV"): "no import yet",
}
#: What nobody can do has no address: each of these leads nowhere, for everybody.
NO_SUCH_ADDRESS = {
    ("practitioner", "delete for good"): (
        "/setup/practitioners/1",
        "/setup/practitioners/1/delete",
    ),
    ("certificate", "delete a verified one"): ("/my-credentials/1", "/my-credentials/1/delete"),
    ("certificate", "change the dates of a verified one"): (
        "/my-credentials/1/dates",
        "/review/versions/1",
    ),
    ("people", "act as somebody else"): ("/setup/people/1", "/setup/people/1/act-as"),
    ("audit", "change or delete an entry"): ("/oversight/trail", "/oversight/trail/1"),
    ("data", "backup or restore from the web"): ("/setup/backup", "/setup/restore"),
}
NO_RECORD = "214748000"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def house(app):
    return House(app)


def test_every_row_of_the_matrix_is_swept_or_said_not_to_be_built_yet():
    told = [*REQUESTS, *NOT_BUILT_YET, *NO_SUCH_ADDRESS]
    assert sorted(told) == sorted(LETTERS)
    assert tuple(next(iter(LETTERS.values())))[2:] == SEATS


@pytest.mark.parametrize("key", REQUESTS, ids=": ".join)
def test_everybody_gets_just_what_the_matrix_says(house, key):
    refused_first = sorted(SEATS, key=lambda seat: LETTERS[key][seat] in "al")
    wrong = []
    for seat in refused_first:
        asked = REQUESTS[key](house, seat)
        try:
            _is_answered_by_the_letter(house, seat, asked, LETTERS[key][seat])
        except (AssertionError, html5lib.html5parser.ParseError) as error:
            wrong.append(f"{seat} ({LETTERS[key][seat]}): {str(error)[:300]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("key", NO_SUCH_ADDRESS, ids=": ".join)
def test_what_nobody_may_do_has_no_address(house, key):
    assert {LETTERS[key][seat] for seat in SEATS if seat != STRANGER} == {"x"}
    before = house.on_record()
    for seat in SEATS:
        browser = house.browser(seat)
        before = house.on_record()
        for path in NO_SUCH_ADDRESS[key]:
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                assert browser.open(path, method=method).status_code in (404, 405), path
        assert house.on_record() == before


def _is_answered_by_the_letter(house: House, seat: str, asked: Asked, letter: str) -> None:
    with time_machine.travel(given.NOW + asked.later, tick=False):
        browser = house.browser(seat)
        before, end = house.on_record(), house.end_of_trail()
        answer = _sent(browser, asked.path, asked.data)
        changed, trail = house.on_record() != before, house.trail_after(end)
        looks = asked.data is None
        if letter in "al":
            assert answer.status_code < 400, f"{answer.status_code} {_said(answer)}"
            assert looks or changed, "it was answered, but nothing happened"
            _shows(answer, asked, whole=letter == "a")
            return
        assert not changed, "it was refused, but something happened"
        if letter == "s":
            assert "/sign-in" in answer.headers.get("Location", ""), answer.status_code
        elif letter == "c":
            assert answer.status_code in (409, 422), f"{answer.status_code} {_said(answer)}"
            assert alert(read(answer)), "it says why"
        elif letter == "n":
            _is_refused(answer, asked)
        else:
            _is_hidden(browser, answer, asked)
        if letter in "nh" and answer.status_code in (403, 404):
            assert [one for one in trail if one.action.startswith("refused:")], "no trace is left"


def _sent(browser, path, data):
    if data is None:
        return browser.get(path)
    return browser.post(path, data=data, content_type="multipart/form-data")


def _said(answer) -> str:
    return alert(read(answer)) if answer.mimetype == "text/html" and answer.text else ""


def _shows(answer, asked: Asked, *, whole: bool) -> None:
    if answer.mimetype != "text/html" or answer.status_code != 200:
        return
    for words in asked.full:
        assert (words in read(answer).text) is whole, f"“{words}” is shown: {not whole}"


def _is_refused(answer, asked: Asked) -> None:
    """A row about a word on a page is refused by leaving that word out."""
    if asked.part and answer.status_code == 200:
        _shows(answer, asked, whole=False)
        return
    assert answer.status_code == 403, f"{answer.status_code} {_said(answer)}"
    assert _said(answer), "it says why"


def _is_hidden(browser, answer, asked: Asked) -> None:
    """The same answer, word for word, as for a record that does not exist."""
    if asked.part and answer.status_code == 200:
        _shows(answer, asked, whole=False)
        return
    if asked.no_such is None:
        assert answer.status_code == 404, f"{answer.status_code} {_said(answer)}"
        path, data = re.sub(r"\d+", NO_RECORD, asked.path, count=1), asked.data
    else:
        path, data = asked.path, asked.no_such
    if (path, data) == (asked.path, asked.data):
        return
    missing = _sent(browser, path, data and {k: v for k, v in data.items() if k != "file"})
    assert missing.status_code == answer.status_code
    said, wanted = (re.sub(r"\d+", "0", _said(each)) for each in (answer, missing))
    assert said == wanted, f"{said} / {wanted}"


def test_of_several_grants_any_that_allows_allows(app, house):
    both = given.also(house.people[AUDITOR], Role.FRONT_DESK, house.harbour)
    asked = REQUESTS["schedule", "book needling, certificate valid"](house, DESK)
    assert _sent(visit(app, both), asked.path, asked.data).status_code == 303


def test_no_grant_lets_anybody_verify_what_is_theirs_or_what_they_uploaded(app, house):
    owner = given.also(house.people[OWNER], Role.MANAGER, house.harbour)
    boss = given.also(given.also(owner, Role.ADMINISTRATOR), Role.AUDITOR)
    own = verify(house, HERE)
    assert _sent(visit(app, boss), own.path, own.data).status_code == 403

    uploader = given.also(house.people[HERE], Role.ADMINISTRATOR)
    one = house.held(house.dana, VersionState.SUBMITTED, uploader)
    path = f"/review/versions/{house.version(one).id}/verify"
    assert _sent(visit(app, uploader), path, own.data).status_code == 403
    assert house.version(one).state is VersionState.SUBMITTED


def test_a_grant_that_is_given_or_taken_holds_at_the_next_request(app, house):
    luis = house.people[OTHER]
    given.also(luis, Role.MANAGER, house.harbour)
    asked = REQUESTS["certificate", "revoke, with a reason"](house, OTHER)
    browser = visit(app, luis)
    assert browser.get(asked.path).status_code == 200

    role = {"grants": f"practitioner:{house.harbour.id}"}
    changed = house.browser("administrator").post(
        f"/setup/people/{luis.account_id}/grants", data=role
    )
    assert changed.status_code == 302
    assert "/sign-in" in _sent(browser, asked.path, asked.data).headers["Location"]
    assert _sent(visit(app, luis), asked.path, asked.data).status_code == 404
