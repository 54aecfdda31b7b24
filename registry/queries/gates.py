"""Gates, as pages show them: what is on record before needling, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from registry.leave import require
from registry.models import Account, Appointment, Practitioner, db
from registry.models.appointments import GateRecord, is_latest_record
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.appointments import AppointmentPage
from registry.queries.diary import Entry
from registry.queries.premises import Place
from registry.rules.access import Action, Actor, Subject
from registry.rules.before_needling import (
    facts_asked,
    gate_findings,
    in_short,
    missing_at,
    questions_about,
)
from registry.rules.findings import Finding
from registry.rules.gates import NOTHING_KNOWN, AskedAt
from registry.rules.questions import Circumstances
from registry.rules.reasons import Reason
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import KEEPS_ITS_SLOT, Profession, Treatment


@dataclass(frozen=True, slots=True)
class BeforeNeedling:
    """
    What is on record for one appointment; `record` is the number of the latest record, or 0.

    `note` is None for whoever may not see the patient.
    """

    first_day: date
    last_day: date
    checked_in_at: datetime | None
    checked_in_by: str | None
    findings: list[Finding]
    known: Circumstances
    record: int
    note: str | None
    recorded_by: str | None
    recorded_at: datetime | None

    @property
    def missing(self) -> list[Finding]:
        return missing_at(AskedAt.CHECK_IN, self.findings)

    @property
    def advised_against(self) -> bool:
        """A physician was asked, and says no: only another treatment can follow."""
        return any(Reason.PHYSICIAN_CONTRAINDICATED in f.reasons for f in self.findings)

    @property
    def asked(self) -> list[str]:
        """The facts that its gates look at."""
        return facts_asked(self.findings)

    def is_on(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def before_needling(actor: Actor, page: AppointmentPage) -> BeforeNeedling:
    """Two statements."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({page.place.id}), page.practitioner_id))
    row = db.session.execute(_with_record().where(Appointment.id == page.id)).one()
    record: GateRecord | None = row.GateRecord
    known = record.circumstances if record else NOTHING_KNOWN
    rulebook = rulebook_on_record(db.session(), [page.place.jurisdiction])
    days = (row.first_day, row.last_day)
    return BeforeNeedling(
        first_day=row.first_day,
        last_day=row.last_day,
        checked_in_at=row.checked_in_at,
        checked_in_by=row.checked_in_by,
        findings=_judged(rulebook, page.place, row.profession, page.sites, days, known),
        known=known,
        record=record.id if record else 0,
        note=record.note if record and Action.SEE_PATIENT in page.actions else None,
        recorded_by=record.recorded_by_name if record else None,
        recorded_at=record.recorded_at if record else None,
    )


def open_gates(place: Place, entries: Iterable[Entry]) -> dict[int, list[str]]:
    """In short, for each of these that is still to be given. One statement."""
    rulebook = rulebook_on_record(db.session(), [place.jurisdiction])
    return {
        one.id: [in_short(finding) for finding in missing_at(AskedAt.CHECK_IN, findings)]
        for one in entries
        if one.treatment is Treatment.NEEDLING and one.state in KEEPS_ITS_SLOT
        for findings in [_judged(rulebook, place, one.profession, one.sites, one.days, one.known)]
    }


class AskedAtBooking:
    """The facts that a profession's set wants to know before anything is booked that day."""

    def __init__(self, rulebook: Rulebook, place: Place, sites: Iterable[str], day: date) -> None:
        where = (place.id, place.jurisdiction)
        self._rulebook = rulebook
        self._questions = questions_about(*where, sites, (day, day), NOTHING_KNOWN)
        self._found: dict[Profession, tuple[str, ...]] = {}

    def of(self, profession: Profession) -> tuple[str, ...]:
        if profession not in self._found:
            findings = gate_findings(self._rulebook, profession, self._questions)
            self._found[profession] = tuple(facts_asked(missing_at(AskedAt.BOOKING, findings)))
        return self._found[profession]


def _with_record() -> Select[*tuple[Any, ...]]:
    """Appointments, each with the record that counts."""
    clerk = aliased(Account)
    return (
        select(
            Appointment.first_day,
            Appointment.last_day,
            Appointment.checked_in_at,
            clerk.name.label("checked_in_by"),
            Practitioner.profession,
            GateRecord,
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .outerjoin(clerk, clerk.id == Appointment.checked_in_by)
        .outerjoin(GateRecord, is_latest_record())
    )


def _judged(
    rulebook: Rulebook,
    place: Place,
    profession: Profession,
    sites: Iterable[str],
    days: tuple[date, date],
    known: Circumstances,
) -> list[Finding]:
    questions = questions_about(place.id, place.jurisdiction, sites, days, known)
    return gate_findings(rulebook, profession, questions)
