"""Privileged work: how long those who may needle work at a clinic, by region and week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from registry.models.hours_on_record import HoursOnRecord
from registry.queries.scope import ClinicSeen
from registry.queries.staff import Person
from registry.rules.capacity import Weeks, by_week, minutes_by_day, summed
from registry.rules.days import Span, day_after, merged
from registry.rules.forecast import ANY, LINES, days_lost


@dataclass(slots=True)
class PrivilegedWork:
    """
    Of one clinic in some weeks: minutes of work, a row for each region and one for any of them.

    `engaged`: when those work there whose credentials end.
    """

    clinic: ClinicSeen
    weeks: Weeks
    people: Mapping[int, Person]
    hours: HoursOnRecord
    engaged: dict[int, list[Span]]
    _minutes: dict[int, list[int]] = field(default_factory=dict)
    _worked: dict[tuple[int, tuple[Span, ...]], list[int]] = field(default_factory=dict)

    def capacity(self) -> dict[str, list[int]]:
        """Those who work alike and may needle on the same days are counted, not added singly."""
        alike: defaultdict[tuple[int, Span], Counter[str]] = defaultdict(Counter)
        for person in self.people.values():
            key = self._key(person.id)
            for site, spans in _lines(person).items():
                for span in spans:
                    alike[key, span][site] += 1
        found = {site: [0] * self.weeks.number for site in LINES}
        for (key, span), sites in alike.items():
            minutes = by_week(self._minutes_of(key), self.weeks, [span])
            for site, many in sites.items():
                row = found[site]
                found[site] = [had + many * one for had, one in zip(row, minutes, strict=True)]
        return found

    def lost(self, whom: int, last_day: date) -> dict[str, list[Span]]:
        """The days on which they work there and may not needle, for what ends with that day."""
        after = Span(day_after(last_day), self.weeks.days.last)
        found = {
            site: days_lost(spans, self.engaged.get(whom, ()), after)
            for site, spans in _lines(self.people[whom]).items()
            if any(span.last == last_day for span in spans)
        }
        return {site: days for site, days in found.items() if days}

    def worked(self, whom: int, days: Sequence[Span]) -> list[int]:
        """By week. Regions that are lost together are worked out once."""
        known = (self._key(whom), tuple(days))
        if known not in self._worked:
            self._worked[known] = by_week(self._minutes_of(known[0]), self.weeks, days)
        return self._worked[known]

    def _key(self, whom: int) -> int:
        """Their own number, or 0 where they work whenever the clinic is open."""
        own = (whom, self.clinic.id) in self.hours.working or whom in self.hours.away
        return whom if own else 0

    def _minutes_of(self, key: int) -> list[int]:
        if key not in self._minutes:
            opening = self.hours.at(self.clinic.id)
            working = self.hours.of(key, self.clinic.id)
            zone = ZoneInfo(self.clinic.zone)
            self._minutes[key] = summed(minutes_by_day(self.weeks.days, zone, opening, working))
        return self._minutes[key]


def _lines(person: Person) -> dict[str, list[Span]]:
    """Their spans by region, and those in which they may needle any region at all."""
    spans = (span for each in person.spans.values() for span in each)
    return {ANY: merged(spans), **person.spans}
