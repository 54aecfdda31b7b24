"""Requirement sets: read by everybody, adopted by an administrator who answers each question."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from registry.models import Adoption, Privilege, db
from registry.queries.requirement_sets import shipped
from registry.queries.requirement_words import in_words
from registry.rules.regions import REVIEW_PENDING
from registry.rules.vocabulary import AppointmentState, Role
from tests import given
from tests.web.page import alert, error_at, read
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def administrator(app):
    return visit(app, given.somebody(Role.ADMINISTRATOR, name="Ada Admin"))


def readings(code):
    questions = {question.code for one in shipped()[code].sets for question in one.open_questions}
    return {f"reading-{question}": "As the board wrote to us." for question in questions}


def test_everybody_sees_what_ships_and_what_was_adopted(app):
    clinic = given.clinic()
    for role in Role:
        client = visit(app, given.somebody(role, clinic))
        page = read(client.get("/requirements/"), 200)
        [row] = [row for row in page.select("tbody tr") if "Montana" in row.text]
        assert "Version 1" in row.text
        assert "Ada Adopter" in row.text
        assert bool(page.select('a[href$="/adopt"]')) is (role is Role.ADMINISTRATOR)


def test_a_clinic_without_a_set_is_listed_too(app, administrator):
    given.clinic(jurisdiction="NZ-AUK", adopted=False)
    assert "No set comes with the registry" in read(administrator.get("/requirements/"), 200).text


@pytest.mark.parametrize("code", sorted(shipped()))
def test_each_jurisdiction_reads_in_words_with_its_sources(administrator, code):
    page = read(administrator.get(f"/requirements/{code}"), 200)
    asked = [requirement for one in shipped()[code].sets for requirement in one.requirements]
    for requirement in asked:
        assert in_words(requirement) in page.main.get_text(" ", strip=True)
    assert len(page.select(".citation")) >= len(asked)


def test_it_is_said_that_a_clinician_has_yet_to_confirm_the_regions(administrator):
    page = read(administrator.get("/requirements/US-MT"), 200)
    assert page.main.get_text().count(REVIEW_PENDING) == 1


def test_every_kind_of_requirement_has_words_of_its_own():
    for file in shipped().values():
        for one in file.sets:
            for requirement in one.requirements:
                assert in_words(requirement).endswith("."), requirement.kind


def test_adopting_lets_the_certified_needle(app, administrator):
    clinic = given.clinic(adopted=False)
    who = given.practitioner(at=clinic)
    given.certified(who)
    assert db.session.scalar(select(Privilege.site)) is None
    answer = administrator.post("/requirements/US-MT/adopt", data=readings("US-MT"))
    assert answer.status_code == 303
    assert db.session.scalar(select(Privilege.site)) is not None
    page = read(administrator.get(answer.location), 200)
    assert "adopted, in your name" in page.text
    assert "Ada Admin" in page.text
    assert "As the board wrote to us." in page.text


def test_a_question_left_open_is_asked_for_and_the_rest_is_kept(administrator):
    data = dict(readings("US-UT"), **{"reading-later_law": " "})
    page = read(administrator.post("/requirements/US-UT/adopt", data=data), 422)
    assert "Write how you read this" in error_at(page, "reading-later_law")
    assert page.select_one("[name=reading-numbers]").text.strip() == "As the board wrote to us."
    assert db.session.scalar(select(Adoption.id)) is None


@pytest.mark.parametrize("typed", ["a\x00b", "x" * 100_000])
def test_odd_readings_are_refused_at_their_field(administrator, typed):
    data = dict(readings("US-UT"), **{"reading-later_law": typed})
    page = read(administrator.post("/requirements/US-UT/adopt", data=data), 422)
    assert error_at(page, "reading-later_law")
    assert alert(page)


def test_only_an_administrator_adopts(app):
    clinic = given.clinic(adopted=False)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = visit(app, given.somebody(role, clinic))
        assert client.get("/requirements/US-MT/adopt").status_code == 403
        assert client.post("/requirements/US-MT/adopt", data=readings("US-MT")).status_code == 403
    assert db.session.scalar(select(Adoption.id)) is None


def test_an_unknown_jurisdiction_is_not_found(administrator):
    for address in ("XX-YY", "XX-YY/adopt", "%00", "a" * 5000):
        assert administrator.get(f"/requirements/{address}").status_code == 404


def test_adopting_again_shows_the_earlier_readings_and_makes_a_new_version(app, administrator):
    given.clinic()
    page = read(administrator.get("/requirements/US-MT/adopt"), 200)
    assert "As the source reads." in page.text
    administrator.post("/requirements/US-MT/adopt", data=readings("US-MT"))
    assert db.session.scalars(select(Adoption.version).order_by(Adoption.version)).all() == [1, 2]


def test_the_pages_take_few_statements(administrator, statements):
    given.clinic()
    for address, most in (("/requirements/", 4), ("/requirements/US-MT", 5)):
        statements.clear()
        read(administrator.get(address), 200)
        assert len(statements) == most, address


def test_states_of_appointments_are_untouched_by_an_adoption_that_changes_nothing(administrator):
    clinic = given.clinic()
    who = given.practitioner(at=clinic)
    given.certified(who)
    booked = given.booked(clinic, who)
    administrator.post("/requirements/US-MT/adopt", data=readings("US-MT"))
    assert given.state_of(booked) is AppointmentState.CONFIRMED
