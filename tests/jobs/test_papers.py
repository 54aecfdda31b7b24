"""Papers are read in the background: one at a time, again after a crash, never twice recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from registry.adapters.document_reader import read_document
from registry.adapters.file_store import FileStore
from registry.errors import Overtaken
from registry.jobs import papers
from registry.jobs.examinations.papers import papers_not_read, papers_stuck
from registry.jobs.papers import read_next
from registry.models import Document, DocumentExtract, db
from registry.queries.extracts import papers_read, waiting_extract
from registry.rules.extracts import Extract, Extracted
from registry.rules.facts import Certificate
from registry.rules.legibility import ExtractState
from registry.rules.vocabulary import Role, VersionState
from registry.services.credentials import submit_credential
from registry.services.documents import Upload
from registry.services.extracts import claim_extract, keep_extract
from tests import given
from tests.files import certificate_pdf, photo

LATER = given.NOW + timedelta(minutes=10)
FOUND = Extract(values=(Extracted("course", "Dry needling"),))


@pytest.fixture
def holder(app):
    return given.practitioner("Dana Okafor", at=given.clinic())


@pytest.fixture
def bring_in(app, holder):
    """A certificate on record with this file behind it; the number of its document."""
    own = given.somebody(Role.PRACTITIONER, practises_as=holder)

    def bring(data=None, name="a.jpg", extract=None):
        fact = Certificate(
            id=0,
            state=VersionState.SUBMITTED,
            provider="Lakeside",
            course=f"Course {name}",
            first_day=date(2025, 1, 1),
            last_day=None,
        )
        submit_credential(
            actor=own,
            practitioner_id=holder.id,
            fact=fact,
            upload=Upload(read_document(data or photo(), name), name, extract),
            store=FileStore.from_url(app.config["DOCUMENTS"]),
            now=given.NOW,
        )
        db.session.rollback()
        return db.session.scalars(select(Document.id).order_by(Document.id.desc())).first()

    return bring


@pytest.fixture
def without_eyes(monkeypatch):
    """As where the extra `ocr` is not installed."""
    monkeypatch.setattr("registry.adapters.page_reader.ENGINES", ("no_such_engine",))


def row(document_id):
    db.session.rollback()
    return db.session.get_one(DocumentExtract, document_id, populate_existing=True)


def claim(document_id, now=given.NOW, minutes=3):
    return claim_extract(document_id=document_id, now=now, until=now + timedelta(minutes=minutes))


def examined(examination):
    db.session.rollback()
    return list(examination(db.session()))


def test_a_paper_that_comes_in_unread_waits_and_one_read_at_once_does_not(bring_in):
    waiting = bring_in()
    read = bring_in(certificate_pdf(), "b.pdf", FOUND)
    assert waiting_extract(given.NOW, by_eye=False) == waiting
    assert (row(read).state, row(read).content["values"][0]["value"]) == ("read", "Dry needling")


def test_the_worker_reads_a_pdf_by_its_own_text(bring_in):
    number = bring_in(certificate_pdf(2), "b.pdf")
    assert read_next(given.NOW) is True
    found = papers_read(number)[number]
    assert found.state is ExtractState.READ
    assert found.extract.by_eye is False
    assert found.extract.of("course").box.page == 1
    assert read_next(given.NOW) is False


def test_without_the_extra_a_picture_is_left_to_people_and_nothing_fails(bring_in, without_eyes):
    number = bring_in()
    assert read_next(given.NOW) is True
    assert row(number).state is ExtractState.NOT_INSTALLED
    assert waiting_extract(LATER, by_eye=False) is None
    [told] = examined(papers_not_read)
    assert "since the optional extra `ocr` is not installed: 1 paper." in told
    assert examined(papers_stuck) == []


def test_what_could_not_be_read_here_is_read_once_the_extra_is_there(bring_in, without_eyes):
    number = bring_in()
    read_next(given.NOW)
    db.session.rollback()
    assert waiting_extract(LATER, by_eye=True) == number
    assert claim(number, LATER).attempt == 1


def test_only_one_paper_is_read_at_a_time(bring_in):
    first, second = bring_in(), bring_in(photo("PNG"), "b.png")
    assert claim(first) is not None
    with pytest.raises(Overtaken):
        claim(second)
    assert claim(first) is None, "it is somebody's already"


def test_the_database_itself_lets_one_paper_be_read_at_a_time(bring_in):
    bring_in(), bring_in(photo("PNG"), "b.png")
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE extracts SET state = 'reading'"))
    db.session.rollback()


def test_a_worker_that_died_over_a_paper_leaves_it_to_the_next(bring_in):
    number = bring_in()
    dead = claim(number)
    assert waiting_extract(given.NOW, by_eye=True) is None
    taken = claim(number, LATER)
    assert (dead.attempt, taken.attempt) == (1, 2)
    assert row(number).failed_with == "The worker died over it."


def test_who_comes_too_late_records_nothing(bring_in):
    number = bring_in()
    slow = claim(number)
    quick = claim(number, LATER)
    late = Extract(values=(Extracted("course", "Another"),))
    keep_extract(document_id=number, attempt=quick.attempt, read=FOUND, now=LATER)
    keep_extract(document_id=number, attempt=slow.attempt, read=late, now=LATER)
    assert papers_read(number)[number].extract == FOUND


def test_a_paper_that_fails_three_times_is_unreadable_and_keeps_no_other_waiting(
    bring_in, monkeypatch
):
    number, other = bring_in(), bring_in(certificate_pdf(), "b.pdf")
    whole = papers._pages

    def breaks(claimed):
        if claimed.document_id == number:
            raise RuntimeError("the disk is full")
        return whole(claimed)

    monkeypatch.setattr(papers, "_pages", breaks)
    for minute in range(12):
        read_next(given.NOW + timedelta(minutes=minute))
    assert (row(number).state, row(number).attempts) == ("unreadable", 3)
    assert "the disk is full" in row(number).failed_with
    assert row(other).state is ExtractState.READ


def test_a_paper_over_which_every_worker_dies_is_given_up(bring_in):
    number = bring_in()
    for n in range(3):
        assert claim(number, given.NOW + n * timedelta(minutes=5)) is not None
    assert claim(number, given.NOW + timedelta(hours=1)) is None
    assert row(number).state is ExtractState.UNREADABLE


def test_a_picture_that_shows_no_words_is_unreadable(bring_in, monkeypatch):
    number = bring_in(photo("PNG", (300, 200)), "small.png")
    assert read_next(given.NOW) is True
    assert row(number).state is ExtractState.UNREADABLE


def test_the_doctor_tells_of_a_paper_that_nobody_reads(bring_in):
    number = bring_in()
    assert examined(papers_stuck) == []
    row(number).moved_at = given.NOW - timedelta(days=700)
    db.session.commit()
    [fault] = examined(papers_stuck)
    assert f"Document {number} waits to be read since 2025-03-31 09:00 UTC" in fault


def test_a_paper_goes_with_what_was_read_of_it(bring_in):
    bring_in()
    loose = Document(
        practitioner_id=db.session.scalar(select(Document.practitioner_id)),
        **dict.fromkeys(("name", "media_type", "sha256", "stored_sha256", "stored_as"), "x"),
        size=1,
        pages=1,
        uploaded_by=db.session.scalar(select(Document.uploaded_by)),
        uploaded_at=given.NOW,
    )
    db.session.add(loose)
    db.session.flush()
    db.session.add(
        DocumentExtract(document_id=loose.id, state=ExtractState.WAITING, moved_at=given.NOW)
    )
    db.session.flush()
    number = loose.id
    db.session.execute(text("DELETE FROM documents WHERE id = :id"), {"id": number})
    assert db.session.get(DocumentExtract, number, populate_existing=True) is None
    db.session.rollback()


def test_a_state_of_its_own_has_no_content(bring_in):
    bring_in()
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE extracts SET state = 'read'"))
    db.session.rollback()
