"""Activating a version for 1,000 and 10,000 practitioners, and asking before what it would do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter, process_time

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.jobs.background import go_on
from registry.models import db
from registry.queries.activations import waiting_activation
from registry.queries.what_if_answers import what_if_answer
from registry.rules.access import Actor, Grant
from registry.rules.findings import Citation
from registry.rules.hours import TotalHours
from registry.rules.requirement_sets import RequirementSet
from registry.rules.vocabulary import Role
from registry.services.activations import activate_adoption
from registry.services.what_ifs import ask_about_adoption
from tests import given
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office
from tests.benchmarks.people import PLACE
from tests.benchmarks.shapes import NETWORK, ORGANISATION, Shape
from tests.benchmarks.table import Table

TIMES = NETWORK.people / ORGANISATION.people
BOARD = Citation("https://board.example/rules", "2027-02-01")
OUT_OF_REACH = TotalHours(3_000, citation=BOARD)


def measure(street: Street) -> Table:
    table = Table(f"Activating a version in the background on {street.name}")
    table.note("once each; in proportion is +1.00")
    small, _ = _taken(street, ORGANISATION.staff)
    large, large_own = _taken(street, NETWORK)
    for what, seconds in large.items():
        table.time(f"{what}, {ORGANISATION.people:,} people", small[what])
        table.time(f"{what}, {NETWORK.people:,} people", seconds)
        exponent = math.log(seconds / small[what]) / math.log(TIMES)
        table.exponent(f"{what}: growth", exponent, 1.15)
    table.note("of it, processor time of the registry itself:")
    for what, seconds in large_own.items():
        table.time(f"{what}, {NETWORK.people:,} people", seconds)
    return table


def _taken(street: Street, shape: Shape) -> tuple[dict[str, float], dict[str, float]]:
    """
    First nobody may needle any more, then everybody may again, then nothing changes.

    In seconds on the wall, and of the processor.
    """
    office = Office(street.open(shape), shape)
    ships = load_jurisdictions()[PLACE].sets
    closed = tuple(replace(s, requirements=(*s.requirements, OUT_OF_REACH)) for s in ships)
    ada = Actor(office.desk.account_id, "Ada Adopter", (Grant(Role.ADMINISTRATOR),))
    with office.open():
        deeds: dict[str, Callable[[], None]] = {
            "what if all lose": lambda: _ask(ada, closed, shape),
            "all lose": lambda: _activate(ada, closed, shape),
            "all gain": lambda: _activate(ada, ships, shape),
            "nothing changes": lambda: _activate(ada, ships, shape),
        }
        wall, own = {}, {}
        for what, deed in deeds.items():
            began, busy = perf_counter(), process_time()
            deed()
            wall[what], own[what] = perf_counter() - began, process_time() - busy
        db.session.remove()
        db.engine.dispose()
    return wall, own


def _activate(actor: Actor, sets: tuple[RequirementSet, ...], shape: Shape) -> None:
    made = given.proposed(PLACE, *sets, by=actor)
    activated = activate_adoption(actor=actor, adoption_id=made.id, now=given.NOW)
    assert activated.in_background, f"{shape.people} are judged at once"
    while waiting_activation() is not None:
        assert go_on(given.NOW)
        db.session.remove()


def _ask(actor: Actor, sets: tuple[RequirementSet, ...], shape: Shape) -> None:
    made = given.proposed(PLACE, *sets, by=actor)
    number = ask_about_adoption(actor=actor, adoption_id=made.id, now=given.NOW)
    while go_on(given.NOW):
        db.session.remove()
    answer = what_if_answer(actor, number, given.NOW)
    assert answer.answered
    losers = sum(len(clinic.loses) for clinic in answer.clinics)
    assert losers >= 0.9 * shape.people, losers  # every tenth has lapsed by then
