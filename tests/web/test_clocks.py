"""Moments on pages that are about no clinic of their own."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given
from tests.web.page import read
from tests.web.visits import visit, with_password

PEOPLE, SETS = "/setup/people", "/requirements/US-MT"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def ada(app):
    ada = given.somebody(Role.ADMINISTRATOR)
    with_password(ada)
    return visit(app, ada)


def said(page):
    return page.main.get_text(" ", strip=True)


@pytest.mark.parametrize("path", [PEOPLE, SETS])
def test_moments_are_shown_on_the_clock_that_all_clinics_share(harbour, ada, path):
    page = said(read(ada.get(path), 200))
    assert "04:00 EST" in page
    assert "UTC" not in page


@pytest.mark.parametrize("path", [PEOPLE, SETS])
def test_of_several_clocks_that_of_the_clinic_looked_at_is_taken(harbour, ada, path):
    hill = given.clinic("Hill Clinic", zone="America/Edmonton", adopted=False)
    read(ada.get(f"/setup/clinics/{hill.id}"), 200)
    assert "02:00 MST" in said(read(ada.get(path), 200))


def test_where_no_clinic_is_at_hand_the_heading_names_the_zone_once(harbour, ada):
    given.clinic("Hill Clinic", zone="America/Edmonton", adopted=False)
    page = read(ada.get(PEOPLE), 200)
    heads = [each.get_text(strip=True) for each in page.select("thead th")]
    assert "Last signed in (UTC)" in heads
    assert "09:00" in said(page)
    assert "09:00 UTC" not in said(page)
