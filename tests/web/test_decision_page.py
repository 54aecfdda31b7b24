"""The page behind a sign of the roster: every requirement, whose it is, and what comes besides."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from registry.adapters.clock import now
from registry.models import Adoption, AdoptionState, db
from registry.queries.decisions import explained_decision
from registry.rules.vocabulary import Profession, Role
from registry.services.house_rules import set_house_rules
from registry.services.practitioners import change_name
from tests import given
from tests.services.activating import asking
from tests.web.page import read
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic()


@pytest.fixture
def manager(clinic):
    return given.somebody(Role.MANAGER, clinic)


@pytest.fixture
def dana(clinic):
    made = given.practitioner(at=clinic)
    given.certified(made)
    return made


@pytest.fixture
def stricter(clinic, manager, dana):
    set_house_rules(
        actor=manager,
        clinic_id=clinic.id,
        requirements=[
            {"kind": "total_hours", "hours": 80},
            {"kind": "consent", "written": True, "source": "house rule"},
        ],
        first_day=given.TODAY,
        reason="Our insurer asks for it.",
        now=given.NOW,
    )


def question(clinic, dana):
    return f"/roster/decision?practitioner={dana.id}&clinic={clinic.id}&site=thigh"


def test_a_house_rule_is_cited_as_the_clinics_own(app, clinic, manager, dana, stricter):
    page = read(visit(app, manager).get(question(clinic, dana)), 200)
    [unmet] = page.select(".finding-unmet")
    assert "60 of the 80 hours" in unmet.text
    assert "Source: Harbour Clinic's own rule, Mon 1 March 2027." in unmet.text
    assert "20 more hours" in unmet.text
    others = " ".join(one.text for one in page.select(".finding-met .citation"))
    assert "Harbour Clinic" not in others


def test_what_is_asked_of_each_appointment_is_told_besides(app, clinic, manager, dana, stricter):
    page = read(visit(app, manager).get(question(clinic, dana)), 200)
    [panel] = [one for one in page.select(".panel") if "Asked at each appointment" in one.text]
    gates = [one.get_text(" ", strip=True) for one in panel.select(".finding")]
    assert "Nobody else is told to do the needling." in gates[0]
    assert "written consent" in gates[1]
    assert "Harbour Clinic's own rule" in gates[1]


def test_while_a_version_is_activated_it_says_that_both_are_asked(app, clinic, manager, dana):
    activating = given.proposed("US-MT")
    db.session.get_one(Adoption, activating.id).state = AdoptionState.ACTIVATING
    db.session.commit()
    page = read(visit(app, manager).get(question(clinic, dana)), 200)
    assert "both it and the one before must be met" in page.text


def judged_by(app, manager, address):
    page = read(visit(app, manager).get(address), 200)
    return [(one.get_text(" ", strip=True), one.a["href"]) for one in page.select(".judged-by")]


def test_it_cites_the_adopted_version_that_judged_on_that_day(app, clinic, manager, dana):
    given.adopt("US-MT")
    later = given.TODAY + timedelta(days=14)
    given.adopt("US-MT", asking(90, first_day=later))
    before, after = question(clinic, dana), f"{question(clinic, dana)}&day={later}"
    [(said, link)] = judged_by(app, manager, before)
    assert "version 2 of the requirements of Montana , adopted by Ada Adopter" in said
    assert "in force since Mon 1 March 2027" in said
    assert link == "/requirements/US-MT/versions/2"
    [(said, link)] = judged_by(app, manager, after)
    assert "version 3 of the requirements of Montana" in said
    assert "for days from Mon 15 March 2027 on" in said
    assert link == "/requirements/US-MT/versions/3"


def test_where_a_version_leaves_the_profession_out_it_is_cited_all_the_same(app, clinic, manager):
    therapist = given.practitioner(at=clinic, profession=Profession.OT)
    [(said, link)] = judged_by(app, manager, question(clinic, therapist))
    assert "version 1 of the requirements of Montana" in said
    assert "no set for this profession" in said
    assert link == "/requirements/US-MT/versions/1"


def test_while_one_is_activated_both_that_judge_are_cited(app, clinic, manager, dana):
    activating = given.proposed("US-MT")
    db.session.get_one(Adoption, activating.id).state = AdoptionState.ACTIVATING
    db.session.commit()
    said = [words for words, _ in judged_by(app, manager, question(clinic, dana))]
    assert (
        ["version 1" in said[0], "version 2" in said[1]]
        == [True, True]
        == [
            "in force since" in said[0],
            "being put in force" in said[1],
        ]
    )


def test_the_plain_values_name_the_adoption_and_not_the_files_edition(clinic, manager, dana):
    given.adopt("US-MT")
    told = explained_decision(
        manager, practitioner_id=dana.id, clinic_id=clinic.id, site="neck", day=None, now=given.NOW
    ).as_mapping()
    assert told["judged_by"] == [
        {"version": 2, "adopted_by": "Ada Adopter", "in_force_since": "2027-03-01T09:00:00+00:00"}
    ]
    assert "version" not in told["requirement_set"]


def test_the_same_is_to_be_had_as_plain_values(clinic, manager, dana, stricter):
    explained = explained_decision(
        manager,
        practitioner_id=dana.id,
        clinic_id=clinic.id,
        site="thigh",
        day=None,
        now=given.NOW,
    )
    told = explained.as_mapping()
    assert not told["eligible"]
    assert told["nearest_fix"] == "20 more hours of dry-needling training."
    sources = {one["citation"]["source"] for one in told["findings"]}
    assert "Harbour Clinic's own rule" in sources


LIMITED = {Role.FRONT_DESK, Role.PRACTITIONER}


@pytest.mark.parametrize("role", list(Role))
def test_numbers_courses_and_providers_are_read_only_by_who_may_open_the_papers(
    app, clinic, dana, role
):
    luis = given.practitioner("Luis Prado", at=clinic) if role is Role.PRACTITIONER else None
    reader = visit(app, given.somebody(role, clinic, practises_as=luis))
    asked = question(clinic, dana)
    for address in (asked, asked.replace("/decision", "/as-known")):
        page = read(reader.get(address), 200).main.text
        assert "The licence for Montana is good until" in page
        assert "certificate" in page.lower()
        assert ("Lakeside Institute" in page, "MT-" in page) == (role not in LIMITED,) * 2
    file = reader.get(asked.replace("/decision", "/as-known.json")).text
    assert ("Lakeside Institute" in file, "Dana Okafor" in file) == (role not in LIMITED,) * 2
    assert "MT-" not in file


def test_a_former_name_is_read_only_by_who_may_read_all_of_it(app, clinic, manager, dana):
    then = f"{question(clinic, dana).replace('/decision', '/as-known')}&at=2027-03-01T04:00"
    with time_machine.travel(given.NOW + timedelta(hours=2), tick=False):
        change_name(actor=manager, practitioner_id=dana.id, name="Dana Reyes", now=now())
        told = read(visit(app, manager).get(then), 200)
        desk = read(visit(app, given.somebody(Role.FRONT_DESK, clinic)).get(then), 200)
    assert "Dana Okafor" in told.h1.text
    assert "Dana Okafor" not in desk.text
    assert "Dana Reyes" in desk.h1.text
