"""All jurisdictions at a glance, and two of them side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.errors import BadInput, NotFound
from registry.queries.comparison import Known, comparison
from registry.queries.jurisdiction_lists import (
    NO_SET,
    Wanted,
    jurisdiction_overview,
    profession_asked,
    status_asked,
)
from registry.rules.hours import TotalHours
from registry.rules.jurisdictions import JurisdictionStatus
from registry.rules.vocabulary import Profession, Role
from tests import given

EVERYTHING = Wanted()


@pytest.fixture
def reader(app):
    return given.somebody(Role.AUDITOR)


def listed(reader, **wanted):
    overview = jurisdiction_overview(reader, wanted=Wanted(**wanted), today=given.TODAY)
    return {row.line.code: row for row in overview.listed}


def stricter(code, hours):
    """The sets that ship, which ask for so many hours."""
    return [
        replace(
            one,
            requirements=tuple(
                replace(asked, hours=hours) if isinstance(asked, TotalHours) else asked
                for asked in one.requirements
            ),
        )
        for one in load_jurisdictions()[code].sets
    ]


def test_all_that_ship_are_listed_by_name_and_so_is_a_clinics_place_without_a_file(reader):
    given.clinic(jurisdiction="NZ-AUK", adopted=False)
    overview = jurisdiction_overview(reader, wanted=EVERYTHING, today=given.TODAY)
    names = [row.line.name for row in overview.rows]
    assert names == sorted(names)
    assert {row.line.code for row in overview.rows} == {*load_jurisdictions(), "NZ-AUK"}
    assert sum(overview.counts.values()) == len(load_jurisdictions()) + 1
    [theirs] = [row for row in overview.rows if row.line.code == "NZ-AUK"]
    assert not theirs.line.shipped
    assert theirs.line.clinics == 1
    assert theirs.status == NO_SET


def test_for_a_profession_the_status_and_the_numbers_are_those_of_its_set(reader):
    found = listed(reader, profession=Profession.AT)
    assert {*found} == {
        file.code
        for file in load_jurisdictions().values()
        if any(one.profession is Profession.AT for one in file.sets)
    }
    assert [head.words for head in found["US-MD"].shown.headlines][:2] == ["80", "40"]
    others = listed(reader, profession=Profession.AT, status=NO_SET)
    assert {*others} == {*load_jurisdictions()} - {*found}
    assert others["US-CA"].status == NO_SET


def test_a_status_and_whether_we_adopted_narrow_the_list(reader):
    given.clinic()
    assert {*listed(reader, status="barred")} == {"US-CA", "US-HI", "US-NY"}
    assert {*listed(reader, adopted=True)} == {"US-MT"}
    assert len(listed(reader, adopted=False)) == len(load_jurisdictions()) - 1
    assert listed(reader, adopted=True, status="barred") == {}


def test_what_was_adopted_is_shown_not_what_ships(reader):
    given.adopt("US-GA", *stricter("US-GA", 77))
    assert listed(reader)["US-GA"].shown.headlines[0].words == "77"
    given.adopt("US-GA")
    row = listed(reader)["US-GA"]
    assert row.shown.headlines[0].words == "50"
    assert row.line.adoption.version == 2


def test_a_proposal_changes_nothing_but_is_told_until_it_is_adopted(reader):
    given.adopt("US-GA")
    given.proposed("US-GA", *stricter("US-GA", 77))
    line = listed(reader, adopted=True)["US-GA"].line
    assert line.sets[0].headlines[0].words == "50"
    assert (line.adoption.version, line.coming.version) == (1, 2)
    given.proposed("US-UT")
    assert listed(reader)["US-UT"].line.adoption is None
    assert "US-UT" not in listed(reader, adopted=True)


def test_of_two_sets_of_one_profession_the_one_in_force_counts(reader):
    [now] = load_jurisdictions()["US-GA"].sets
    [later] = stricter("US-GA", 1365)
    ends, begins = given.date(2027, 6, 30), given.date(2027, 7, 1)
    given.adopt("US-GA", replace(now, last_day=ends), replace(later, first_day=begins))
    for day, hours in ((ends, "50"), (begins, "1365")):
        overview = jurisdiction_overview(reader, wanted=EVERYTHING, today=day)
        [row] = [row for row in overview.rows if row.line.code == "US-GA"]
        assert row.shown.headlines[0].words == hours
        assert row.allowed == (Profession.PT,)


def test_what_is_no_profession_and_no_status_is_refused():
    assert profession_asked("") is status_asked("") is None
    assert profession_asked("AT") is Profession.AT
    assert status_asked("barred") == JurisdictionStatus.BARRED
    for ask, odd in ((profession_asked, "MD"), (profession_asked, "x"), (status_asked, "x")):
        with pytest.raises(BadInput, match="Choose one from the list"):
            ask(odd)


@pytest.mark.parametrize("adoptions", [0, 3])
def test_the_list_takes_two_statements_however_much_was_adopted(reader, statements, adoptions):
    for code in ("US-GA", "US-MT", "US-MD")[:adoptions]:
        given.adopt(code)
    statements.clear()
    listed(reader)
    assert len(statements) == 2


def compared(reader, left, right, profession=Profession.PT):
    return comparison(reader, left=left, right=right, profession=profession, day=given.TODAY)


def topics(found):
    return {one.topic: one for one in found.topics}


def test_what_differs_is_marked_and_what_is_the_same_is_not(reader):
    found = topics(compared(reader, "US-MT", "US-MD"))
    assert not found["Licence"].differs
    assert not found["Renewal"].differs
    assert found["Renewal"].left.known is Known.NOT_FOUND
    hours = found["Hours in all"]
    assert hours.differs
    assert (hours.left.known, hours.right.known) == (Known.NOT_ASKED, Known.STATED)
    assert hours.right.sentences == ("80 hours of training in all.",)


def test_with_itself_nothing_differs(reader):
    for code in load_jurisdictions():
        assert compared(reader, code, code, None).differing == 0


def test_what_was_adopted_is_compared_and_what_is_open_counted(reader):
    given.adopt("US-GA", *stricter("US-GA", 77))
    found = compared(reader, "US-GA", "US-MD")
    assert (found.left.adopted, found.right.adopted) == (True, False)
    assert topics(found)["Hours in all"].left.sentences == ("77 hours of training in all.",)
    assert found.left.open_items == 0
    assert found.right.open_items == len(load_jurisdictions()["US-MD"].sets[0].open_items)


def test_a_place_without_a_set_for_the_profession_says_so(reader):
    found = compared(reader, "US-MD", "GB")
    assert found.right.one is None
    assert {one.right.known for one in found.topics} == {Known.NO_SET}
    assert [side.code for side in found.without_set] == ["GB"]
    assert found.differing == 0


def test_without_a_profession_it_is_the_first_that_both_have(reader):
    assert compared(reader, "US-MD", "US-NV", None).profession is Profession.PT
    assert compared(reader, "GB", "CA-ON", None).profession is Profession.PHYSIO
    assert compared(reader, "ZA", "US-MT", None).profession is Profession.DC


def test_an_unknown_place_is_not_found(reader):
    for left, right in (("US-MT", "XX"), ("XX", "US-MT")):
        with pytest.raises(NotFound):
            compared(reader, left, right, None)


def test_a_comparison_takes_one_statement(reader, statements):
    statements.clear()
    compared(reader, "US-MT", "US-MD")
    assert len(statements) == 1
