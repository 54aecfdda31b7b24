"""Requirement sets as data: strict to read, the same when read back."""

from __future__ import annotations

import json

import pytest

from registry.adapters.jurisdiction_files import (
    BadJurisdictionFile,
    load_jurisdictions,
    read_jurisdiction,
)
from registry.rules.requirement_sets import BadRequirementSet, parse_requirement_set
from tests.rules.given import shipped

SETS = shipped()


def named(one):
    return f"{one.jurisdiction} {one.profession}"


@pytest.mark.parametrize("one", SETS, ids=named)
def test_a_set_kept_as_json_reads_back_as_it_was(one):
    assert parse_requirement_set(json.loads(json.dumps(one.as_mapping()))) == one


@pytest.mark.parametrize("one", SETS, ids=named)
def test_every_requirement_that_ships_names_its_source_and_how_far_it_is_trusted(one):
    for requirement in (*one.requirements, *one.open_questions):
        citation = requirement.citation
        assert citation.source_url.startswith("http") or citation.source_url == "house rule"
        assert citation.source_date
        assert citation.confidence


def test_the_jurisdictions_that_ship():
    names = {code: one.name for code, one in load_jurisdictions().items()}
    assert names == {
        "CA-AB": "Alberta",
        "US-CA": "California",
        "US-FL": "Florida",
        "US-GA": "Georgia",
        "US-MT": "Montana",
        "US-UT": "Utah",
    }


def georgia():
    [one] = [one for one in SETS if one.jurisdiction == "US-GA"]
    return one.as_mapping()


def refused(mapping):
    with pytest.raises(BadRequirementSet) as caught:
        parse_requirement_set(mapping)
    return caught.value.path, caught.value.why


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("kind", "hours_of_sleep", "'hours_of_sleep' is not one of"),
        ("hours", "fifty", "should be a whole number above 0, is 'fifty'"),
        ("hours", True, "should be a whole number above 0, is True"),
        ("hours", 0, "should be a whole number above 0, is 0"),
        ("hours", None, "is missing"),
        ("source_url", None, "is missing"),
        ("source_date", "", "should be text, is ''"),
        ("confidence", "certain", "'certain' is not one of: high, medium, low"),
        ("minutes", 3, "is not known here"),
    ],
)
def test_a_wrong_entry_is_refused_by_place_and_reason(key, value, why):
    mapping = georgia()
    [index] = [i for i, r in enumerate(mapping["requirements"]) if r["kind"] == "total_hours"]
    mapping["requirements"][index][key] = value
    path, reason = refused(mapping)
    assert path == f"requirements[{index}].{key}"
    assert reason.startswith(why)


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("first_day", "2026-02-30", "first_day"),
        ("last_day", 20260101, "last_day"),
        ("profession", "WIZARD", "profession"),
        ("requirements", "none", "requirements"),
        ("requirements", ["licence"], "requirements[0]"),
        ("version", "1", "version"),
        ("settled", [1], "settled"),
        ("nickname", "peach", "nickname"),
    ],
)
def test_a_wrong_frame_is_refused_by_place(key, value, path):
    assert refused({**georgia(), key: value})[0] == path


@pytest.mark.parametrize(
    "kind", ["profession_allowed", "licence", "dry_needling_certificate", "regions_taught"]
)
def test_no_set_may_leave_out_what_only_certified_staff_needle_rests_on(kind):
    mapping = georgia()
    mapping["requirements"] = [r for r in mapping["requirements"] if r["kind"] != kind]
    assert refused(mapping) == ("requirements", f"{kind} is missing")


def test_a_bad_file_is_refused_by_name_place_and_reason():
    text = "jurisdiction: US-ZZ\nname: Z\nsources: {}\nsets:\n- requirements: [{source: x}]\n"
    with pytest.raises(BadJurisdictionFile) as caught:
        read_jurisdiction("us-zz.yaml", text)
    assert str(caught.value) == (
        "us-zz.yaml: sets[0].requirements[0].source: 'x' is not among the sources"
    )


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "sources: 3", "sources: {}\nsets: [3]"])
def test_a_file_that_is_no_jurisdiction_is_refused_in_words(text):
    with pytest.raises(BadJurisdictionFile, match=r"^us-zz\.yaml: "):
        read_jurisdiction("us-zz.yaml", text)
