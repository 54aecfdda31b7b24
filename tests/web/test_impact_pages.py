"""Before something takes the ground from appointments, its page shows which, and waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from registry.models import (
    AuditEntry,
    Clinic,
    CredentialVersion,
    Engagement,
    Verification,
    db,
)
from registry.rules.vocabulary import AppointmentState, Role, VersionState
from tests import given
from tests.web.looking_first import after_a_look, foreseen_on
from tests.web.page import alert, error_at, read
from tests.web.uploading import words
from tests.web.visits import visit

TOMORROW = given.TODAY + timedelta(days=1)
TOLD = {"effective_from": given.TODAY.isoformat(), "reason": "Taken back."}
FIRST_LOOK = "Nothing is done yet. This is what it does."


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def credential(dana):
    return given.certified(dana)


@pytest.fixture
def mara(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour))


def tomorrow(at, whom, *hours, **known):
    return [given.booked(at, whom, given.slot(at, hour, day=TOMORROW), **known) for hour in hours]


def trail():
    db.session.rollback()
    return db.session.scalar(select(func.count(AuditEntry.id)))


def test_a_revocation_is_shown_in_full_before_one_more_press_does_it(
    mara, harbour, dana, credential
):
    numbers = tomorrow(harbour, dana, 9, 10, 11)
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    given.time_off(ana, TOMORROW, TOMORROW, "10:00", "10:30")
    path, before = f"/review/credentials/{credential.id}/revoked", trail()

    page = read(mara.post(path, data=TOLD), 200)
    said = words(page)
    assert FIRST_LOOK in said
    short = "3 appointments, 3 patients, first Tue 2 March 2027, 09:00 EST (tomorrow); "
    assert short + "2 can be moved without changing the time." in said
    assert "No longer needles at Harbour Clinic , from Mon 1 March 2027 on: " in said
    for number in numbers:
        assert page.main.select(f'a[href="/schedule/appointments/{number}"]')
        assert given.state_of(number) is AppointmentState.CONFIRMED
    assert trail() == before
    assert page.find(id="reason").text.strip() == "Taken back."
    button = page.main.select_one("form.stack button")
    assert button.text.strip() == "Revoke, put 3 on hold"

    done = mara.post(path, data=TOLD | foreseen_on(page))
    assert done.status_code == 303
    assert {given.state_of(number) for number in numbers} == {AppointmentState.HELD}
    assert "3 appointments put on hold." in words(read(mara.get(done.location), 200))


def test_what_would_do_something_else_by_now_is_shown_again(mara, harbour, dana, credential):
    one = tomorrow(harbour, dana, 9)
    path = f"/review/credentials/{credential.id}/revoked"
    seen = foreseen_on(read(mara.post(path, data=TOLD), 200))
    two = tomorrow(harbour, dana, 10)

    page = read(mara.post(path, data=TOLD | seen), 409)
    assert "It would do something else by now. Nothing is done yet." in alert(page)
    assert "2 appointments, 2 patients" in words(page)
    assert given.state_of(one[0]) is AppointmentState.CONFIRMED

    assert mara.post(path, data=TOLD | foreseen_on(page)).status_code == 303
    assert given.state_of(two[0]) is AppointmentState.HELD


def test_another_day_on_the_form_is_looked_at_anew(mara, harbour, dana, credential):
    numbers = tomorrow(harbour, dana, 9)
    numbers.append(
        given.booked(harbour, dana, given.slot(harbour, 9, day=given.TODAY + timedelta(days=30)))
    )
    path = f"/review/credentials/{credential.id}/suspended"
    later = TOLD | {"effective_from": (TOMORROW + timedelta(days=1)).isoformat()}
    seen = foreseen_on(read(mara.post(path, data=later), 200))
    assert "2 appointments" in words(read(mara.post(path, data=TOLD | seen), 409))
    assert mara.post(path, data=later | seen).status_code == 303
    assert [given.state_of(number) for number in numbers] == [
        AppointmentState.CONFIRMED,
        AppointmentState.HELD,
    ]


@pytest.mark.parametrize("made_up", ["", "x", "0" * 100_000, "\x00", "é"])
def test_nothing_is_done_by_a_look_that_never_took_place(mara, harbour, dana, credential, made_up):
    number = tomorrow(harbour, dana, 9)[0]
    path = f"/review/credentials/{credential.id}/revoked"
    answer = mara.post(path, data=TOLD | {"foreseen": made_up})
    assert answer.status_code in (200, 409, 422)
    assert given.state_of(number) is AppointmentState.CONFIRMED


def test_what_costs_nothing_is_done_at_once(mara, credential):
    path = f"/review/credentials/{credential.id}"
    assert mara.post(f"{path}/revoked", data=TOLD).status_code == 303
    assert mara.post(f"{path}/reinstated", data=TOLD).status_code == 303


def test_a_form_that_is_not_filled_in_is_not_rehearsed(mara, harbour, dana, credential):
    tomorrow(harbour, dana, 9)
    path = f"/review/credentials/{credential.id}/revoked"
    page = read(mara.post(path, data=TOLD | {"reason": ""}), 422)
    assert error_at(page, "reason")
    assert FIRST_LOOK not in words(page)


def test_a_backdated_decision_shows_what_had_begun(mara, harbour, dana, credential):
    given_today = given.booked(harbour, dana, given.slot(harbour, 8))
    ahead = tomorrow(harbour, dana, 9)[0]
    path = f"/review/credentials/{credential.id}/revoked"
    told = TOLD | {"effective_from": (given.TODAY - timedelta(days=30)).isoformat()}
    with time_machine.travel(given.NOW + timedelta(hours=8), tick=False):
        page = read(mara.post(path, data=told), 200)
        said = words(page)
        assert "1 treatment of 1 patient had begun already. It stays as it is and is" in said
        assert "1 appointment, 1 patient, Tue 2 March 2027, 09:00 EST (tomorrow); it cannot" in said
        assert mara.post(path, data=told | foreseen_on(page)).status_code == 303
    assert given.state_of(given_today) is AppointmentState.BEGUN
    assert given.state_of(ahead) is AppointmentState.HELD


def test_what_only_has_begun_is_told_on_the_button(mara, harbour, dana, credential):
    given.booked(harbour, dana, given.slot(harbour, 8))
    with time_machine.travel(given.NOW + timedelta(hours=8), tick=False):
        page = read(mara.post(f"/review/credentials/{credential.id}/revoked", data=TOLD), 200)
    assert page.main.select_one("form.stack button").text.strip() == "Revoke, look back on 1"


def test_of_many_the_soonest_ten_are_listed_and_the_rest_folded_behind_them(
    mara, harbour, dana, credential
):
    for day in range(1, 4):
        for hour in (9, 10, 11, 12):
            when = given.slot(harbour, hour, day=given.TODAY + timedelta(days=day))
            given.booked(harbour, dana, when)
    page = read(mara.post(f"/review/credentials/{credential.id}/revoked", data=TOLD), 200)
    assert len(page.select(".impact-lines a")) == 12
    [folded] = [each for each in page.select(".impact details") if "more" in each.summary.text]
    assert folded.summary.text == "and 2 more"
    assert folded.get("open") is None
    later = [each.text for each in folded.select("a")]
    assert later == ["Thu 4 March 2027, 11:00 EST", "Thu 4 March 2027, 12:00 EST"]
    assert "12 appointments, 12 patients" in words(page)
    assert "none can be moved without changing the time." in words(page)


def test_a_manager_reads_of_other_clinics_no_more_than_a_number(app, mara, harbour, dana):
    hill = given.clinic("Hill Clinic")
    since = given.TODAY - timedelta(days=9)
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=since))
    db.session.commit()
    credential = given.certified(dana)
    tomorrow(harbour, dana, 9)
    there = tomorrow(hill, dana, 12)[0]
    path = f"/review/credentials/{credential.id}/revoked"

    page = read(mara.post(path, data=TOLD), 200)
    assert "1 appointment, 1 patient" in words(page)
    assert "1 more at clinics whose appointments are not yours to see" in words(page)
    assert "Hill Clinic" not in page.main.text
    assert f"/schedule/appointments/{there}" not in str(page)

    ada = visit(app, given.somebody(Role.ADMINISTRATOR))
    page = read(ada.post(path, data=TOLD), 200)
    assert "2 at clinics whose appointments are not yours to see" in words(page)
    assert "Pat Doe" not in page.text
    assert after_a_look(ada, path, TOLD).status_code == 303
    assert given.state_of(there) is AppointmentState.HELD


def test_the_end_of_an_engagement_is_looked_at_first(mara, harbour, dana, credential):
    ids = tomorrow(harbour, dana, 9) + tomorrow(harbour, dana, 10, treatment="exercise", sites=())
    engagement = db.session.scalar(select(Engagement.id))
    path = f"/setup/practitioners/{dana.id}/engagements/{engagement}/end"
    told = {"last_day": given.TODAY.isoformat()}
    page = read(mara.post(path, data=told), 200)
    assert "2 appointments, 2 patients" in words(page)
    assert given.state_of(ids[1]) is AppointmentState.CONFIRMED
    assert mara.post(path, data=told | foreseen_on(page)).status_code == 302
    assert {given.state_of(number) for number in ids} == {AppointmentState.HELD}


def test_archiving_is_looked_at_first(mara, harbour, dana, credential):
    number = tomorrow(harbour, dana, 9)[0]
    path = f"/setup/practitioners/{dana.id}/archive"
    page = read(mara.post(path, data={"reason": "Left."}), 200)
    assert "it cannot be moved without changing the time." in words(page)
    assert page.main.select_one("form.stack button").text.strip() == "Archive, put 1 on hold"
    assert after_a_look(mara, path, {"reason": "Left."}).status_code == 302
    assert given.state_of(number) is AppointmentState.HELD


def test_another_jurisdiction_of_a_clinic_is_looked_at_first(mara, harbour, dana, credential):
    number = tomorrow(harbour, dana, 9)[0]
    path = f"/setup/clinics/{harbour.id}/edit"
    told = {"name": harbour.name, "address": "1 Quay Street", "zone": harbour.zone}
    told |= {"jurisdiction": "US-CA"}
    page = read(mara.post(path, data=told), 200)
    assert "1 appointment, 1 patient" in words(page)
    assert page.main.select_one("form.stack button").text.strip() == "Save, put 1 on hold"
    assert mara.post(path, data=told | foreseen_on(page)).status_code == 302
    assert given.state_of(number) is AppointmentState.HELD
    db.session.rollback()
    assert db.session.get_one(Clinic, harbour.id).jurisdiction == "US-CA"


def correction(credential, last_day):
    """The same certificate with a last day, waiting for a check; its number."""
    old = db.session.scalars(
        select(CredentialVersion).where(CredentialVersion.credential_id == credential.id)
    ).one()
    kept = {name: getattr(old, name) for name in ("first_day", "particulars", "entered_by")}
    made = CredentialVersion(
        credential_id=credential.id,
        version=2,
        state=VersionState.SUBMITTED,
        last_day=last_day,
        entered_at=given.NOW,
        **kept,
    )
    db.session.add(made)
    db.session.commit()
    return made.id


def test_a_correction_that_shortens_is_looked_at_before_it_is_verified(
    app, mara, harbour, dana, credential
):
    number = tomorrow(harbour, dana, 9)[0]
    version = correction(credential, given.TODAY)
    path = f"/review/versions/{version}/verify"
    told = {"method": "issuer_portal", "reference": "Their page"}
    page = read(mara.post(path, data=told), 200)
    assert "1 appointment, 1 patient" in words(page)
    assert page.select_one('input[name="reference"]')["value"] == "Their page"
    assert mara.post(path, data=told | foreseen_on(page)).status_code == 303
    assert given.state_of(number) is AppointmentState.HELD
    assert db.session.scalar(select(func.count(Verification.id))) == 3


def test_a_refused_right_is_recorded_once(app, harbour, dana, credential):
    tomorrow(harbour, dana, 9)
    desk = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    before = trail()
    read(desk.post(f"/review/credentials/{credential.id}/revoked", data=TOLD), 403)
    assert trail() == before + 1
