"""The pages of incidents: found from the dashboard, worked off without a script, taken along."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import time_machine
from sqlalchemy import select

from registry.models import Appointment, Incident, IncidentTreatment, Patient, db
from registry.queries import incident_treatments
from registry.rules.incidents import TreatmentFinding
from registry.rules.vocabulary import Outcome, Role, Treatment
from registry.services.verification import decide_standing
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

CHOSEN = "option[selected]:not([value=''])"
LATER = given.NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _ten_days_later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def manager(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def number(harbour, dana, manager):
    """Of an incident with one treatment, its patient called like a formula."""
    paper = given.certified(dana)
    booked = given.booked(harbour, dana, given.slot(harbour, 10))
    given.checked_in(booked)
    decide_standing(
        actor=manager,
        credential_id=paper.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="forged",
        now=LATER - timedelta(days=1),
    )
    patient = db.session.scalars(select(Patient)).one()
    patient.name = "=HYPERLINK(1)"
    db.session.commit()
    return db.session.scalars(select(Incident.id)).one()


def harbour_of(one):
    return db.session.get_one(Appointment, one.appointment_id).clinic


def path(number, more=""):
    return f"/oversight/incidents/{number}{more}"


def test_the_dashboard_leads_to_it_and_it_says_what_was_known_when(app, manager, harbour, number):
    browser = visit(app, manager)
    dashboard = read(browser.get(f"/oversight/?clinic={harbour.id}"))
    [link] = [a for a in dashboard.select(".attention a") if "to look back upon" in a.text]
    listed = read(browser.get(link["href"]))
    page = read(browser.get(listed.select_one("tbody th a")["href"]))
    table = page.select_one(".incident-treatment table")
    told = [
        (row.select_one("th").text.split("\n")[0], row.select_one(".status").text.strip())
        for row in table.select("tbody tr")
    ]
    assert [answer for _, answer in told] == ["May needle", "May needle", "May needle", "May not"]
    assert "When it was booked" in told[0][0]
    assert "revoked" in table.text


def test_every_answer_leads_to_its_decision_in_full(app, manager, number):
    browser = visit(app, manager)
    page = read(browser.get(path(number)))
    links = [a["href"] for a in page.select(".incident-treatment table a")]
    first, last = (read(browser.get(link)) for link in (links[0], links[-1]))
    assert "may needle" in first.select_one("h1").text
    assert "may not needle" in last.select_one("h1").text
    assert "As known" in first.select_one(".kicker").text


def test_it_is_worked_off_and_closed_without_a_script(app, manager, number):
    browser = visit(app, manager)
    for _ in range(20):
        page = read(browser.get(path(number)))
        forms = [
            form
            for form in page.select("main form[method=post]")
            if "/steps/" in form["action"] or "/treatments/" in form["action"]
        ]
        waits = [
            form for form in forms if not form.select_one("option[selected][value]:not([value=''])")
        ]
        if not waits:
            break
        told = {box["name"]: box.get("value", "") for box in waits[0].select("input[name]")}
        box = waits[0].select_one("select")
        told[box["name"]] = "done" if "/steps/" in waits[0]["action"] else "told"
        assert browser.post(waits[0]["action"], data=told).status_code == 303
    close = page.select_one(f"form[action='{path(number)}/close']")
    told = {box["name"]: box.get("value", "") for box in close.select("input[name]")}
    empty = browser.post(close["action"], data=told)
    assert empty.status_code == 422
    assert "Say what came of it" in alert(read(empty, 422))
    assert (
        browser.post(
            close["action"], data=told | {"close-conclusion": "All were told."}
        ).status_code
        == 303
    )
    page = read(browser.get(path(number)))
    assert "All were told." in page.text
    assert page.select("main form[method=post]")[0]["action"].endswith("/export")
    assert len(page.select("main form[method=post]")) == 1


def test_a_stale_page_is_told_so_and_keeps_what_was_typed(app, manager, number):
    browser = visit(app, manager)
    one = db.session.scalars(select(IncidentTreatment.id)).one()
    prefix = f"treatment{one}-"
    told = {f"{prefix}finding": "told", f"{prefix}note": "rang her", f"{prefix}seen_version": "7"}
    answer = browser.post(path(number, f"/treatments/{one}"), data=told)
    page = read(answer, 409)
    assert "Look again" in alert(page)
    assert page.select_one(f"input[name={prefix}note]")["value"] == "rang her"
    told[f"{prefix}seen_version"] = page.select_one(f"input[name={prefix}seen_version]")["value"]
    assert browser.post(path(number, f"/treatments/{one}"), data=told).status_code == 303
    assert db.session.scalars(select(IncidentTreatment.finding)).one() is TreatmentFinding.TOLD


def test_a_part_of_another_incident_is_not_found_here(app, manager, number, harbour, dana):
    other = given.incident_of(
        given.booked(
            harbour,
            given.practitioner("Luis", at=harbour),
            treatment="exercise",
            sites=(),
            when=given.slot(harbour, 15),
        )
    )
    told = {f"step{other.steps[0].id}-state": "done"}
    browser = visit(app, manager)
    assert browser.post(path(number, f"/steps/{other.steps[0].id}"), data=told).status_code == 404


def files_of(answer):
    with ZipFile(BytesIO(answer.data)) as pack:
        return {name: pack.read(name).decode("utf-8-sig") for name in pack.namelist()}


def test_what_is_taken_along_has_a_page_a_table_without_formulas_and_the_decisions(
    app, manager, number
):
    answer = visit(app, manager).post(path(number, "/export"), data={})
    assert answer.mimetype == "application/zip"
    files = files_of(answer)
    assert sorted(files) == ["decisions.json", "incident.html", "treatments.csv"]
    [row] = csv.DictReader(StringIO(files["treatments.csv"]))
    assert row["Patient"] == "'=HYPERLINK(1)"
    assert (row["Known when booked"], row["Known now"]) == ("may needle", "may not")
    [told] = json.loads(files["decisions.json"])["treatments"]
    assert [one["answers"][0]["eligible"] for one in told["known"]] == [True, True, True, False]
    assert "<script" not in files["incident.html"]
    assert "HYPERLINK" in files["incident.html"]


def test_an_auditor_takes_it_along_without_the_names_of_patients(app, harbour, number):
    auditor = given.somebody(Role.AUDITOR)
    browser = visit(app, auditor)
    page = read(browser.get(path(number)))
    assert "HYPERLINK" not in page.text
    assert not [f for f in page.select("main form[method=post]") if "export" not in f["action"]]
    files = files_of(browser.post(path(number, "/export"), data={}))
    assert not [name for name, text in files.items() if "HYPERLINK" in text]


def test_one_that_nobody_sees_to_says_so_on_the_dashboard(app, manager, harbour, number):
    incident = db.session.get_one(Incident, number)
    incident.owner_id = None
    db.session.commit()
    page = read(visit(app, manager).get(f"/oversight/?clinic={harbour.id}"))
    assert "1 needs an owner" in page.select_one(".attention").text


def test_an_incident_asks_as_often_for_thirty_treatments_as_for_three(
    app, manager, harbour, dana, statements
):
    given.certified(dana)
    with time_machine.travel(given.NOW, tick=False):
        numbers = [
            given.booked(harbour, dana, given.slot(harbour, 8 + n // 4, n % 4 * 15, minutes=15))
            for n in range(30)
        ]
    made = given.incident_of(numbers[0])
    browser, counts = visit(app, manager), []
    for more in (numbers[1:3], numbers[3:]):
        db.session.add_all(
            IncidentTreatment(incident_id=made.id, appointment_id=one, joined_at=given.NOW)
            for one in more
        )
        db.session.commit()
        browser.get(path(made.id))
        statements.clear()
        assert browser.get(path(made.id)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_what_is_found_of_a_treatment_on_a_later_page_leads_back_to_that_page(
    app, manager, number, monkeypatch
):
    monkeypatch.setattr(incident_treatments, "A_PAGE", 1)
    [first] = db.session.scalars(select(IncidentTreatment))
    other = given.booked(
        harbour_of(first),
        db.session.get_one(Incident, number).practitioner,
        treatment=Treatment.EXERCISE,
        sites=(),
    )
    db.session.add(IncidentTreatment(incident_id=number, appointment_id=other, joined_at=given.NOW))
    db.session.commit()
    second = db.session.scalars(select(IncidentTreatment.id)).all()[-1]
    browser = visit(app, manager)
    page = read(browser.get(path(number)), 200)
    assert len(page.select(".incident-treatment")) == 1
    assert "0 of 2 have a finding. Here are 1 to 1." in page.text
    later = read(browser.get(page.select_one("a[rel=next]")["href"]), 200)
    assert later.select_one(f"#treatment{second}")
    told = {f"treatment{second}-finding": "nothing_to_do"}
    told[f"treatment{second}-seen_version"] = "1"
    done = browser.post(path(number, f"/treatments/{second}"), data=told)
    assert done.location == path(number, f"?page=2#treatment{second}")
    wrong = browser.post(path(number, f"/treatments/{second}"), data={})
    assert read(wrong, 422).select_one(f"#treatment{second}")
