"""The menu: everybody is shown what they may open, and only that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.adapters.clock import now
from registry.models import Account, db
from registry.rules.vocabulary import Role, VersionState
from registry.services.archiving import archive_practitioner
from registry.web.menu import HOMES, WAYS
from registry.web.shell import LAST_SEEN
from tests import given
from tests.web.page import read
from tests.web.visits import arrive, visit


@pytest.mark.parametrize("role", list(Role))
def test_whatever_the_menu_shows_opens(app, role):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    everywhere = role in {Role.ADMINISTRATOR, Role.AUDITOR}
    person = given.somebody(
        role,
        None if everywhere else harbour,
        practises_as=dana if role is Role.PRACTITIONER else None,
    )
    client = visit(app, person)
    page = read(arrive(client, "/"), 200)

    links = {each["href"] for each in page.select(".house-nav a")}
    assert links, "nobody stands before an empty menu"
    for link in sorted(links):
        read(arrive(client, link), 200)


def test_every_way_and_every_home_leads_somewhere(app):
    endpoints = {endpoint for endpoint, *_ in WAYS} | {endpoint for _, endpoint in HOMES}
    assert not endpoints - set(app.view_functions)


def test_a_person_without_any_role_is_shown_their_account_and_nothing_else(app):
    person = given.somebody(Role.AUDITOR)
    db.session.get_one(Account, person.account_id).grants = []
    db.session.commit()
    page = read(arrive(visit(app, person), "/"), 200)
    assert page.select_one("h1").text == "My account"
    assert not page.select(".house-nav a")


def test_the_clinic_in_the_address_is_kept_along_the_menu(app):
    harbour = given.clinic(adopted=False)
    hill = given.clinic("Hill Clinic", adopted=False)
    person = given.also(given.somebody(Role.MANAGER, harbour), Role.MANAGER, hill)
    client = visit(app, person)
    page = read(arrive(client, f"/?clinic={hill.id}"), 200)
    links = [each["href"] for each in page.select(".house-nav a")]
    assert all(f"clinic={hill.id}" in link for link in links)
    assert page.select_one(".drop-clinic [aria-current]").text == "Hill Clinic"


def test_the_menu_and_the_switcher_keep_to_the_clinic_last_looked_at(app):
    bay, hill = (given.clinic(name, adopted=False) for name in ("Bay Clinic", "Hill Clinic"))
    person = given.also(given.somebody(Role.MANAGER, bay), Role.MANAGER, hill)
    client = visit(app, person)
    page = read(client.get("/oversight/"), 200)
    assert page.select_one(".drop-clinic [aria-current]").text == "Bay Clinic"
    read(client.get(f"/roster/?clinic={hill.id}"), 200)
    page = read(client.get("/account"), 200)
    assert page.select_one(".drop-clinic [aria-current]").text == "Hill Clinic"
    assert all(f"clinic={hill.id}" in each["href"] for each in page.select(".house-nav a"))


OPENED = ("/oversight/", "/oversight/holds", "/roster/", "/schedule/day")


def opened(client, path):
    return read(client.get(path), 200).select_one(".drop-clinic [aria-current]").text


@pytest.mark.parametrize("path", OPENED)
def test_an_address_without_a_clinic_opens_the_one_last_looked_at(app, path):
    bay, hill = (given.clinic(name, adopted=False) for name in ("Bay Clinic", "Hill Clinic"))
    person = given.also(given.somebody(Role.MANAGER, bay), Role.MANAGER, hill)
    client = visit(app, person)
    assert opened(client, path) == "Bay Clinic"
    read(client.get(f"/roster/?clinic={hill.id}"), 200)
    assert opened(client, path) == "Hill Clinic"


def test_a_clinic_last_looked_at_that_is_no_longer_theirs_is_not_opened(app):
    bay, hill = (given.clinic(name, adopted=False) for name in ("Bay Clinic", "Hill Clinic"))
    client = visit(app, given.somebody(Role.MANAGER, bay))
    with client.session_transaction() as session:
        session[LAST_SEEN] = hill.id
    for path in OPENED:
        assert read(client.get(path), 200).select_one("main").text.count("Hill Clinic") == 0


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (Role.MANAGER, "Hill Clinic"),
        (Role.FRONT_DESK, "Bay Clinic"),
        (Role.AUDITOR, "Bay Clinic"),
    ],
)
def test_the_first_to_open_is_where_most_waits_for_those_who_check(app, role, opens):
    bay, hill = (given.clinic(name, adopted=False) for name in ("Bay Clinic", "Hill Clinic"))
    person = given.also(given.somebody(role, bay), role, hill)
    given.licence(given.practitioner(at=hill), state=VersionState.SUBMITTED)
    assert opened(visit(app, person), "/roster/") == opens


@pytest.mark.parametrize("path", OPENED[1:])
@pytest.mark.parametrize("role", [Role.MANAGER, Role.FRONT_DESK])
def test_the_first_to_open_is_where_most_is_on_hold(app, path, role):
    bay, hill = given.clinic("Bay Clinic"), given.clinic("Hill Clinic")
    person = given.also(given.somebody(role, bay), role, hill)
    dana = given.practitioner(at=hill)
    given.certified(dana)
    ahead = now().date() + timedelta(days=200)
    given.booked(hill, dana, given.slot(hill, day=ahead))
    archive_practitioner(actor=given.EVERYBODY, practitioner_id=dana.id, now=now())
    assert opened(visit(app, person), path) == "Hill Clinic"


def test_the_menu_marks_the_job_a_page_belongs_to(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    held = given.certified(dana)
    client = visit(app, given.somebody(Role.MANAGER, harbour))
    for path, job in (
        (f"/roster/practitioners/{dana.id}", "Roster"),
        (f"/my-credentials/for/{dana.id}", "Roster"),
        (f"/review/credentials/{held.id}", "Review"),
        ("/oversight/look-back", "On hold"),
        (f"/setup/clinics/{harbour.id}", "Clinics"),
        ("/setup/practitioners", "People"),
    ):
        [marked] = read(client.get(path), 200).select(".house-nav [aria-current]")
        assert (marked.text, marked["aria-current"]) == (job, "true"), path


FOLDED = {
    Role.PRACTITIONER: [],
    Role.FRONT_DESK: [],
    Role.MANAGER: ["Incidents", "Audit trail", "Clinics", "People", "Treatments", "Requirements"],
    Role.ADMINISTRATOR: ["Incidents", "Audit trail", "Treatments", "Badge issuers"],
    Role.AUDITOR: ["Clinics", "People", "Treatments", "Requirements", "Badge issuers"],
}


@pytest.mark.parametrize("role", list(Role))
def test_daily_work_stands_in_the_menu_and_the_rest_is_folded_where_there_is_much(app, role):
    harbour = given.clinic(adopted=False)
    everywhere = role in {Role.ADMINISTRATOR, Role.AUDITOR}
    client = visit(app, given.somebody(role, None if everywhere else harbour))
    page = read(client.get("/account"), 200)
    for menu in (".house-nav", ".drop-nav nav"):
        folded = [each.text for each in page.select(f"{menu} details a")]
        assert folded == FOLDED[role]
        assert len(page.select(f"{menu} > ul > li")) <= 9


def test_a_folded_way_that_is_current_is_named_on_the_fold_too(app):
    harbour = given.clinic(adopted=False)
    client = visit(app, given.somebody(Role.MANAGER, harbour))
    page = read(client.get(f"/setup/clinics/{harbour.id}"), 200)
    assert page.select_one(".house-nav summary").text == "More: Clinics"
    assert page.select_one(".house-nav details [aria-current]").text == "Clinics"
    elsewhere = read(client.get("/roster/"), 200)
    assert elsewhere.select_one(".house-nav summary").text == "More"


def test_the_switcher_leads_to_no_page_that_is_not_theirs_there(app):
    harbour, hill = (given.clinic(name, adopted=False) for name in ("Harbour", "Hill"))
    both = given.also(given.somebody(Role.MANAGER, harbour), Role.FRONT_DESK, hill)
    client = visit(app, both)
    page = read(client.get(f"/oversight/?clinic={harbour.id}"), 200)
    for link in page.select(".drop-clinic a"):
        read(arrive(client, link["href"]), 200)
