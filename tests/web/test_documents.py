"""Uploaded files are handed out to the right people only, and can do nothing in a browser."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from registry.models import Document, db
from registry.rules.vocabulary import Role
from tests import given
from tests.files import certificate_pdf, photo
from tests.web.page import read
from tests.web.visits import visit

PDF = certificate_pdf(2)


@pytest.fixture
def harbour(app):
    return given.clinic(adopted=False)


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def as_dana(app, dana):
    return visit(app, given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana))


def uploaded(browser, data=PDF, name="my card.pdf"):
    form = {"first_day": "2026-01-01", "file": (io.BytesIO(data), name)}
    assert browser.post("/my-credentials/add/cpr", data=form).status_code == 303
    db.session.rollback()
    return db.session.scalars(select(Document.id)).one()


def test_the_file_is_an_attachment_that_may_do_nothing(as_dana):
    answer = as_dana.get(f"/documents/{uploaded(as_dana)}/file")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "my card.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_photo_is_handed_out_under_the_ending_of_what_it_became(as_dana):
    document = uploaded(as_dana, photo("PNG", (400, 300)), "card\u202egnp.jpg")
    answer = as_dana.get(f"/documents/{document}/file")
    assert answer.headers["Content-Type"] == "image/png"
    assert ".png" in answer.headers["Content-Disposition"]


def test_its_pages_are_pictures_and_there_are_no_more_than_it_has(as_dana):
    document = uploaded(as_dana)
    for number in (1, 2):
        answer = as_dana.get(f"/documents/{document}/pages/{number}.png")
        assert answer.data.startswith(b"\x89PNG")
        assert answer.headers["Content-Type"] == "image/png"
    for number in (0, 3, 2147483647):
        read(as_dana.get(f"/documents/{document}/pages/{number}.png"), 404)


@pytest.mark.parametrize(
    ("role", "here", "status"),
    [
        (Role.MANAGER, True, 200),
        (Role.AUDITOR, True, 200),
        (Role.FRONT_DESK, True, 403),
        (Role.ADMINISTRATOR, True, 403),
        (Role.PRACTITIONER, True, 404),
        (Role.MANAGER, False, 404),
    ],
)
def test_who_may_open_it(app, harbour, as_dana, role, here, status):
    document = uploaded(as_dana)
    clinic = harbour if here else given.clinic("Hilltop", adopted=False)
    browser = visit(app, given.somebody(role, clinic))
    for what in ("file", "pages/1.png"):
        assert browser.get(f"/documents/{document}/{what}").status_code == status


def test_a_file_gone_from_the_store_is_said(app, as_dana):
    document = uploaded(as_dana)
    app.extensions["file_store"].delete(db.session.get(Document, document).stored_as)
    assert "missing" in read(as_dana.get(f"/documents/{document}/file"), 404).get_text()


def test_a_stranger_is_led_to_sign_in(client):
    assert client.get("/documents/1/file").status_code == 302
