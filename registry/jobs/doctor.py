"""The doctor: examines all that is on record against the promises, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.orm import Session

from registry.jobs.examinations.activations import activations, repairs, what_ifs
from registry.jobs.examinations.badges import badges
from registry.jobs.examinations.database import clocks, guards
from registry.jobs.examinations.diary import (
    confirmed_appointments,
    in_closed_rooms,
    no_shows,
    overlaps,
    unengaged,
)
from registry.jobs.examinations.documents import documents
from registry.jobs.examinations.heartbeats import heartbeats
from registry.jobs.examinations.hours import off_hours_ahead
from registry.jobs.examinations.journal import audit_entries, letters, unrecorded_changes
from registry.jobs.examinations.knowledge import known_people, known_places, without_incident
from registry.jobs.examinations.notes import (
    let_in_past_notes,
    noted_ahead,
    unrecorded_notes,
)
from registry.jobs.examinations.papers import papers_not_read, papers_stuck
from registry.jobs.examinations.privileges import privileges
from registry.jobs.examinations.provisional import provisional_appointments
from registry.jobs.examinations.reminders import reminded_ahead
from registry.jobs.examinations.treatments import in_unfit_rooms, of_another_kind
from registry.models import db
from registry.readiness import revisions

Examination = Callable[[Session], Iterator[str]]

EXAMINATIONS: dict[str, Examination] = {
    "The guards in the database": guards,
    "The clinics' clocks": clocks,
    "Privileges": privileges,
    "What was known of practitioners": known_people,
    "What was known of clinics": known_places,
    "Activations": activations,
    "What-if answers": what_ifs,
    "Repairs": repairs,
    "Confirmed appointments": confirmed_appointments,
    "Provisional appointments": provisional_appointments,
    "Who works there": unengaged,
    "Closed rooms": in_closed_rooms,
    "Treatments": of_another_kind,
    "What rooms are fit for": in_unfit_rooms,
    "Overlaps": overlaps,
    "No-shows": no_shows,
    "Incidents": without_incident,
    "Notes and check-ins": let_in_past_notes,
    "Documents": documents,
    "What is read of documents": papers_stuck,
    "Digital badges": badges,
    "Changes and their audit entries": unrecorded_changes,
    "Notes and their audit entries": unrecorded_notes,
    "The audit trail": audit_entries,
    "Letters": letters,
    "Reminders": reminded_ahead,
    "The worker": heartbeats,
}

#: What is allowed and wants somebody's eye all the same. It is told, and no fault.
NOTICED: dict[str, Examination] = {
    "Notes on patients ahead": noted_ahead,
    "Hours ahead": off_hours_ahead,
    "Documents that were not read": papers_not_read,
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
    return _found(EXAMINATIONS, progress)


def notice(progress: Callable[[str], None] = lambda _what: None) -> list[str]:
    """A sentence for each thing to see to that is no fault; none of a database of another form."""
    has, wants = revisions()
    return _found(NOTICED, progress) if has == wants else []


def _found(examinations: Mapping[str, Examination], progress: Callable[[str], None]) -> list[str]:
    found: list[str] = []
    with _looking_only() as session:
        for what, examination in examinations.items():
            progress(what)
            found += examination(session)
    return found


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
