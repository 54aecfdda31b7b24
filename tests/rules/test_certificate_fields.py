"""What is read of a certificate, on pages written by hand."""

from __future__ import annotations

from time import process_time

import pytest

from registry.rules.extracts import Doubt, Source
from registry.rules.page_words import ReadPages
from tests.rules.paper_words import TODAY, pages, read, said

AMERICAN = (
    "SPINAL MANIPULATION INSTITUTE",
    "CERTIFICATE OF COMPLETION",
    "This is to certify that",
    "Dana Whitfield, PT, DPT",
    "has satisfactorily completed 27 contact hours of",
    "DN-2",
    "conducted on March 4-6, 2023 in Denver, CO",
    "Approved by the Colorado Board of Physical Therapy",
    "Course number 4455-12",
)


def test_a_certificate_in_one_sentence_is_read():
    assert said(read(*AMERICAN)) == {
        "holder": "Dana Whitfield",
        "provider": "SPINAL MANIPULATION INSTITUTE",
        "course": "DN-2",
        "kind": "dry_needling",
        "completed_on": "2023-03-06",
        "course_started": "2023-03-04",
        "hours_total": "27",
        "approvals": [["Colorado Board of Physical Therapy", None]],
        "taught": ["leg_foot", "lumbar_abdomen", "pelvis_gluteal", "thigh"],
    }


def test_what_the_catalogue_adds_is_marked_as_its_own_and_stands_nowhere():
    offered = read(*AMERICAN).of("taught")
    assert offered.source is Source.CATALOGUE
    assert (offered.printed, offered.box) == ("", None)


def test_hours_unlike_those_of_the_known_course_are_marked():
    read_so = read(*[line.replace("27 contact", "72 contact") for line in AMERICAN])
    assert read_so.of("hours_total").value == "72"
    assert Doubt.UNUSUAL_HOURS in read_so.of("hours_total").doubts


BESIDE = (
    "Attendee | Dana Whitfield",
    "Workshop | Dry Needling of the Neck",
    "Sponsor | Pine Valley Institute",
    "Cert No | AB-5512",
    "Issue date | 3 June 2024",
    "Contact hours | 24",
    "Hands-on hours | 16.5",
)
ABOVE = (
    "Attendee | Issue date | Cert No",
    "Dana Whitfield | 3 June 2024 | AB-5512",
    "Workshop | Contact hours | Hands-on hours",
    "Dry Needling of the Neck | 24 | 16.5",
    "Sponsor",
    "Pine Valley Institute",
)
UNDER = (*ABOVE[1::-1], *ABOVE[3:1:-1], *ABOVE[5:3:-1])


@pytest.mark.parametrize("lines", [BESIDE, ABOVE, UNDER], ids=["beside", "above", "under"])
def test_labels_stand_beside_above_or_under_their_values(lines):
    assert said(read(*lines)) == {
        "holder": "Dana Whitfield",
        "course": "Dry Needling of the Neck",
        "kind": "dry_needling",
        "provider": "Pine Valley Institute",
        "number": "AB-5512",
        "issued_on": "2024-06-03",
        "hours_total": "24",
        "hours_practical": "16.5",
    }


def test_an_ambiguous_day_is_offered_as_both_and_never_chosen():
    day = read("Completed on 11/09/2025").of("completed_on")
    assert day.value is None
    assert day.choices == ("2025-09-11", "2025-11-09")
    assert Doubt.AMBIGUOUS_DATE in day.doubts


@pytest.mark.parametrize(
    ("other", "means"),
    [("Issued on 09/25/2025", "2025-11-09"), ("Issued on 25/09/2025", "2025-09-11")],
)
def test_another_day_of_the_paper_tells_how_it_writes_days(other, means):
    assert read("Completed on 11/09/2025", other).of("completed_on").value == means


def test_days_of_a_paper_that_writes_both_ways_stay_ambiguous():
    lines = ("Completed on 11/09/2025", "Issued on 25/09/2025", "Expires 09/25/2027")
    assert read(*lines).of("completed_on").value is None


def test_a_spanish_paper_writes_the_day_first():
    lines = ("Se certifica que ha superado el curso", "Fecha de finalización: 11/09/2025")
    assert read(*lines).of("completed_on").value == "2025-09-11"


def test_a_spanish_paper_from_america_may_write_the_month_first():
    lines = ("Se certifica que ha superado el curso en Puerto Rico", "Finalizado el 11/09/2025")
    assert read(*lines).of("completed_on").value is None


def test_who_presented_a_course_may_be_a_person_and_is_marked():
    assert read("Presented by Dr. John Smith").of("provider").doubts
    assert not read("Presented by Pine Valley Institute").of("provider").doubts


def test_a_bare_date_is_marked_for_it_may_be_that_of_the_signature():
    assert read("Date: 3 June 2024").of("completed_on").doubts == (Doubt.SEVERAL_CANDIDATES,)


@pytest.mark.parametrize("day", ["3 June 2027", "3 June 1979"])
def test_a_completion_still_to_come_or_too_long_ago_is_marked(day):
    assert TODAY.year == 2026
    assert Doubt.IMPLAUSIBLE_DATE in read(f"Completed on {day}").of("completed_on").doubts


def test_dates_of_birth_and_of_rules_are_no_dates_of_the_course():
    assert read("Born 3 June 1990", "under the rules of 1 March 2019").of("completed_on") is None


def test_another_name_is_read_as_it_stands_and_marked():
    holder = read("This certifies that", "Marisol Vega", "completed the course").of("holder")
    assert holder.value == "Marisol Vega"
    assert holder.doubts == (Doubt.OTHER_NAME,)


def test_hours_of_each_sort_are_told_apart_in_one_sentence():
    values = said(
        read(
            "24 contact hours (16 hours hands-on, 8 hours theory), of which "
            "4 hours by live webinar",
        )
    )
    assert values == {
        "hours_total": "24",
        "hours_practical": "16",
        "hours_didactic": "8",
        "hours_live_video": "4",
    }


def test_hours_of_modules_are_no_total_without_a_mark():
    hours = read("Module 1 (8 hours)", "Module 2 (8 hours)").of("hours_total")
    assert hours.doubts == (Doubt.SEVERAL_CANDIDATES,)


def test_hours_studied_alone_at_home_are_no_total():
    values = said(read("20 hours of pre-course home study, 27 hours in person"))
    assert values == {"hours_in_person": "27"}


def test_two_totals_are_both_offered_and_none_is_chosen():
    hours = read("12 hours", "Module", "14 hours").of("hours_total")
    assert hours.value is None
    assert hours.choices == ("12", "14")


@pytest.mark.parametrize(
    "line", ["Lunch 12:30 to 13:30", "within 48 hours", "2.7 CEUs", "PDA points 24"]
)
def test_what_is_no_hour_of_the_course_is_not_read_as_one(line):
    assert read(line).of("hours_total") is None


def test_units_glued_to_clock_hours_are_hours():
    assert read("25 CEUs/clock hours").of("hours_total").value == "25"


def test_parts_that_are_more_than_the_whole_are_marked():
    values = read("Total hours: 8", "Practical hours: 18")
    assert Doubt.UNUSUAL_HOURS in values.of("hours_total").doubts
    assert Doubt.UNUSUAL_HOURS in values.of("hours_practical").doubts


def test_the_number_of_a_licence_a_course_or_a_charity_is_not_the_certificates():
    lines = ("License No. PT 99881", "Course number 4455-12", "Registered charity no. 1122334")
    assert read(*lines).of("number") is None


def test_a_number_glued_to_the_school_is_found_and_marked():
    number = read("Northgate Education LtdNo. TPA-2291").of("number")
    assert number.value == "TPA-2291"
    assert number.doubts == (Doubt.SEVERAL_CANDIDATES,)
    assert (
        read("Northgate Education LtdNo. TPA-2291").of("provider").value
        == "Northgate Education Ltd"
    )


@pytest.mark.parametrize(
    "words", ["24 PDA points", "NCCAOM Provider-Course #: 12", "Ann Lee, L.Ac."]
)
def test_words_of_acupuncturists_ask_for_a_look_and_change_nothing(words):
    lines = ("Course: Dry Needling of the Neck",)
    plain, told = read(*lines), read(*lines, words)
    assert plain.doubts == ()
    assert told.doubts[0][0] is Doubt.ACUPUNCTURE_WORDS
    assert told.of("kind").value == plain.of("kind").value == "dry_needling"
    assert Doubt.ACUPUNCTURE_WORDS in told.of("kind").doubts


@pytest.mark.parametrize(
    ("course", "kind"),
    [
        ("Punción seca avanzada", "dry_needling"),
        ("Auricular Acupuncture for Pain", "acupuncture"),
        ("Kinesio Taping in Sport", "other"),
    ],
)
def test_the_kind_is_that_of_the_courses_own_words(course, kind):
    assert read(f"Course: {course}").of("kind").value == kind


def test_a_course_that_names_both_needling_and_acupuncture_is_marked():
    doubts = read("Course: Trigger point acupuncture (dry needling)").of("kind").doubts
    assert doubts == (Doubt.SEVERAL_CANDIDATES,)


def test_what_a_list_excludes_is_not_taught():
    taught = read("Regions: neck, shoulder girdle (excluding thorax)").of("taught")
    assert taught.value == ["neck", "shoulder_girdle"]
    assert taught.doubts == (Doubt.SEVERAL_CANDIDATES,)


def test_a_word_in_the_list_that_nobody_knows_is_marked():
    taught = read("Muscles: upper trapezius, QL, flumbicularis").of("taught")
    assert taught.value == ["quadratus_lumborum", "upper_trapezius"]
    assert taught.doubts == (Doubt.SEVERAL_CANDIDATES,)


def test_what_stands_in_the_syllabus_is_said_to_come_from_there():
    values = read("Name: Dana Whitfield", "---", "Course syllabus", "Regions: neck, thigh")
    assert values.of("taught").source is Source.SYLLABUS
    assert values.of("taught").box.page == 2
    assert values.of("holder").source is Source.CERTIFICATE


@pytest.mark.parametrize(
    ("words", "exams"),
    [
        ("Passed the written and practical examinations", ["practical", "written"]),
        ("ha superado el examen práctico", ["practical"]),
        ("Die schriftliche Prüfung wurde bestanden", ["written"]),
    ],
)
def test_examinations_that_were_passed_are_read(words, exams):
    assert read(words).of("exams").value == [[exam, "passed", None] for exam in exams]


@pytest.mark.parametrize(
    "words",
    ["The written examination was not taken", "written examination", "failed the written exam"],
)
def test_an_examination_that_is_not_said_to_be_passed_is_not_read(words):
    assert read(words).of("exams") is None


@pytest.mark.parametrize(
    ("said_so", "level"), [("Advanced", "advanced"), ("II", "level 2"), ("avanzado", "advanced")]
)
def test_levels_are_read_in_the_words_the_rules_use(said_so, level):
    assert read(f"Level: {said_so}").of("level").value == level


def test_what_was_hard_to_read_is_marked():
    assert Doubt.HARD_TO_READ in read("Cert No: AB-5512", sure=0.6).of("number").doubts


def test_a_value_says_where_it_stands():
    number = read("Cert No: AB-5512").of("number")
    assert number.printed == "AB-5512"
    assert number.box.left == pytest.approx(0.06 + 0.009 * 9)
    assert number.box.right == pytest.approx(0.06 + 0.009 * 16)


def test_nothing_is_read_of_an_empty_page_or_of_other_words():
    assert read().values == ()
    assert read("Lorem ipsum dolor", "sit amet 12").values == ()
    assert pages().words == ReadPages(()).words


HOSTILE = {
    "labels": ["Date", "Name", "Hours:", "Course"] * 1500,
    "one word": ["12 " + "a" * 190, "hours"] * 100,
    "figures": ["1/1/1", "12", "3-4"] * 2000,
    "intros": ["awarded to", "completed of", "certify that"] * 800,
    "quotes": ["“", "«", "no. 1", "(("] * 1500,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_page_made_to_take_for_ever_does_not(words):
    lines = [" | ".join(words[at : at + 3]) for at in range(0, len(words), 3)]
    began = process_time()
    read(*lines)
    assert process_time() - began < 5
