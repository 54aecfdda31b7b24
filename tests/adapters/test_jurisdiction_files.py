"""Jurisdictions' files: every fault is told by file, line, place and reason, before any is used."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from registry.adapters.jurisdiction_files import (
    BadJurisdictionFile,
    load_jurisdictions,
    read_jurisdiction,
    read_jurisdictions,
    shipped_texts,
)
from registry.cli import main
from registry.rules.vocabulary import Confidence, Profession

SOUND = dict(shipped_texts())["us-ga.yaml"]


def faults(text, name="us-ga.yaml"):
    with pytest.raises(BadJurisdictionFile) as caught:
        read_jurisdiction(name, text)
    return [(fault.line, fault.path, fault.why) for fault in caught.value.faults]


def line_of(words):
    return next(n for n, line in enumerate(SOUND.splitlines(), 1) if words in line)


def test_what_ships_is_sound():
    assert read_jurisdiction("us-ga.yaml", SOUND).code == "US-GA"
    assert len(load_jurisdictions()) == 60


@pytest.mark.parametrize(
    ("words", "instead", "path", "why"),
    [
        ("kind: total_hours", "kind: total_minutes", "sets[0].requirements[3].kind", "is not one"),
        ("hours: 50, source: re", 'hours: 50 h, source: re', "sets[0].requirements[3].hours",
         "whole number"),
        ("hours: 50, source: re", "hours: 50, interim_hours: 70, interim_years: 2, source: re",
         "sets[0].requirements[3].interim_hours", "less than the 50"),
        ("kind: licence, source: rule", "kind: licence", "sets[0].requirements[1].source",
         "is missing"),
        ("kind: licence, source: rule", "kind: licence, source: hearsay",
         "sets[0].requirements[1].source", "'hearsay' is not among the sources"),
        ("kind: licence, source: rule", "kind: licence, minutes: 3, source: rule",
         "sets[0].requirements[1].minutes", "is not known here"),
        ("source_date: 2025-04", "seen: 2025-04", "sources.news.source_date", "is missing"),
        ("confidence: high", "confidence: certain", "sources.rule.confidence", "is not one of"),
        ("profession: PT", "profession: WIZARD", "sets[0].profession", "is not one of"),
        ("first_day: 2000", "first_day: 2000-02-30 #", "", "day is out of range"),
        ("status: allowed_rule", "status: fine", "status", "is not one of"),
        ("jurisdiction: US-GA", "jurisdiction: US-XX", "jurisdiction", "no jurisdiction"),
        ("name: Georgia", "name: Georgia\nname: Georgia", "name", "is there twice"),
        ("not_found: [", "not_found: [weather, ", "sets[0].not_found", "'weather' is not one of"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_line(words, instead, path, why):
    [(line, where, said)] = faults(SOUND.replace(words, instead, 1))
    assert where == path
    assert why in said
    if path not in ("", "sources.news.source_date", "name"):
        assert line == line_of(words.split(",")[0])


def test_all_faults_are_told_and_not_only_the_first():
    text = SOUND.replace("kind: licence", "kind: license").replace("hours: 50", "hours: fifty")
    text = text.replace("status: allowed_rule", "status: fine")
    assert [path for _, path, _ in faults(text)] == [
        "status",
        "sets[0].requirements[1].kind",
        "sets[0].requirements[3].hours",
        "sets[0].requirements[4].hours",
    ]


def test_a_missing_value_is_told_where_it_should_stand():
    [(line, path, _)] = faults(
        SOUND.replace("  - profession: PT\n    version: 1", "  - version: 1")
    )
    assert (line, path) == (line_of("  - profession: PT"), "sets[0].profession")


def test_one_code_asks_one_thing_in_every_set():
    start = SOUND.index("  - profession: PT")
    other = SOUND[start:].replace("profession: PT", "profession: OT", 1)
    asked = SOUND[SOUND.index("question:") :].splitlines()[0]
    [(_, path, why)] = faults(SOUND + other.replace(asked, 'question: "Something else?"}'))
    assert (path, "asks something else" in why) == ("sets[1].open_questions", True)


def test_two_sets_for_one_profession_may_not_overlap():
    start = SOUND.index("  - profession: PT")
    again = SOUND + SOUND[start:]
    [(line, path, why)] = faults(again)
    assert (path, "another set for PT" in why) == ("sets[1].first_day", True)
    assert line > SOUND.count("\n")


def test_one_jurisdiction_has_one_file():
    read, [fault] = read_jurisdictions([("a.yaml", SOUND), ("b.yaml", SOUND)])
    assert len(read) == 1
    assert str(fault) == "b.yaml:1: jurisdiction: US-GA has a file already"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1",
        "a: [",
        "sources: 3",
        "sources: {}\nsets: 3",
        "a: &a [*a]",
        "a: !!python/name:os.x",
    ],
)
def test_what_is_no_such_file_at_all_is_refused_in_words(text):
    assert all(line >= 1 and why for line, _, why in faults(text))


def test_the_command_lists_every_fault_and_ends_with_1(tmp_path):
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    good.write_text(SOUND)
    bad.write_text(SOUND.replace("hours: 50", "hours: fifty"))
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    answer = CliRunner().invoke(main, ["jurisdictions", "check", *map(str, (bad, good, binary))])
    assert answer.exit_code == 1
    [unreadable, first, second, count] = answer.output.splitlines()
    assert unreadable.startswith(f"{binary}:1: cannot be read")
    at = line_of("kind: total_hours")
    assert first == (
        f"{bad}:{at}: sets[0].requirements[3].hours: should be a whole number above 0, is 'fifty'"
    )
    assert second.startswith(f"{bad}:{at + 1}: ")
    assert count == "3 faults."


def test_the_command_reads_what_ships_and_needs_no_setting():
    answer = CliRunner().invoke(main, ["jurisdictions", "check"])
    assert (answer.exit_code, answer.output) == (0, "Sound: 60 files.\n")


@pytest.mark.parametrize("code", ["US-CO", "US-DE"])
def test_hours_that_are_enough_meanwhile_cite_the_page_that_says_so(code):
    [one] = load_jurisdictions()[code].sets
    interim = [asked for asked in one.requirements if getattr(asked, "interim_hours", None)]
    assert len(interim) == 2
    for asked in interim:
        assert asked.citation.source_url == "https://www.pphc.co/resources"
        assert asked.citation.confidence is Confidence.MEDIUM
        assert "the rule (therapycomply.com/" in (asked.citation.text or "")


def test_how_illinois_splits_the_hours_of_the_other_professions_is_of_medium_confidence():
    split = {
        (one.profession, asked.kind): asked.citation.confidence
        for one in load_jurisdictions()["US-IL"].sets
        for asked in one.requirements
        if asked.kind in ("didactic_hours", "practical_hours")
    }
    high = {who for (who, _), confidence in split.items() if confidence is Confidence.HIGH}
    medium = {who for (who, _), confidence in split.items() if confidence is Confidence.MEDIUM}
    assert (high, medium) == ({Profession.PT}, {Profession.OT, Profession.OTA, Profession.AT})
    assert len(split) == 8
