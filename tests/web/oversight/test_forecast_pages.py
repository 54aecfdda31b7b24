"""The year ahead: which lapse leaves too few hours, for whom to see, and as a file."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest

from registry.models import Clinic, Engagement, db
from registry.rules.forecast import LINES, WEEKS
from registry.rules.vocabulary import Outcome, Role, VersionState
from registry.services.verification import decide_standing
from tests import given
from tests.web.page import read
from tests.web.visits import visit

ENDS = given.TODAY + timedelta(days=60)  # Fri 30 April 2027
WEEKDAYS = {str(day): [["09:00", "13:00"]] for day in range(5)}


def past_needling(clinic, whom, hours, weeks=8, site="thigh"):
    """So many hours on the Monday of each of the weeks before."""
    desk = given.somebody(Role.FRONT_DESK, clinic)
    for back in range(1, weeks + 1):
        day = given.TODAY - timedelta(days=7 * back)
        for number in range(hours):
            wanted = given.booking(
                clinic,
                whom,
                given.patient(clinic),
                given.slot(clinic, 9 + number, day=day, minutes=60),
                sites=(site,),
            )
            given.book_appointment(
                actor=desk, booking=wanted, now=given.NOW - timedelta(days=7 * back + 1)
            )


def lapsing(clinic, name="Dana Okafor", **known):
    """Works four hours on weekdays; their certificate ends."""
    whom = given.practitioner(name, at=clinic)
    given.certified(whom, last_day=ENDS, **known)
    given.working_week(whom, clinic, WEEKDAYS)
    return whom


def said(element):
    return " ".join(element.get_text(" ", strip=True).split())


def table(page, caption):
    """Rows as their cells by label, the head of the row as ""."""
    found = next(one for one in page.select("table.data-table") if caption in one.caption.text)
    return [
        {"": said(row.th)} | {cell["data-label"]: said(cell) for cell in row.select("td")}
        for row in found.select("tbody > tr")
    ]


def lapses(page):
    return table(page, "what hurts most first")


def regions(page):
    return {row[""]: row for row in table(page, "mean of each quarter")}


def test_a_lapse_says_what_it_takes_and_what_is_then_short(clinic, manager):
    past_needling(clinic, lapsing(clinic), hours=3)
    page = read(manager.get("/oversight/forecast"), 200)
    [row] = lapses(page)
    assert row["Last day"].startswith("Fri 30 April 2027")
    assert row["Regions lost"] == "Thigh, Lower leg and foot"
    assert row["Hours a week lost"] == "20"
    thigh = "From the week of Mon 3 May 2027 the thigh has 0 of the 3 h a week it needs."
    assert thigh in row["What is then short"]
    whole = "From the week of Mon 3 May 2027 needling as a whole has 0 of the 3 h a week it needs."
    assert whole in row["What is then short"]
    assert "Needling as a whole runs short first, from the week of Mon 3 May" in said(page.main)
    thigh = regions(page)["Thigh"]
    assert thigh["Needed a week"] == "3"
    assert thigh["In the year ahead"].startswith("Short from Mon 3 May 2027")
    assert regions(page)["Neck"]["In the year ahead"] == "Not asked for"


def test_what_others_make_up_for_is_lost_but_leaves_nothing_short(clinic, manager):
    past_needling(clinic, lapsing(clinic), hours=3)
    other = given.practitioner("Mei Tan", at=clinic)
    given.certified(other)
    page = read(manager.get("/oversight/forecast"), 200)
    [row] = lapses(page)
    assert row["What is then short"] == "Nothing: others have hours enough."
    assert "No lapse leaves too few hours" in said(page.main)
    assert regions(page)["Thigh"]["In the year ahead"] == "Enough"


def test_what_hurts_most_stands_first(clinic, manager):
    past_needling(clinic, lapsing(clinic, "Zora Last"), hours=3)
    arms = lapsing(clinic, "Abel First", taught=frozenset({"arm"}))
    given.working_week(arms, clinic, {str(day): [["08:00", "18:00"]] for day in range(7)}, ENDS)
    found = lapses(read(manager.get("/oversight/forecast"), 200))
    assert [row[""] for row in found] == ["Zora Last", "Abel First"]


def test_a_renewal_that_waits_is_said_and_one_that_is_verified_ends_the_worry(clinic, manager):
    whom = lapsing(clinic)
    past_needling(clinic, whom, hours=3)
    given.certificate(whom, state=VersionState.SUBMITTED)
    [row] = lapses(read(manager.get("/oversight/forecast"), 200))
    assert "A newer one waits for a check" in row["Credential"]
    given.certificate(whom)
    page = read(manager.get("/oversight/forecast"), 200)
    assert "No lapse takes a region away." in said(page.main)


def test_a_week_that_is_closed_is_blamed_on_no_lapse(clinic, manager):
    whom = given.practitioner(at=clinic)
    given.certified(whom)
    past_needling(clinic, whom, hours=1)
    for number in range(7):
        given.clinic_day(clinic, given.TODAY + timedelta(days=14 + number))
    page = read(manager.get("/oversight/forecast"), 200)
    thigh = regions(page)["Thigh"]["In the year ahead"]
    assert thigh.startswith("Short in 1 week")
    assert "From Mon 15 March 2027: too few hours, whatever is renewed." in thigh
    assert "No lapse is to blame" in said(page.main)
    assert "No lapse leaves too few hours" not in said(page.main)


def test_who_works_there_no_longer_by_then_takes_nothing_away(clinic, manager):
    whom = given.practitioner(at=clinic)
    db.session.query(Engagement).update({"last_day": ENDS})
    db.session.commit()
    given.certified(whom, last_day=ENDS)
    page = read(manager.get("/oversight/forecast"), 200)
    assert "No lapse takes a region away." in said(page.main)


def test_what_is_revoked_is_gone_now_and_lapses_no_more(clinic, manager, boss):
    whom = given.practitioner(at=clinic)
    held = given.certified(whom, last_day=ENDS)
    decide_standing(
        actor=boss,
        credential_id=held.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="The provider never taught this course.",
        now=given.NOW,
    )
    page = read(manager.get("/oversight/forecast"), 200)
    assert "No lapse takes a region away." in said(page.main)
    assert regions(page)["Thigh"]["May to Aug"] == "0"


def test_with_a_region_only_what_it_loses_is_listed(clinic, manager):
    past_needling(clinic, lapsing(clinic), hours=3)
    page = read(manager.get("/oversight/forecast?region=thigh"), 200)
    [row] = lapses(page)
    assert "the thigh has 0 of the 3 h" in row["What is then short"]
    assert "whole" not in row["What is then short"]
    assert said(page.select_one(".panel h2")) == "Thigh"
    page = read(manager.get("/oversight/forecast?region=neck"), 200)
    assert "No lapse takes a region away." in said(page.main)


def test_without_history_the_page_says_that_there_is_nothing_to_compare(manager):
    page = read(manager.get("/oversight/forecast"), 200)
    assert "No needling to compare with" in said(page.main)
    assert regions(page)["All regions"]["Needed a week"] == "not known"


@pytest.mark.parametrize(
    ("weeks", "told"),
    [(1, "the last whole week, for needling began only then"), (3, "the last 3 whole weeks,"),
     (8, "the last 8 whole weeks: 2 h a week")],
)  # fmt: skip
def test_the_page_says_of_which_weeks_the_mean_is(clinic, manager, weeks, told):
    past_needling(clinic, lapsing(clinic), hours=2, weeks=weeks)
    assert told in said(read(manager.get("/oversight/forecast"), 200).main)


def test_the_plot_says_in_words_what_it_shows_and_the_numbers_stand_beneath(clinic, manager):
    past_needling(clinic, lapsing(clinic), hours=3)
    page = read(manager.get("/oversight/forecast?region=thigh"), 200)
    plot = page.select_one("svg.plot")
    assert plot["role"] == "img"
    assert [page.find(id=one).name for one in plot["aria-labelledby"].split()] == ["title", "desc"]
    assert "43 of 52 weeks are short." in plot.desc.text
    assert plot.select_one("path.plot-short")
    weeks = table(page, "hours week by week")
    assert len(weeks) == WEEKS
    assert weeks[8][""] == "Mon 26 April 2027"
    assert (weeks[8]["May needle"], weeks[9]["May needle"]) == ("20", "0")
    assert weeks[9]["Short by"] == "3 h"


def test_at_the_desk_kinds_are_shown_instead_of_numbers(app, clinic):
    lapsing(clinic, number="DN-777")
    page = read(visit(app, given.somebody(Role.FRONT_DESK, clinic)).get("/oversight/forecast"), 200)
    [row] = lapses(page)
    assert row["Credential"] == "Certificate"
    assert "DN-777" not in page.text
    assert not page.select("a[href^='/my-credentials/']")


@pytest.mark.parametrize("where", ["forecast", "forecast.csv"])
def test_it_is_for_those_who_may_see_what_lapses(app, clinic, where):
    hill = given.clinic("Hill Clinic", adopted=False)
    path = f"/oversight/{where}?clinic={clinic.id}"
    whom = given.practitioner(at=clinic)
    self = given.somebody(Role.PRACTITIONER, clinic, practises_as=whom)
    assert visit(app, given.somebody(Role.MANAGER, hill)).get(path).status_code == 404
    assert visit(app, self).get(path).status_code == 403
    assert visit(app, given.somebody(Role.AUDITOR)).get(path).status_code == 200


def test_all_clinics_are_those_where_they_may_see_it(app, clinic, boss):
    hill, bay = (given.clinic(name, adopted=False) for name in ("Hill Clinic", "Bay Clinic"))
    for one in (clinic, hill, bay):
        past_needling(one, lapsing(one, f"Person of {one.name}"), hours=3)
    both = visit(app, given.also(boss, Role.MANAGER, hill))
    page = read(both.get(f"/oversight/forecast?clinic={clinic.id}&clinics=all"), 200)
    assert "Bay" not in page.text
    assert {row[""] for row in lapses(page)} == {
        "Person of Harbour Clinic Harbour Clinic",
        "Person of Hill Clinic Hill Clinic",
    }
    rows = regions(page)
    assert set(rows) == {"Harbour Clinic", "Hill Clinic"}
    assert "hort from Mon 3 May 2027" in rows["Hill Clinic"]["In the year ahead"]
    assert rows["Hill Clinic"]["Needed a week"] == "3"


@pytest.mark.parametrize("name", ["=1+1", "  =1+1", "＝1+1"])  # noqa: RUF001
def test_the_file_has_every_week_of_every_region_and_no_formula(clinic, manager, name):
    past_needling(clinic, lapsing(clinic), hours=3)
    db.session.get_one(Clinic, clinic.id).name = name
    db.session.commit()
    answer = manager.get("/oversight/forecast.csv")
    assert answer.mimetype == "text/csv"
    assert 'filename="year-ahead-1-1-2027-03-01.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == WEEKS * len(LINES)
    assert {row["clinic"] for row in rows} == {f"'{name}"}
    [week] = [row for row in rows if (row["region"], row["week"]) == ("Thigh", "2027-W18")]
    assert week["monday"] == "2027-05-03"
    assert (week["hours"], week["hours if all is renewed"]) == ("0", "20")
    assert (week["expected hours"], week["short by hours"]) == ("3", "3")
    assert "Dana" not in answer.text


@pytest.mark.parametrize("asked", ["region=nowhere", "clinics=some", "page=0"])
def test_what_cannot_be_shown_is_refused_in_words(manager, asked):
    assert manager.get(f"/oversight/forecast?{asked}").status_code == 422


def test_long_lists_of_lapses_come_in_pages(clinic, manager):
    for number in range(51):
        whom = given.practitioner(f"Person {number:02}", at=clinic)
        given.certified(whom, last_day=ENDS)
    page = read(manager.get("/oversight/forecast"), 200)
    assert len(lapses(page)) == 50
    assert "1 to 50 of 51" in said(page.main)
    [row] = lapses(read(manager.get("/oversight/forecast?page=2"), 200))
    assert row[""] == "Person 50"


@pytest.mark.parametrize("where", ["/oversight/", "/oversight/expiries"])
def test_the_dashboard_and_the_list_of_lapses_lead_to_it(clinic, manager, where):
    page = read(manager.get(where), 200)
    assert page.select_one(f'main a[href="/oversight/forecast?clinic={clinic.id}"]')
