"""The board of a clinic of fifty people: its data and its whole page, a day and a week."""

from __future__ import annotations

from collections.abc import Callable

from registry.models import db
from tests.benchmarks.doors import Answer, Browser, answered, asking, bare_app
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office
from tests.benchmarks.rounds import Timings, alternate, always
from tests.benchmarks.shapes import (
    ORGANISATION,
    ORGANISATION_1M,
    ORGANISATION_100K,
    Shape,
    first_day,
)
from tests.benchmarks.table import Table, in_words

SIZES = (ORGANISATION, ORGANISATION_100K, ORGANISATION_1M)
TIMES = 100
CALLS, ROUNDS = 4, 9
BARE = "bare"


def measure(street: Street) -> Table:
    table = Table(f"The board on {street.name}, 10,000 to 1,000,000 appointments on record")
    asked: dict[Shape, dict[str, Callable[[], Answer]]] = {}
    for shape in SIZES:
        office = Office(street.open(shape), shape)
        asked[shape] = questions(office)
        if shape is ORGANISATION:
            bare = answered(200, asking(bare_app(office), "GET", "/rows"))
    day, week = (asked[ORGANISATION][f"{name}, data"]()[2] for name in ("day", "week"))
    table.note(f"as much each time: {len(day):,} bytes of a day, {len(week):,} of a week")
    for what in asked[ORGANISATION]:
        cases = {shape.name: always(asked[shape][what]) for shape in SIZES}
        taken = alternate({BARE: always(bare), **cases}, calls=CALLS, rounds=ROUNDS)
        _tell(table, what, taken)
    return table


def questions(office: Office) -> dict[str, Callable[[], Answer]]:
    """What a browser asks: the page, then its data, then whether anything changed."""
    browser, clinic = Browser(office), office.clinics[0]
    first = first_day().isoformat()
    found: dict[str, Callable[[], Answer]] = {}
    for name, days, page, day in (
        ("day", 1, "/schedule/day", {"day": first}),
        ("week", 7, "/schedule/week", {"from": first}),
    ):
        known = {"clinic": clinic, "from": first, "days": days}
        found[f"{name}, data"] = answered(200, browser.getting("/schedule/board", **known))
        found[f"{name}, whole page"] = answered(200, browser.getting(page, clinic=clinic, **day))
    with office.open():
        _, told, _ = found["day, data"]()
        db.engine.dispose()
    asked = browser.getting("/schedule/board", {"If-None-Match": told["ETag"]}, clinic=clinic)
    found["whether anything changed"] = answered(304, asked)
    return found


def _tell(table: Table, what: str, taken: Timings) -> None:
    each = ", ".join(in_words(taken.seconds(shape.name)) for shape in SIZES)
    table.note(f"{what}: {each}")
    large = ORGANISATION_1M.name
    table.time(f"{what}, 1,000,000 on record, p95", taken.p95(large))
    table.ratio(f"{what} / bare Flask page of 50 rows", taken.ratio(large, BARE))
    table.exponent(f"{what}: growth", taken.exponent(ORGANISATION.name, large, TIMES))
