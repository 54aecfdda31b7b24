"""What grows with the record: from 10,000 to 1,000,000 appointments, among a thousand and fifty."""

from __future__ import annotations

from collections.abc import Callable

from registry.models import db
from registry.queries.diary import clinic_diary, visible_clinic
from registry.queries.expiries import expiries_at
from registry.queries.scope import clinic_for
from registry.rules.access import Action
from registry.rules.days import Span
from tests.benchmarks.booking import accepting, clashing, refusing
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office
from tests.benchmarks.rounds import Deed, Prepare, Timings, alternate, always
from tests.benchmarks.searching import search
from tests.benchmarks.shapes import (
    BOOKED_OUT,
    ORGANISATION,
    ORGANISATION_1M,
    PRACTICE,
    PRACTICE_1M,
    Shape,
    first_day,
)
from tests.benchmarks.table import Table

TIMES = 100
CALLS, ROUNDS = 12, 9
SEARCHES = 4  # a call of these is ten times as long


def day_view(office: Office) -> Deed:
    day = Span(first_day(), first_day())

    def look() -> None:
        place = visible_clinic(office.desk, office.clinics[0])
        assert clinic_diary(office.desk, place, day)
        db.session.remove()

    return look


def expiry_list(office: Office) -> Deed:
    def look() -> None:
        place = clinic_for(office.desk, Action.SEE_EXPIRIES, office.clinics[0])
        assert expiries_at(place, today=first_day(), days=90).total
        db.session.remove()

    return look


DEEDS: dict[str, Callable[[Office], Prepare]] = {
    "booking": lambda office: lambda: accepting(office),
    "refusing, all reasons": lambda office: lambda: refusing(office),
    "refusing, time taken": lambda office: lambda: clashing(office),
    "day view": lambda office: always(day_view(office)),
    "slot search, four days booked out": lambda office: always(lambda: search(office)),
    "slot search, free on the first day": lambda office: always(
        lambda: search(office, ahead=BOOKED_OUT)
    ),
    "expiry list": lambda office: always(expiry_list(office)),
}


def measure(street: Street) -> Table:
    table = Table(f"Growth from 10,000 to 1,000,000 appointments on {street.name}, exponents")
    for small, large in ((ORGANISATION, ORGANISATION_1M), (PRACTICE, PRACTICE_1M)):
        people = f"{small.people:,} people"
        for name, taken in _compared(street, small, large):
            table.exponent(f"{people}: {name}", taken.exponent("small", "large", TIMES))
    return table


def _compared(street: Street, small: Shape, large: Shape) -> list[tuple[str, Timings]]:
    offices = {
        "small": Office(street.open(small), small),
        "large": Office(street.open(large), large),
    }
    found = []
    for name, of in DEEDS.items():
        cases = {size: _inside(office, of(office)) for size, office in offices.items()}
        calls = SEARCHES if "search" in name else CALLS
        found.append((name, alternate(cases, calls=calls, rounds=ROUNDS)))
    for office in offices.values():
        with office.open():
            db.engine.dispose()
    return found


def _inside(office: Office, prepare: Prepare) -> Prepare:
    """In a context of the house's own app, entered anew for each call as a request does."""

    def prepared() -> Deed:
        with office.open():
            deed = prepare()

        def done() -> None:
            with office.open():
                deed()

        return done

    return prepared
