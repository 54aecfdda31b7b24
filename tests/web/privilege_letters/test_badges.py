"""Letters as badges on the pages: made, taken along, checked by strangers, published."""

from __future__ import annotations

import io
import json

import jwt
import pytest
import time_machine
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.did import pem_for_kid
from sqlalchemy import func, select

from registry.adapters.baked_pictures import credential_within
from registry.adapters.signed_credentials import open_credential
from registry.models import IssuedBadge, db
from registry.rules.status_lists import status_list_said
from registry.rules.vocabulary import Outcome
from registry.services.privilege_letters import withdraw_letter
from registry.services.verification import decide_standing
from tests import given
from tests.badges import School
from tests.letters import letter_of
from tests.web.page import error_at, read
from tests.web.visits import visit


@pytest.fixture
def letter(herself, harbour):
    return letter_of(herself, harbour)


@pytest.fixture
def browser(app, herself):
    return visit(app, herself)


@pytest.fixture
def badge(browser, letter):
    path = f"/letters/{letter.id}/badges"
    answer = browser.post(path)
    assert (answer.status_code, answer.location) == (303, path)
    return db.session.scalars(select(IssuedBadge)).one()


def main_of(answer, status=200):
    return " ".join(read(answer, status).select_one("main").get_text(" ").split())


def sent(client, data, name="badge.jwt"):
    form = {"badge": (io.BytesIO(data), name)}
    return client.post("/check/badge", data=form, content_type="multipart/form-data")


def test_its_practitioner_takes_it_along_as_a_token_and_inside_a_picture(browser, letter, badge):
    path = f"/letters/{letter.id}/badges"
    page = read(browser.get(path), 200)
    links = [link["href"] for link in page.select("main a.btn")]
    assert links == [f"{path}/{badge.id}.png", f"{path}/{badge.id}.jwt"]
    picture, token = (browser.get(link) for link in links)
    assert (picture.mimetype, token.mimetype) == ("image/png", "application/vc+jwt")
    assert "attachment" in picture.headers["Content-Disposition"]
    assert credential_within(picture.data) == token.text == badge.token
    assert "Stands" in main_of(browser.get(path))


def test_a_badge_is_its_practitioners_alone(app, harbour, mara, letter, badge):
    whom = given.practitioner("Marcus Bell", at=harbour)
    his = given.somebody("practitioner", harbour, practises_as=whom)
    for who in (mara, his):
        for ending in ("", f"/{badge.id}.jwt", f"/{badge.id}.png"):
            answer = visit(app, who).get(f"/letters/{letter.id}/badges{ending}")
            assert answer.status_code in (403, 404), ending


def test_a_stranger_sees_of_a_badge_what_holds_now(client, badge, browser, letter):
    picture = browser.get(f"/letters/{letter.id}/badges/{badge.id}.png").data
    for data, name in ((badge.token.encode(), "b.jwt"), (picture, "b.png")):
        said = main_of(sent(client, data, name))
        for words in ("Signed here, and it holds", "Dana Okafor", "May needle there today"):
            assert words in said, words
    assert "Signed here" in main_of(client.post("/check/badge", data={"pasted": badge.token}))


def test_once_the_paper_is_revoked_it_says_so_and_no_reason(client, badge, mara, course):
    decide_standing(
        actor=mara,
        credential_id=course.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="Forged.",
        now=given.NOW,
    )
    said = main_of(sent(client, badge.token.encode()))
    assert "does not hold today" in said
    assert "May not needle there today" in said
    for word in ("Forged", "Thigh", "Montana"):
        assert word not in said


def test_once_the_letter_is_withdrawn_it_shows_nobody(client, badge, herself, letter):
    withdraw_letter(actor=herself, letter_id=letter.id, now=given.NOW)
    said = main_of(sent(client, badge.token.encode()))
    assert "taken back" in said
    assert "Okafor" not in said


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.jwt"),
        (b"\xff\xfe", "b.jwt"),
        (b"\x89PNG\r\n\x1a\n", "b.png"),
        (School().badge().encode(), "of somebody else.jwt"),
        (b"{" * 100_000, "deep.json"),
        (b"<svg/>", "b.svg"),
        (b"a.b.c", "od\x07d.jwt"),
    ],
)
def test_what_we_never_signed_is_refused_at_its_field_and_keeps_nothing(client, data, name):
    answer = sent(client, data, name)
    assert error_at(read(answer, 422), "badge")
    assert db.session.scalar(select(func.count(IssuedBadge.id))) == 0


def test_open_pages_are_kept_out_of_search_engines(client, badge):
    for path in ("/check/badge", "/.well-known/did.json", "/badges/status/revocation"):
        assert "noindex" in client.get(path).headers["X-Robots-Tag"], path


def test_before_anything_was_signed_there_is_no_list(client):
    assert client.get("/badges/status/revocation").status_code == 404
    assert client.get("/badges/status/anything").status_code == 404
    assert json.loads(client.get("/.well-known/did.json").text)["verificationMethod"] == []


def test_our_keys_are_published_and_another_program_finds_by_them_what_we_signed(client, badge):
    document = client.get("/.well-known/did.json").json
    assert document == client.get("/did.json").json
    kid = jwt.get_unverified_header(badge.token)["kid"]
    assert [one["id"] for one in document["verificationMethod"]] == [kid]
    assert client.get("/.well-known/jwks.json").json["keys"][0]["kid"] == kid
    assert "d" not in client.get("/.well-known/jwks.json").json["keys"][0]
    pem = pem_for_kid(document, document["id"], kid)
    with time_machine.travel(given.NOW, tick=False):
        assert OB3Verifier(pem).verify(badge.token).issuer.id == "did:web:registry.test"


def test_our_lists_are_signed_live_and_name_nobody(client, badge, herself, letter):
    before = client.get("/badges/status/revocation")
    told = status_list_said(open_credential(before.text).claims)
    assert (before.mimetype, told.purpose) == ("application/vc+jwt", "revocation")
    assert told.address == "http://registry.test/badges/status/revocation"
    assert told.is_set(badge.place) is False
    assert "Dana" not in jwt.utils.base64url_decode(before.text.split(".")[1]).decode()
    withdraw_letter(actor=herself, letter_id=letter.id, now=given.NOW)
    after = open_credential(client.get("/badges/status/revocation").text)
    assert status_list_said(after.claims).is_set(badge.place) is True
    asleep = open_credential(client.get("/badges/status/suspension").text)
    assert status_list_said(asleep.claims).is_set(badge.place) is False
