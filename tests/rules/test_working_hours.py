from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.rules.diary import Slot, local_moment
from registry.rules.opening_hours import DifferentDay, OpeningHours
from registry.rules.openings import grid_of, open_steps, spans_of, steps_of
from registry.rules.stretches import ALL_DAY, Stretch, joined, stretches_told, week_told
from registry.rules.working_hours import (
    Away,
    Outside,
    Pattern,
    WorkingHours,
    closed_sentence,
    next_working_day,
    off_sentence,
    why_outside,
)

NEW_YORK, AUCKLAND = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")
#: A day of 23 and one of 25 hours in each, and one whose midnight does not exist.
ODD_DAYS = [
    (NEW_YORK, date(2027, 3, 14)),
    (NEW_YORK, date(2027, 11, 7)),
    (AUCKLAND, date(2027, 4, 4)),
    (AUCKLAND, date(2027, 9, 26)),
    (ZoneInfo("Africa/Cairo"), date(2026, 4, 24)),
    (ZoneInfo("America/Havana"), date(2027, 11, 7)),
    (ZoneInfo("Australia/Lord_Howe"), date(2027, 4, 4)),
    (NEW_YORK, date(2027, 6, 1)),
]
MONDAY = date(2027, 3, 1)
DAYS = [MONDAY + timedelta(days=n) for n in range(14)]

minutes = st.integers(0, 288).map(lambda fives: fives * 5)
some_stretches = st.lists(
    st.lists(minutes, min_size=2, max_size=2, unique=True).map(lambda e: Stretch(*sorted(e))),
    max_size=3,
).map(lambda found: joined(sorted(found)))
some_weeks = st.lists(some_stretches, min_size=7, max_size=7).map(tuple)
some_days = st.sampled_from(DAYS)


def told(*pairs):
    return stretches_told([pair.split("-") for pair in pairs])


def every_day(*pairs):
    return week_told({str(n): [pair.split("-") for pair in pairs] for n in range(7)})


def at(day, hour, minute=0, zone=NEW_YORK, length=30, fold=None):
    start = local_moment(day, time(hour, minute), zone, fold)
    return Slot(start, start + timedelta(minutes=length))


def shown_within(moment, zone, stretches):
    """What the clock on the wall shows then, and whether that lies in one of them."""
    local = datetime.fromtimestamp(moment, zone)
    minute = local.hour * 60 + local.minute
    return any(each.starts <= minute < each.ends for each in stretches)


@given(st.sampled_from(ODD_DAYS), some_stretches)
@example((NEW_YORK, date(2027, 11, 7)), ALL_DAY)
@example((NEW_YORK, date(2027, 11, 7)), (Stretch(60, 90),))
@example((NEW_YORK, date(2027, 3, 14)), (Stretch(130, 150),))
def test_a_moment_is_open_where_the_clock_on_the_wall_shows_an_open_time(where, stretches):
    """Looked at every five minutes of that day, as somebody with a wrist watch would."""
    zone, day = where
    grid = grid_of(day, zone)

    steps = set(steps_of(open_steps(grid, zone, stretches)))

    assert steps == {
        step for step in range(grid.steps) if shown_within(grid.first + step * 300, zone, stretches)
    }
    spans = spans_of(day, zone, stretches)
    assert sum(until - first for first, until in spans) == len(steps) * 300


@lru_cache(maxsize=64)
def wall_minutes(zone, day):
    """Every real minute of a day, as the clock shows it."""
    grid = grid_of(day, zone)
    moments = range(grid.first, grid.first + grid.steps * 300, 60)
    return [(moment, datetime.fromtimestamp(moment, zone)) for moment in moments]


weeks_since = st.lists(st.tuples(some_days, st.none() | some_weeks), max_size=3).map(
    lambda found: tuple(sorted((Pattern(*one) for one in dict(found).items()), key=lambda p: p[0]))
)
times_away = st.lists(
    st.tuples(some_days, st.integers(0, 3), some_stretches.map(lambda found: found[:1])),
    max_size=3,
).map(
    lambda found: tuple(
        Away(day, day, part[0]) if part else Away(day, day + timedelta(days=more))
        for day, more, part in found
    )
)
some_hours = st.builds(
    WorkingHours, weeks_since, st.dictionaries(some_days, some_stretches, max_size=3), times_away
)
some_openings = st.builds(
    OpeningHours,
    some_weeks,
    st.dictionaries(some_days, some_stretches.map(lambda s: DifferentDay("", s)), max_size=3),
)


def plainly_bookable(day, minute, opening, working):
    """The sentence of the rules, one minute at a time."""
    usual = DifferentDay("", opening.week[day.weekday()])
    open_then = opening.days.get(day, usual).stretches
    if not any(each.starts <= minute < each.ends for each in open_then):
        return False
    held = [one for one in working.patterns if one.first_day <= day]
    if day in working.days:
        works = working.days[day]
    elif held and held[-1].week is not None:
        works = held[-1].week[day.weekday()]
    else:
        works = open_then
    if not any(each.starts <= minute < each.ends for each in works):
        return False
    return not any(
        one.first_day <= day <= one.last_day
        and (one.part is None or one.part.starts <= minute < one.part.ends)
        for one in working.away
    )


@given(some_openings, some_hours, some_days)
def test_they_can_be_booked_where_open_and_working_and_not_away_minute_by_minute(
    opening, working, day
):
    found = working.on(day, opening.on(day))

    assert {minute for each in found for minute in range(each.starts, each.ends)} == {
        minute for minute in range(1440) if plainly_bookable(day, minute, opening, working)
    }


@given(some_openings, some_hours, st.data())
def test_a_slot_is_refused_unless_every_minute_of_it_can_be_booked(opening, working, data):
    zone, day = data.draw(st.sampled_from([(NEW_YORK, date(2027, 3, 13)), (NEW_YORK, DAYS[3])]))
    starts = grid_of(day, zone).first + 300 * data.draw(st.integers(0, 287))
    length = 300 * data.draw(st.integers(1, 96))
    slot = Slot(datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(starts + length, UTC))

    why = why_outside(slot, zone, opening, working)

    around = [*wall_minutes(zone, day), *wall_minutes(zone, day + timedelta(days=1))]
    inside = [wall for moment, wall in around if starts <= moment < starts + length]
    assert len(inside) == length // 60
    assert (why is None) is all(
        plainly_bookable(wall.date(), wall.hour * 60 + wall.minute, opening, working)
        for wall in inside
    )


OPEN = OpeningHours(every_day("08:00-12:00", "13:00-18:00"))


@pytest.mark.parametrize(
    ("hour", "minute", "length", "why"),
    [
        (8, 0, 30, None),
        (7, 59, 30, Outside.CLOSED),
        (11, 30, 30, None),
        (11, 31, 30, Outside.CLOSED),  # into the lunch break
        (11, 0, 180, Outside.CLOSED),  # over it
        (13, 0, 300, None),
        (17, 31, 30, Outside.CLOSED),
    ],
)
def test_a_lunch_break_is_closed_to_the_minute(hour, minute, length, why):
    assert (
        why_outside(at(MONDAY, hour, minute, length=length), NEW_YORK, OPEN, WorkingHours()) is why
    )


def test_the_latest_week_counts_from_its_own_day_on():
    mornings, none = every_day("08:00-12:00"), every_day()
    working = WorkingHours(
        (Pattern(MONDAY, mornings), Pattern(DAYS[2], none), Pattern(DAYS[4], None))
    )

    said = [why_outside(at(day, 14), NEW_YORK, OPEN, working) for day in DAYS[:6]]

    assert said == [Outside.NOT_WORKING] * 4 + [None] * 2
    assert why_outside(at(MONDAY, 9), NEW_YORK, OPEN, working) is None
    assert why_outside(at(MONDAY - timedelta(days=1), 14), NEW_YORK, OPEN, working) is None


def test_time_off_is_both_days_included_and_a_part_is_only_that():
    working = WorkingHours(away=(Away(DAYS[1], DAYS[2]), Away(DAYS[4], DAYS[4], Stretch(780, 840))))

    whole = [why_outside(at(day, 9), NEW_YORK, OPEN, working) for day in DAYS[:4]]

    assert whole == [None, Outside.AWAY, Outside.AWAY, None]
    assert why_outside(at(DAYS[4], 13), NEW_YORK, OPEN, working) is Outside.AWAY
    assert why_outside(at(DAYS[4], 14), NEW_YORK, OPEN, working) is None


@pytest.mark.parametrize("zone", [NEW_YORK, AUCKLAND])
def test_open_round_the_clock_a_treatment_may_go_over_midnight_and_over_a_change_of_clocks(zone):
    always = OpeningHours((ALL_DAY,) * 7)
    for _, day in [odd for odd in ODD_DAYS if odd[0] is zone]:
        for start in (at(day - timedelta(days=1), 23, 30, zone), at(day, 1, 0, zone, fold=0)):
            slot = Slot(start.starts_at, start.starts_at + timedelta(hours=4))
            assert why_outside(slot, zone, always, WorkingHours()) is None
    one_day_shut = OpeningHours((ALL_DAY,) * 7, {DAYS[1]: DifferentDay("", ())})
    slot = at(DAYS[0], 23, 30, zone, length=31)
    assert why_outside(slot, zone, one_day_shut, WorkingHours()) is Outside.CLOSED
    assert why_outside(at(DAYS[0], 23, 30, zone), zone, one_day_shut, WorkingHours()) is None


def test_an_hour_that_passes_twice_is_open_both_times():
    zone, day = ODD_DAYS[1]
    night = OpeningHours(every_day("01:00-02:00"))
    for fold in (0, 1):
        slot = at(day, 1, 0, zone, length=60, fold=fold)
        assert why_outside(slot, zone, night, WorkingHours()) is None
    slot = at(day, 1, 0, zone, length=121, fold=0)
    assert why_outside(slot, zone, night, WorkingHours()) is Outside.CLOSED


def test_why_it_is_closed_is_said_with_the_hours_and_the_name_of_the_day():
    opening = OpeningHours(OPEN.week, {DAYS[1]: DifferentDay("Thanksgiving", ())})
    assert closed_sentence("Hill Clinic", DAYS[1], opening) == (
        "Hill Clinic is closed on Tue 2 March 2027 (Thanksgiving)."
    )
    assert closed_sentence("Hill Clinic", MONDAY, opening) == (
        "Hill Clinic is open from 08:00 to 12:00 and 13:00 to 18:00 on Mon 1 March 2027."
    )


def test_who_is_off_is_said_with_when_they_work():
    working = WorkingHours(
        (Pattern(MONDAY, week_told({"0": [["08:00", "12:00"]]})),), away=(Away(DAYS[7], DAYS[7]),)
    )
    said = [off_sentence("Dana", "Hill Clinic", day, OPEN, working) for day in (DAYS[0], DAYS[1])]
    assert said == [
        "Dana works from 08:00 to 12:00 at Hill Clinic on Mon 1 March 2027.",
        "Dana does not work at Hill Clinic on Tue 2 March 2027. "
        "The next day they work there is Mon 15 March 2027.",
    ]
    assert off_sentence("Dana", "Hill Clinic", DAYS[7], OPEN, working).startswith(
        "Dana is on time off on Mon 8 March 2027."
    )


def test_who_works_no_more_is_not_promised_for_another_day():
    never = WorkingHours((Pattern(MONDAY, every_day()),))
    assert next_working_day(MONDAY, OPEN, never) is None
    assert off_sentence("Dana", "Hill Clinic", MONDAY, OPEN, never) == (
        "Dana does not work at Hill Clinic on Mon 1 March 2027."
    )
