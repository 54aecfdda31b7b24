"""The year ahead: of a clinic of fifty people, and of a thousand at twenty clinics together."""

from __future__ import annotations

from time import process_time

from registry.models import db
from registry.queries.forecast import forecast_of
from registry.queries.scope import clinics_seen
from registry.rules.access import Action
from registry.rules.capacity import weeks_from
from registry.rules.forecast import WEEKS
from tests.benchmarks.doors import Browser, answered
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office
from tests.benchmarks.rounds import alternate, always
from tests.benchmarks.shapes import ORGANISATION_1M, first_day
from tests.benchmarks.table import Table

CALLS, ROUNDS = 2, 9
ONE, ALL = 0.2, 1.0  # seconds


def measure(street: Street) -> Table:
    table = Table(f"The year ahead on {street.name}, 1,000 people at 20 clinics, 1,000,000 booked")
    office = Office(street.open(ORGANISATION_1M), ORGANISATION_1M)
    browser, clinic = Browser(office), office.clinics[0]
    weeks, today = weeks_from(first_day(), WEEKS), first_day()
    with office.open():
        clinics = clinics_seen(office.desk, Action.SEE_EXPIRIES)
        found = forecast_of(clinics, weeks, today=today)
        taken = len(found.taken)
        db.session.remove()
    table.note(f"{len(clinics)} clinics, {WEEKS} weeks, {taken} lapses that take something away")
    asked = {
        "of one clinic, page": browser.getting("/oversight/forecast", clinic=clinic),
        "of all, page": browser.getting("/oversight/forecast", clinic=clinic, clinics="all"),
        "of all, file": browser.getting("/oversight/forecast.csv", clinic=clinic, clinics="all"),
    }
    cases = {name: always(answered(200, ask)) for name, ask in asked.items()}
    timings = alternate(cases, calls=CALLS, rounds=ROUNDS)
    alone = alternate(cases, calls=CALLS, rounds=3, clock=process_time)
    for name in asked:
        aim = ONE if "one" in name else ALL
        table.time(f"{name}, median", timings.seconds(name), aim)
        table.time(f"{name}, p95", timings.p95(name))
        table.time(f"{name}, own processor, p95", alone.p95(name), aim)
    return table
