"""The year ahead: hours of privileged work against those needed, and what each lapse takes away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, make_response, render_template, url_for

from registry.adapters.clock import now
from registry.adapters.csv_files import as_csv
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.expiries import A_PAGE, WINDOWS
from registry.queries.forecast import Forecast, Taken, forecast_of
from registry.queries.scope import ClinicSeen, clinics_seen
from registry.rules.access import Action, Actor, Answer, Subject, answer
from registry.rules.capacity import weeks_from
from registry.rules.forecast import ANY, LINES, LOOKED_BACK, WEEKS, Outlook, together
from registry.rules.regions import REGIONS
from registry.web.asked import asked_page, asked_text
from registry.web.oversight.forecast_words import (
    in_hours,
    line_name,
    quarter_names,
    rows_of_clinics,
    rows_of_regions,
    sentences,
    summary,
)
from registry.web.oversight.plot import plot_of
from registry.web.oversight.routes import pages
from registry.web.shell import clinic_of_page

EVERY_CLINIC = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """`clinic` is the one the page is about, though all of `theirs` may be shown."""

    clinic: ClinicSeen
    theirs: list[ClinicSeen]
    everywhere: bool
    site: str

    @property
    def clinics(self) -> list[ClinicSeen]:
        return self.theirs if self.everywhere else [self.clinic]

    def link(self, endpoint: str = "oversight.forecast", **more: Any) -> str:
        known: dict[str, Any] = {"clinic": self.clinic.id, "region": self.site or None}
        known |= {"clinics": EVERY_CLINIC if self.everywhere else None}
        return url_for(endpoint, **known | more)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the list: with the name of the credential, and whether they may open it."""

    taken: Taken
    name: str
    in_full: bool
    today: date
    told: list[str]


@pages.get("/forecast")
def forecast() -> str:
    """Of one clinic by region, or of all of theirs by clinic; filters live in the address."""
    asked, page = _asked(), asked_page()
    found = _forecast(asked)
    outlook = together(one.outlooks[asked.site] for one in found.clinics)
    first = (page - 1) * A_PAGE
    return render_template(
        "oversight/forecast.html",
        asked=asked,
        clinic=asked.clinic,
        windows=WINDOWS,
        weeks=found.weeks,
        outlook=outlook,
        plot=plot_of(outlook, found.weeks),
        line=line_name(asked.site),
        in_hours=in_hours,
        summary=summary(found),
        quarters=quarter_names(found.weeks, outlook),
        rows=(
            rows_of_clinics(found, asked.site)
            if asked.everywhere
            else rows_of_regions(found.clinics[0], found.weeks, asked.site)
        ),
        taken=_told(found, first),
        total=len(found.taken),
        first=first + 1,
        counted=max(one.counted for one in found.clinics),
        looked_back=LOOKED_BACK,
        regions=[("", "All regions"), *((one.code, one.name) for one in REGIONS.values())],
        previous=asked.link(page=page - 1) if page > 1 else None,
        following=asked.link(page=page + 1) if first + A_PAGE < len(found.taken) else None,
    )


@pages.get("/forecast.csv")
def forecast_file() -> Response:
    """Every week of every region, one row each, for a spreadsheet; no person is named in it."""
    asked = _asked()
    found = _forecast(asked)
    rows = _rows(found, LINES if asked.site == ANY else (asked.site,))
    answer = make_response(as_csv(COLUMNS, rows))
    answer.mimetype = "text/csv"
    where = "all-clinics" if asked.everywhere else asked.clinic.name.lower()
    name = re.sub(r"[^a-z0-9]+", "-", where).strip("-") or "clinic"
    kept_as = f"year-ahead-{name}-{found.weeks.monday.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept_as}"'
    return answer


COLUMNS = (
    *("clinic", "region", "week", "monday", "hours", "hours if all is renewed"),
    *("expected hours", "booked hours", "short by hours"),
)


def _rows(found: Forecast, sites: tuple[str, ...]) -> Iterator[list[str]]:
    for one in found.clinics:
        for site in sites:
            outlook = one.outlooks[site]
            for week, monday in enumerate(found.weeks.mondays):
                year, number, _ = monday.isocalendar()
                when = [f"{year}-W{number:02}", monday.isoformat()]
                yield [one.clinic.name, line_name(site), *when, *_hours(outlook, week)]


def _hours(outlook: Outlook, week: int) -> list[str]:
    return [
        in_hours(outlook.capacity[week]),
        in_hours(outlook.renewed[week]),
        "" if outlook.expected is None else in_hours(outlook.expected),
        in_hours(outlook.booked[week]),
        in_hours(outlook.short_by(week)),
    ]


def _asked() -> Asked:
    """Raises BadInput."""
    clinic = clinic_of_page(Action.SEE_EXPIRIES)
    site, which = asked_text("region"), asked_text("clinics")
    if site not in LINES:
        raise BadInput("Choose a region of the list.", field="region")
    if which not in ("", EVERY_CLINIC):
        raise BadInput("Ask for all clinics, or for none.", field="clinics")
    return Asked(clinic, clinics_seen(actor(), Action.SEE_EXPIRIES), which == EVERY_CLINIC, site)


def _forecast(asked: Asked) -> Forecast:
    """In the weeks of the clinic the page is about: it may be Sunday still at another."""
    today = asked.clinic.day_at(now())
    return forecast_of(asked.clinics, weeks_from(today, WEEKS), today=today, site=asked.site)


def _told(found: Forecast, first: int) -> list[Told]:
    here, moment = actor(), now()
    return [
        Told(
            one,
            one.ending.named(in_full),
            in_full,
            one.clinic.day_at(moment),
            sentences(one, found.weeks),
        )
        for one in found.taken[first : first + A_PAGE]
        for in_full in (_in_full(here, one.clinic.id),)
    ]


def _in_full(who: Actor, clinic_id: int) -> bool:
    seen = answer(who, Action.SEE_EXPIRIES, Subject(frozenset({clinic_id})))
    return seen is Answer.ALLOWED
