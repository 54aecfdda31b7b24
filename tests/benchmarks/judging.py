"""The rules themselves, and what it takes to derive the privileges of a thousand people anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import thread_time
from typing import Any

from sqlalchemy import delete, insert, select

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.models import Privilege, db, transaction
from registry.rules.eligibility import decide
from registry.rules.facts import Engagement, Facts
from registry.rules.privileges import spans
from registry.rules.questions import Question
from registry.rules.requirement_sets import RequirementSet
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession
from registry.services.privileges import rederive
from tests import given
from tests.benchmarks.houses import Street
from tests.benchmarks.office import ALLOWED, REFUSED, Office
from tests.benchmarks.people import PLACE, SINCE, held_by
from tests.benchmarks.rounds import Deed, alternate, always
from tests.benchmarks.shapes import ORGANISATION, first_day
from tests.benchmarks.table import Table

DECISIONS = 200  # in one call: a single one is too short for the clock
CLINIC = 1


def judge() -> Table:
    table = Table(f"The rules, {PLACE}; the most that any set asks of a practitioner: {most()}")
    sets = rulebook()
    facts = facts_of(1)
    assert (
        len(decide(facts, sets, Question(CLINIC, PLACE, ALLOWED, first_day())).findings) == most()
    )
    nothing = Facts(profession=Profession.PT)
    taken = alternate(
        {
            "yes": always(_often(facts, sets, ALLOWED)),
            "no": always(_often(facts, sets, REFUSED)),
            "nothing": always(_often(nothing, sets, ALLOWED)),
            "yardstick": always(lambda: [sum(range(1000)) for _ in range(DECISIONS)]),
            "spans": always(lambda: [spans(facts, sets, CLINIC, PLACE) for _ in range(20)]),
        },
        calls=5,
        clock=thread_time,
    )
    table.note("processor time: so short that whoever else is at work would be measured")
    table.time("decide, eligible, every finding", taken.seconds("yes") / DECISIONS, 100e-6)
    table.time("decide, one thing missing", taken.seconds("no") / DECISIONS, 100e-6)
    table.time("decide, everything missing", taken.seconds("nothing") / DECISIONS, 100e-6)
    table.time("the yardstick: sum(range(1000))", taken.seconds("yardstick") / DECISIONS)
    table.ratio("decide, eligible / the yardstick", taken.ratio("yes", "yardstick"))
    table.time("spans of one practitioner, all sites and days", taken.seconds("spans") / 20)
    table.ratio("spans / decide", taken.ratio("spans", "yes") * DECISIONS / 20)
    return table


def most() -> int:
    """How many findings a decision has by the largest set shipped, all settled."""
    sets = (one for known in load_jurisdictions().values() for one in known.sets)
    return max(len(settled(one).standing) for one in sets)


def rulebook() -> Rulebook:
    return Rulebook((tuple(map(settled, load_jurisdictions()[PLACE].sets)),))


def settled(one: RequirementSet) -> RequirementSet:
    return one.settling(item.code for item in one.open_items)


def facts_of(number: int) -> Facts:
    _licence, certificate, practice, registration = held_by(number)
    known: dict[str, Any] = dict(
        licences=(_licence,),
        certificates=(certificate,),
        supervised=(practice,),
        registrations=(registration,),
    )
    return Facts(profession=Profession.PT, engagements=(Engagement(CLINIC, SINCE),), **known)


def _often(facts: Facts, sets: Any, site: str) -> Deed:
    question = Question(CLINIC, PLACE, site, first_day())

    def judged() -> None:
        for _ in range(DECISIONS):
            decide(facts, sets, question)

    return judged


def rebuild(street: Street) -> Table:
    """From nothing, against inserting the very same rows; and again, where nothing changed."""
    table = Table(f"Rebuilding the privileges of {ORGANISATION.people:,} people on {street.name}")
    office = Office(street.open(ORGANISATION.staff), ORGANISATION.staff)
    everybody = [who for who, _ in office.numbers.people]
    with office.open():
        rows = _rows()
        taken = alternate(
            {
                "anew": _emptied(lambda: _rederive(everybody)),
                "bare": _emptied(lambda: _insert(rows)),
                "unchanged": lambda: lambda: _rederive(everybody),
                "one": lambda: lambda: _rederive(everybody[:1]),
            },
            calls=1,
            rounds=5,
            warm_up=0,
        )
    table.note(f"{len(rows):,} spans")
    table.time("from nothing", taken.seconds("anew"))
    table.ratio("from nothing / inserting the same rows, bare", taken.ratio("anew", "bare"))
    table.time("nothing changed", taken.seconds("unchanged"))
    table.time("one practitioner, nothing changed", taken.seconds("one"))
    return table


def _rederive(ids: list[int]) -> None:
    with transaction() as session:
        rederive(
            session,
            actor=given.EVERYBODY,
            practitioner_ids=ids,
            because="measured",
            now=given.NOW,
        )


def _emptied(deed: Deed) -> Callable[[], Deed]:
    """No appointment stands on these, so the guard lets them go."""

    def prepare() -> Deed:
        with transaction() as session:
            session.execute(delete(Privilege))
        return deed

    return prepare


def _rows() -> list[Mapping[str, Any]]:
    names = Privilege.__table__.columns
    return [dict(row) for row in db.session.execute(select(*names)).mappings()]


def _insert(rows: list[Mapping[str, Any]]) -> None:
    with transaction() as session:
        session.execute(insert(Privilege), rows)
