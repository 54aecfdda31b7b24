"""Adopting: an administrator settles each item, sees what it would do, and puts it in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.jobs import background
from registry.models import Adoption, AdoptionState, Appointment, AuditEntry, Clinic, Privilege, db
from registry.queries.requirement_sets import shipped
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.activations import activate_adoption
from registry.services.what_ifs import ask_about_adoption
from tests import given
from tests.services.activating import asking
from tests.web.looking_first import after_a_look
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

AGAIN = "2028-03-01"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def administrator(app):
    return visit(app, given.somebody(Role.ADMINISTRATOR, name="Ada Admin"))


def readings(code):
    """All that the form of an adoption asks."""
    codes = {item.code for one in shipped()[code].sets for item in one.open_items}
    typed = {"reading": "As the board wrote to us.", "why": "It wrote so.", "again": AGAIN}
    return {f"{name}-{code}": said for code in codes for name, said in typed.items()}


def states():
    db.session.rollback()
    return db.session.scalars(select(Adoption.state).order_by(Adoption.id)).all()


def test_what_is_sent_is_a_proposal_that_changes_nothing_yet(administrator):
    clinic = given.clinic(adopted=False)
    given.certified(given.practitioner(at=clinic))
    answer = administrator.post("/requirements/US-MT/adopt", data=readings("US-MT"))
    assert (answer.status_code, answer.location) == (303, "/requirements/US-MT/versions/1")
    assert states() == [AdoptionState.PROPOSED]
    assert db.session.scalar(select(Privilege.site)) is None
    page = read(administrator.get(answer.location), 200)
    assert "Nothing has changed yet" in page.text
    assert "1 practitioner would gain regions." in page.select_one("#what-if").text
    assert "As the board wrote to us." in page.text
    assert [a.text for a in page.select(".page-head-actions a")] == [
        *("Put in force", "Edit", "Withdraw")
    ]


def test_putting_it_in_force_lets_the_certified_needle(administrator):
    clinic = given.clinic(adopted=False)
    given.certified(given.practitioner(at=clinic))
    given.proposed("US-MT")
    page = read(administrator.get("/requirements/US-MT/versions/1/activate"), 200)
    assert "1 practitioner would gain regions" in page.text or "not known yet" in page.text
    answer = administrator.post("/requirements/US-MT/versions/1/activate")
    assert (answer.status_code, answer.location) == (303, "/requirements/US-MT")
    assert db.session.scalar(select(Privilege.site)) is not None
    page = read(administrator.get(answer.location), 200)
    assert "Version 1 of the requirements of Montana is in force." in page.text


def test_every_item_is_asked_in_its_group_with_its_source(administrator):
    page = read(administrator.get("/requirements/US-MS/adopt"), 200)
    items = {item.code: item for one in shipped()["US-MS"].sets for item in one.open_items}
    assert len(items) > 8
    told = [one.get_text(" ", strip=True) for one in page.select("fieldset legend")]
    for code, item in items.items():
        [number] = [n for n, said in enumerate(told, 1) if item.question in said]
        assert told[number - 1].startswith(f"{number}. ")
        box = page.select_one(f'[name="reading-{code}"]').find_parent("section")
        group = {"not_found": "Values not found", "source": "Doubtful sources"}
        assert box.h2.text == group.get(code.split(".")[0], "Questions")
        if item.citation.source_url.startswith("https://"):
            assert box.select(f'.citation a[href="{item.citation.source_url}"]')
        assert page.select_one(f'[name="again-{code}"]')["value"] == "2028-02-29"


@pytest.mark.parametrize(
    ("field", "says"),
    [("reading", "Write how you read this"), ("why", "Write why"), ("again", "Say when somebody")],
)
def test_what_is_left_open_is_listed_and_the_rest_is_kept(administrator, field, says):
    data = dict(readings("US-UT"), **{f"{field}-later_law": " "})
    page = read(administrator.post("/requirements/US-UT/adopt", data=data), 422)
    assert says in error_at(page, f"{field}-later_law")
    assert says in alert(page)
    [link] = page.select(f'.error-summary a[href="#{field}-later_law"]')
    assert link.text.split(". ")[1] in ("How you read it", "Why", "Look again on")
    kept = page.select_one('[name="reading-not_found.regions"]').text.strip()
    assert kept == "As the board wrote to us."
    assert page.select_one('[name="again-not_found.regions"]')["value"] == AGAIN
    assert states() == []


def test_all_that_is_missing_is_listed_at_once(administrator):
    blank = dict.fromkeys(readings("US-MS"), "")
    page = read(administrator.post("/requirements/US-MS/adopt", data=blank), 422)
    items = {item.code for one in shipped()["US-MS"].sets for item in one.open_items}
    assert len(page.select(".error-summary li")) == 3 * len(items)


@pytest.mark.parametrize("typed", ["a\x00b", "x" * 100_000])
def test_odd_readings_are_refused_at_their_field(administrator, typed):
    data = dict(readings("US-UT"), **{"reading-later_law": typed})
    page = read(administrator.post("/requirements/US-UT/adopt", data=data), 422)
    assert error_at(page, "reading-later_law")
    assert alert(page)


@pytest.mark.parametrize("typed", ["2027-03-01", "2026-01-01", "soon", "0000-00-00", "9999-12-31"])
def test_the_day_to_look_again_lies_ahead_within_two_years(administrator, typed):
    data = dict(readings("US-UT"), **{"again-later_law": typed})
    page = read(administrator.post("/requirements/US-UT/adopt", data=data), 422)
    assert error_at(page, "again-later_law")
    assert states() == []


def test_every_day_to_look_again_that_cannot_be_is_said_at_once(administrator):
    past = {name: "2027-02-28" for name in readings("US-UT") if name.startswith("again-")}
    page = read(administrator.post("/requirements/US-UT/adopt", data=readings("US-UT") | past), 422)
    assert len(past) > 1
    assert alert(page).count("must lie ahead") == len(past)


def test_what_was_written_last_is_filled_in_but_for_a_day_that_has_come(app, administrator):
    given.clinic()
    page = read(administrator.get("/requirements/US-MT/adopt"), 200)
    assert "As the source reads." in page.text
    assert {box["value"] for box in page.select("input[type=date]")} == {AGAIN}
    with time_machine.travel(given.NOW + timedelta(days=400), tick=False):
        ada = visit(app, given.somebody(Role.ADMINISTRATOR))
        page = read(ada.get("/requirements/US-MT/adopt"), 200)
    assert "As the source reads." in page.text
    assert {box.get("value", "") for box in page.select("input[type=date]")} == {""}
    assert "due since Wed 1 March 2028" in page.text


def test_only_an_administrator_may(app):
    clinic = given.clinic(adopted=False)
    given.proposed("US-MT")
    there = "/requirements/US-MT/versions/1"
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = visit(app, given.somebody(role, clinic))
        for path in ("/requirements/US-MT/adopt", f"{there}/activate", f"{there}/withdraw"):
            assert client.get(path).status_code == 403, path
        for path in ("/requirements/US-MT/adopt", f"{there}/what-if"):
            assert client.post(path, data=readings("US-MT")).status_code == 403, path
        for what in ("activate", "withdraw"):
            assert client.post(f"{there}/{what}", data={"reason": "x"}).status_code == 403
        page = read(client.get("/requirements/US-MT"), 200)
        reads = role in (Role.MANAGER, Role.AUDITOR)
        assert bool(page.select('a[href*="/versions/"]')) is reads
        assert client.get(there).status_code == (200 if reads else 403)
    assert states() == [AdoptionState.PROPOSED]


def test_the_auditor_and_managers_concerned_read_a_proposal_without_acting(app, administrator):
    harbour, _, _ = losing()
    hill = db.session.scalars(select(Clinic).where(Clinic.name == "Hill Clinic")).one()
    far = given.clinic("Far Clinic", jurisdiction="US-GA", adopted=False)
    given.certified(given.practitioner("Nora Near", at=hill), hours_total=60)
    there = "/requirements/US-MT/versions/2"
    administrator.post(f"{there}/what-if")
    for who, sees in (
        (given.somebody(Role.AUDITOR), {"Harbour Clinic", "Hill Clinic"}),
        (given.somebody(Role.MANAGER, harbour), {"Harbour Clinic"}),
        (given.somebody(Role.MANAGER, hill), {"Hill Clinic"}),
    ):
        page = read(visit(app, who).get(there), 200)
        assert {one.h3.text for one in page.select(".what-if-clinic")} == sees
        assert ("Lena Loser" in page.text) is ("Harbour Clinic" in sees)
        assert ("at your own clinics" in page.text) is (len(sees) == 1)
        assert not page.main.select("form")
        assert not page.select(".page-head-actions a")
    stranger = visit(app, given.somebody(Role.MANAGER, far))
    assert stranger.get(there).status_code == 403
    assert not read(stranger.get("/requirements/US-MT"), 200).select(f'a[href="{there}"]')


def test_everybody_reads_by_which_version_they_are_judged(app):
    clinic = given.clinic()
    for role in Role:
        client = visit(app, given.somebody(role, clinic))
        page = read(client.get("/requirements/US-MT"), 200)
        [link] = page.select('#versions a[href="/requirements/US-MT/versions/1"]')
        shown = read(client.get(link["href"]), 200)
        assert shown.select_one("#set-1")
        assert not shown.main.select("form")


def test_a_place_without_a_clinic_is_no_managers_own(app):
    given.proposed("US-GA")
    manager = given.somebody(Role.MANAGER, given.clinic())
    assert visit(app, manager).get("/requirements/US-GA/versions/1").status_code == 403


def test_a_version_that_is_none_is_not_found(administrator):
    for version in ("0", "2", "99999999999999999999", "-1", "x", "%00"):
        for what in ("", "/activate", "/withdraw"):
            address = f"/requirements/US-MT/versions/{version}{what}"
            assert administrator.get(address).status_code == 404, address


def losing():
    """Two clinics, a proposal that asks for more hours; who loses, and what would be held."""
    harbour, hill = given.clinic(adopted=False), given.clinic("Hill Clinic", adopted=False)
    given.adopt("US-MT", asking(50))
    at = ((harbour, "Lena Loser", 60), (hill, "Gina Gainer", 30), (harbour, "Sam Same", 90))
    people = [given.practitioner(name, at=clinic) for clinic, name, _ in at]
    for who, (_, _, hours) in zip(people, at, strict=True):
        given.certified(who, hours_total=hours)
    booked = given.booked(harbour, people[0])
    given.proposed("US-MT", asking(80))
    return harbour, people, booked


def test_the_page_tells_who_loses_and_what_would_be_held_clinic_by_clinic(app, administrator):
    harbour, people, booked = losing()
    there = "/requirements/US-MT/versions/2"
    page = read(administrator.get(there), 200)
    assert "Nobody has asked yet" in page.text
    answer = administrator.post(f"{there}/what-if")
    assert (answer.status_code, answer.location) == (303, f"{there}#what-if")
    told = read(administrator.get(there), 200).select_one("#what-if")
    [clinic] = told.select(".what-if-clinic")
    assert clinic.h3.text == harbour.name
    said = clinic.get_text(" ", strip=True)
    assert "1 practitioner would lose regions and 1 appointment would go on hold." in said
    short = "1 appointment, 1 patient, Mon 1 March 2027, 14:00 EST (today)."
    assert f"Would go on hold {short}" in said
    assert "Lena Loser" in said
    assert "Thigh, Leg and foot" in said or "Thigh, " in said
    assert f"Appointment {booked}" in said
    assert "Mon 1 March 2027, 14:00 EST" in said
    assert "Sam Same" not in said
    assert "As of Mon 1 March 2027, 04:00 EST, for 3 practitioners" in told.text
    assert clinic.select(f'a[href="/roster/practitioners/{people[0].id}"]')
    assert not clinic.select('a[href*="/schedule/"]')  # no way for an administrator
    both = given.also(given.somebody(Role.ADMINISTRATOR), Role.MANAGER, harbour)
    seen = read(visit(app, both).get(there), 200)
    assert seen.select(f'#what-if a[href="/schedule/appointments/{booked}"]')
    assert given.state_of(booked) is AppointmentState.CONFIRMED


def test_a_version_says_what_it_asks_otherwise(administrator):
    losing()
    page = read(administrator.get("/requirements/US-MT/versions/2"), 200)
    [change] = page.select("#otherwise section.topic")
    besides, no_longer = (one.get_text(" ", strip=True) for one in change.select("ul"))
    assert ("80 hours" in besides, "50 hours" in no_longer) == (True, True)
    assert "differs from what comes with the registry" in page.text
    given.proposed("US-MT", asking(50))
    page = read(administrator.get("/requirements/US-MT/versions/3"), 200)
    assert "It asks the same as version 1, which is in force." in page.text


def test_what_if_says_from_which_day(administrator):
    losing()
    there = "/requirements/US-MT/versions/2"
    administrator.post(f"{there}/what-if")
    page = read(administrator.get(there), 200)
    [row] = page.select(".what-if-clinic table")[0].select("tbody tr")
    assert row.select_one('[data-label="From"]').text == "Mon 1 March 2027"
    given.proposed("US-MT", asking(80, first_day=given.date(2027, 4, 1)))
    there = "/requirements/US-MT/versions/3"
    administrator.post(f"{there}/what-if")
    page = read(administrator.get(there), 200)
    said = page.select_one("#what-if").get_text(" ", strip=True)
    assert "1 practitioner would lose regions from Thu 1 April 2027 on." in said
    [row] = page.select(".what-if-clinic table")[0].select("tbody tr")
    assert row.select_one('[data-label="From"]').text == "Thu 1 April 2027"


def put_in_force(client, path):
    """Pressed once where its page showed what it does, else once more."""
    shown = read(client.get(path), 200).select_one('input[name="foreseen"]')
    data = {"foreseen": shown["value"]} if shown and shown.get("value") else {}
    answer = client.post(path, data=data)
    return answer if answer.status_code == 303 else after_a_look(client, path, {})


def test_what_it_did_is_what_was_told(administrator):
    _, _, booked = losing()
    administrator.post("/requirements/US-MT/versions/2/what-if")
    page = read(administrator.get("/requirements/US-MT/versions/2/activate"), 200)
    assert "1 practitioner would lose regions and 1 appointment would go on hold." in page.text
    assert "It takes the place of version 1" in page.text
    answer = put_in_force(administrator, "/requirements/US-MT/versions/2/activate")
    assert "1 appointment put on hold." in read(administrator.get(answer.location), 200).text
    assert given.state_of(booked) is AppointmentState.HELD
    because = db.session.get_one(Appointment, booked).ground_lost_because
    assert because == "Version 2 of the requirements of Montana was put in force."
    told = read(administrator.get("/requirements/US-MT/versions/2"), 200)
    facts = told.select_one("#activation .facts").get_text(" ", strip=True)
    assert "Appointments put on hold 1" in facts
    assert "Put in force by Ada Admin" in facts


def test_what_was_foreseen_and_what_it_asks_can_be_read_for_good(administrator):
    losing()
    there = "/requirements/US-MT/versions/2"
    administrator.post(f"{there}/what-if")
    put_in_force(administrator, f"{there}/activate")
    given.adopt("US-MT", asking(90))
    for version, hours in ((1, 50), (2, 80), (3, 90)):
        page = read(administrator.get(f"/requirements/US-MT/versions/{version}"), 200)
        assert f"{hours} hours of training in all." in page.select_one("#set-1").text
    page = read(administrator.get(there), 200)
    foreseen = page.select_one("#what-if").get_text(" ", strip=True)
    assert "What was foreseen" in foreseen
    assert "1 practitioner would lose regions and 1 appointment would go on hold." in foreseen
    assert "Lena Loser" in foreseen
    change = page.select_one("#otherwise").get_text(" ", strip=True)
    assert "Besides 80 hours of training in all. No longer 50 hours" in change


def test_a_withdrawn_version_can_be_read_with_what_it_would_have_changed(administrator):
    losing()
    there = "/requirements/US-MT/versions/2"
    administrator.post(f"{there}/withdraw", data={"reason": "Not so."})
    given.adopt("US-MT", asking(60))
    page = read(administrator.get(there), 200)
    assert "80 hours of training in all." in page.select_one("#set-1").text
    assert "No longer 50 hours" in page.select_one("#otherwise").get_text(" ", strip=True)
    assert not page.select("#what-if")


def test_what_is_worked_out_once_it_is_in_force_was_not_foreseen(administrator):
    losing()
    made = given.proposed("US-MT", asking(85))
    ask_about_adoption(actor=given.adopter(), adoption_id=made.id, now=given.NOW)
    activate_adoption(actor=given.adopter(), adoption_id=made.id, now=given.NOW)
    later = given.NOW + timedelta(minutes=1)
    while background.go_on(later):
        pass
    page = read(administrator.get("/requirements/US-MT/versions/3"), 200)
    assert not page.select("#what-if")


def test_putting_it_in_force_tells_how_many_on_hold_were_restored(administrator):
    losing()
    put_in_force(administrator, "/requirements/US-MT/versions/2/activate")
    given.proposed("US-MT", asking(50))
    answer = put_in_force(administrator, "/requirements/US-MT/versions/3/activate")
    page = read(administrator.get(answer.location), 200)
    assert "1 appointment on hold restored." in page.text


def test_of_a_long_list_the_first_are_shown_and_then_all(administrator):
    harbour, _, _ = losing()
    for number in range(12):
        given.certified(given.practitioner(f"More {number}", at=harbour), hours_total=60)
    there = "/requirements/US-MT/versions/2"
    administrator.post(f"{there}/what-if")
    page = read(administrator.get(there), 200)
    assert "13 practitioners would lose regions" in page.text
    assert len(page.select(".what-if-clinic table")[0].select("tbody tr")) == 10
    [link] = page.select(f'.what-if-clinic a[href="{there}?clinic={harbour.id}#what-if"]')
    page = read(administrator.get(link["href"].split("#")[0]), 200)
    assert len(page.select(".what-if-clinic table")[0].select("tbody tr")) == 13
    assert not page.select(".what-if-clinic p a")


def test_a_withdrawn_proposal_stays_on_record_and_is_never_put_in_force(administrator):
    given.clinic()
    given.proposed("US-MT")
    there = "/requirements/US-MT/versions/2"
    page = read(administrator.post(f"{there}/withdraw", data={"reason": " "}), 422)
    assert "Say why" in error_at(page, "reason")
    answer = administrator.post(f"{there}/withdraw", data={"reason": "A better reading came."})
    assert (answer.status_code, answer.location) == (303, there)
    page = read(administrator.get(there), 200)
    assert "Withdrawn because: A better reading came." in page.text
    listed = read(administrator.get("/requirements/US-MT"), 200)
    assert "A better reading came." in listed.select_one("#versions tbody tr").text
    trail = read(administrator.get("/oversight/trail?action=withdraw"), 200)
    assert "version 2 of the requirements of Montana" in trail.main.text
    assert "adoption" not in trail.main.text
    assert not page.select(".page-head-actions a")
    assert (
        "better reading"
        in db.session.scalars(
            select(AuditEntry.body).where(AuditEntry.action == "withdraw requirement sets")
        ).one()
    )
    for what in ("activate", "withdraw"):
        assert administrator.get(f"{there}/{what}").location == there
        answer = administrator.post(f"{there}/{what}", data={"reason": "x"})
        assert (answer.status_code, answer.location) == (303, there)
        page = read(administrator.get(there), 200)
        assert "Version 2 was withdrawn, so it is never put in force." in page.text
    assert states() == [AdoptionState.ACTIVE, AdoptionState.WITHDRAWN]


def test_a_proposal_that_was_overtaken_is_refused_in_a_sentence(administrator):
    given.clinic(adopted=False)
    given.proposed("US-MT")
    given.adopt("US-MT")
    page = read(administrator.get("/requirements/US-MT/versions/1"), 200)
    assert "Version 2 came into force since" in page.text
    assert [a.text for a in page.select(".page-head-actions a")] == ["Edit", "Withdraw"]
    there = "/requirements/US-MT/versions/1"
    for ask in (administrator.get, administrator.post):
        answer = ask(f"{there}/activate")
        assert (answer.status_code, answer.location) == (303, there)
        page = read(administrator.get(there), 200)
        assert "Version 2 came into force since, so version 1 cannot be any more." in page.text
    assert states() == [AdoptionState.PROPOSED, AdoptionState.ACTIVE]


def test_a_second_press_of_put_in_force_leads_to_the_version_and_says_so(administrator):
    given.clinic(adopted=False)
    given.proposed("US-MT")
    there = "/requirements/US-MT/versions/1"
    administrator.post(f"{there}/activate")
    for ask in (administrator.get, administrator.post):
        answer = ask(f"{there}/activate")
        assert (answer.status_code, answer.location) == (303, there)
        page = read(administrator.get(there), 200)
        assert "Version 1 was put in force already." in page.text
        assert "Put in force" not in [a.text for a in page.select("a, button")]
    assert db.session.query(AuditEntry).filter_by(action="activate requirement sets").count() == 1


def test_an_answer_that_has_become_due_holds_a_proposal_up(app, administrator):
    given.clinic(adopted=False)
    given.proposed("US-MT")
    with time_machine.travel(given.NOW + timedelta(days=400), tick=False):
        ada = visit(app, given.somebody(Role.ADMINISTRATOR))
        page = read(ada.post("/requirements/US-MT/versions/1/activate"), 409)
    assert "due to be looked at again" in alert(page)
    assert states() == [AdoptionState.PROPOSED]


def test_a_mere_proposal_is_no_adoption(administrator):
    given.clinic(adopted=False)
    given.proposed("US-MT")
    page = read(administrator.get("/setup/clinics"), 200)
    assert "requirements not adopted" in page.text.lower()


def test_an_adoption_that_changes_nothing_leaves_appointments_as_they_are(administrator):
    clinic = given.clinic()
    who = given.practitioner(at=clinic)
    given.certified(who)
    booked = given.booked(clinic, who)
    administrator.post("/requirements/US-MT/adopt", data=readings("US-MT"))
    page = read(administrator.get("/requirements/US-MT/versions/2"), 200)
    assert "Nobody gains, nobody loses, nothing goes on hold." in page.text
    administrator.post("/requirements/US-MT/versions/2/activate")
    assert given.state_of(booked) is AppointmentState.CONFIRMED


def test_own_sets_are_adopted_again_as_they_are(administrator):
    given.adopt("US-MT", asking(50))
    page = read(administrator.get("/requirements/US-MT/adopt"), 200)
    [link] = page.select('.notice a[href="/requirements/US-MT/adopt?shipped=1"]')
    assert "This proposes what is in force again" in page.text
    administrator.post("/requirements/US-MT/adopt", data=readings("US-MT"))
    page = read(administrator.get("/requirements/US-MT/versions/2"), 200)
    assert "It asks the same as version 1, which is in force." in page.text
    page = read(administrator.get(link["href"]), 200)
    assert page.select('.notice a[href="/requirements/US-MT/adopt"]')
    administrator.post(link["href"], data=readings("US-MT"))
    page = read(administrator.get("/requirements/US-MT/versions/3"), 200)
    assert "50 hours of training in all." in page.select_one("#otherwise section.topic").text


def test_a_profession_that_is_dropped_is_told(administrator):
    [first, *_] = shipped()["US-FL"].sets
    given.adopt("US-FL")
    given.proposed("US-FL", replace(first))
    page = read(administrator.get("/requirements/US-FL/versions/2"), 200)
    assert [one.h3.text for one in page.select("#otherwise section.topic")] == ["Chiropractor"]
    assert [one.text for one in page.select("#otherwise section.topic strong")] == ["No longer"]


def test_the_page_takes_as_many_statements_for_few_as_for_many(administrator, statements):
    harbour, _, _ = losing()
    there = "/requirements/US-MT/versions/2"
    administrator.post(f"{there}/what-if")
    counts = []
    for more in (0, 8):
        for number in range(more):
            given.certified(given.practitioner(f"More {number}", at=harbour), hours_total=60)
        statements.clear()
        read(administrator.get(there), 200)
        counts.append(len(statements))
    assert counts == [24, 24]
