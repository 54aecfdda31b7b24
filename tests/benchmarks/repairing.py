"""Repairing all: a thousand appointments on hold, thirty who may take them; read, solved, done."""

from __future__ import annotations

import random
import resource
from dataclasses import replace
from datetime import timedelta
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert, select

from registry.adapters.repair_solver import Goal, improve
from registry.jobs.background import go_on
from registry.models import Appointment, Credential, Repair, db, transaction
from registry.queries.repair_options import read_problem
from registry.queries.repairs import waiting_repair
from registry.rules.diary import Slot
from registry.rules.repair import Problem, score
from registry.rules.repair_answers import answers_kept
from registry.rules.repair_greedy import plain_plan
from registry.rules.vocabulary import AppointmentState, Outcome, Treatment
from registry.services.accept_repair import Accepted, accept_repair
from registry.services.repairs import ask_for_repair
from registry.services.verification import decide_standing
from tests.benchmarks.bulk import STANDARD_NEEDLING
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office
from tests.benchmarks.shapes import HALF_HOURS, Shape, first_day, opening, patient_of
from tests.benchmarks.table import Table

WARD = Shape("ward", 40, 1, 0).staff
DAYS, LAPSED, EACH_DAY, BUSY = 25, 10, 4, 13  # 10 people x 4 a day x 25 days are a thousand
SECONDS, AT_ONCE, KNOWN = 20, 200, 0.1
MOST = 10  # seconds, for all of it
MIB = 1024


def measure(street: Street) -> Table:
    table = Table(f"Repairing 1,000 on hold, 30 who may take them, on {street.name}")
    office = Office(street.open(WARD), WARD)
    with office.open():
        _book(office)
        _revoke(office)
        _solve(table, office)
        _whole(table, office)
        db.session.remove()
        db.engine.dispose()
    return table


def _solve(table: Table, office: Office) -> None:
    """Step by step, with a tenth of all faces known, which the record here does not have."""
    began, busy = perf_counter(), process_time()
    problem = _with_faces(read_problem(office.clinics[0], None, office.now))
    table.time("reading who could take what", perf_counter() - began)
    table.time("... of it processor time", process_time() - busy)
    options = sum(len(item.options) for item in problem.items)
    table.note(f"{len(problem.items):,} on hold, {options:,} options")
    began = perf_counter()
    plan = plain_plan(problem)
    table.time("the plain way", perf_counter() - began)
    table.note(f"it gives {tuple(score(problem, plan))}")
    whole = 0.0
    for goal in Goal:
        busy = _processor_time()
        found = improve(problem, plan, goal, SECONDS)
        plan, whole = found.plan, whole + found.seconds
        table.time(f"the best way: {goal.name.lower()}", found.seconds)
        table.time("... of it processor time", _processor_time() - busy)
        table.note(f"it gives {tuple(score(problem, plan))}, proven: {found.proven}")
    table.time("the best way: all goals", whole, MOST)
    own, child = (
        resource.getrusage(whose).ru_maxrss / MIB
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    table.note(f"most memory: {own:.0f} MiB here, {child:.0f} MiB in the child")


def _processor_time() -> float:
    """Of this process and of the children that ended."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + child.ru_utime + child.ru_stime


def _whole(table: Table, office: Office) -> None:
    """As it is served: asked for, worked out in the background, the soonest accepted."""
    known: dict[str, Any] = {"actor": office.desk, "clinic_id": office.clinics[0]}
    number = ask_for_repair(**known, practitioner_id=None, now=office.now)
    began = perf_counter()
    while waiting_repair(office.now) is not None:
        assert go_on(office.now)
        db.session.remove()
    table.time("asked for, until it is answered", perf_counter() - began)
    kept = db.session.scalars(select(Repair.result).where(Repair.id == number)).one() or {}
    placed = [one.id for one in answers_kept(kept["answers"]) if one.best]
    chosen = [Accepted(one) for one in placed[:AT_ONCE]]
    db.session.remove()
    began = perf_counter()
    outcome = accept_repair(actor=office.desk, repair_id=number, chosen=chosen, now=office.now)
    table.time(f"accepting {AT_ONCE}", perf_counter() - began)
    assert len(outcome.done) == AT_ONCE, outcome.refused[:3]


def _with_faces(problem: Problem) -> Problem:
    dice = random.Random(1)  # noqa: S311 - not a secret
    items = tuple(
        replace(
            item,
            options=tuple(
                one._replace(known=one.own or dice.random() < KNOWN) for one in item.options
            ),
        )
        for item in problem.items
    )
    return Problem(items, problem.loads)


def _book(office: Office) -> None:
    """Those who lapse have the same hours, so that they are short of colleagues together."""
    dice, rows = random.Random(2), list[dict[str, Any]]()  # noqa: S311 - not a secret
    for ahead in range(DAYS):
        together = dice.sample(range(HALF_HOURS), EACH_DAY)
        for person in range(WARD.people):
            lapses = person < LAPSED
            hours = together if lapses else dice.sample(range(HALF_HOURS), BUSY)
            for n, block in enumerate(sorted(hours)):
                site = "thigh" if n % 2 or person % 2 else "lumbar_abdomen"
                rows.append(_row(office, person, ahead, block, n, site))
    with transaction() as session:
        session.execute(insert(Appointment), rows)


def _row(office: Office, person: int, ahead: int, block: int, n: int, site: str) -> dict[str, Any]:
    day = first_day() + timedelta(days=ahead)
    wanted = office.booking(person, day, opening(day) + block * 1800, site)
    patient = patient_of(WARD, person, day + timedelta(days=n))
    slot: Slot = wanted.slot
    return dict(
        clinic_id=wanted.clinic_id,
        room_id=wanted.room_id,
        practitioner_id=wanted.practitioner_id,
        patient_id=office.numbers.patients[patient],
        treatment=Treatment.NEEDLING,
        treatment_type_id=STANDARD_NEEDLING,
        sites=[site],
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        busy_from=slot.starts_at,
        busy_until=slot.ends_at,
        first_day=day,
        last_day=day,
        state=AppointmentState.CONFIRMED,
    )


def _revoke(office: Office) -> None:
    lapsing = [who for who, _ in office.numbers.people[:LAPSED]]
    papers = select(Credential.id).where(
        Credential.practitioner_id.in_(lapsing), Credential.kind == "certificate"
    )
    for number in db.session.scalars(papers).all():
        decide_standing(
            actor=office.desk,
            credential_id=number,
            outcome=Outcome.REVOKED,
            effective_from=office.now.date(),
            reason="The provider never taught this course.",
            now=office.now,
        )
