"""The desk of holds: why each is there, its best answer, and doing one or all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from registry.models import Appointment, UndoStep, db
from registry.rules.vocabulary import AppointmentState, Outcome, Role, Treatment
from registry.services.scheduling import mark_done
from registry.services.verification import decide_standing
from tests import given
from tests.services.activating import asking
from tests.services.many import on_record
from tests.web.page import alert, carries_a_token_in_each_form, read
from tests.web.visits import visit

LATER = given.NOW + timedelta(hours=1)
HELD, CONFIRMED = AppointmentState.HELD, AppointmentState.CONFIRMED


@pytest.fixture
def desk(app, clinic):
    return visit(app, given.somebody(Role.FRONT_DESK, clinic, name="Tess Desk"))


@pytest.fixture
def dana(clinic):
    return given.practitioner(at=clinic)


@pytest.fixture
def paper(dana):
    return given.certified(dana)


@pytest.fixture
def ana(clinic):
    ana = given.practitioner("Ana Ruiz", at=clinic)
    given.certified(ana)
    return ana


def decide(actor, credential, outcome=Outcome.REVOKED, now=LATER):
    decide_standing(
        actor=actor,
        credential_id=credential.id,
        outcome=outcome,
        effective_from=given.TODAY,
        reason="The provider never taught this course.",
        now=now,
    )


def rows(page):
    return page.select("main .hold-list > li")


def looked_at(browser):
    return read(browser.get("/oversight/holds"), 200)


def options(row):
    return [each.text for each in row.select("option")]


def preselected(row):
    [chosen] = row.select("option[selected]")
    return chosen.text


def is_ticked(row):
    return row.select_one("input[name=take]").has_attr("checked")


def as_filled_in(page, **changed):
    """What a browser sends: the boxes that are ticked, and what stands in each list."""
    form = page.select_one("main form:has(.hold-list)")
    told = {"take": [box["value"] for box in form.select("input[name=take][checked]")]}
    for field in form.select("select"):
        told[field["name"]] = field.select_one("option[selected]")["value"]
    told |= {each["name"]: each["value"] for each in form.select("input[name^=reason-]")}
    return told | changed


def value_of(row, words):
    return next(each["value"] for each in row.select("option") if words in each.text)


def sent(browser, told):
    return browser.post("/oversight/holds", data=told)


def held_one(clinic, boss, dana, paper, *hours, **known):
    numbers = [given.booked(clinic, dana, given.slot(clinic, hour), **known) for hour in hours]
    decide(boss, paper)
    return numbers


def test_holds_come_soonest_first_with_reason_and_the_best_answer(
    clinic, boss, desk, dana, paper, ana
):
    given.certified(given.practitioner("Mei Tan", at=clinic), taught=frozenset({"neck"}))
    held_one(clinic, boss, dana, paper, 16, 11)
    first, second = rows(looked_at(desk))
    assert "11:00" in first.text
    assert "16:00" in second.text
    assert "Pat Doe" in first.text
    assert "Certificate revoked: The provider never taught this course." in first.text
    assert preselected(first) == "Give to Ana Ruiz (0 that day)"
    assert not any("Mei Tan" in each for each in options(first) if "Give" in each)
    assert is_ticked(first)
    assert is_ticked(second)


def test_the_decision_is_linked_for_those_who_may_read_it(clinic, boss, manager, desk, dana, paper):
    held_one(clinic, boss, dana, paper, 11)
    [row] = rows(looked_at(manager))
    [link] = row.select('a[href^="/review/credentials/"]')
    assert "the decision of Maud Manager" in link.text
    assert "Revoked" in read(manager.get(link["href"]), 200).text
    [row] = rows(looked_at(desk))
    assert row.select('a[href^="/review/"]') == []


@pytest.mark.parametrize("sort", ["adoption", "practitioner"])
def test_other_causes_lead_to_their_page_or_to_the_trail(clinic, boss, manager, dana, paper, sort):
    number = given.booked(clinic, dana)
    if sort == "adoption":
        given.adopt("US-MT", asking(90))
    else:
        on_record(number).state, on_record(number).ground_lost_by = HELD, "practitioner:1"
        db.session.commit()
    found = on_record(number)
    found.state, found.ground_lost_by = HELD, found.ground_lost_by or "practitioner:1"
    db.session.commit()
    [row] = rows(looked_at(manager))
    where = "/requirements/US-MT" if sort == "adoption" else "/oversight/trail?"
    [link] = row.select(f'.hold-why a[href^="{where}"]')
    assert read(manager.get(link["href"]), 200).h1


def test_who_has_treated_the_patient_before_comes_first_then_who_has_least_that_day(
    clinic, boss, desk, dana, paper, ana
):
    bo, cy = (given.practitioner(name, at=clinic) for name in ("Bo Lind", "Cy Young"))
    for who in (bo, cy):
        given.certified(who)
    earlier = given.booked(clinic, cy, given.slot(clinic, 8))
    seen = given.checked_in(earlier)
    [number] = [given.booked(clinic, dana, given.slot(clinic, 11))]
    patient = on_record(earlier).patient_id
    on_record(number).patient_id = patient
    db.session.commit()
    given.booked(clinic, ana, given.slot(clinic, 15), room_id=given.rooms(clinic)[1])
    reception = given.somebody(Role.FRONT_DESK, clinic)
    mark_done(
        actor=reception,
        appointment_id=earlier,
        seen_version=seen,
        now=given.slot(clinic, 9).starts_at,
    )
    decide(boss, paper)
    [row] = rows(looked_at(desk))
    assert [each for each in options(row) if each.startswith("Give")] == [
        "Give to Cy Young (knows them)",
        "Give to Bo Lind (0 that day)",
        "Give to Ana Ruiz (1 that day)",
    ]


def test_nobody_is_proposed_for_two_things_at_once(clinic, boss, desk, dana, paper, ana):
    other = given.practitioner("Bo Lind", at=clinic)
    second = given.certified(other)
    given.booked(clinic, dana, given.slot(clinic, 11))
    given.booked(clinic, other, given.slot(clinic, 11), room_id=given.rooms(clinic)[1])
    decide(boss, paper)
    decide(boss, second)
    first, last = rows(looked_at(desk))
    assert preselected(first) == "Give to Ana Ruiz (0 that day)"
    assert "Ana Ruiz" in preselected(last)
    assert "Give" not in preselected(last)
    assert not is_ticked(last)


def test_where_nobody_is_free_then_the_nearest_time_is_proposed_and_not_ticked(
    clinic, boss, desk, dana, paper, ana
):
    held_one(clinic, boss, dana, paper, 11)
    given.booked(clinic, ana, given.slot(clinic, 11), room_id=given.rooms(clinic)[1])
    page = looked_at(desk)
    [row] = rows(page)
    assert preselected(row) == "Mon 1 March, 10:30, Ana Ruiz"
    assert not is_ticked(row)
    assert "Ana Ruiz may take it, but is not free then." in row.text
    [number] = [int(row["id"].removeprefix("hold-"))]
    answer = sent(desk, as_filled_in(page, only=str(number)))
    assert answer.status_code == 303
    found = on_record(number)
    assert (found.state, found.practitioner_id) == (CONFIRMED, ana.id)
    assert found.starts_at == given.slot(clinic, 10, 30).starts_at


def test_its_own_practitioner_on_another_day_comes_before_others(clinic, boss, desk, dana, paper):
    number = given.booked(clinic, dana, given.slot(clinic, 11))
    decide_standing(
        actor=boss,
        credential_id=paper.id,
        outcome=Outcome.SUSPENDED,
        effective_from=given.TODAY,
        reason="x",
        now=LATER,
    )
    decide_standing(
        actor=boss,
        credential_id=paper.id,
        outcome=Outcome.REINSTATED,
        effective_from=given.TODAY + timedelta(days=2),
        reason="x",
        now=LATER,
    )
    ana = given.practitioner("Ana Ruiz", at=clinic)
    given.certified(ana)
    given.booked(clinic, ana, given.slot(clinic, 11), room_id=given.rooms(clinic)[1])
    [row] = rows(looked_at(desk))
    assert row["id"] == f"hold-{number}"
    assert preselected(row) == "Wed 3 March, 11:00, Dana Okafor"
    assert "Mon 1 March, 10:30, Ana Ruiz" in options(row)


def test_where_nobody_may_at_all_another_treatment_is_offered_and_nothing_proposed(
    clinic, boss, desk, dana, paper
):
    [number] = held_one(clinic, boss, dana, paper, 11)
    page = looked_at(desk)
    [row] = rows(page)
    assert preselected(row) == "Leave it on hold"
    assert "Exercise instead, with Dana Okafor" in options(row)
    told = as_filled_in(page, take=[str(number)])
    told[f"answer-{number}"] = value_of(row, "Exercise")
    assert sent(desk, told).status_code == 303
    assert (on_record(number).treatment, on_record(number).state) == (Treatment.EXERCISE, CONFIRMED)


def given_back(clinic, dana, paper):
    """On hold though the ground is there: as after undoing that it was given away."""
    number = given.booked(clinic, dana, given.slot(clinic, 11))
    found = on_record(number)
    found.state, found.ground_lost_because = HELD, "Their certificate lapsed."
    found.ground_lost_at = given.NOW
    db.session.commit()
    return number


def test_what_has_its_ground_again_is_restored_first_of_all(clinic, desk, dana, paper, ana):
    number = given_back(clinic, dana, paper)
    page = looked_at(desk)
    assert "Of 1 the ground of 1 is back" in page.select_one(".notice").text
    [row] = rows(page)
    assert preselected(row) == "Restore it with Dana Okafor"
    assert is_ticked(row)
    assert sent(desk, as_filled_in(page)).status_code == 303
    assert on_record(number).state is CONFIRMED


@pytest.mark.parametrize(
    ("happened", "said"),
    [("closed", "the clinic is not open then"), ("away", "they are on time off then")],
)
def test_what_stands_in_the_way_of_restoring_is_said(
    clinic, desk, dana, paper, ana, happened, said
):
    given_back(clinic, dana, paper)
    if happened == "closed":
        given.clinic_day(clinic, given.TODAY)
    else:
        given.time_off(dana, given.TODAY)
    [row] = rows(looked_at(desk))
    assert f"Its ground is back, but {said}." in row.text
    assert "Restore it" not in " ".join(options(row))
    expected = "Tue 2 March, 11:00, Dana Okafor" if happened == "closed" else "Give to"
    assert expected in preselected(row)


def test_what_has_passed_is_only_moved_or_cancelled(clinic, desk, dana, paper, ana):
    given_back(clinic, dana, paper)
    with time_machine.travel(given.NOW + timedelta(hours=8), tick=False):
        [row] = rows(looked_at(desk))
    assert "its time has passed" in row.text
    kinds = {each["value"].split("-")[1] for each in row.select("option") if each["value"]}
    assert kinds == {"move", "cancel"}


def test_who_must_be_asked_is_ticked_beside_the_row_and_nowhere_else(
    clinic, boss, desk, dana, paper, ana
):
    first, second = (given.booked(clinic, dana, given.slot(clinic, hour)) for hour in (11, 12))
    notes = given.noted(first, "diabetes")
    decide(boss, paper)
    page = looked_at(desk)
    row, other = rows(page)
    assert not is_ticked(row)
    assert is_ticked(other)
    box = row.select_one(f"input[name=cleared-{first}]")
    assert box["value"] == str(notes[0])
    refused = read(sent(desk, as_filled_in(page, take=[str(first), str(second)])), 200)
    assert "1 settled, 1 not" in refused.h1.text
    again = as_filled_in(page, take=[str(first)]) | {f"cleared-{first}": box["value"]}
    assert sent(desk, again).status_code == 303
    assert on_record(first).practitioner_id == ana.id


def test_what_forbids_needling_leaves_another_treatment_or_cancelling(
    app, clinic, desk, dana, paper, ana
):
    number = given_back(clinic, dana, paper)
    given.noted(number, "medical_emergency")
    [row] = rows(looked_at(desk))
    assert "something noted forbids needling the patient" in row.text
    kinds = {each["value"].split("-")[1] for each in row.select("option") if each["value"]}
    assert kinds == {"convert", "cancel"}
    auditor = visit(app, given.somebody(Role.AUDITOR))
    [row] = rows(read(auditor.get(f"/oversight/holds?clinic={clinic.id}"), 200))
    assert "noted" not in row.text


def test_all_that_are_ticked_are_done_at_once_and_undone_at_once(
    clinic, boss, desk, dana, paper, ana
):
    numbers = held_one(clinic, boss, dana, paper, 11, 12, 14)
    page = looked_at(desk)
    answer = sent(desk, as_filled_in(page, take=[str(one) for one in numbers[:2]]))
    page = read(desk.get(answer.location), 200)
    assert "2 appointments settled." in page.text
    assert [on_record(one).state for one in numbers] == [CONFIRMED, CONFIRMED, HELD]
    [undo] = page.select('form[action$="/undo"]')
    assert desk.post(undo["action"]).status_code == 303
    assert {on_record(one).state for one in numbers} == {HELD}
    assert {on_record(one).practitioner_id for one in numbers} == {dana.id}
    db.session.rollback()
    assert db.session.scalar(select(func.count(UndoStep.id))) == 1


def test_one_row_is_done_alone_whatever_is_ticked(clinic, boss, desk, dana, paper, ana):
    first, second = held_one(clinic, boss, dana, paper, 11, 12)
    page = looked_at(desk)
    sent(desk, as_filled_in(page, only=str(second)))
    assert [on_record(one).state for one in (first, second)] == [HELD, CONFIRMED]


def test_what_was_refused_is_told_with_every_reason(clinic, boss, desk, dana, paper, ana):
    [number] = held_one(clinic, boss, dana, paper, 11)
    page = looked_at(desk)
    given.booked(clinic, ana, given.slot(clinic, 11), room_id=given.rooms(clinic)[1])
    refused = read(sent(desk, as_filled_in(page)), 409)
    assert "Ana Ruiz is already taken" in alert(refused)
    assert on_record(number).state is HELD


def test_cancelling_asks_for_a_reason_and_keeps_what_was_chosen(
    clinic, boss, desk, dana, paper, ana
):
    first, second = held_one(clinic, boss, dana, paper, 11, 12)
    page = looked_at(desk)
    told = as_filled_in(page, take=[str(first)])
    told[f"answer-{first}"] = value_of(rows(page)[0], "Cancel it")
    told[f"answer-{second}"] = ""
    page = read(sent(desk, told), 422)
    assert "Say why" in alert(page)
    assert page.select_one("[role=alert] a")["href"] == f"#reason-{first}"
    assert page.select_one(f"#reason-{first}")["aria-invalid"] == "true"
    assert [bool(row.select("details.why[open]")) for row in rows(page)] == [True, True]
    assert preselected(rows(page)[0]) == "Cancel it"
    assert preselected(rows(page)[1]) == "Leave it on hold"
    assert [is_ticked(row) for row in rows(page)] == [True, False]
    assert sent(desk, told | {f"reason-{first}": "The patient rang."}).status_code == 303
    assert on_record(first).state is AppointmentState.CANCELLED


@pytest.mark.parametrize(
    "odd",
    [
        {"take": "x"},
        {"take": "7", "answer-7": "2-give-x-0-0-0"},
        {"take": "7", "answer-7": "2-revoke-1-0-0-0"},
        {"only": ""},
        {},
        {"take": "1", "answer-1": ""},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(clinic, desk, odd):
    assert alert(read(sent(desk, odd), 422))


def test_a_form_that_is_sent_twice_does_nothing_twice(clinic, boss, desk, dana, paper, ana):
    [number] = held_one(clinic, boss, dana, paper, 11)
    told = as_filled_in(looked_at(desk))
    sent(desk, told)
    answer = sent(desk, told)
    _, notice = read(desk.get(answer.location), 200).select(".flashes .notice")
    assert notice.get_text(" ", strip=True) == (
        "Settled meanwhile: Mon 1 March 2027, 11:00, confirmed, with Ana Ruiz. "
        "Nothing was done twice."
    )
    assert on_record(number).version == 3


def test_what_was_settled_otherwise_meanwhile_is_told_with_what_became_of_it(
    clinic, boss, desk, dana, paper, ana
):
    first, second = held_one(clinic, boss, dana, paper, 11, 12)
    page = looked_at(desk)
    told = as_filled_in(page, only=str(first))
    cancelled = told | {
        f"answer-{first}": value_of(rows(page)[0], "Cancel it"),
        f"reason-{first}": "They rang.",
    }
    assert sent(desk, cancelled).status_code == 303
    answer = sent(desk, told)
    assert answer.status_code == 303
    words = read(desk.get(answer.location), 200).select_one(".flashes").text
    assert "Settled meanwhile: Mon 1 March 2027, 11:00, cancelled, with Dana Okafor." in words
    assert "Pat Doe" not in words
    both = sent(desk, as_filled_in(page, take=[str(first), str(second)]))
    words = read(desk.get(both.location), 200).select_one(".flashes").text
    assert "1 appointment settled." in words
    assert "Settled meanwhile: Mon 1 March 2027, 11:00, cancelled" in words
    assert [on_record(one).state for one in (first, second)] == [
        AppointmentState.CANCELLED,
        CONFIRMED,
    ]


def test_other_ways_than_the_proposed_one_are_folded(clinic, boss, desk, dana, paper, ana):
    held_one(clinic, boss, dana, paper, 11)
    [row] = rows(looked_at(desk))
    assert "Proposed: Give to Ana Ruiz" in " ".join(row.get_text(" ", strip=True).split())
    assert row.select_one("details:has(select)").get("open") is None
    assert row.select_one("button[name=only]").find_parent("details") is None


def test_where_nothing_is_proposed_the_ways_stand_open(clinic, boss, desk, dana, paper):
    held_one(clinic, boss, dana, paper, 11)
    [row] = rows(looked_at(desk))
    assert row.select_one("details:has(select)").get("open") is not None


def test_undoing_one_at_the_desk_leads_back_to_the_desk(clinic, boss, desk, dana, paper, ana):
    [number] = held_one(clinic, boss, dana, paper, 11)
    answer = sent(desk, as_filled_in(looked_at(desk), only=str(number)))
    form = read(desk.get(answer.location), 200).select_one('form[action$="/undo"]')
    told = {each["name"]: each["value"] for each in form.select("input[name]")}
    back = desk.post(form["action"], data=told)
    assert back.location == f"/oversight/holds?clinic={clinic.id}"
    page = read(desk.get(back.location), 200)
    assert "Undone." in page.text
    assert [row["id"] for row in rows(page)] == [f"hold-{number}"]


def test_an_auditor_sees_holds_without_names_and_without_a_form(app, clinic, boss, dana, paper):
    [number] = held_one(clinic, boss, dana, paper, 11)
    auditor = visit(app, given.somebody(Role.AUDITOR))
    page = read(auditor.get(f"/oversight/holds?clinic={clinic.id}"), 200)
    [row] = rows(page)
    assert "patient not shown to you" in row.text
    assert page.select("main form") == []
    told = {"take": str(number), f"answer-{number}": "2-cancel-0-0-0-0", f"reason-{number}": "x"}
    assert auditor.post(f"/oversight/holds?clinic={clinic.id}", data=told).status_code == 403
    assert on_record(number).state is HELD


def test_what_stands_again_by_itself_is_listed_until_the_day_after(
    app, clinic, boss, manager, dana, paper
):
    number = given.booked(clinic, dana, given.slot(clinic, 16))
    decide(boss, paper, Outcome.SUSPENDED, given.NOW)
    decide(boss, paper, Outcome.REINSTATED, given.NOW)
    page = looked_at(manager)
    assert "Restored by themselves since yesterday: 1" in page.select_one(".notice").text
    assert page.select(f'.notice a[href="/schedule/appointments/{number}"]')
    assert "Nothing is on hold" in page.text
    with time_machine.travel(given.NOW + timedelta(days=2), tick=False):
        again = visit(app, given.somebody(Role.MANAGER, clinic))
        assert "Restored" not in looked_at(again).text


@pytest.mark.parametrize("held", [1, 6])
def test_the_desk_asks_as_often_for_six_rows_as_for_one(
    clinic, boss, manager, statements, held, dana, paper
):
    for hour in range(9, 9 + held):
        given.booked(clinic, dana, given.slot(clinic, hour))
    decide(boss, paper)
    statements.clear()
    read(manager.get(f"/oversight/holds?clinic={clinic.id}"), 200)
    assert len(statements) == 26


def test_every_form_of_the_desk_carries_a_token(clinic, boss, manager, dana, paper, csrf):
    held_one(clinic, boss, dana, paper, 11)
    carries_a_token_in_each_form(looked_at(manager))


def test_nothing_is_said_of_another_clinic(app, clinic, boss, dana, paper):
    [number] = held_one(clinic, boss, dana, paper, 11)
    hill = given.clinic("Hill Clinic", adopted=False)
    bram = visit(app, given.somebody(Role.MANAGER, hill))
    told = {"take": str(number), f"answer-{number}": "2-cancel-0-0-0-0", f"reason-{number}": "x"}
    assert bram.post(f"/oversight/holds?clinic={hill.id}", data=told).status_code == 404
    assert bram.post(f"/oversight/holds?clinic={clinic.id}", data=told).status_code == 404
    assert db.session.get_one(Appointment, number).state is HELD


def test_a_message_to_the_patient_is_drafted_changed_and_sent_once(clinic, boss, desk, dana, paper):
    [number] = held_one(clinic, boss, dana, paper, 11, email="pat@example.test")
    [link] = rows(looked_at(desk))[0].select('a[href$="/message"]')
    page = read(desk.get(link["href"]), 200)
    draft = page.select_one("#text").text
    assert "Mon 1 March 2027, 11:00 to 11:30" in draft
    for word in ("needl", "Dana", "revoked", "taught"):
        assert word not in draft
    told = {"text": "Please ring us.", "seen_version": page.select_one("#seen_version")["value"]}
    assert desk.post(link["href"], data=told).status_code == 303
    answer = desk.post(link["href"], data=told)
    assert "written already" in read(desk.get(answer.location), 200).text
    assert on_record(number).version == 2
    refused = read(desk.post(link["href"], data=told | {"text": ""}), 422)
    assert "Write something." in refused.text


def test_without_the_patients_word_a_message_is_only_copied(clinic, boss, desk, dana, paper):
    [number] = held_one(clinic, boss, dana, paper, 11)
    page = read(desk.get(f"/schedule/appointments/{number}/message"), 200)
    assert "Send it as a letter" not in page.text
    assert "ring them" in page.text
    told = {"text": "Hello.", "seen_version": "2"}
    refused = desk.post(f"/schedule/appointments/{number}/message", data=told)
    assert "did not agree to letters" in alert(read(refused, 409))


def test_whoever_speaks_the_patient_s_language_comes_before_others_and_it_says_so(
    clinic, boss, desk, dana, paper, ana
):
    bea, cleo = (given.practitioner(name, at=clinic) for name in ("Bea Free", "Cleo Speaks"))
    for who in (bea, cleo):
        given.certified(who)
    given.speaks(cleo, "es", "fr")
    [number] = held_one(clinic, boss, dana, paper, 10)
    given.best_spoken_to(number, "es")
    given.booked(clinic, cleo, given.slot(clinic, 15), room_id=given.rooms(clinic)[1])
    [row] = rows(looked_at(desk))
    assert preselected(row) == "Give to Cleo Speaks (speaks Spanish, 1 that day)"
    given.best_spoken_to(number, "vi")
    [row] = rows(looked_at(desk))
    assert "speaks" not in " ".join(options(row))


def test_whoever_knows_the_patient_comes_before_who_speaks_their_language(
    clinic, boss, desk, dana, paper, ana
):
    cleo = given.practitioner("Cleo Speaks", at=clinic)
    given.certified(cleo)
    given.speaks(cleo, "es")
    earlier = given.booked(clinic, ana, given.slot(clinic, 8))
    [number] = held_one(clinic, boss, dana, paper, 10)
    given.best_spoken_to(number, "es")
    known = db.session.get_one(Appointment, earlier)
    known.patient_id, known.state = on_record(number).patient_id, AppointmentState.DONE
    db.session.commit()
    [row] = rows(looked_at(desk))
    assert [each for each in options(row) if each.startswith("Give")] == [
        "Give to Ana Ruiz (knows them)",
        "Give to Cleo Speaks (speaks Spanish, 0 that day)",
    ]


def test_an_english_speaker_needs_nobody_in_particular(clinic, boss, desk, dana, paper, ana):
    given.speaks(ana, "en")
    [number] = held_one(clinic, boss, dana, paper, 10)
    given.best_spoken_to(number, "en")
    [row] = rows(looked_at(desk))
    assert "speaks" not in " ".join(options(row))
