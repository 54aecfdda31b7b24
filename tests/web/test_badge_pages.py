"""Digital badges on the pages: brought in, entered as a certificate, verified, and by whom."""

from __future__ import annotations

import io

import pytest
import time_machine
from sqlalchemy import func, select

from registry.adapters.baked_pictures import MOST_BYTES, bake
from registry.adapters.qr_codes import png_of
from registry.models import Badge, BadgeBehind, BadgeProof, CredentialVersion, Verification, db
from registry.rules.vocabulary import Method, Role, VersionState
from tests import given
from tests.badges import COURSE, LIST, School, administrator, brought, on_list
from tests.web.page import error_at, read
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def herself(dana, harbour):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def browser(app, herself):
    return visit(app, herself)


@pytest.fixture
def mara(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour))


@pytest.fixture
def school(app):
    return School()


def main_of(answer, status=200):
    return " ".join(read(answer, status).select_one("main").get_text(" ").split())


def bring(browser, data, name="badge.jwt"):
    form = {"badge": (io.BytesIO(data), name)}
    address = "/my-credentials/badges/add"
    return browser.post(address, data=form, content_type="multipart/form-data")


def entered(browser, answer, **known):
    """What the form is filled in with, sent with the regions it does not know."""
    path = f"{answer.location}/enter"
    page = read(browser.get(path), 200)
    boxes = page.select("main input[type=text], main input[type=date]")
    told = {box["name"]: box.get("value", "") for box in boxes}
    told |= {"kind": "dry_needling", "holder_matches": "y", "regions": ["thigh", "leg_foot"]}
    return told, browser.post(path, data=told | known)


def test_a_badge_inside_a_picture_becomes_a_certificate_verified_by_its_signature(
    browser, mara, school
):
    on_list(school)
    picture = bake(png_of("https://school.example"), school.badge())
    answer = bring(browser, picture, "badge.png")
    assert answer.status_code == 303
    said = main_of(browser.get(answer.location))
    for words in ("Everything about it is met", "The signature is good", "it stands", COURSE):
        assert words in said, words
    told, sent = entered(browser, answer)
    assert (told["course"], told["provider"]) == (COURSE, "Lakeside")
    assert sent.status_code == 303
    version = db.session.scalars(select(CredentialVersion)).one()
    assert db.session.get_one(BadgeBehind, version.id)
    path = f"/review/versions/{version.id}"
    page = read(mara.get(path), 200)
    assert page.select_one("#badge .finding-met")
    assert page.select_one("select[name=method] option[selected]")["value"] == "signed_credential"
    reference = page.select_one("input[name=reference]")["value"]
    assert "SHA-256" in reference
    form = {"method": "signed_credential", "reference": reference}
    assert mara.post(f"{path}/verify", data=form).status_code == 303
    row = db.session.scalars(select(Verification)).one()
    assert row.method is Method.SIGNED_CREDENTIAL
    assert db.session.get_one(BadgeProof, row.id)
    assert "when it was verified by it" in main_of(mara.get(path))


def test_with_a_defect_nothing_is_proposed_and_the_way_is_refused_at_its_field(
    browser, mara, school
):
    on_list(school, 7)
    answer = bring(browser, school.badge().encode())
    assert "it is taken back" in main_of(browser.get(answer.location))
    entered(browser, answer)
    version = db.session.scalars(select(CredentialVersion)).one()
    path = f"/review/versions/{version.id}"
    page = read(mara.get(path), 200)
    assert (
        page.select_one("select[name=method] option[selected]") is None
        or not (page.select_one("select[name=method] option[selected]")["value"])
    )
    form = {"method": "signed_credential", "reference": "x"}
    refused = read(mara.post(f"{path}/verify", data=form), 422)
    assert "Not everything" in error_at(refused, "method")
    assert db.session.scalar(select(func.count(Verification.id))) == 0


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.jwt"),
        (b"\x00\x01", "b.jwt"),
        (b"\xff\xfe\xff", "b.json"),
        (png_of("https://a.example"), "plain.png"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 900, "broken.png"),
        (b"[" * 250_000, "deep.json"),
        (b'{"a":' * 30_000, "deeper.json"),
        (b'{"type": "OpenBadgeCredential"}', "bare.json"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "b.svg"),
        (b"%PDF-1.7", "b.pdf"),
    ],
    ids=range(10),
)
def test_a_hostile_or_idle_file_is_refused_at_its_field_and_leaves_nothing(browser, data, name):
    assert error_at(read(bring(browser, data, name), 422), "badge")
    assert db.session.scalar(select(func.count(Badge.id))) == 0


def test_a_file_larger_than_any_badge_is_refused_at_its_field(browser):
    head = b'--x\r\nContent-Disposition: form-data; name="badge"; filename="b.jwt"\r\n\r\n'
    body = head + b"x" * (MOST_BYTES + 1) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    answer = browser.post("/my-credentials/badges/add", data=body, content_type=kind)
    assert "larger than" in error_at(read(answer, 422), "badge")


def test_neither_file_nor_letters_is_told_at_the_field(browser):
    refused = browser.post("/my-credentials/badges/add", data={"pasted": ""})
    assert "Choose" in error_at(read(refused, 422), "badge")


def test_a_badge_is_handed_out_as_it_came_in(browser, school):
    raw = school.badge()
    answer = browser.get(f"{bring(browser, raw.encode()).location}/file")
    assert (answer.text, answer.mimetype) == (raw, "application/jwt")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_badge_is_added_to_a_certificate_that_waits(browser, dana, school):
    paper = given.certificate(dana, state=VersionState.SUBMITTED)
    place = bring(browser, school.badge().encode()).location
    page = read(browser.get(place), 200)
    (version,) = [one["value"] for one in page.select("select[name=version_id] option")]
    sent = browser.post(f"{place}/attach", data={"version_id": version})
    assert sent.location == f"/my-credentials/{paper.id}"
    wrong = browser.post(f"{place}/attach", data={"version_id": "7"})
    assert wrong.status_code == 422


def test_a_manager_brings_one_in_for_somebody_and_a_colleague_sees_none(
    app, browser, mara, harbour, dana, herself, school
):
    form = {"pasted": school.badge()}
    answer = mara.post(f"/my-credentials/for/{dana.id}/badges/add", data=form)
    assert answer.status_code == 303
    assert browser.get(answer.location).status_code == 200
    other = given.practitioner("Marcus Bell", at=harbour)
    his = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=other))
    for path in ("", "/file", "/enter"):
        assert his.get(f"{answer.location}{path}").status_code == 404, path
    assert his.post(f"{answer.location}/attach", data={"version_id": "1"}).status_code == 404


def test_an_administrator_puts_an_issuer_on_record_and_decides_anew(app, school):
    admin = visit(app, administrator())
    form = {
        "identifier": school.identifier,
        "name": "Lakeside",
        "keys": school.pasted,
        "accepted": "y",
        "counts": "y",
        "reason": "Compared by telephone.",
    }
    place = admin.post("/setup/badge-issuers/new", data=form).location
    assert "Its badges are accepted" in main_of(admin.get(place))
    change = {"name": "Lakeside", "reason": "They closed.", "seen_number": "1"}
    assert admin.post(f"{place}/change", data=change).status_code == 303
    said = main_of(admin.get(place))
    assert "no longer accepted" in said
    assert "Compared by telephone." in said
    assert admin.post(f"{place}/change", data=change).status_code == 409


def test_what_is_wrong_with_an_issuer_is_told_at_its_field(app, school):
    admin = visit(app, administrator())
    form = {"identifier": "x", "name": "L", "keys": "", "accepted": "y", "reason": "R"}
    refused = read(admin.post("/setup/badge-issuers/new", data=form), 422)
    assert error_at(refused, "keys")
    refused = read(admin.post("/setup/badge-issuers/new", data=form | {"keys": "x"}), 422)
    assert error_at(refused, "identifier")
    private = {"identifier": school.identifier, "keys": '{"kty":"OKP","crv":"Ed25519","d":"x"}'}
    refused = read(admin.post("/setup/badge-issuers/new", data=form | private), 422)
    assert "private key" in error_at(refused, "keys")


def test_a_status_list_is_pasted_and_its_age_is_shown(app, school):
    admin, number = visit(app, administrator()), on_list(school)
    place = f"/setup/badge-issuers/{number}"
    sent = admin.post(f"{place}/status-list", data={"status_list": school.status_list(7)})
    assert sent.status_code == 303
    assert LIST in main_of(admin.get(place))
    refused = admin.post(f"{place}/status-list", data={"status_list": "x"})
    assert error_at(read(refused, 422), "status_list")


def test_nothing_is_fetched_where_that_was_not_allowed(app, school):
    admin, number = visit(app, administrator()), on_list(school)
    place = f"/setup/badge-issuers/{number}"
    assert read(admin.get(place), 200).select_one("[name=address]") is None
    sent = admin.post(f"{place}/status-list", data={"address": LIST})
    assert sent.status_code == 422
    app.config["EGRESS"] = True
    try:
        sent = admin.post(f"{place}/status-list", data={"address": "https://127.0.0.1/list"})
        assert "open internet" in error_at(read(sent, 422), "address")
    finally:
        app.config["EGRESS"] = False


def test_whoever_does_not_administer_only_looks_at_issuers(app, harbour, herself, school):
    number = on_list(school)
    boss = visit(app, given.somebody(Role.MANAGER, harbour))
    assert boss.get(f"/setup/badge-issuers/{number}").status_code == 200
    for path in ("new", f"{number}/change"):
        assert boss.get(f"/setup/badge-issuers/{path}").status_code == 403
    assert visit(app, herself).get("/setup/badge-issuers").status_code == 403
    assert boss.post(f"/setup/badge-issuers/{number}/status-list", data={}).status_code == 403


def test_the_badges_of_somebody_are_listed_where_one_is_brought_in(browser, herself, dana, school):
    number = brought(herself, dana, school.badge())
    page = read(browser.get("/my-credentials/badges/add"), 200)
    assert page.select_one(f"main a[href='/my-credentials/badges/{number}']")
