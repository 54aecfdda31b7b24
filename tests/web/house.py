"""Two clinics and somebody in each seat of the access matrix: where the sweeps take place."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from registry.adapters.file_store import FileStore
from registry.adapters.tokens import new_token
from registry.models import (
    AuditEntry,
    CalendarFeed,
    Clinic,
    Credential,
    CredentialVersion,
    Document,
    Patient,
    Practitioner,
    db,
)
from registry.models.base import Base
from registry.rules.access import Actor
from registry.rules.vocabulary import Role, VersionState
from registry.services.practitioners import change_contact
from tests import given
from tests.files import certificate_pdf
from tests.web.visits import visit, with_password

STRANGER = "anonymous"
OWNER, OTHER = "practitioner (owner)", "practitioner (other)"
DESK, HERE, ELSEWHERE = "front desk", "manager here", "manager elsewhere"
ADMINISTRATOR, AUDITOR = "administrator", "auditor"
SEATS = (STRANGER, OWNER, OTHER, DESK, HERE, ELSEWHERE, ADMINISTRATOR, AUDITOR)
PATIENT = "Peregrine Whitlock"
#: Written in the first clinic only, where every reader may see it or may not.
CONTACT = "dana.contact@test.example"
#: Tables that looking changes, or that nothing of ours ever writes.
APART = {"audit_entries", "zone_offsets", "stored_requirement_sets", "letters"}
COVERED_DAYS = 60


class House:
    """Dana works at Harbour and may needle legs there; Luis works there too and may not."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        harbour, hill = given.clinic("Harbour Clinic"), given.clinic("Hill Clinic")
        dana = given.practitioner("Dana Okafor", at=harbour)
        luis = given.practitioner("Luis Prado", at=harbour)
        dana.email = CONTACT
        db.session.commit()
        patient = given.patient(harbour, PATIENT, "REF-1")
        self._ids = [each.id for each in (harbour, hill, dana, luis, patient)]
        self.certificate_id = self.certify(dana)
        self._hours = count(0)

    # Asked for anew each time: a row that was read before a request may be let go by it.

    @property
    def harbour(self) -> Clinic:
        return db.session.get_one(Clinic, self._ids[0])

    @property
    def hill(self) -> Clinic:
        return db.session.get_one(Clinic, self._ids[1])

    @property
    def dana(self) -> Practitioner:
        return db.session.get_one(Practitioner, self._ids[2])

    @property
    def luis(self) -> Practitioner:
        return db.session.get_one(Practitioner, self._ids[3])

    @property
    def patient(self) -> Patient:
        return db.session.get_one(Patient, self._ids[4])

    @cached_property
    def people(self) -> dict[str, Actor]:
        seated = given.somebody
        return {
            OWNER: seated(Role.PRACTITIONER, self.harbour, name="Dana", practises_as=self.dana),
            OTHER: seated(Role.PRACTITIONER, self.harbour, name="Luis", practises_as=self.luis),
            DESK: seated(Role.FRONT_DESK, self.harbour),
            HERE: seated(Role.MANAGER, self.harbour),
            ELSEWHERE: seated(Role.MANAGER, self.hill),
            ADMINISTRATOR: seated(Role.ADMINISTRATOR),
            AUDITOR: seated(Role.AUDITOR),
        }

    def browser(self, seat: str) -> FlaskClient:
        if seat == STRANGER:
            return self.app.test_client()
        return visit(self.app, self.people[seat])

    def certify(self, whom: Any) -> int:
        """Legs, for the next sixty days; the number of the certificate."""
        last = given.TODAY + timedelta(days=COVERED_DAYS)
        return int(given.certified(whom, last_day=last).id)

    def colleague(self, name: str = "Nora Novice") -> Any:
        """One more at Harbour, with a licence and no more."""
        whom = given.practitioner(name, at=self.harbour)
        given.licence(whom)
        return whom

    def held(self, whom: Any, state: VersionState, entered_by: Actor | None = None) -> int:
        """The number of a certificate in this state, brought in by somebody."""
        example = given.certificate(whom, state=state)
        if entered_by is None:
            return int(example.id)
        like = self.version(example.id)
        made = Credential(practitioner_id=whom.id, kind=example.kind)
        db.session.add(made)
        db.session.flush()
        names = ("version", "state", "first_day", "last_day", "particulars", "entered_at")
        kept = {name: getattr(like, name) for name in names}
        db.session.add(
            CredentialVersion(credential_id=made.id, entered_by=entered_by.account_id, **kept)
        )
        db.session.commit()
        return made.id

    def version(self, credential_id: int) -> CredentialVersion:
        wanted = CredentialVersion.credential_id == credential_id
        return db.session.scalars(select(CredentialVersion).where(wanted)).one()

    def document(self, whom: Any, by: Actor) -> int:
        """A file of theirs in the store, with a row."""
        data = certificate_pdf()
        key = f"documents/{sha256(new_token().encode()).hexdigest()[:32]}"
        store = FileStore.from_url(self.app.config["DOCUMENTS"])
        store.put(key, data)
        made = Document(
            practitioner_id=whom.id,
            name="certificate.pdf",
            media_type="application/pdf",
            size=len(data),
            pages=1,
            sha256=sha256(data).hexdigest(),
            stored_sha256=sha256(data).hexdigest(),
            stored_as=key,
            uploaded_by=by.account_id,
            uploaded_at=given.NOW,
        )
        db.session.add(made)
        db.session.commit()
        store.put(made.page_key(1), b"a picture")
        return made.id

    def hour(self) -> dict[str, str]:
        """A day and time that nothing is booked at yet, inside Dana's cover."""
        number = next(self._hours)
        day = given.TODAY + timedelta(days=1 + number // 8)
        return {"day": day.isoformat(), "time": f"{8 + number % 8:02}:00"}

    def appointment(self, whom: Any | None = None, **known: Any) -> int:
        """Of the patient whose name only some may see."""
        when, desk = self.hour(), self.people[DESK]
        day = given.date.fromisoformat(when["day"])
        slot = given.slot(self.harbour, int(when["time"][:2]), day=day)
        wanted = given.booking(self.harbour, whom or self.dana, self.patient, slot, **known)
        return given.book_appointment(actor=desk, booking=wanted, now=given.NOW)

    def incident(self) -> int:
        """Of a treatment of Dana's."""
        return int(given.incident_of(self.appointment()).id)

    def with_password(self, seat: str) -> None:
        if seat != STRANGER:
            with_password(self.people[seat])

    def on_record(self) -> dict[str, list[Any]]:
        """Everything but the audit trail, to see whether anything changed."""
        db.session.rollback()
        tables = [name for name in Base.metadata.tables if name not in APART]
        return {
            name: sorted(map(repr, db.session.execute(text(f"SELECT * FROM {name}"))))
            for name in tables
        }

    def trail_with_dana_in_it(self) -> str:
        """The address of the trail, after something happened to her."""
        change_contact(
            actor=self.people[HERE],
            practitioner_id=self.dana.id,
            email=CONTACT,
            phone="1234",
            now=given.NOW,
        )
        return "/oversight/trail"

    def trail_after(self, entry_id: int) -> list[AuditEntry]:
        db.session.rollback()
        later = select(AuditEntry).where(AuditEntry.id > entry_id).order_by(AuditEntry.id)
        return list(db.session.scalars(later))

    def end_of_trail(self) -> int:
        db.session.rollback()
        last = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)
        return db.session.scalar(last) or 0

    def feed_id(self) -> int:
        """Of the calendar feed made last."""
        wanted = select(CalendarFeed.id).order_by(CalendarFeed.id.desc())
        return int(db.session.scalars(wanted).first() or 0)

    def credential_of(self, whom: Any) -> int:
        wanted = select(Credential.id).where(Credential.practitioner_id == whom.id)
        return int(db.session.scalars(wanted.order_by(Credential.id.desc())).first() or 0)
