"""The record of one practitioner, read in three statements whoever asks for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import aliased

from registry.errors import NotFound
from registry.models import (
    Account,
    Clinic,
    Credential,
    CredentialVersion,
    Document,
    DocumentPage,
    Engagement,
    Practitioner,
    Verification,
    VersionSyllabus,
    db,
)
from registry.queries.holdings import CredentialSeen, DecisionSeen, DocumentSeen, VersionSeen
from registry.queries.practitioner_records import PractitionerRecord, Workplace


def record_of(practitioner_id: int) -> PractitionerRecord:
    """Raises NotFound."""
    return _record(Practitioner.id == practitioner_id)


def record_behind_credential(credential_id: int) -> PractitionerRecord:
    """The record of whoever holds it. Raises NotFound."""
    holder = select(Credential.practitioner_id).where(Credential.id == credential_id)
    return _record(Practitioner.id == holder.scalar_subquery())


def record_behind_version(version_id: int) -> PractitionerRecord:
    """The record of whoever holds the credential it is a version of. Raises NotFound."""
    holder = (
        select(Credential.practitioner_id)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(CredentialVersion.id == version_id)
    )
    return _record(Practitioner.id == holder.scalar_subquery())


def _record(whose: ColumnElement[bool]) -> PractitionerRecord:
    rows = db.session.execute(_person(whose)).all()
    if not rows:
        raise NotFound("There is no such record.")
    first = rows[0]
    return PractitionerRecord(
        id=first.id,
        name=first.name,
        profession=first.profession,
        archived=first.archived_at is not None,
        workplaces=tuple(
            Workplace(
                row.clinic_id, row.clinic, row.zone, row.jurisdiction, row.first_day, row.last_day
            )
            for row in rows
            if row.clinic_id is not None
        ),
        credentials=_credentials(whose),
    )


def _person(whose: ColumnElement[bool]) -> Any:
    return (
        select(
            Practitioner.id,
            Practitioner.name,
            Practitioner.profession,
            Practitioner.archived_at,
            Engagement.clinic_id,
            Engagement.first_day,
            Engagement.last_day,
            Clinic.name.label("clinic"),
            Clinic.zone,
            Clinic.jurisdiction,
        )
        .outerjoin(Engagement, Engagement.practitioner_id == Practitioner.id)
        .outerjoin(Clinic, Clinic.id == Engagement.clinic_id)
        .where(whose)
        .order_by(Engagement.first_day, Engagement.id)
    )


def _credentials(whose: ColumnElement[bool]) -> tuple[CredentialSeen, ...]:
    found: dict[int, CredentialSeen] = {}
    for row in db.session.execute(_versions(whose)):
        seen = found.setdefault(row.credential_id, CredentialSeen(row.credential_id, row.kind))
        seen.versions.append(_version(row))
    for row in db.session.execute(_decisions(whose)):
        found[row.credential_id].decisions.append(
            DecisionSeen(*row[1:])  # the columns after the first are its fields, in order
        )
    return tuple(found.values())


def _versions(whose: ColumnElement[bool]) -> Any:
    version, syllabus = CredentialVersion, aliased(Document)
    return (
        select(
            version.credential_id,
            Credential.kind,
            version.id,
            version.version,
            version.state,
            version.first_day,
            version.last_day,
            version.particulars,
            version.entered_by,
            Account.name.label("entered_by_name"),
            version.entered_at,
            version.note,
            version.document_id,
            Document.name.label("document"),
            Document.pages,
            Document.sha256,
            Document.uploaded_by,
            _is_elsewhere(),
            version.sources,
            version.number_key,
            syllabus.id.label("syllabus_id"),
            syllabus.name.label("syllabus"),
            syllabus.pages.label("syllabus_pages"),
            syllabus.sha256.label("syllabus_sha256"),
        )
        .join(Credential, Credential.id == version.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .join(Account, Account.id == version.entered_by)
        .outerjoin(Document, Document.id == version.document_id)
        .outerjoin(VersionSyllabus, VersionSyllabus.version_id == version.id)
        .outerjoin(syllabus, syllabus.id == VersionSyllabus.document_id)
        .where(whose)
        .order_by(version.credential_id, version.version)
    )


def _is_elsewhere() -> Any:
    """Whether the very same file, or one of several, is on record under another practitioner."""
    other, mine, theirs = aliased(Document), aliased(DocumentPage), aliased(DocumentPage)
    same = (
        mine.document_id == Document.id,
        theirs.sha256 == mine.sha256,
        other.id == theirs.document_id,
        other.practitioner_id != Document.practitioner_id,
    )
    return exists().where(*same).label("elsewhere")


def _version(row: Row[Any]) -> VersionSeen:
    document = None
    if row.document_id is not None:
        document = DocumentSeen(
            id=row.document_id,
            name=row.document,
            pages=row.pages,
            sha256=row.sha256,
            elsewhere=row.elsewhere,
            brought_in_by=row.uploaded_by,
        )
    return VersionSeen(
        id=row.id,
        number=row.version,
        state=row.state,
        first_day=row.first_day,
        last_day=row.last_day,
        particulars=row.particulars,
        document=document,
        entered_by=row.entered_by,
        entered_by_name=row.entered_by_name,
        entered_at=row.entered_at,
        note=row.note,
        sources=row.sources or {},
        syllabus=_syllabus(row),
        number_key=row.number_key,
    )


def _syllabus(row: Row[Any]) -> DocumentSeen | None:
    if row.syllabus_id is None:
        return None
    return DocumentSeen(
        row.syllabus_id, row.syllabus, row.syllabus_pages, row.syllabus_sha256, elsewhere=False
    )


def _decisions(whose: ColumnElement[bool]) -> Any:
    decision = Verification
    return (
        select(
            decision.credential_id,
            decision.version_id,
            decision.outcome,
            decision.effective_from,
            decision.method,
            decision.reference,
            decision.reason,
            decision.meaning,
            decision.document_sha256,
            decision.decided_by_name,
            decision.decided_at,
        )
        .join(Credential, Credential.id == decision.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(whose)
        .order_by(decision.id)
    )
