"""The doctor: examines all that is on record against the promises, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from registry.jobs.examinations.activations import activations, what_ifs
from registry.jobs.examinations.database import clocks, guards
from registry.jobs.examinations.diary import (
    confirmed_appointments,
    in_closed_rooms,
    overlaps,
    unengaged,
)
from registry.jobs.examinations.documents import documents
from registry.jobs.examinations.journal import audit_entries, letters, unrecorded_changes
from registry.jobs.examinations.privileges import privileges
from registry.jobs.examinations.treatments import in_unfit_rooms, of_another_kind
from registry.models import db
from registry.readiness import revisions

Examination = Callable[[Session], Iterator[str]]

EXAMINATIONS: dict[str, Examination] = {
    "The guards in the database": guards,
    "The clinics' clocks": clocks,
    "Privileges": privileges,
    "Activations": activations,
    "What-if answers": what_ifs,
    "Confirmed appointments": confirmed_appointments,
    "Who works there": unengaged,
    "Closed rooms": in_closed_rooms,
    "Treatments": of_another_kind,
    "What rooms are fit for": in_unfit_rooms,
    "Overlaps": overlaps,
    "Documents": documents,
    "Changes and their audit entries": unrecorded_changes,
    "The audit trail": audit_entries,
    "Letters": letters,
}


def examine(progress: Callable[[str], None] = lambda _what: None) -> list[str]:
    """
    A sentence for each fault; none where all is well. `progress` is told what is looked at.

    Needs an app context. Everything is read from one snapshot, in which nothing can be written.
    """
    has, wants = revisions()
    if has != wants:
        return [
            f"The database is at {has or 'nothing yet'}, the registry wants {wants}: "
            "run `registry migrate up`, then examine again."
        ]
    faults: list[str] = []
    with _looking_only() as session:
        for what, examination in EXAMINATIONS.items():
            progress(what)
            faults += examination(session)
    return faults


@contextmanager
def _looking_only() -> Iterator[Session]:
    with db.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        try:
            with Session(connection) as session:
                yield session
        finally:
            connection.rollback()
            if on_sqlite:  # the connection goes back to those who write
                connection.exec_driver_sql("PRAGMA query_only = OFF")
