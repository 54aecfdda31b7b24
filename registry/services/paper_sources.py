"""The papers behind a version that came in before it, and whence each of its values is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from registry.models import CredentialVersion, DocumentExtract, VersionSyllabus
from registry.rules.extracts import Extract, extract_from
from registry.rules.particulars import particulars_of
from registry.rules.sources import sources_of, values_of
from registry.rules.standing import Held
from registry.services.documents import unsent_paper


class Beside(NamedTuple):
    """
    What came beside a certificate: its syllabus, a document by its number.

    `confirmed`: what the list of courses says of the course, where it was taken over by a press.
    """

    syllabus_id: int | None = None
    confirmed: Mapping[str, Any] = {}


NOTHING_BESIDE = Beside()


def keep_syllabus(
    session: Session, practitioner_id: int, version: CredentialVersion, beside: Beside
) -> None:
    if beside.syllabus_id is not None:
        document_id = unsent_paper(session, practitioner_id, beside.syllabus_id).id
        session.add(VersionSyllabus(version_id=version.id, document_id=document_id))


def sources_behind(
    session: Session, fact: Held, document_id: int | None, beside: Beside
) -> dict[str, str]:
    """By field, compared with what was read of the papers so far."""
    values = values_of(particulars_of(fact), fact.first_day, fact.last_day)
    certificate = _extract(session, document_id)
    return sources_of(values, certificate, _extract(session, beside.syllabus_id), beside.confirmed)


def _extract(session: Session, document_id: int | None) -> Extract:
    row = session.get(DocumentExtract, document_id) if document_id else None
    return extract_from(row.content) if row and row.content else Extract()
