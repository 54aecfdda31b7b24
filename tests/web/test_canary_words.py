"""A clinic never sees another clinic's data: the words of one are on no page of the other."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from registry.models import Engagement, db
from tests import given
from tests.web.furnishing import DAY, addresses, asked_for, furnish
from tests.web.house import ADMINISTRATOR, AUDITOR, DESK, HERE, OTHER, House
from tests.web.visits import visit

WORD = "Canary"
#: What is on record of their patient and has no room for the word.
OF_THE_PATIENT = ("555 0143", "epilepsy")
#: Of whom a privilege letter is: whoever has its code sees the name, for they agreed to that.
AGREED_TO = {"privilege_letters.checked": f"{WORD} Practitioner"}


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def house(app):
    return House(app)


@pytest.fixture
def theirs(house):
    """One of everything in the clinic on the hill."""
    return furnish(house, house.hill, WORD)


def sings(answer, asked=""):
    """Where the word is, other than in what was asked; "" where it is not."""
    if answer.mimetype != "text/html":
        answer.close()
        return ""
    words = "|".join((WORD, *OF_THE_PATIENT))
    found = re.search(rf".{{0,60}}({words}).{{0,60}}", answer.text.replace(asked, ""), re.I | re.S)
    return found[0] if found else ""


def test_their_own_manager_sees_all_of_it(app, house, theirs):
    """Else the sweeps below would find nothing because there is nothing."""
    browser, heard = visit(app, theirs["boss"]), set()
    for _endpoint, path in addresses(app, theirs, "GET"):
        answer = browser.get(path)
        if answer.mimetype != "text/html":
            answer.close()
        else:
            heard |= set(re.findall(rf"{WORD}[ .-]\w+", answer.text, re.I))
            heard |= {word for word in OF_THE_PATIENT if word in answer.text}
    kinds = (
        "Practitioner",
        "Patient",
        "Room",
        "Desk",
        "course",
        "school",
        "reason",
        "note",
        "policy",
        "telephone",
        "fair",
    )
    assert {f"{WORD} {kind}" for kind in kinds} <= heard
    assert {f"{WORD}-7", f"{WORD}.pdf"} <= heard
    assert {f"{WORD.lower()}-patient", *OF_THE_PATIENT} <= heard


@pytest.mark.parametrize("seat", [HERE, DESK, OTHER])
def test_no_page_shows_staff_of_one_clinic_a_word_of_the_other(app, house, theirs, seat):
    browser = house.browser(seat)
    for endpoint, path in addresses(app, theirs, "GET"):
        for address in (path, f"{path}?{asked_for(endpoint, theirs)}"):
            asked = AGREED_TO.get(endpoint, theirs["patient"])
            assert not sings(browser.get(address), asked), address


@pytest.mark.parametrize("seat", [OTHER, ADMINISTRATOR, AUDITOR])
def test_no_page_of_their_own_clinic_tells_of_a_patient_whom_they_may_not_see(app, house, seat):
    known = furnish(house, house.harbour, WORD)
    words = re.compile("|".join((f"{WORD} Patient", f"{WORD}-patient", *OF_THE_PATIENT)), re.I)
    browser = house.browser(seat)
    for endpoint, path in addresses(app, known, "GET"):
        for address in (path, f"{path}?{asked_for(endpoint, known)}"):
            answer = browser.get(address)
            if answer.mimetype == "text/html":
                assert not words.search(answer.text), address
            answer.close()


def test_no_list_or_filter_of_theirs_finds_a_word_of_the_other(app, house, theirs):
    browser = house.browser(HERE)
    for address in (
        "/roster/?q=ana",
        "/oversight/trail?who=a&action=",
        "/oversight/trail?practitioner=Prac",
        "/setup/people",
        "/setup/practitioners",
        "/oversight/forecast?clinics=all",
        "/review/?page=1",
        f"/schedule/book?clinic={house.harbour.id}&treatment=exercise&minutes=30&patient=Pat",
        f"/schedule/patients?clinic={house.harbour.id}&q=a",
        f"/schedule/search?clinic={house.harbour.id}&treatment=exercise&minutes=30",
        f"/schedule/search?clinic={house.harbour.id}&treatment=exercise&patient=Pat",
        f"/schedule/search?clinic={house.harbour.id}&treatment=needling&site=neck&minutes=30",
        "/schedule/search?say=exercise+30+next+30+days+hill+clinic",
        f"/roster/reasons?clinic={house.harbour.id}&who={theirs['practitioner_id']}",
        f"/roster/decision?clinic={house.harbour.id}&practitioner={theirs['practitioner_id']}",
    ):
        assert not sings(browser.get(address)), address


def test_no_form_answers_with_a_word_of_the_other(app, house, theirs):
    browser = house.browser(HERE)
    for _endpoint, path in addresses(app, theirs, "POST"):
        if "sign-out" not in path and "/account" not in path:
            assert not sings(browser.post(path, data={"reason": "x", "last_day": "2027-05-01"})), (
                path
            )


@pytest.mark.parametrize("treatment", ["needling", "exercise"])
def test_booking_and_reassigning_say_nothing_of_who_works_elsewhere(house, theirs, treatment):
    browser = house.browser(DESK)
    told = house.hour() | dict(treatment=treatment, minutes="30", patient=house.patient.reference)
    told |= dict(practitioner_id=str(theirs["practitioner_id"]), room_id="")
    told |= {"site": "thigh"} if treatment == "needling" else {}
    answer = browser.post(f"/schedule/book?clinic={house.harbour.id}", data=told)
    assert answer.status_code >= 400
    assert not sings(answer)

    for name in ("practitioner_id", "room_id"):
        number = house.appointment()
        there = {"seen_version": "1", name: str(theirs[name])}
        job = "reassign" if name == "practitioner_id" else "move"
        moved = house.hour() | {"minutes": "30"} if job == "move" else {}
        answer = browser.post(f"/schedule/appointments/{number}/{job}", data=there | moved)
        assert answer.status_code >= 400, job
        assert not sings(answer), job


def test_who_works_at_both_brings_no_word_of_the_other_along(app, house, theirs):
    """Their diary and papers at the one clinic; not where and whom they treat elsewhere."""
    sam = given.practitioner("Sam Both", at=house.harbour)
    db.session.add(Engagement(practitioner_id=sam.id, clinic_id=house.hill.id, first_day=DAY))
    db.session.commit()
    given.certified(sam)
    patient = given.patient(house.hill, f"{WORD} Second", f"{WORD}-2")
    slot = given.slot(house.hill, 15, day=DAY + timedelta(days=1))
    wanted = given.booking(house.hill, sam, patient, slot, room_id=theirs["room_id"])
    given.book_appointment(actor=theirs["boss"], booking=wanted, now=given.NOW)

    browser = house.browser(HERE)
    for address in (
        f"/schedule/practitioners/{sam.id}?from={DAY}",
        f"/roster/practitioners/{sam.id}",
        f"/my-credentials/for/{sam.id}",
        f"/setup/practitioners/{sam.id}",
        f"/setup/practitioners/{sam.id}/hours",
        f"/oversight/trail?practitioner={sam.name}",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert not sings(answer), address
