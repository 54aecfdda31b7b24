"""The menu: everybody is shown what they may open, and only that."""

from __future__ import annotations

import pytest

from registry.models import Account, db
from registry.rules.vocabulary import Role
from registry.web.shell import HOMES, WAYS
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
