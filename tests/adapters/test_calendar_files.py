"""iCalendar files: in order by the letter of RFC 5545, and read by programs that are not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone

from registry.adapters.calendar_files import feed_file, invitation_to
from registry.rules.calendars import CalendarEntry, Standing, title_of
from registry.rules.diary import Slot
from registry.rules.vocabulary import Treatment
from tests.calendar_reading import Khal, strictly

CHANGED = datetime(2027, 3, 1, 9, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
#: Each with a clock that springs forward, falls back, or does neither, in 2027.
ZONES = (
    "America/New_York",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Europe/Dublin",
    "UTC",
)


def entry(starts_at=datetime(2027, 3, 14, 14, tzinfo=UTC), zone="America/New_York", **known):
    title = title_of(Treatment.NEEDLING, "Room 2", "Harbour Clinic")
    ordinary = CalendarEntry(
        uid="appointment-17",
        sequence=0,
        changed_at=CHANGED,
        title=title,
        place="Harbour Clinic, 1 Quay Street",
        standing=Standing.CONFIRMED,
        when=Slot(starts_at, starts_at + HALF_AN_HOUR),
        zone=zone,
        path="/schedule/appointments/17",
    )
    return replace(ordinary, **known)


def written(*entries):
    return feed_file("Dana Okafor", entries, "https://registry.test/", "registry.test")


def only_event(content):
    read = strictly(content)
    (event,) = read.events.values()
    return read, event


def test_an_entry_says_what_where_and_when():
    read, event = only_event(written(entry()))
    assert event["UID"].value == "appointment-17@registry.test"
    assert event["SUMMARY"].text == "Dry needling, Room 2, Harbour Clinic"
    assert event["LOCATION"].text == "Harbour Clinic, 1 Quay Street"
    assert event["URL"].value == "https://registry.test/schedule/appointments/17"
    assert event["DTSTART"].parameters == {"TZID": "America/New_York"}
    assert event["DTSTART"].value == "20270314T100000"
    assert read.whole["REFRESH-INTERVAL"].value == "PT1H"
    assert "METHOD" not in read.whole


def test_an_entry_without_a_method_was_stamped_when_it_changed():
    _, event = only_event(written(entry(changed_at=CHANGED)))
    assert event["DTSTAMP"].value == event["LAST-MODIFIED"].value == "20270301T090000Z"


@pytest.mark.parametrize("standing", Standing)
def test_where_an_entry_stands_is_its_status(standing):
    _, event = only_event(written(entry(standing=standing, sequence=3)))
    assert event["STATUS"].value == standing.value
    assert event["SEQUENCE"].value == "3"


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_around_every_change_of_the_clock_is_the_hour_meant(zone):
    """By the clock in the file alone, read as RFC 5545 has it."""
    year, moments = datetime(2027, 1, 1, tzinfo=UTC), []
    for day in range(364):
        today = year + timedelta(days=day)
        ends = (at.astimezone(ZoneInfo(zone)) for at in (today, today + timedelta(days=1)))
        if len({end.utcoffset() for end in ends}) > 1:
            moments += [today + timedelta(minutes=30 * n) for n in range(-48, 96)]
    moments = moments or [year + timedelta(days=40, minutes=15)]
    entries = [entry(at, zone, uid=f"appointment-{n}") for n, at in enumerate(moments)]
    read = strictly(written(*entries))
    for one in entries:
        event = read.events[f"{one.uid}@registry.test"]
        assert read.moment(event["DTSTART"]) == one.when.starts_at
        assert read.moment(event["DTEND"]) == one.when.ends_at


def test_the_second_passing_of_an_hour_is_written_in_utc():
    """A time that comes twice means its first passing, by RFC 5545; so the second has no other."""
    first, second = (datetime(2027, 11, 7, hour, 30, tzinfo=UTC) for hour in (4, 6))
    read = strictly(written(entry(first, uid="appointment-1"), entry(second, uid="appointment-2")))
    starts = {uid: event["DTSTART"].value for uid, event in read.events.items()}
    assert starts["appointment-1@registry.test"] == "20271107T003000"
    assert starts["appointment-2@registry.test"] == "20271107T063000Z"


def test_the_library_writes_summer_time_an_hour_late_which_is_why_we_write_the_clocks():
    """Once this fails, the library is mended and `_zone` may go."""
    theirs = Timezone.from_tzinfo(
        ZoneInfo("America/New_York"), "America/New_York", date(2027, 1, 1), date(2028, 1, 1)
    )
    assert b"BEGIN:DAYLIGHT\r\nDTSTART:20270314T030000" in theirs.to_ical()
    assert b"BEGIN:DAYLIGHT\r\nDTSTART:20270314T020000" in written(entry())


@pytest.mark.parametrize(
    "words",
    [
        "a, b; c\\d",
        "two\nlines",
        "é" * 200,
        "针灸" * 60,
        "👩🏽‍⚕️" * 40,
        'said "so": yes',
        "x" * 500,
    ],
    ids=ascii,
)
def test_any_words_are_folded_and_escaped_and_read_the_same_again(words):
    _, event = only_event(written(entry(title=words, place=words)))
    assert event["SUMMARY"].text == words
    assert event["LOCATION"].text == words


def test_a_whole_day_takes_up_no_time():
    lapse = entry(when=date(2027, 6, 30), title="Last day of a licence: Dana Okafor", path="")
    read, event = only_event(written(lapse))
    assert read.moment(event["DTSTART"]) == date(2027, 6, 30)
    assert read.moment(event["DTEND"]) == date(2027, 7, 1)
    assert event["TRANSP"].value == "TRANSPARENT"
    assert "URL" not in event


def test_a_feed_without_entries_is_a_calendar_all_the_same():
    read = strictly(written())
    assert read.events == {}


def test_the_same_entries_are_the_same_file():
    assert written(entry()) == written(entry())


def test_another_reader_of_calendars_reads_the_same():
    entries = [entry(uid="appointment-1"), entry(datetime(2027, 4, 3, 20, tzinfo=UTC), ZONES[2])]
    again = Calendar.from_ical(written(*entries))
    assert [e.errors for e in again.walk()] == [[]] * len(list(again.walk()))
    moments = [event["DTSTART"].dt.astimezone(UTC) for event in again.walk("VEVENT")]
    assert moments == [one.when.starts_at for one in entries]


def test_a_real_calendar_program_shows_each_entry_at_its_time_and_as_it_stands(tmp_path):
    khal = Khal(tmp_path, "America/New_York")
    spring = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)  # 03:00, the first minute of summer time
    khal.take(
        written(
            entry(spring, uid="appointment-1"),
            entry(
                datetime(2027, 3, 13, 14, tzinfo=UTC),
                uid="appointment-2",
                standing=Standing.CANCELLED,
                title="Cancelled: é, ü; ż",
            ),
            entry(
                datetime(2027, 4, 3, 20, tzinfo=UTC),
                "Pacific/Chatham",
                uid="appointment-3",
                standing=Standing.TENTATIVE,
            ),
            entry(when=date(2027, 3, 20), uid="credential-1", title="Last day of a licence: Dana"),
        )
    )
    title, lapse = "Dry needling, Room 2, Harbour Clinic", "Last day of a licence: Dana"
    assert khal.shows(date(2027, 3, 1), 60) == [
        _line("2027-03-13 09:00", "2027-03-13 09:30", "Cancelled: é, ü; ż", "CANCELLED", 2),
        _line("2027-03-14 03:00", "2027-03-14 03:30", title, "CONFIRMED", 1),
        [*["2027-03-20"] * 2, lapse, "CONFIRMED", "credential-1@registry.test"],
        _line("2027-04-03 16:00", "2027-04-03 16:30", title, "TENTATIVE", 3),
    ]


def test_a_real_calendar_program_takes_a_later_invitation_for_the_same_appointment(tmp_path):
    khal = Khal(tmp_path, "America/New_York")
    khal.take(_invited(entry()).content.encode())
    moved = entry(datetime(2027, 3, 14, 15, tzinfo=UTC), sequence=1)
    khal.take(_invited(moved).content.encode())
    [[starts, _, _, status, uid]] = khal.shows(date(2027, 3, 1), 60)
    assert (starts, status) == ("2027-03-14 11:00", "CONFIRMED")
    assert uid == "appointment-17@registry.test"
    called_off = _invited(replace(moved, sequence=2, standing=Standing.CANCELLED))
    khal.take(called_off.content.encode())
    assert [line[3] for line in khal.shows(date(2027, 3, 1), 60)] == ["CANCELLED"]


def test_an_invitation_asks_nobody_to_answer():
    sent = _invited(entry())
    read, event = only_event(sent.content.encode())
    assert sent.method == read.whole["METHOD"].value == "REQUEST"
    assert event["ORGANIZER"].value == "mailto:desk@registry.test"
    assert event["ATTENDEE"].value == "mailto:dana@test.example"
    assert event["ATTENDEE"].parameters == {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}


def test_what_is_cancelled_is_taken_back_under_the_same_number():
    sent = _invited(entry(standing=Standing.CANCELLED, sequence=4))
    read, event = only_event(sent.content.encode())
    assert sent.method == read.whole["METHOD"].value == "CANCEL"
    assert event["STATUS"].value == "CANCELLED"
    assert event["UID"].value == "appointment-17@registry.test"
    assert event["SEQUENCE"].value == "4"


def _invited(one):
    return invitation_to(
        one,
        guest="dana@test.example",
        organiser="desk@registry.test",
        address="https://registry.test",
        house="registry.test",
    )


def _line(starts, ends, title, status, number):
    return [starts, ends, title, status, f"appointment-{number}@registry.test"]
