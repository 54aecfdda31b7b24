"""A paper in the demo that was photographed and not sent yet: a little blurred, so it says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from registry.adapters.document_reader import read_document
from registry.demo.house import House
from registry.demo.papers import certificate_pdf, photo_of
from registry.rules.facts import Certificate
from registry.rules.vocabulary import CourseKind, VersionState
from registry.services.documents import Upload
from registry.services.papers import bring_in_paper

SHARPNESS = 3.0


def plan_papers(house: House) -> None:
    """Marcus photographed his newest certificate between two patients."""
    house.agenda.put(house.now - timedelta(minutes=40), partial(_bring_in, house))


def _bring_in(house: House, now: datetime) -> None:
    done: date = house.today() - timedelta(days=3)
    course = Certificate(
        id=0,
        state=VersionState.SUBMITTED,
        first_day=done,
        course="Dry needling of the lower leg and foot",
        provider="Lakeside Institute of Manual Therapy",
        kind=CourseKind.DRY_NEEDLING,
        completed_on=done,
        taught=frozenset({"leg_foot"}),
    )
    data = photo_of(certificate_pdf(course, "Marcus Lindqvist"), blur=SHARPNESS)
    name = "IMG_2041.jpg"
    bring_in_paper(
        actor=house.actors["marcus"],
        practitioner_id=house.practitioners["marcus"],
        upload=Upload(read_document(data, name), name),
        store=house.store,
        now=now,
    )
