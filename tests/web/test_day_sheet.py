"""The sheet of a day: who may needle what, as a page to print and as a file that needs nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from registry.models import Appointment, Engagement, db
from registry.queries.day_sheet import allowed_told
from registry.rules.regions import MUSCLES, REGIONS, covered
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.time_off import record_time_off
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

EVERYTHING = covered(frozenset(REGIONS)) | frozenset(MUSCLES)
DASH = "\N{EN DASH}"
SUNDAY = date(2027, 3, 7)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana, taught=frozenset({"neck", "thigh"}))
    return dana


@pytest.fixture
def desk(app, harbour):
    return visit(app, given.somebody(Role.FRONT_DESK, harbour))


def sheet_of(browser, harbour, query="", form=""):
    return read(browser.get(f"/roster/sheet{form}?clinic={harbour.id}{query}"), 200)


def row_of(page, name):
    rows = [row for row in page.select(".sheet-staff tbody tr") if name in row.th.text]
    assert len(rows) == 1, f"{len(rows)} rows of {name}"
    return " ".join(rows[0].text.split())


def test_it_says_in_large_of_which_clinic_and_day_it_is_and_as_of_when(desk, harbour, dana):
    page = sheet_of(desk, harbour)
    assert page.h1.text == "Mon 1 March 2027"
    assert page.select_one(".sheet-place").text.strip() == "Harbour Clinic"
    made = page.select_one(".sheet-made").text
    assert "04:00" in made
    assert "Mon 1 March 2027" in made
    assert "America/New York" in made


def test_it_says_that_it_is_a_copy_and_where_the_truth_is(app, desk, harbour, dana):
    copy = sheet_of(desk, harbour).select_one(".sheet-copy")
    assert "This is a copy." in copy.text
    truth = f"{app.config['BASE_URL']}/roster/?clinic={harbour.id}&day=2027-03-01"
    assert copy.a["href"] == truth
    assert truth in copy.text


def test_each_who_works_that_day_is_on_it_with_what_they_may_and_may_not(desk, harbour, dana):
    row = row_of(sheet_of(desk, harbour), "Dana Okafor")
    assert f"08:00{DASH}18:00" in row
    assert "✓ Neck, thigh" in row
    assert "Head and face, shoulder girdle, thorax" in row
    assert "muscles over the lung" in row


def test_who_may_needle_nothing_is_on_it_with_the_gravest_reason(desk, harbour):
    given.practitioner("Sam Roy", at=harbour)
    row = row_of(sheet_of(desk, harbour), "Sam Roy")
    assert "No needling" in row
    assert "licence is on record" in row


def test_where_nobody_adopted_the_rules_nobody_needles_and_it_says_so(app):
    bare = given.clinic("Bare Clinic", adopted=False)
    given.practitioner("Sam Roy", at=bare)
    desk = visit(app, given.somebody(Role.FRONT_DESK, bare))
    row = row_of(sheet_of(desk, bare), "Sam Roy")
    assert "No needling" in row
    assert "adopted" in row


@pytest.mark.parametrize(("days", "said"), [(0, "Until today"), (30, "Until Wed 31 March 2027")])
def test_what_lapses_within_thirty_days_says_when(desk, harbour, days, said):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana, last_day=given.TODAY + timedelta(days=days))
    row = row_of(sheet_of(desk, harbour), "Ana Ruiz")
    assert "Lapses soon." in row
    assert said in row


def test_what_lapses_later_does_not(desk, harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana, last_day=given.TODAY + timedelta(days=31))
    assert "Lapses soon" not in row_of(sheet_of(desk, harbour), "Ana Ruiz")


def test_what_lapsed_the_day_before_is_not_on_the_sheet_of_the_day_after(desk, harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana, last_day=given.TODAY)
    assert "✓" in row_of(sheet_of(desk, harbour), "Ana Ruiz")
    assert "No needling" in row_of(sheet_of(desk, harbour, "&day=2027-03-02"), "Ana Ruiz")


def test_who_is_off_that_day_is_named_apart_and_may_needle_nothing_there(desk, harbour, dana):
    record_time_off(
        actor=given.somebody(Role.MANAGER, harbour),
        practitioner_id=dana.id,
        first_day=given.TODAY,
        last_day=given.TODAY,
        now=given.NOW,
    )
    page = sheet_of(desk, harbour)
    assert not page.select(".sheet-staff")
    assert "Not at work that day: Dana Okafor." in page.select_one(".day-sheet").text


def test_a_day_on_which_the_clinic_is_closed_says_so(app):
    weekdays = {str(n): [["08:00", "18:00"]] for n in range(5)}
    shut = given.clinic("Shut Clinic", hours=weekdays)
    given.practitioner("Sam Roy", at=shut)
    desk = visit(app, given.somebody(Role.FRONT_DESK, shut))
    page = sheet_of(desk, shut, f"&day={SUNDAY}")
    assert "The clinic is closed" in page.text
    assert "Nobody works at this clinic on this day." in page.text


def test_who_left_or_comes_later_is_not_on_it(desk, harbour):
    gone = given.practitioner("Gwen Gone", at=harbour)
    db.session.query(Engagement).filter_by(practitioner_id=gone.id).update(
        {"last_day": given.TODAY - timedelta(days=1)}
    )
    db.session.commit()
    assert "Gwen Gone" not in sheet_of(desk, harbour).text


def test_regions_are_summed_up_and_the_rest_is_named_muscle_by_muscle():
    lung = [code for code, muscle in MUSCLES.items() if muscle.pleural]
    neck = covered(frozenset({"neck"}))
    found = allowed_told(",".join(sorted(neck | {"temporalis", lung[0]})))
    assert found.regions == ("neck",)
    assert set(found.muscles) == {"temporalis", lung[0]}
    assert found.but == ()
    lacking = next(code for code in neck if code in MUSCLES)
    assert allowed_told(",".join(neck - {lacking})).but == (lacking,)
    assert allowed_told("").nothing


def test_single_muscles_and_those_left_out_are_said(app, desk, harbour):
    lung = next(code for code, muscle in MUSCLES.items() if muscle.pleural)
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana, taught=frozenset({"neck", "temporalis", lung}))
    row = row_of(sheet_of(desk, harbour), "Ana Ruiz")
    assert "Neck; of the muscles over the lung:" in row
    assert "of other regions these muscles: temporalis" in row
    assert "other muscles over the lung" in row


def test_everything_is_said_as_everything(desk, harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana, taught=EVERYTHING)
    row = row_of(sheet_of(desk, harbour), "Ana Ruiz")
    assert "Every region; the muscles over the lung" in row
    assert "Nothing is left out" in row


def test_appointments_are_below_only_if_asked_for_and_by_reference(desk, harbour, dana):
    number = given.booked(harbour, dana, sites=("thigh",))
    assert not sheet_of(desk, harbour).select(".sheet-booked")
    page = sheet_of(desk, harbour, "&booked=yes")
    [row] = page.select(".sheet-booked tbody tr")
    reference = db.session.get_one(Appointment, number).patient.reference
    for words in (f"14:00{DASH}14:30", reference, "Dana Okafor", "Needling: thigh", "Confirmed"):
        assert words in row.text
    assert "Pat Doe" not in page.text


def test_the_states_of_the_day_are_in_words(desk, harbour, dana):
    number = given.booked(harbour, dana)
    missed = db.session.get_one(Appointment, number)
    missed.state, missed.missed_at = AppointmentState.NO_SHOW, missed.starts_at
    db.session.commit()
    assert "Did not come" in sheet_of(desk, harbour, "&booked=yes").text
    assert "no_show" not in sheet_of(desk, harbour, "&booked=yes").text


def test_an_auditor_sees_appointments_without_references(app, harbour, dana):
    number = given.booked(harbour, dana)
    reference = db.session.get_one(Appointment, number).patient.reference
    auditor = visit(app, given.somebody(Role.AUDITOR))
    page = sheet_of(auditor, harbour, "&booked=yes")
    assert "not shown to you" in page.text
    assert reference not in page.text


def test_an_administrator_and_a_practitioner_have_the_sheet_without_appointments(
    app, harbour, dana
):
    given.booked(harbour, dana)
    for one in (
        given.somebody(Role.ADMINISTRATOR),
        given.somebody(Role.PRACTITIONER, harbour, practises_as=dana),
    ):
        browser = visit(app, one)
        for form in ("", ".html"):
            page = sheet_of(browser, harbour, form=form)
            assert "Dana Okafor" in page.text
            asked = f"/roster/sheet{form}?clinic={harbour.id}&booked=yes"
            assert browser.get(asked).status_code in (403, 404)


def test_another_clinics_sheet_is_not_there(app, harbour, dana):
    manager = visit(app, given.somebody(Role.MANAGER, given.clinic("Elsewhere")))
    for form in ("", ".html"):
        read(manager.get(f"/roster/sheet{form}?clinic={harbour.id}"), 404)


@pytest.mark.parametrize("query", ["&booked=perhaps", "&day=1999-01-01", "&day=2027-02-30"])
def test_what_no_sheet_is_of_is_said_at_the_address(desk, harbour, query):
    assert alert(read(desk.get(f"/roster/sheet?clinic={harbour.id}{query}"), 422))
    assert alert(read(desk.get(f"/roster/sheet.html?clinic={harbour.id}{query}"), 422))


def test_the_file_is_kept_under_a_name_that_tells_clinic_and_day(desk, harbour, dana):
    answer = desk.get(f"/roster/sheet.html?clinic={harbour.id}")
    kept_as = 'attachment; filename="who-may-needle-harbour-clinic-2027-03-01.html"'
    assert answer.headers["Content-Disposition"] == kept_as
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_file_asks_for_nothing_and_lets_nothing_in_but_its_own_style_and_script(
    desk, harbour, dana
):
    page = sheet_of(desk, harbour, form=".html")
    assert not page.select("link, img, iframe, [src], form, button, input")
    assert [link["href"] for link in page.select("[href]")] == [
        page.select_one(".sheet-copy a")["href"]
    ]
    assert len(page.select("style, script")) == 2  # whose policy `read` looked at
    assert "url(" not in page.style.text
    assert "@import" not in page.style.text


def test_the_file_says_just_what_the_page_says(desk, harbour, dana):
    given.booked(harbour, dana)
    page = sheet_of(desk, harbour, "&booked=yes")
    kept = sheet_of(desk, harbour, "&booked=yes", form=".html")
    assert str(kept.select_one(".day-sheet")) == str(page.select_one(".day-sheet"))


def test_odd_names_stay_words(app, desk, harbour):
    odd = given.practitioner("<script>alert(1)</script> & Söns", at=harbour)
    assert odd.id
    page = sheet_of(desk, harbour, form=".html")
    assert "<script>alert(1)</script> & Söns" in page.select_one(".sheet-staff").text
    assert len(page.select("script")) == 1


def test_the_roster_and_the_day_lead_to_it(desk, harbour, dana):
    for path in (f"/roster/?clinic={harbour.id}", f"/schedule/day?clinic={harbour.id}"):
        links = [link["href"] for link in read(desk.get(path), 200).select("main a")]
        assert f"/roster/sheet?clinic={harbour.id}&day=2027-03-01" in links


def test_its_day_is_the_clinics_own(app):
    auckland = given.clinic("Auckland", zone="Pacific/Auckland")
    with time_machine.travel(given.NOW + timedelta(hours=5), tick=False):
        desk = visit(app, given.somebody(Role.FRONT_DESK, auckland))
        assert sheet_of(desk, auckland).h1.text == "Tue 2 March 2027"
