"""The roster of a house of a thousand practitioners, against a bare page of fifty rows."""

from __future__ import annotations

from tests.benchmarks.doors import Browser, answered, asking, bare_app
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office
from tests.benchmarks.rounds import alternate, always
from tests.benchmarks.shapes import HOSPITAL, first_day
from tests.benchmarks.table import Table

CALLS, ROUNDS = 10, 9


def measure(street: Street) -> Table:
    table = Table(f"Roster page of 1,000 practitioners on {street.name}")
    office = Office(street.open(HOSPITAL), HOSPITAL)
    if "roster.day" not in office.app.view_functions:
        table.note("the roster page is not there yet")
        return table
    browser = Browser(office)
    query = dict(clinic=office.clinics[0], day=first_day().isoformat())
    taken = alternate(
        {
            "bare": always(answered(200, asking(bare_app(office), "GET", "/rows"))),
            "roster": always(answered(200, browser.getting("/roster/", **query))),
        },
        calls=CALLS,
        rounds=ROUNDS,
    )
    table.time("a bare Flask page of 50 rows, median", taken.seconds("bare"))
    table.ratio("roster / bare page, median", taken.ratio("roster", "bare"))
    table.ratio("roster / bare page, p95", taken.p95("roster") / taken.p95("bare"), 2.5)
    return table
