"""The roster, the decision behind a sign, the dossier: who sees what, in how many statements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from registry.models import Engagement, Privilege, db
from registry.queries.roster import roster_on, standing
from registry.queries.scope import clinic_for
from registry.rules.access import Action
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import Role, VersionState
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

DAY = given.TODAY.isoformat()


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic()


@pytest.fixture
def manager(app, clinic):
    return visit(app, given.somebody(Role.MANAGER, clinic))


def signs(page, name):
    """Region: what the grid says of this person."""
    row = next(row for row in page.select(".roster tbody tr") if name in row.th.text)
    said = [cell.get_text(strip=True).split(":") for cell in row.select(".sign")]
    return {region.strip(): word.strip() for region, word in said}


def test_the_roster_shows_for_each_region_whether_it_may_be_needled(clinic, manager):
    given.certified(given.practitioner(at=clinic))
    said = signs(read(manager.get("/roster/"), 200), "Dana Okafor")
    assert said["Thigh"] == said["Lower leg and foot"] == "may needle"
    assert {said[region.name] for region in REGIONS.values()} == {"may needle", "may not"}
    assert said["Neck"] == "may not"


def test_what_ends_within_thirty_days_lapses_soon_and_what_begins_later_is_not_yet(clinic, manager):
    near, later = given.TODAY + timedelta(days=30), given.TODAY + timedelta(days=1)
    given.certified(given.practitioner("Mei Tan", at=clinic), last_day=near)
    given.certified(given.practitioner("Sam Roy", at=clinic), first_day=later)
    given.certified(given.practitioner("Ana Ruiz", at=clinic), last_day=near + timedelta(days=1))
    page = read(manager.get(f"/roster/?clinic={clinic.id}&day={DAY}"), 200)
    assert signs(page, "Mei Tan")["Thigh"] == "lapses soon"
    assert signs(page, "Sam Roy")["Thigh"] == "not yet"
    assert signs(page, "Ana Ruiz")["Thigh"] == "may needle"
    assert "Lapses in 30 days" in page.text


def test_where_nobody_adopted_the_requirements_it_is_not_known(app):
    clinic = given.clinic(adopted=False)
    given.certified(given.practitioner(at=clinic))
    page = read(visit(app, given.somebody(Role.MANAGER, clinic)).get("/roster/"), 200)
    assert set(signs(page, "Dana Okafor").values()) == {"not known"}
    assert "Nobody adopted the requirements of US-MT yet" in page.text


def test_only_those_who_work_there_on_the_day_are_listed(clinic, manager):
    given.practitioner("Dana Okafor", at=clinic, since=date(2027, 3, 2))
    elsewhere = given.clinic("Hill Clinic", adopted=False)
    given.practitioner("Canary Wren", at=elsewhere)
    assert "Nobody works at Harbour Clinic" in read(manager.get(f"/roster/?day={DAY}"), 200).text
    page = read(manager.get("/roster/?day=2027-03-02"), 200)
    assert "Dana Okafor" in page.text
    assert "Canary Wren" not in page.text


def test_the_name_filter_takes_its_letters_as_they_are(clinic, manager):
    given.practitioner("Dana Okafor", at=clinic)
    given.practitioner("Luis 100% Prado", at=clinic)
    page = read(manager.get("/roster/?q=0%25"), 200)
    assert "Luis" in page.text
    assert "Dana" not in page.text


def test_fifty_people_make_a_page(clinic, manager):
    for number in range(52):
        given.practitioner(f"Person {number:02}", at=clinic)
    page = read(manager.get("/roster/"), 200)
    assert len(page.select(".roster tbody tr")) == 50
    assert "1 to 50 of 52" in page.text
    following = page.select_one('a[rel="next"]')["href"]
    assert len(read(manager.get(following), 200).select(".roster tbody tr")) == 2
    assert "nobody on this page" in read(manager.get("/roster/?page=3"), 200).text


def test_a_person_counts_once_however_often_they_work_there_and_not_once_archived(clinic):
    twice, gone = given.practitioner("Mei Tan", at=clinic), given.practitioner("Tan", at=clinic)
    db.session.add(Engagement(practitioner_id=twice.id, clinic_id=clinic.id, first_day=given.TODAY))
    gone.archived_at = given.NOW
    db.session.commit()
    given.practitioner("Sam Roy", at=clinic)
    desk = given.somebody(Role.FRONT_DESK, clinic)
    here = clinic_for(desk, Action.SEE_DIRECTORY, clinic.id)
    assert [roster_on(here, day=given.TODAY, name=name).total for name in ("", "tan")] == [2, 1]


@pytest.mark.parametrize(
    "told",
    [
        "thigh>2027-03-20,thigh<2027-03-10,arm,arm>2027-05-01",
        "arm>2027-05-01,arm,thigh<2027-03-10,thigh>2027-03-20",
    ],
)
def test_what_holds_now_goes_before_what_begins_later_and_lasting_before_lapsing(told):
    found = standing(told, "may_not")
    said = dict(zip(REGIONS, found.kinds, strict=True))
    assert (said["thigh"], said["arm"], said["neck"]) == ("lapses_soon", "may_needle", "may_not")
    assert found.regions == 2
    assert (found.ends_on, found.starts_on) == (date(2027, 3, 10), date(2027, 3, 20))


def test_every_cell_opens_its_own_decision(clinic, manager):
    who = given.practitioner("Ann %s & Söhne", at=clinic)
    page = read(manager.get(f"/roster/?clinic={clinic.id}&day={DAY}"), 200)
    opened = [a["href"] for a in page.select(".sign a")]
    asked = f"/roster/decision?clinic={clinic.id}&day={DAY}&practitioner={who.id}&site="
    assert opened == [asked + site for site in REGIONS]
    assert page.select_one("tbody th bdi").text == "Ann %s & Söhne"


def test_the_grid_agrees_with_the_stored_privileges(clinic):
    given.certified(given.practitioner(at=clinic))
    desk = given.somebody(Role.FRONT_DESK, clinic)
    here = clinic_for(desk, Action.SEE_DIRECTORY, clinic.id)
    [line] = roster_on(here, day=given.TODAY).lines
    may = {
        site
        for site, kind in zip(REGIONS, line.standing.kinds, strict=True)
        if kind == "may_needle"
    }
    assert may == set(db.session.scalars(db.select(Privilege.site))) & REGIONS.keys()
    assert line.standing.regions == len(may)


@pytest.mark.parametrize("people", [1, 12])
def test_the_roster_takes_three_statements_however_many_people(clinic, manager, statements, people):
    for number in range(people):
        given.certified(given.practitioner(f"Person {number}", at=clinic))
    statements.clear()
    read(manager.get(f"/roster/?clinic={clinic.id}"), 200)
    assert len(statements) == 3


def test_reasons_are_worked_out_for_the_people_asked_for_and_of_this_clinic_only(clinic, manager):
    lacking = given.practitioner(at=clinic)
    given.licence(lacking)
    stranger = given.practitioner("Canary Wren", at=given.clinic("Hill Clinic", adopted=False))
    who = f"{lacking.id},{stranger.id},x,99999999999999"
    said = manager.get(f"/roster/reasons?clinic={clinic.id}&day={DAY}&who={who}").text
    assert "No dry-needling certificate is on record." in said
    assert said.count("hx-swap-oob") == 1


def test_a_decision_shows_every_requirement_with_its_source_and_cure(clinic, manager):
    who = given.practitioner(at=clinic)
    given.certified(who, state=VersionState.SUBMITTED)
    asked = f"practitioner={who.id}&clinic={clinic.id}&site=thigh&day={DAY}"
    page = read(manager.get(f"/roster/decision?{asked}"), 200)
    assert "may not needle: thigh" in page.h1.text
    assert "awaits verification" in page.text
    assert "Nearest fix" in page.text
    assert page.select(".finding-met"), "what is met is shown too"
    assert len(page.select(".citation")) == len(page.select(".finding"))
    assert page.select('.evidence a[href*="/my-credentials/"]')


def test_the_front_desk_reads_the_reasons_without_links_to_the_papers(app, clinic):
    who = given.practitioner(at=clinic)
    given.certified(who)
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))
    page = read(desk.get(f"/roster/decision?practitioner={who.id}&site=thigh"), 200)
    assert "may needle: thigh" in page.h1.text
    assert not page.select(".evidence")


def test_a_decision_can_be_asked_of_a_muscle(clinic, manager):
    who = given.practitioner(at=clinic)
    given.certified(who, taught=frozenset({"neck"}))
    page = read(manager.get(f"/roster/decision?practitioner={who.id}&site=scalenes"), 200)
    assert "may not needle: scalenes" in page.h1.text


@pytest.mark.parametrize("held", [1, 6])
def test_a_decision_takes_six_statements_whatever_is_held(clinic, manager, statements, held):
    who = given.practitioner(at=clinic)
    given.licence(who)
    for _ in range(held):
        given.certificate(who)
    statements.clear()
    read(manager.get(f"/roster/decision?practitioner={who.id}&clinic={clinic.id}&site=neck"), 200)
    assert len(statements) == 6


def test_the_dossier_says_where_what_and_until_when(clinic, manager):
    who = given.practitioner(at=clinic)
    given.certified(who, last_day=date(2027, 6, 30))
    given.booked(clinic, who)
    page = read(manager.get(f"/roster/practitioners/{who.id}"), 200)
    assert "2 of 11 regions" in page.text
    assert "Wed 30 June 2027" in page.text
    assert page.select(".timeline svg")
    rows = {row.th.get_text(strip=True) for row in page.select("table tbody tr")}
    assert "Thigh, Lower leg and foot" in rows
    assert any("Dry needling, lower quarter" in row for row in rows)
    booked = next(d for d in page.select("dl.facts div") if "booked ahead" in d.dt.text)
    assert booked.dd.text == "1"


@pytest.mark.parametrize("held", [1, 6])
def test_the_dossier_takes_seven_statements_whatever_is_held(clinic, manager, statements, held):
    who = given.practitioner(at=clinic)
    for _ in range(held):
        given.certified(who)
    statements.clear()
    read(manager.get(f"/roster/practitioners/{who.id}"), 200)
    assert len(statements) == 7


def test_the_dossier_shows_the_desk_kinds_and_colleagues_no_papers(app, clinic):
    who = given.practitioner(at=clinic)
    given.certified(who)
    colleague = given.somebody(
        Role.PRACTITIONER, clinic, practises_as=given.practitioner("Sam Roy", at=clinic)
    )
    seen = {}
    for actor in (given.somebody(Role.FRONT_DESK, clinic), colleague):
        address = f"/roster/practitioners/{who.id}"
        seen[actor.name] = read(visit(app, actor).get(address), 200).main.text
    desk, other = seen.values()
    assert "Certificates of training" in desk
    assert "Lakeside Institute" not in desk
    assert "Certificate" not in other
    assert "Thigh" in other


def test_the_dossier_shows_only_the_clinics_that_are_ones_own(app, clinic, manager):
    hill = given.clinic("Hill Clinic", adopted=False)
    who = given.practitioner(at=clinic)
    db.session.add(Engagement(practitioner_id=who.id, clinic_id=hill.id, first_day=given.TODAY))
    db.session.commit()
    given.certified(who)
    page = read(manager.get(f"/roster/practitioners/{who.id}"), 200)
    assert "Harbour Clinic" in page.text
    assert "Hill Clinic" not in page.text


def test_what_is_anothers_is_hidden_as_if_it_were_not_there(app, clinic, manager):
    hill = given.clinic("Hill Clinic", adopted=False)
    stranger = given.practitioner("Canary Wren", at=hill)
    for address in (
        f"/roster/?clinic={hill.id}",
        f"/roster/reasons?clinic={hill.id}&who={stranger.id}",
        f"/roster/practitioners/{stranger.id}",
        f"/roster/decision?practitioner={stranger.id}&clinic={hill.id}&site=neck",
        f"/roster/decision?practitioner={stranger.id}&clinic={clinic.id}&site=neck",
        f"/roster/decision?practitioner={stranger.id}&site=neck",
        "/roster/practitioners/987654",
        "/roster/?clinic=987654",
    ):
        answer = manager.get(address)
        assert answer.status_code == 404, address
        assert "Canary" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["day=0000-00-00", "day=2027-02-30", "day=x", "page=-1", "page=0", "page=99999999999999999",
     "clinic=x", "clinic=-1", "q=%00", "day=%00", "clinic=99999999999999999999", "q=a%0d%0ab"],
)  # fmt: skip
def test_odd_addresses_get_a_sentence(clinic, manager, query):
    page = read(manager.get(f"/roster/?{query}"), 422)
    assert alert(page) or page.main.text


@pytest.mark.parametrize("query", ["day=9999-12-31", "day=0001-01-01", "q=%F0%9F", "q=%ED%A0%80"])
def test_the_ends_of_the_calendar_and_broken_letters_are_no_fault(clinic, manager, query):
    given.certified(given.practitioner(at=clinic))
    assert manager.get(f"/roster/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["site=elbow", "site=%00", "day=x", "practitioner=y", ""])
def test_odd_questions_get_a_sentence(clinic, manager, query):
    who = given.practitioner(at=clinic)
    whole = query if "practitioner" in query or not query else f"practitioner={who.id}&{query}"
    assert alert(read(manager.get(f"/roster/decision?{whole}"), 422))


def test_the_dossier_of_somebody_who_works_nowhere_is_the_administrators(app, clinic):
    who = given.practitioner()
    administrator = visit(app, given.somebody(Role.ADMINISTRATOR))
    page = read(administrator.get(f"/roster/practitioners/{who.id}"), 200)
    assert "Works at no clinic" in page.text
