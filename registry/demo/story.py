"""Filling an empty registry with the demo, by the use cases that people use, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy import exists, select, update

from registry.adapters import clock
from registry.adapters.file_store import FileStore
from registry.demo.badges import plan_badges
from registry.demo.calendars import plan_calendars
from registry.demo.credentialing import draw_papers, plan_credentials, plan_discoveries
from registry.demo.diary import plan_diary
from registry.demo.hours import plan_hours
from registry.demo.house import open_house
from registry.demo.looking_back import plan_looking_back
from registry.demo.papers_brought_in import plan_papers
from registry.demo.people import EVERYBODY, PASSWORD
from registry.demo.privilege_letters import plan_privilege_letters
from registry.demo.provisional import plan_provisional
from registry.demo.reminders import plan_reminders
from registry.demo.series import plan_series
from registry.demo.treatments import Offer
from registry.errors import NotInThatState
from registry.models import Account, Clinic, DocumentExtract, Practitioner, db, transaction
from registry.rules.legibility import ExtractState
from registry.services.appointment_letters import SETTLES
from registry.services.outbox import claim_letter, settle_letter


def is_empty() -> bool:
    """Nobody may sign in, no clinic and nobody who treats is on record."""
    kinds = (Account, Clinic, Practitioner)
    found = db.session.execute(select(*[exists(select(kind.id)) for kind in kinds])).one()
    return not any(found)


def fill(progress: Callable[[str], None]) -> None:
    """Says by `progress` what it is at. Raises NotInThatState where there is data already."""
    if not is_empty():
        raise NotInThatState("There is data in this database; the demo wants an empty one.")
    now = clock.now().replace(microsecond=0)
    progress("Opening the clinics and inviting everybody")
    house = open_house(now, FileStore.from_url(current_app.config["DOCUMENTS"]))
    offer = Offer(house, house.moments)
    progress("Drawing certificates and having them read")
    files = draw_papers(house)
    progress("Verifying credentials, booking appointments, revoking a certificate")
    plan_credentials(house, files)
    plan_diary(house, offer)
    plan_series(house)
    plan_provisional(house)
    plan_calendars(house)
    plan_privilege_letters(house)
    plan_badges(house)
    plan_reminders(house)
    plan_papers(house)
    plan_discoveries(house)
    plan_looking_back(house)
    plan_hours(house)
    house.agenda.run()
    progress("Putting the letters away")
    _put_letters_away(now)
    _let_photographs_wait(now)


def sign_ins() -> Iterable[str]:
    """A line for everybody of the demo who may sign in here, and the password they share."""
    addresses = [person.email for person in EVERYBODY]
    here = set(
        db.session.scalars(
            select(Account.email).where(Account.email.in_(addresses), Account.closed_at.is_(None))
        )
    )
    if not here:
        yield "This is not the demo's data: its people cannot sign in here."
        return
    yield f"Sign in with the password: {PASSWORD}"
    for person in EVERYBODY:
        if person.email in here:
            yield f"{person.email:28} {person.name.split()[0]}: {person.shows}"


def _put_letters_away(now: datetime) -> None:
    """Nobody lives at these addresses: the demo's letters count as sent, their links are used."""
    soon = now + SETTLES  # what was booked just now waits a little
    while (letter := claim_letter(now=soon)) is not None:
        settle_letter(letter_id=letter.id, now=now)


def _let_photographs_wait(now: datetime) -> None:
    """No worker ran in the story: from now on it reads what came as a picture."""
    waiting = DocumentExtract.state == ExtractState.WAITING
    with transaction() as session:
        session.execute(update(DocumentExtract).where(waiting).values(moved_at=now))
