"""Requirement sets: read by everybody, on the map, in the list, in full and side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from registry.queries.headlines import TITLES
from registry.queries.requirement_sets import shipped
from registry.queries.requirement_words import in_words
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import PatientConsents
from registry.rules.regions import REVIEW_PENDING
from registry.rules.vocabulary import Role
from tests import given
from tests.services.activating import asking
from tests.web.page import alert, read
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def administrator(app):
    return visit(app, given.somebody(Role.ADMINISTRATOR, name="Ada Admin"))


def row_of(page, name):
    [row] = [row for row in page.select("tbody tr") if row.th.a and row.th.a.text == name]
    return row


def test_everybody_sees_what_ships_and_what_was_adopted(app):
    clinic = given.clinic()
    for role in Role:
        client = visit(app, given.somebody(role, clinic))
        page = read(client.get("/requirements/"), 200)
        row = row_of(page, "Montana")
        assert "Version 1" in row.text
        assert "Ada Adopter" in row.text
        assert bool(page.select('a[href$="/adopt"]')) is (role is Role.ADMINISTRATOR)


def test_the_map_has_a_tile_for_each_with_its_sign_and_its_word(administrator):
    given.clinic()
    page = read(administrator.get("/requirements/"), 200)
    tiles = {tile["href"].rsplit("/", 1)[1]: tile for tile in page.select("a.tile")}
    assert tiles.keys() == shipped().keys()
    placed = page.select(".tiles-states .tile-place")
    assert len(placed) == 51
    assert len({tuple(place["class"]) for place in placed}) == 51
    assert "Barred" in tiles["US-CA"].text
    assert "California" in tiles["US-CA"].text
    assert all(tile.svg and tile.select_one(".tile-word").text for tile in tiles.values())
    assert [code for code, tile in tiles.items() if "is-adopted" in tile["class"]] == ["US-MT"]
    assert "adopted" in tiles["US-MT"].text


def test_the_list_has_the_numbers_of_each_and_says_what_was_not_found(administrator):
    page = read(administrator.get("/requirements/"), 200)
    florida = {td["data-label"]: td.text.strip() for td in row_of(page, "Florida").select("td")}
    assert florida["The law"] == "Allowed, by a rule with conditions"
    assert [florida[title] for title in TITLES] == [
        *("50", "50", "25", "2", "skills assessment", "notification"),
    ]
    assert florida["Professions"] == "PT, DC"
    georgia = {td["data-label"]: td.text.strip() for td in row_of(page, "Georgia").select("td")}
    assert (georgia["Hours"], georgia["Sessions"]) == ("50", "not found")
    montana = {td["data-label"]: td.text.strip() for td in row_of(page, "Montana").select("td")}
    assert montana["Hours"] == "none"
    assert "Nobody may needle" in row_of(page, "California").text


def test_a_profession_makes_the_page_about_its_sets(administrator):
    page = read(administrator.get("/requirements/?profession=AT"), 200)
    listed = [row.th.a.text for row in page.select("tbody tr")]
    assert listed == ["Arizona", "Illinois", "Kentucky", "Maryland", "Nevada"]
    assert "Show them" in page.main.text
    tile = page.select_one('a.tile[href$="US-CA"]')
    assert "No set" in tile.text
    assert "is-out" in tile["class"]
    others = read(administrator.get("/requirements/?profession=AT&status=no_set"), 200)
    assert len(others.select("tbody tr")) == len(shipped()) - len(listed)


def test_the_filters_stay_as_chosen_and_can_be_cleared(administrator):
    page = read(administrator.get("/requirements/?status=silent&adopted=no"), 200)
    chosen = {box["name"]: box.select_one("[selected]")["value"] for box in page.select("select")}
    assert chosen == {"profession": "", "status": "silent", "adopted": "no"}
    assert page.select_one(".filters a[href='/requirements/']")
    assert "6 of 60" in page.main.text


def test_where_nothing_fits_it_says_what_to_do(administrator):
    page = read(administrator.get("/requirements/?status=barred&adopted=yes"), 200)
    assert "None of them fits" in page.main.text
    assert page.select_one('a.btn[href="/requirements/"]')


@pytest.mark.parametrize("odd", ["x", "MD", "a%00b", "%F0%9F%92%89", "x" * 300])
def test_odd_filters_are_refused_in_a_sentence(administrator, odd):
    for name in ("profession", "status", "adopted"):
        page = read(administrator.get(f"/requirements/?{name}={odd}"), 422)
        assert alert(page)


def test_a_clinic_without_a_set_is_listed_too(app, administrator):
    given.clinic(jurisdiction="NZ-AUK", adopted=False)
    assert "No set comes with the registry" in read(administrator.get("/requirements/"), 200).text


@pytest.mark.parametrize("code", sorted(shipped()))
def test_each_jurisdiction_reads_in_words_with_its_sources(administrator, code):
    page = read(administrator.get(f"/requirements/{code}"), 200)
    said = page.main.get_text(" ", strip=True)
    asked = [requirement for one in shipped()[code].sets for requirement in one.requirements]
    for requirement in asked:
        assert in_words(requirement) in said
        cited = requirement.citation
        assert (cited.stale_risk or "") in said
        if cited.source_url.startswith("https://"):
            assert page.select(f'.citation a[href="{cited.source_url}"]')
            assert f"confidence {cited.confidence}" in said
    assert len(page.select(".asked .citation")) == len(asked)
    for one in shipped()[code].sets:
        for item in one.open_items:
            assert item.question in said
    for note in shipped()[code].notes:
        assert note in said


def test_it_is_said_that_a_clinician_has_yet_to_confirm_the_regions(administrator):
    page = read(administrator.get("/requirements/US-MT"), 200)
    assert page.main.get_text().count(REVIEW_PENDING) == 1


def test_an_unknown_jurisdiction_is_not_found(administrator):
    for address in ("XX-YY", "XX-YY/adopt", "%00", "a" * 5000):
        assert administrator.get(f"/requirements/{address}").status_code == 404


def test_what_was_adopted_is_shown_and_what_ships_beside_it_where_they_differ(administrator):
    given.adopt_with("US-MT", PatientConsents(written=True, citation=HOUSE_RULE))
    page = read(administrator.get("/requirements/US-MT"), 200)
    assert "written consent" in page.main.text
    assert "differs from what was adopted" in page.main.text
    shown = page.select_one('a[href="/requirements/US-MT?shipped=1"]')["href"]
    as_shipped = read(administrator.get(shown), 200)
    assert "written consent" not in as_shipped.select_one("#set-1").text
    assert as_shipped.select_one('.notice a[href="/requirements/US-MT"]')
    given.adopt("US-MT")
    again = read(administrator.get("/requirements/US-MT"), 200)
    assert "differs" not in again.main.text


def test_every_version_is_told_with_who_and_when_and_how_it_reads(administrator):
    given.adopt("US-MT")
    given.adopt("US-MT")
    given.proposed("US-MT")
    page = read(administrator.get("/requirements/US-MT"), 200)
    rows = [row.get_text(" ", strip=True) for row in page.select("#versions tbody tr")]
    assert [row.split(" PT ")[0] for row in rows] == ["Version 3", "Version 2", "Version 1"]
    for row, status in zip(rows, ("Proposed", "In force", "Replaced"), strict=True):
        assert status in row
        assert "Ada Adopter" in row
        assert "Mon 1 March 2027, 09:00 UTC" in row
        assert "Wed 1 March 2028" in row
        assert "Read as: As the source reads. Why: So." in row
    assert "It applies to nobody yet." in page.main.text


LATER = given.TODAY + timedelta(days=14)  # Mon 15 March 2027


def notices(page):
    return " ".join(one.get_text(" ", strip=True) for one in page.select(".notice"))


def test_a_version_that_begins_later_is_not_what_holds_now(administrator):
    given.adopt("US-MT", asking(50))
    given.adopt("US-MT", asking(75, first_day=LATER))
    page = read(administrator.get("/requirements/US-MT"), 200)
    assert "Adopted, version 1" in notices(page)
    assert "From Mon 15 March 2027 version 2 holds." in notices(page)
    assert "50 hours of training in all." in page.select_one("#set-1").text
    status = [row.td.get_text(" ", strip=True) for row in page.select("#versions tbody tr")]
    assert status == ["In force from Mon 15 March 2027", "In force until Sun 14 March 2027"]
    [link] = page.select(f'.notice a[href="/requirements/US-MT?day={LATER}"]')
    then = read(administrator.get(link["href"]), 200)
    assert "Adopted, version 2" in notices(then)
    assert "75 hours of training in all." in then.select_one("#set-1").text
    assert "As it holds on Mon 15 March 2027" in then.main.get_text(" ", strip=True)
    row = row_of(read(administrator.get("/requirements/"), 200), "Montana").get_text(
        " ", strip=True
    )
    assert ("50" in row, "75" in row, "Version 1" in row) == (True, False, True)
    assert "version 2 holds" in row


def test_the_comparison_and_the_page_show_the_set_of_the_same_day(administrator):
    given.adopt("US-MT", asking(50))
    given.adopt("US-MT", asking(75, first_day=LATER))
    for day, hours, version in (("", "50", 1), (str(LATER), "75", 2)):
        compared = read(administrator.get(f"/requirements/compare?a=US-MT&b=US-MD&day={day}"), 200)
        said = compared.select_one("tbody").get_text(" ", strip=True)
        assert f"{hours} hours of training in all." in said
        assert f"As adopted by us version {version}" in said


def test_where_what_was_adopted_begins_later_or_has_ended_nothing_is_in_force(administrator):
    given.adopt("US-MT", asking(50, first_day=LATER, last_day=LATER))
    page = read(administrator.get("/requirements/US-MT"), 200)
    assert "No set is in force on this day" in notices(page)
    assert "Nobody may needle in Montana then." in notices(page)
    ended = LATER + timedelta(days=1)
    page = read(administrator.get(f"/requirements/US-MT?day={LATER}"), 200)
    assert "no set is in force, and nobody may needle" in notices(page)
    page = read(administrator.get(f"/requirements/US-MT?day={ended}"), 200)
    assert "No set is in force on this day" in notices(page)


def test_a_version_of_another_day_says_that_the_one_before_goes_on_until_then(administrator):
    given.adopt("US-MT", asking(50))
    given.proposed("US-MT", asking(75, first_day=LATER))
    page = read(administrator.get("/requirements/US-MT/versions/2"), 200)
    said = page.select_one("#otherwise section.topic").get_text(" ", strip=True)
    assert "It holds from Mon 15 March 2027 on; until then what held before goes on." in said
    assert "A set holds from" not in said
    page = read(administrator.get("/requirements/US-MT/versions/2/activate"), 200)
    assert "takes the place of version 1, from Mon 15 March 2027 on, in your name" in page.text
    days = read(administrator.get("/requirements/US-MT/versions/2/edit/days?set=0"), 200)
    assert "Before the first day, what is in force now goes on." in days.text


def test_a_day_to_look_again_that_has_come_is_marked(administrator):
    given.adopt("US-MT")
    with time_machine.travel(given.NOW + timedelta(days=400), tick=False):
        ada = given.somebody(Role.ADMINISTRATOR)
        page = read(visit(administrator.application, ada).get("/requirements/US-MT"), 200)
    assert "Look again, due since Wed 1 March 2028" in page.main.text


def test_two_places_are_put_side_by_side(administrator):
    asked = "/requirements/compare?a=US-MT&b=US-MD&profession=PT"
    page = read(administrator.get(asked), 200)
    rows = {
        row.th.find(string=True).strip(): [td.get_text(" ", strip=True) for td in row.select("td")]
        for row in page.select("tbody tr")
    }
    assert rows["Hours in all"] == ["Not asked for", "80 hours of training in all."]
    assert rows["Renewal"] == ["Not found", "Not found"]
    assert rows["The law"] == ["Allowed, by a rule with conditions"] * 2
    marked = {row.th.find(string=True).strip() for row in page.select("tr.is-different")}
    assert {"Hours in all", "Examinations"} <= marked
    assert not {"Licence", "The law", "Sources"} & marked
    for row in page.select("tbody tr"):
        assert ("Differs" in row.th.text) is ("is-different" in row.get("class", []))


def test_without_two_places_a_comparison_asks_for_them(administrator):
    for asked in ("", "?a=US-MT", "?b=US-MT"):
        page = read(administrator.get(f"/requirements/compare{asked}"), 200)
        assert [box["name"] for box in page.select("main select")] == ["a", "b", "profession"]
        assert not page.select("table")


def test_odd_places_to_compare_are_refused(administrator):
    for asked, status in (
        ("a=XX&b=US-MT", 404),
        ("a=US-MT&b=%00", 422),
        ("a=US-MT&b=US-MD&profession=x", 422),
        (f"a=US-MT&b={'x' * 200}", 422),
    ):
        page = read(administrator.get(f"/requirements/compare?{asked}"), status)
        assert alert(page)


def test_the_pages_take_few_statements(administrator, statements):
    given.clinic()
    compare = "/requirements/compare?a=US-MT&b=US-MD"
    for address, most in (("/requirements/", 4), ("/requirements/US-MT", 5), (compare, 3)):
        statements.clear()
        read(administrator.get(address), 200)
        assert len(statements) == most, address
