"""
The guards: triggers that say no at the last door, raw SQL included.

Their text lies in `migrations/guards/<dialect>/`, in one place: `migrations/env.py` takes them all
off before it migrates and puts them on again after, and `missing_guards` tells whether what the
database has is what is written there. PostgreSQL's exclusion constraints against overlaps are
part of the tables, in the migrations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from registry.errors import BadInput, DiaryClash, NotInThatState, NotPrivileged, RegistryError

HOME = Path(__file__).parents[2] / "migrations" / "guards"
FILES: tuple[str, ...] = ("appointments", "treatments", "privileges", "clinics", "credentials")
FILES += ("requirements", "journal", "contraindications", "reminders", "knowledge", "documents")
FILES += ("badges",)
EVENTS = ("insert", "update")

REFUSALS: dict[str, Callable[[], RegistryError]] = {
    "appointment_covered": lambda: NotPrivileged(
        "The practitioner holds no privilege for this needling on that day."
    ),
    "appointment_engaged": lambda: NotPrivileged(
        "The practitioner does not work at this clinic on that day."
    ),
    "privilege_in_use": lambda: NotPrivileged(
        "A confirmed appointment rests on this privilege. Please try again."
    ),
    "appointment_provisional": lambda: NotInThatState(
        "Only needling is booked provisionally, at a clinic that takes such bookings."
    ),
    "appointment_days": lambda: BadInput("These times are not on the clinic's calendar."),
    "appointment_shape": lambda: BadInput("An appointment cannot look like this."),
    "appointment_no_show": lambda: NotInThatState(
        "That somebody did not come is recorded once it has started, if they were not checked in."
    ),
    "appointment_path": lambda: NotInThatState("The appointment is no longer in that state."),
    "practitioner_taken": lambda: DiaryClash("The practitioner is already booked then."),
    "room_taken": lambda: DiaryClash("The room is already taken then."),
    "patient_taken": lambda: DiaryClash("The patient already has an appointment then."),
    "room_closed": lambda: NotInThatState("This room is closed on that day. Choose another."),
    "room_in_use": lambda: NotInThatState(
        "Appointments are booked in this room from that day on. Move them first."
    ),
    "treatment_of_type": lambda: BadInput("This is not what that treatment type is."),
    "treatment_kind_kept": lambda: NotInThatState("What a treatment is never changes."),
    "never_replaced": lambda: NotInThatState("A record is changed, and never replaced."),
    "room_fit_for": lambda: BadInput(
        "A room is fit for treatments that are on record, since a day."
    ),
    "room_unfit": lambda: NotInThatState("This room is not fit for it. Choose another."),
    "room_fitness_in_use": lambda: NotInThatState(
        "Appointments are booked in this room that would no longer fit. Move them first."
    ),
    "clinic_zone_in_use": lambda: NotInThatState(
        "Confirmed appointments would fall on another day in that time zone. Move them first."
    ),
    "version_unchanging": lambda: NotInThatState("A recorded version is never edited."),
    "syllabus_kept": lambda: NotInThatState("The syllabus behind a version is never exchanged."),
    "adoption_unchanging": lambda: NotInThatState("What was adopted is never edited."),
    "adoption_proposed": lambda: NotInThatState("An adoption begins as a proposal."),
    "activation_given_up": lambda: NotInThatState(
        "An activation can be given up only before the new version is in force."
    ),
    "given_up_kept": lambda: NotInThatState("What was given up stays given up."),
    "requirement_set_proposed": lambda: NotInThatState("What was adopted is never added to."),
    "requirement_set_kept": lambda: NotInThatState("What was adopted is never edited."),
    "house_rules_kept": lambda: NotInThatState("Rules on record are never edited."),
    "activation_begun": lambda: NotInThatState("That it was begun, and when, stays what it was."),
    "known_people_kept": lambda: NotInThatState("What was known is never edited."),
    "known_places_kept": lambda: NotInThatState("What was known is never edited."),
    "known_people_forwards": lambda: NotInThatState("What was known is only added to."),
    "known_places_forwards": lambda: NotInThatState("What was known is only added to."),
    "paper_thrown_away": lambda: NotInThatState("This paper was thrown away. Bring it in again."),
    "paper_in_use": lambda: NotInThatState("A credential rests on this paper, so it stays."),
    "incident_treatment_kept": lambda: NotInThatState("A treatment stays in its incident."),
    "badge_issuer_kept": lambda: NotInThatState("How an issuer is named never changes."),
    "badge_issuer_version_kept": lambda: NotInThatState("What was decided is never edited."),
    "status_list_kept": lambda: NotInThatState("A copy of a status list is never edited."),
    "badge_kept": lambda: NotInThatState("A badge stays as it came in."),
    "badge_behind_kept": lambda: NotInThatState("A badge stays behind its version."),
    "badge_proof_kept": lambda: NotInThatState("What a verification rests on is never edited."),
    "signing_key_kept": lambda: NotInThatState("A key stays on record."),
    "issued_badge_kept": lambda: NotInThatState("What was signed stays on record."),
    "notes_cleared": lambda: NotInThatState(
        "Something is on record about this patient that must be cleared before needling."
    ),
}


def refusal_for(message: str) -> RegistryError | None:
    """The refusal a database error stands for, if it is one of ours."""
    named = re.search(r"guard:(\w+)|ex_appointments_(\w+_taken)", message)
    build = REFUSALS.get(named[1] or named[2]) if named else None
    return build() if build else None


def install_guards(connection: Connection) -> None:
    for _name, statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def remove_guards(connection: Connection) -> None:
    for kind, name, table in _present(connection):
        if kind == "function":
            connection.execute(text(f"DROP FUNCTION IF EXISTS {name}()"))
        elif connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text(f"DROP TRIGGER {name} ON {table}"))


def missing_guards(connection: Connection) -> list[str]:
    """The names of guards that are not there, or not as written, or switched off."""
    there = dict(_texts(connection))
    return [
        name
        for name, statement in _statements(connection.dialect.name)
        if _core(there.get(name, "")) != _core(statement)
    ]


def _statements(dialect: str) -> Iterator[tuple[str, str]]:
    """Each guard as (name, statement): functions before the triggers that call them."""
    found = []
    for file in FILES:
        for block in re.split(r"\n\n(?=--|CREATE)", (HOME / dialect / f"{file}.sql").read_text()):
            statement = re.sub(r"^--.*\n", "", block, flags=re.M).strip().rstrip(";")
            events = EVENTS if "{event}" in statement else ("",)
            found += [statement.replace("{event}", event) for event in events]
    named = [(_name(statement), statement) for statement in found]
    yield from sorted(named, key=lambda pair: not pair[1].startswith("CREATE FUNCTION"))


def _name(statement: str) -> str:
    return statement.split(maxsplit=3)[2].removesuffix("()")


def _present(connection: Connection) -> list[tuple[str, str, str]]:
    """What is there as (kind, name, table), triggers before the functions they call."""
    if connection.dialect.name == "sqlite":
        query = "SELECT 'trigger', name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = """
          SELECT 'trigger', tgname::text, tgrelid::regclass::text FROM pg_trigger
          WHERE NOT tgisinternal
          UNION ALL SELECT 'function', proname::text, '' FROM pg_proc
          WHERE proname LIKE 'guard!_%' ESCAPE '!' ORDER BY 1 DESC"""
    return [(kind, name, table) for kind, name, table in connection.execute(text(query))]


def _texts(connection: Connection) -> Iterator[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = """
          SELECT tgname::text, pg_get_triggerdef(oid) FROM pg_trigger
          WHERE NOT tgisinternal AND tgenabled = 'O'
          UNION ALL SELECT proname::text, prosrc FROM pg_proc
          WHERE proname LIKE 'guard!_%' ESCAPE '!'"""
    yield from ((name, sql) for name, sql in connection.execute(text(query)))


def _core(sql: str) -> str:
    """
    The part of a guard that both the file and the catalogue show, without white space.

    A function's body; of a trigger on PostgreSQL, which prints it in its own words, its name,
    table and function.
    """
    if "$guard$" in sql:
        sql = sql.split("$guard$")[1]
    elif called := re.search(r"EXECUTE FUNCTION (.*)$", sql):
        on = re.search(r" ON (?:public\.)?(\w+)", sql)
        sql = f"{on[1] if on else ''} {called[1]}"
    return re.sub(r"\s+|;$", "", sql)
