"""The door of the schedule: which clinic and which days an address asks for."""

from __future__ import annotations

from datetime import date, timedelta

from registry.errors import BadInput, NotAllowed, NotFound
from registry.queries.clinics import clinics_of
from registry.queries.opens_first import opens_first
from registry.rules.access import Action, Actor, Subject
from registry.rules.vocabulary import Role
from registry.web.asked import asked_day, asked_number, record_number
from registry.web.pages import pages_for
from registry.web.shell import is_about, last_seen

pages = pages_for("schedule", __name__)

#: The years whose clock changes are on record.
FIRST_YEAR, LAST_YEAR = 2001, 2099
A_WEEK = timedelta(days=7)
WHO_BOOKS = (Role.FRONT_DESK, Role.MANAGER)
WHO_LOOKS = (*WHO_BOOKS, Role.AUDITOR)


def clinic_asked(actor: Actor, *roles: Role) -> int:
    """The clinic in the address, else the one that opens first where they hold such a role."""
    if (wanted := asked_number("clinic")) is not None:
        return wanted  # the address says it, and the menu reads the address
    clinics = clinics_of(actor, *roles) if actor.holds(*roles) else []
    if not clinics:
        action = Action.SEE_SCHEDULE
        raise NotAllowed(f"You may not {action}.", action=action, subject=Subject())
    chosen = opens_first(actor, [each.id for each in clinics], last_seen())
    is_about(chosen)
    return chosen


def day_asked(name: str, today: date) -> date:
    return within_reach(asked_day(name) or today)


def day_or_today(name: str, today: date) -> tuple[date, str]:
    """The day asked for; or today, and what is wrong with what was asked for."""
    try:
        return day_asked(name, today), ""
    except BadInput as wrong:
        return today, wrong.message


def within_reach(day: date) -> date:
    """Raises BadInput for days that no diary of ours reaches."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(f"The diary goes from {FIRST_YEAR} to {LAST_YEAR}.", field="day")
    return day


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def number_typed(value: str | None) -> int:
    """The number of a record out of a form. Raises NotFound for what cannot be one."""
    if (number := record_number(value or "")) is None:
        raise NotFound("There is no such record.")
    return number
