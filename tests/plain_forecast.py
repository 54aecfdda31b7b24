"""Capacity and demand in the plainest way: every five minutes of every day looked at, by rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.models import (
    Appointment,
    Clinic,
    ClinicDay,
    CredentialVersion,
    Engagement,
    Privilege,
    TimeOff,
    WorkingDay,
    WorkingWeek,
    db,
)
from registry.rules.regions import MUSCLES, REGIONS

STEP = timedelta(minutes=5)
A_WEEK = timedelta(days=7)
Count = Counter[tuple[str, date]]  # minutes by region ("" for any) and the Monday of the week


class PlainForecast:
    """Of one clinic, from the rows themselves."""

    def __init__(self, clinic_id: int, monday: date, weeks: int) -> None:
        self.clinic = db.session.get_one(Clinic, clinic_id)
        self.zone = ZoneInfo(self.clinic.zone)
        self.days = [monday + timedelta(days=number) for number in range(7 * weeks)]
        self.privileges = self._rows(Privilege)
        self.engagements = self._rows(Engagement)
        self.patterns = sorted(self._rows(WorkingWeek), key=lambda one: one.first_day)
        self.working_days = self._rows(WorkingDay)
        self.off = list(db.session.scalars(select(TimeOff)))
        self.different = {one.day: one for one in self._rows(ClinicDay)}
        self.versions = list(db.session.scalars(select(CredentialVersion)))
        self._minutes: dict[tuple[int, date], int] = {}

    def capacity(self) -> Count:
        found: Count = Counter()
        for day in self.days:
            for whom in {one.practitioner_id for one in self.privileges}:
                may = self.may(whom, day)
                for site in may | ({""} if may else set()):
                    found[site, monday_of(day)] += self.minutes(whom, day)
        return found

    def lost(self, whom: int, last_day: date) -> Count:
        """What they would work if whatever of theirs ended with that day had gone on."""
        found: Count = Counter()
        ended = {site for site in REGIONS if self._ends(whom, site, last_day)}
        for day in (one for one in self.days if one > last_day):
            gone = {site for site in ended if not self._back(whom, {site}, last_day, day)}
            if not self.may(whom, last_day + timedelta(days=1)) and not self._back(
                whom, set(REGIONS), last_day, day
            ):
                gone |= {""} if ended else set()
            if self._engaged(whom, day):
                for site in gone:
                    found[site, monday_of(day)] += self.minutes(whom, day)
        return found

    def needed(self) -> Count:
        """Booked or given, by the week in which it starts."""
        found: Count = Counter()
        for one in self._rows(Appointment):
            if one.state != "cancelled" and one.treatment == "needling":
                day = one.starts_at.astimezone(self.zone).date()
                minutes = int((one.busy_until - one.busy_from).total_seconds()) // 60
                for site in regions_in(one.sites) | {""}:
                    found[site, monday_of(day)] += minutes
        return found

    def may(self, whom: int, day: date) -> set[str]:
        return {
            one.site
            for one in self.privileges
            if one.practitioner_id == whom
            and one.first_day <= day <= one.last_day
            and one.site in REGIONS
        }

    def minutes(self, whom: int, day: date) -> int:
        if (whom, day) not in self._minutes:
            steps = sum(self._works(whom, moment) for moment in self._moments(day))
            self._minutes[whom, day] = 5 * steps
        return self._minutes[whom, day]

    def _ends(self, whom: int, site: str, day: date) -> bool:
        return site in self.may(whom, day) and site not in self.may(whom, day + timedelta(days=1))

    def _back(self, whom: int, sites: set[str], last_day: date, day: date) -> bool:
        """Whether one of these came back on a day since."""
        return any(
            one.practitioner_id == whom and one.site in sites and last_day < one.first_day <= day
            for one in self.privileges
        )

    def _engaged(self, whom: int, day: date) -> bool:
        return any(
            one.practitioner_id == whom and one.first_day <= day <= (one.last_day or date.max)
            for one in self.engagements
        )

    def _moments(self, day: date) -> Iterator[datetime]:
        moment = datetime.combine(day, time(), self.zone).astimezone(UTC)
        while moment.astimezone(self.zone).date() == day:
            yield moment
            moment += STEP

    def _works(self, whom: int, moment: datetime) -> bool:
        """By the clock on the wall of the clinic."""
        local = moment.astimezone(self.zone)
        day, at = local.date(), f"{local:%H:%M}"
        different = self.different.get(day)
        opening = different.hours if different else self.clinic.hours.get(str(day.weekday()), [])
        return (
            _within(at, opening)
            and _within(at, self._own(whom, day))
            and not self._away(whom, at, day)
        )

    def _own(self, whom: int, day: date) -> list[list[str]]:
        for one in self.working_days:
            if one.practitioner_id == whom and one.day == day:
                return one.hours
        week = [p for p in self.patterns if p.practitioner_id == whom and p.first_day <= day]
        if not week or week[-1].week is None:
            return [["00:00", "00:00"]]
        return week[-1].week.get(str(day.weekday()), [])

    def _away(self, whom: int, at: str, day: date) -> bool:
        return any(
            one.practitioner_id == whom
            and one.first_day <= day <= one.last_day
            and (one.starts is None or _within(at, [[one.starts, one.ends]]))
            for one in self.off
        )

    def _rows(self, kind):
        return list(db.session.scalars(select(kind).where(kind.clinic_id == self.clinic.id)))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def regions_in(sites: list[str]) -> set[str]:
    found = set()
    for site in sites:
        found |= MUSCLES[site].regions if site in MUSCLES else {site}
    return found


def _within(at: str, stretches: list[list[str]]) -> bool:
    return any(starts <= at and (at < ends or ends == "00:00") for starts, ends in stretches)
