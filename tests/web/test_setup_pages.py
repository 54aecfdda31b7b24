from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.models import Account, AuditEntry, Clinic, Letter, Practitioner, db
from registry.rules.access import Grant
from registry.rules.vocabulary import Role
from tests import given
from tests.web.looking_first import after_a_look
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

ODD = ["a\x00b", "x" * 100_000, "=1+1\r\nBcc: all@test.example", "\ud83d"]


def form_of(**known):
    ordinary = {
        "name": "Hill Clinic",
        "address": "2 Hill Road",
        "jurisdiction": "CA-AB",
        "zone": "America/Edmonton",
    }
    return ordinary | known


@pytest.fixture
def harbour(app):
    return given.clinic("Harbour Clinic", adopted=False)


@pytest.fixture
def hill(app):
    return given.clinic("Hill Clinic", zone="America/Edmonton", jurisdiction="CA-AB", adopted=False)


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Manager")


def test_an_administrator_adds_a_clinic_with_a_room_and_hours(app, ada):
    client = visit(app, ada)
    read(client.get("/setup/clinics"), 200)
    read(client.get("/setup/clinics/new"), 200)

    response = client.post("/setup/clinics/new", data=form_of())
    made = db.session.scalars(select(Clinic)).one()
    assert response.location == f"/setup/clinics/{made.id}"

    client.post(f"{response.location}/rooms", data={"room-name": "Room 7"})
    hours = {"hours-opens_0": "08:00", "hours-closes_0": "17:30"}
    client.post(f"{response.location}/hours", data=hours)

    page = read(client.get(response.location), 200)
    assert "Room 7" in page.text
    assert db.session.get_one(Clinic, made.id).hours == {"0": [["08:00", "17:30"]]}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "..."),
        ("jurisdiction", "Georgia"),
        ("jurisdiction", "US-ZZ"),
        ("zone", "Mars/Olympus"),
        ("zone", ""),
        ("address", "x" * 301),
    ],
)
def test_what_cannot_be_of_a_clinic_is_said_at_its_field_and_the_rest_kept(app, ada, field, typed):
    data = form_of(**{field: typed})
    page = read(visit(app, ada).post("/setup/clinics/new", data=data), 422)

    assert error_at(page, field)
    assert alert(page)
    if field != "name":
        assert page.select_one("input[name=name]")["value"] == "Hill Clinic"
    assert db.session.scalar(select(Clinic.id)) is None


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("field", ["name", "address", "jurisdiction", "zone"])
def test_no_odd_string_makes_a_fault(app, ada, field, odd):
    typed = odd.encode("utf-8", "surrogatepass")
    response = visit(app, ada).post("/setup/clinics/new", data=form_of(**{field: typed}))
    assert response.status_code in {302, 422}
    if response.status_code == 422:
        read(response)


def test_hours_that_end_before_they_begin_are_refused_by_their_day(app, ada, harbour):
    client = visit(app, ada)
    form = read(client.get(f"/setup/clinics/{harbour.id}/hours"), 200)
    seen = {"hours-seen_hours": form.select_one("[name=hours-seen_hours]")["value"]}
    data = {"hours-opens_1": "18:00", "hours-closes_1": "08:00", **seen}
    page = read(client.post(f"/setup/clinics/{harbour.id}/hours", data=data), 422)
    assert "Tuesday" in alert(page)
    data = {"hours-opens_1": "morning", "hours-closes_1": "", **seen}
    page = read(client.post(f"/setup/clinics/{harbour.id}/hours", data=data), 422)
    assert page.select_one("[name=hours-opens_1]")["value"] == "morning"


def test_a_manager_sees_and_changes_only_their_own_clinic(app, mara, harbour, hill):
    client = visit(app, mara)
    assert "Hill" not in read(client.get("/setup/clinics"), 200).text
    read(client.get(f"/setup/clinics/{harbour.id}/edit"), 200)

    for path in (f"/setup/clinics/{hill.id}", f"/setup/clinics/{hill.id}/edit"):
        read(client.get(path), 404)
    read(client.post(f"/setup/clinics/{hill.id}/rooms", data={"room-name": "Mine"}), 404)
    read(client.get("/setup/clinics/new"), 403)


def test_a_clinic_elsewhere_and_one_that_does_not_exist_look_the_same(app, mara, hill):
    client = visit(app, mara)
    there = read(client.get(f"/setup/clinics/{hill.id}"), 404).select_one("main")
    nowhere = read(client.get("/setup/clinics/987654"), 404).select_one("main")
    assert there == nowhere
    read(client.get("/setup/clinics/99999999999999999999"), 404)


def test_a_refused_right_is_on_the_audit_trail(app, mara):
    visit(app, mara).get("/setup/clinics/new")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.account_id) == ("refused: create a clinic", mara.account_id)


def test_the_front_desk_sees_no_accounts(app, harbour):
    client = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    read(client.get("/setup/people"), 403)
    read(client.get("/setup/people/invite"), 403)


def test_a_manager_invites_front_desk_staff_for_their_own_clinic(app, mara, harbour, hill):
    client = visit(app, mara)
    page = read(client.get("/setup/people/invite"), 200)
    offered = {box["value"] for box in page.select("[name=grants]")}
    assert offered == {f"front_desk:{harbour.id}", f"practitioner:{harbour.id}"}

    data = {
        "name": "Fay Desk",
        "email": "Fay@Test.example",
        "grants": f"front_desk:{harbour.id}",
    }
    assert client.post("/setup/people/invite", data=data).location == "/setup/people"

    made = db.session.scalar(select(Account).where(Account.email == "fay@test.example"))
    assert made.as_actor().grants == (Grant(Role.FRONT_DESK, harbour.id),)
    assert db.session.scalars(select(Letter.to)).all() == ["fay@test.example"]
    assert "Fay Desk" in read(client.get("/setup/people"), 200).text


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("manager:{0}", 403), ("front_desk:{1}", 404), ("administrator:", 403), ("front_desk:", 403)],
)
def test_a_manager_cannot_slip_in_a_role_that_is_not_theirs_to_give(
    app, mara, harbour, hill, wanted, status
):
    data = {
        "name": "Fay Desk",
        "email": "fay@test.example",
        "grants": wanted.format(harbour.id, hill.id),
    }
    read(visit(app, mara).post("/setup/people/invite", data=data), status)
    assert db.session.scalar(select(Account).where(Account.email == "fay@test.example")) is None


def test_an_address_that_has_an_account_is_said_at_the_field(app, ada, mara, harbour):
    data = {
        "name": "Second Mara",
        "email": "mara.manager@test.example",
        "grants": f"manager:{harbour.id}",
    }
    page = read(visit(app, ada).post("/setup/people/invite", data=data), 422)
    assert "already" in error_at(page, "email")


def test_a_change_of_roles_signs_them_out_at_once(app, ada, mara, harbour):
    theirs = visit(app, mara)
    assert theirs.get("/setup/clinics").status_code == 200
    admin = visit(app, ada)
    read(admin.get(f"/setup/people/{mara.account_id}"), 200)

    data = {"grants": f"front_desk:{harbour.id}"}
    response = admin.post(f"/setup/people/{mara.account_id}/grants", data=data)

    assert response.status_code == 302
    assert theirs.get("/setup/clinics").status_code == 302
    again = visit(app, mara)
    assert again.get("/setup/people").status_code == 403


def test_a_manager_changing_roles_leaves_those_held_elsewhere_alone(app, mara, harbour, hill):
    desk = given.also(given.somebody(Role.FRONT_DESK, harbour), Role.MANAGER, hill)
    client = visit(app, mara)
    page = read(client.get(f"/setup/people/{desk.account_id}"), 200)
    assert "Hill" not in page.text

    data = {"grants": [f"front_desk:{harbour.id}", f"practitioner:{harbour.id}"]}
    client.post(f"/setup/people/{desk.account_id}/grants", data=data)

    held = set(db.session.get_one(Account, desk.account_id).as_actor().grants)
    assert held == {
        Grant(Role.FRONT_DESK, harbour.id),
        Grant(Role.PRACTITIONER, harbour.id),
        Grant(Role.MANAGER, hill.id),
    }


def test_an_account_of_another_clinic_is_not_there(app, mara, hill):
    stranger = given.somebody(Role.FRONT_DESK, hill, name="Zoe Elsewhere")
    client = visit(app, mara)
    assert "Zoe" not in read(client.get("/setup/people"), 200).text
    for path in ("", "/close"):
        read(client.get(f"/setup/people/{stranger.account_id}{path}"), 404)


def test_an_administrator_closes_an_account_and_it_is_out_at_once(app, ada, mara):
    theirs, admin = visit(app, mara), visit(app, ada)
    path = f"/setup/people/{mara.account_id}/close"
    read(admin.get(path), 200)
    assert error_at(read(admin.post(path, data={}), 422), "reason")
    assert admin.post(path, data={"reason": "left"}).status_code == 302
    assert theirs.get("/account").status_code == 302
    read(admin.get("/setup/people"), 200)


def test_an_administrator_ends_somebodys_sessions_and_a_manager_may_not(app, ada, mara, harbour):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    theirs = visit(app, desk)
    path = f"/setup/people/{desk.account_id}/end-sessions"

    read(visit(app, mara).post(path), 403)
    assert theirs.get("/account").status_code == 200
    assert visit(app, ada).post(path).status_code == 302
    assert theirs.get("/account").status_code == 302


def test_a_manager_puts_a_practitioner_on_record_and_invites_them(app, mara, harbour):
    client = visit(app, mara)
    read(client.get("/setup/practitioners/new"), 200)
    data = {
        "name": "Dana Okafor",
        "profession": "PT",
        "npi": "1234567893",
        "email": "dana@test.example",
        "clinic_ids": str(harbour.id),
        "first_day": "2026-01-01",
    }
    response = client.post("/setup/practitioners/new", data=data)
    dana = db.session.scalars(select(Practitioner)).one()
    assert response.location == f"/setup/practitioners/{dana.id}"
    read(client.get(response.location), 200)

    invitation = f"/setup/people/invite?practitioner={dana.id}"
    page = read(client.get(invitation), 200)
    assert page.select_one("[name=name]")["value"] == "Dana Okafor"
    asked = {"name": "Dana Okafor", "email": "dana@test.example"}
    client.post(invitation, data={**asked, "grants": f"practitioner:{harbour.id}"})
    account = db.session.scalar(select(Account).where(Account.practitioner_id == dana.id))
    assert account.email == "dana@test.example"
    assert "Dana" in read(client.get("/setup/practitioners"), 200).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("npi", "1234567890"),
        ("email", "dana at test"),
        ("name", ""),
        ("first_day", "2026-02-30"),
        ("profession", "surgeon"),
        ("clinic_ids", "777"),
    ],
)
def test_what_cannot_be_of_a_practitioner_is_said_at_its_field(app, mara, harbour, field, typed):
    data = {
        "name": "Dana",
        "profession": "PT",
        "clinic_ids": str(harbour.id),
        "first_day": "2026-01-01",
    }
    response = visit(app, mara).post("/setup/practitioners/new", data=data | {field: typed})
    assert error_at(read(response, 422), field)
    assert db.session.scalar(select(Practitioner.id)) is None


def test_languages_are_ticked_beside_the_contact_and_shown(app, mara, harbour):
    dana = given.practitioner(at=harbour)
    client, path = visit(app, mara), f"/setup/practitioners/{dana.id}"
    client.post(f"{path}/contact", data={"contact-languages": ["vi", "es"]})
    odd = read(client.post(f"{path}/contact", data={"contact-languages": "xx"}), 422)
    assert error_at(odd, "contact-languages")
    page = read(client.get(path), 200)
    assert "Spanish, Vietnamese" in page.select_one("main").get_text()
    ticked = page.select("input[name=contact-languages][checked]")
    assert {one["value"] for one in ticked} == {"es", "vi"}


def test_contact_name_and_npi_are_changed_from_the_practitioners_page(app, mara, harbour):
    dana = given.practitioner(at=harbour)
    client, path = visit(app, mara), f"/setup/practitioners/{dana.id}"
    client.post(f"{path}/contact", data={"contact-email": "d@test.example", "contact-phone": "1"})
    client.post(f"{path}/name", data={"name-name": "Dana Okafor-Bell"})
    client.post(f"{path}/npi", data={"npi-npi": "1234567893"})
    page = read(client.get(path), 200)
    assert all(each in page.text for each in ("d@test.example", "Okafor-Bell", "1234567893"))

    page = read(client.post(f"{path}/npi", data={"npi-npi": "123"}), 422)
    assert error_at(page, "npi-npi")


def test_a_last_day_is_set_and_an_archived_practitioner_is_kept(app, mara, harbour):
    dana = given.practitioner(at=harbour)
    client, path = visit(app, mara), f"/setup/practitioners/{dana.id}"
    end = f"{path}/engagements/{dana.engagements[0].id}/end"
    read(client.get(end), 200)
    assert error_at(read(client.post(end, data={"last_day": "2019-01-01"}), 422), "last_day")
    assert client.post(end, data={"last_day": "2030-01-01"}).status_code == 302

    read(client.get(f"{path}/archive"), 200)
    assert client.post(f"{path}/archive", data={"reason": "moved away"}).status_code == 302
    assert "Archived" in read(client.get(path), 200).text
    read(client.post(f"{path}/archive", data={"reason": "again"}), 409)


def test_whoever_may_look_and_not_act_is_shown_no_form_for_it(app, harbour, ada, mara):
    dana = given.practitioner(at=harbour)
    path = f"/setup/practitioners/{dana.id}"
    auditor = visit(app, given.somebody(Role.AUDITOR))
    own = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))
    for client in (auditor, own):
        read(client.get(path), 200)
        read(client.get(f"{path}/archive"), 403)
    read(auditor.get(f"{path}/engagements/{dana.engagements[0].id}/end"), 403)

    desk = given.somebody(Role.FRONT_DESK, harbour)
    for client, account in ((auditor, desk), (visit(app, mara), mara), (visit(app, ada), ada)):
        page = read(client.get(f"/setup/people/{account.account_id}"), 200)
        assert "Close the account" not in page.text
        read(client.get(f"/setup/people/{account.account_id}/close"), 403)


def test_who_also_works_elsewhere_is_not_for_one_manager_to_close(app, harbour, hill, mara):
    both = given.also(given.somebody(Role.FRONT_DESK, harbour), Role.FRONT_DESK, hill)
    path = f"/setup/people/{both.account_id}"
    assert "Close the account" not in read(visit(app, mara).get(path), 200).text
    read(visit(app, mara).get(f"{path}/close"), 403)


def test_a_practitioner_of_another_clinic_is_not_there(app, mara, hill):
    stranger = given.practitioner("Zoe Elsewhere", at=hill)
    client, path = visit(app, mara), f"/setup/practitioners/{stranger.id}"
    assert "Zoe" not in read(client.get("/setup/practitioners"), 200).text
    for answer in (
        client.get(path),
        client.get(f"{path}/archive"),
        client.post(f"{path}/name", data={"name-name": "Mine"}),
    ):
        read(answer, 404)


def test_the_lists_cost_the_same_however_many_there_are(app, ada, harbour, statements):
    client = visit(app, ada)
    counts = []
    for _ in range(2):
        for path in ("/setup/clinics", "/setup/people", "/setup/practitioners"):
            statements.clear()
            client.get(path)
            counts.append(len(statements))
        for _ in range(4):
            given.practitioner(at=harbour)
            given.somebody(Role.FRONT_DESK, harbour)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 6


def test_what_lost_its_ground_is_told_and_what_did_not_is_not(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    given.booked(harbour, dana, given.slot(harbour, 10))
    given.booked(harbour, dana, given.slot(harbour, 11), treatment="exercise", sites=())
    client = visit(app, given.somebody(Role.MANAGER, harbour))
    path = f"/setup/practitioners/{dana.id}"

    end = f"{path}/engagements/{dana.engagements[0].id}/end"
    after_a_look(client, end, {"last_day": "2027-02-28"})
    assert "Noted. 2 appointments put on hold." in read(client.get(path), 200).text
    client.post(f"{path}/archive", data={"reason": "moved away"})
    page = read(client.get(path), 200).text
    assert "Archived." in page
    assert "put on hold" not in page
