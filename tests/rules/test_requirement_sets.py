"""Requirement sets as data: strict to read, the same when read back."""

from __future__ import annotations

import json

import pytest

from registry.adapters.jurisdiction_files import (
    BadJurisdictionFile,
    load_jurisdictions,
    read_jurisdiction,
)
from registry.rules.findings import HOUSE_RULE, Citation
from registry.rules.jurisdictions import JURISDICTIONS
from registry.rules.requirement_sets import BadRequirementSet, parse_requirement_set
from registry.rules.requirements import ProfessionAllowed
from registry.rules.vocabulary import Confidence
from tests.rules.given import only_set, shipped

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


def test_every_state_that_was_looked_into_ships_and_the_other_places():
    states = {code for code in JURISDICTIONS if code.startswith("US-")} - {"US-PR"}
    provinces = {"CA-AB", "CA-BC", "CA-ON", "CA-SK"}
    shipping = load_jurisdictions()
    assert shipping.keys() == states | provinces | {"AU", "GB", "IE", "NZ", "ZA"}
    assert len(shipping) == 60
    for code, one in shipping.items():
        assert one.name == JURISDICTIONS[code]
        assert {known.place for known in one.sets} == {one.name}
        assert {known.jurisdiction for known in one.sets} == {code}


def test_who_a_place_allows_has_a_set_there_in_force_or_to_come():
    for code, one in load_jurisdictions().items():
        with_sets = {known.profession for known in one.sets}
        for known in one.sets:
            rules = [r for r in known.requirements if isinstance(r, ProfessionAllowed)]
            assert {p for rule in rules for p in rule.professions} <= with_sets, code
            assert known.lets_needle == bool(rules)


@pytest.mark.parametrize(
    ("code", "status"),
    [("US-NY", "barred"), ("US-OR", "authorised_not_in_effect"), ("US-PA", "undetermined")],
)
def test_a_place_says_how_its_law_stands(code, status):
    known = load_jurisdictions()[code]
    assert known.status == status


def test_where_the_law_is_silent_somebody_must_say_whether_to_book_at_all():
    unclear = {"silent", "undetermined", "conflicting"}
    for one in load_jurisdictions().values():
        if one.status in unclear:
            codes = {item.code for known in one.sets for item in known.open_items}
            assert "allowed_at_all" in codes, one.code


def georgia():
    return only_set("US-GA").as_mapping()


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
        ("hours", 50.5, "should be a whole number above 0, is 50.5"),
        ("hours", "50 hours", "should be a whole number above 0, is '50 hours'"),
        ("interim_hours", "30", "should be a whole number above 0, is '30'"),
        ("text", 3, "should be text, is 3"),
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
    ("wrong", "place", "why"),
    [
        ({"kind": "total_hours", "days": 50}, "hours", "is missing"),
        ({"kind": "certificate_lapses", "years": 2}, "months", "is missing"),
        ({"kind": "profession_allowed", "professions": []}, "professions", "should name at least"),
        ({"kind": "profession_allowed", "professions": ["PX"]}, "professions", "'PX' is not one"),
        ({"kind": "profession_allowed", "professions": "PT"}, "professions", "should be a list"),
        ({"kind": "course_approved", "bodies": []}, "bodies", "should name at least one"),
        ({"kind": "course_approved", "bodies": [3]}, "bodies", "should hold texts only"),
        ({"kind": "level_taught", "level": "advanced", "sites": []}, "sites", "should name at"),
        ({"kind": "licence", "provisional_allowed": "no"}, "provisional_allowed", "should be true"),
        ({"kind": "degree_rule", "degree": "diploma"}, "degree", "'diploma' is not one of"),
        (
            {"kind": "degree_rule", "degree": "master", "licensed_here_since": "May 2003"},
            "licensed_here_since",
            "should be a date as 2026-06-30, is 'May 2003'",
        ),
        ({"kind": "in_person_share", "share": "half"}, "share", "'half' is not one of: most, all"),
        ({"kind": "cpr", "source": "hearsay"}, "source_url", "is missing"),
        ({"kind": "cpr", "since": 2020}, "since", "is not known here"),
    ],
)
def test_a_wrong_value_of_any_sort_is_refused_by_place_and_reason(wrong, place, why):
    mapping = georgia()
    mapping["requirements"].append({"source": "house rule", **wrong})
    path, reason = refused(mapping)
    assert path == f"requirements[{len(mapping['requirements']) - 1}].{place}"
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
        ("not_found", ["hours_of_sleep"], "not_found"),
        ("open_questions", [{"kind": "licence", "source": "house rule"}], "open_questions[0].kind"),
        ("last_day", "1999-12-31", "last_day"),
        ("place", " ", "place"),
        ("note", 3, "note"),
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


FILE = """
jurisdiction: US-PR
name: Puerto Rico
status: allowed_rule
sources:
  rule: {source_url: "https://example.org/rule", source_date: 2020-01-01, confidence: high}
sets:
- profession: PT
  version: 1
  first_day: 2020-01-01
  requirements:
  - {kind: profession_allowed, professions: [PT], source: rule}
  - {kind: licence, source: rule}
  - {kind: dry_needling_certificate, source: house rule}
  - {kind: regions_taught, source: house rule}
  - {kind: total_hours, hours: 50, source: rule}
"""


def test_a_good_file_is_read_and_its_sources_written_out():
    known = read_jurisdiction("us-pr.yaml", FILE)
    [one] = known.sets
    assert (one.jurisdiction, one.place, one.requirements[-1].hours) == ("US-PR", "Puerto Rico", 50)
    assert one.requirements[-1].citation == Citation(
        "https://example.org/rule", "2020-01-01", Confidence.HIGH, source_name="rule"
    )
    assert one.requirements[-2].citation == HOUSE_RULE


@pytest.mark.parametrize(
    ("written", "wrongly", "fault"),
    [
        ("kind: total_hours", "kind: hour", "16: sets[0].requirements[4].kind: 'hour' is not one"),
        ("hours: 50", "hours: 50h", "16: sets[0].requirements[4].hours: should be a whole number"),
        ("hours: 50", "days: 50", "16: sets[0].requirements[4].hours: is missing"),
        ("50, source: rule", "50", "16: sets[0].requirements[4].source: is missing"),
        ("50, source: rule", "50, source: x", "16: sets[0].requirements[4].source: 'x' is not"),
        ("hours: 50", "hours: 50, by: x", "16: sets[0].requirements[4].by: is not known here"),
        ("professions: [PT]", "professions: []", "12: sets[0].requirements[0].professions: should"),
        ("version: 1", "version: one", "9: sets[0].version: should be a whole number above 0"),
        ("version: 1", "version: 1\n  notes: x", "10: sets[0].notes: is not known here"),
        (", confidence: high", "", "6: sources.rule.confidence: is missing"),
        ("confidence: high", "confidence: high, by: x", "6: sources.rule.by: is not known here"),
        ("status: allowed_rule", "status: fine", "4: status: 'fine' is not one of"),
        ("status: allowed_rule", "status: silent\nnote: x", "5: note: is not known here"),
        ("jurisdiction: US-PR", "jurisdiction: US-ZZ", "2: jurisdiction: 'US-ZZ' is no juris"),
        ("name: Puerto Rico", "name:", "3: name: is missing"),
    ],
)
def test_a_bad_file_is_refused_by_name_line_place_and_reason(written, wrongly, fault):
    text = FILE.replace(written, wrongly)
    assert text != FILE
    with pytest.raises(BadJurisdictionFile) as caught:
        read_jurisdiction("us-pr.yaml", text)
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"us-pr.yaml:{fault}")


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "sources: 3", "sources: {}\nsets: [3]"])
def test_a_file_that_is_no_jurisdiction_is_refused_in_words(text):
    with pytest.raises(BadJurisdictionFile, match=r"^us-pr\.yaml:\d: "):
        read_jurisdiction("us-pr.yaml", text)
