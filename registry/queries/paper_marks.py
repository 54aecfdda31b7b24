"""Marks beside what a version says: whence each value is, where it stands, what gives pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from registry.queries.extracts import NOTHING, PaperRead, papers_read
from registry.queries.holdings import CredentialSeen, VersionSeen
from registry.queries.practitioner_records import PractitionerRecord
from registry.queries.seen_before import number_elsewhere
from registry.rules.access import Actor
from registry.rules.extracts import Extract, Source
from registry.rules.legibility import ExtractState
from registry.rules.marks import Mark, Place, marks_of, places_of
from registry.rules.sources import values_of


@dataclass(frozen=True, slots=True)
class PaperMarks:
    """
    `state`: how far its paper was read; None where there is no paper, or nobody tried.

    `doubts` concern the paper as a whole. `places`: on the certificate, then on the syllabus.
    """

    state: ExtractState | None
    by_field: Mapping[str, Mark] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    places: tuple[tuple[Place, ...], tuple[Place, ...]] = ((), ())

    @property
    def waits(self) -> bool:
        return self.state in (ExtractState.WAITING, ExtractState.READING)


NO_MARKS = PaperMarks(None)


def paper_marks(version: VersionSeen) -> PaperMarks:
    """In one statement: what was read of its papers, beside what it says."""
    document_id = version.document.id if version.document else None
    syllabus_id = version.syllabus.id if version.syllabus else None
    read = papers_read(document_id, syllabus_id)
    of_paper, of_syllabus = _extract(read, document_id), _extract(read, syllabus_id)
    values = values_of(version.particulars, version.first_day, version.last_day)
    return PaperMarks(
        state=read[document_id].state if document_id is not None and document_id in read else None,
        by_field=marks_of(values, version.sources, of_paper, of_syllabus),
        doubts=tuple(words for _, words in (*of_paper.doubts, *of_syllabus.doubts)),
        places=(
            tuple(places_of(of_paper, Source.CERTIFICATE)),
            tuple(places_of(of_syllabus, Source.SYLLABUS)),
        ),
    )


def reviewers_marks(
    actor: Actor, record: PractitionerRecord, credential: CredentialSeen, version: VersionSeen
) -> PaperMarks:
    """The same, with who else has its number: in two statements more."""
    found = paper_marks(version)
    place = version.particulars.get("jurisdiction")
    others = number_elsewhere(actor, credential.kind, version.number_key, record.id, place)
    if not others:
        return found
    mark = found.by_field.get("number", Mark(None))
    doubts = (*mark.doubts, *(one.sentence for one in others))
    return replace(found, by_field={**found.by_field, "number": replace(mark, doubts=doubts)})


def _extract(read: Mapping[int, PaperRead], document_id: int | None) -> Extract:
    found = read.get(document_id) if document_id is not None else None
    return found.extract if found else NOTHING
