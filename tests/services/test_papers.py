"""Papers come in first: nothing rests on them, and nothing that rests on one is ever lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadUpload, NotAllowed, NotFound, NotInThatState, RightRefused
from registry.jobs.examinations.documents import documents as examined
from registry.models import AuditEntry, Credential, CredentialVersion, Document, DocumentPage, db
from registry.queries.record_reader import record_of
from registry.queries.unsent_papers import unsent_papers
from registry.rules.access import Action, answer
from registry.rules.facts import Cpr
from registry.rules.vocabulary import Method, Role, VersionState
from registry.services import papers as use_cases
from registry.services.credentials import correct_credential, subject_of, submit_credential
from registry.services.papers import (
    bring_in_paper,
    forget_papers,
    paper_again,
    replace_paper,
    throw_away_paper,
)
from registry.services.verification import verify_version
from registry.web.uploads import bound
from tests import given
from tests.files import certificate_pdf, photo, photo_on_a_desk
from tests.papering import brought_in, lying, papers, store, upload_of

LATER = given.NOW + timedelta(days=14)
KEPT = timedelta(days=14)
CARD = Cpr(id=0, state=VersionState.SUBMITTED, first_day=given.TODAY, last_day=None)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def herself(dana):
    return given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)


def send(actor, dana, paper_id, **known):
    told = {"fact": CARD, "upload": None, "store": store(), "now": given.NOW} | known
    return submit_credential(actor=actor, practitioner_id=dana.id, paper_id=paper_id, **told)


def entries():
    db.session.rollback()
    return [one.action for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_a_paper_comes_in_with_its_pages_and_waits_for_its_credential(dana, herself):
    number = brought_in(herself, dana, certificate_pdf(2))
    [paper] = papers()
    assert (paper.id, paper.pages, paper.uploaded_by) == (number, 2, herself.account_id)
    assert lying() == sorted(paper.lies_at())
    assert [seen.id for seen in unsent_papers(dana.id)] == [number]
    assert entries()[-1] == "bring in paper"


def test_what_keeps_somebody_from_reading_a_page_is_kept_with_it(dana, herself):
    bring_in_paper(
        actor=herself,
        practitioner_id=dana.id,
        upload=upload_of(photo_on_a_desk(blur=5.0), "blurred.jpg"),
        store=store(),
        now=given.NOW,
    )
    [seen] = unsent_papers(dana.id)
    assert [sentence[:20] for sentence in seen.sentences()] == ["Page 1 looks blurred"]


@pytest.mark.parametrize(
    ("role", "here", "refused"),
    [
        (Role.FRONT_DESK, True, NotAllowed),
        (Role.ADMINISTRATOR, True, NotAllowed),
        (Role.AUDITOR, True, NotAllowed),
        (Role.MANAGER, False, NotFound),
        (Role.PRACTITIONER, True, NotFound),
    ],
)
def test_who_may_not_upload_for_somebody_neither_brings_in_nor_throws_away(
    harbour, dana, herself, role, here, refused
):
    number = brought_in(herself, dana)
    other = given.somebody(role, harbour if here else given.clinic(name="Hill Clinic"))
    before = lying()
    with pytest.raises(refused):
        brought_in(other, dana, certificate_pdf(2))
    for use in (
        lambda: throw_away_paper(actor=other, document_id=number, store=store(), now=given.NOW),
        lambda: paper_again(actor=other, document_id=number, store=store()),
        lambda: send(other, dana, number),
    ):
        with pytest.raises(RightRefused):
            use()
    assert lying() == before


def test_a_credential_is_sent_with_the_paper_that_came_first(dana, herself):
    number = brought_in(herself, dana)
    send(herself, dana, number)
    assert db.session.scalars(select(CredentialVersion.document_id)).one() == number
    assert unsent_papers(dana.id) == []


def test_a_correction_takes_a_paper_that_came_first(dana, herself):
    credential = send(herself, dana, brought_in(herself, dana))
    newer = brought_in(herself, dana, certificate_pdf(2))
    correct_credential(
        actor=herself,
        credential_id=credential,
        fact=CARD,
        upload=None,
        paper_id=newer,
        store=store(),
        now=given.NOW,
    )
    db.session.rollback()
    assert list(db.session.scalars(select(CredentialVersion.document_id)))[-1] == newer


def test_a_paper_is_behind_one_credential_only(dana, herself):
    number = brought_in(herself, dana)
    send(herself, dana, number)
    with pytest.raises(NotInThatState, match="sent already"):
        send(herself, dana, number)


def test_nobody_sends_the_paper_of_somebody_else(harbour, dana, herself):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    manager = given.somebody(Role.MANAGER, harbour)
    number = brought_in(manager, ana)
    with pytest.raises(NotFound):
        send(herself, dana, number)


def test_whoever_brought_in_the_paper_does_not_check_it_whoever_sent_the_form(
    harbour, dana, herself
):
    manager = given.somebody(Role.MANAGER, harbour, name="Ruth Manager")
    credential = send(herself, dana, brought_in(manager, dana))
    record = record_of(dana.id)
    seen = record.credential(credential)
    assert answer(manager, Action.VERIFY_CREDENTIAL, record.subject_of(seen)) == "n"
    version = db.session.scalars(select(CredentialVersion)).one()
    with pytest.raises(NotAllowed):
        verify_version(
            actor=manager,
            version_id=version.id,
            method=Method.ORIGINAL_SEEN,
            reference="x",
            today=given.TODAY,
            now=given.NOW,
        )
    held = db.session.get_one(Credential, credential)
    assert manager.account_id in subject_of(db.session(), held).uploaded_by


def test_the_same_bytes_again_are_known_alone_or_among_several(dana, herself):
    one, two = upload_of(photo(), "a.jpg"), upload_of(photo("PNG"), "b.png")
    brought_in(herself, dana, upload=bound([one, two]))
    for again in (one, two, bound([upload_of(), two])):
        with pytest.raises(BadUpload, match="waits to be sent"):
            brought_in(herself, dana, upload=again)
    send(herself, dana, papers()[0].id)
    with pytest.raises(BadUpload, match="on record already"):
        brought_in(herself, dana, upload=two)


def test_a_file_seen_before_under_another_person_is_told_to_whoever_checks(harbour, dana, herself):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    manager = given.somebody(Role.MANAGER, harbour)
    seen = upload_of(photo("PNG"), "x.png")
    brought_in(manager, ana, upload=seen)
    both = bound([upload_of(), seen])
    credential = send(herself, dana, brought_in(herself, dana, upload=both))
    assert record_of(dana.id).credential(credential).shown.document.elsewhere


def test_a_paper_with_other_pages_takes_the_place_of_what_it_was(dana, herself):
    number = brought_in(herself, dana)
    newer = replace_paper(
        actor=herself,
        document_id=number,
        upload=upload_of(certificate_pdf(3)),
        store=store(),
        now=given.NOW,
    )
    [paper] = papers()
    assert (paper.id, paper.pages) == (newer, 3)
    assert lying() == sorted(paper.lies_at())
    assert db.session.scalar(select(DocumentPage).where(DocumentPage.document_id == number)) is None


def test_thrown_away_it_leaves_nothing_but_the_trace_of_it(dana, herself):
    number = brought_in(herself, dana)
    throw_away_paper(actor=herself, document_id=number, store=store(), now=given.NOW)
    assert (papers(), lying()) == ([], [])
    assert entries()[-1] == "throw away paper"
    with pytest.raises(NotFound):
        throw_away_paper(actor=herself, document_id=number, store=store(), now=given.NOW)


def test_what_a_credential_rests_on_is_neither_thrown_away_nor_changed(dana, herself):
    number = brought_in(herself, dana)
    send(herself, dana, number)
    with pytest.raises(NotInThatState):
        throw_away_paper(actor=herself, document_id=number, store=store(), now=given.NOW)
    with pytest.raises(NotInThatState):
        replace_paper(
            actor=herself,
            document_id=number,
            upload=upload_of(certificate_pdf(2)),
            store=store(),
            now=given.NOW,
        )
    [paper] = papers()
    assert lying() == sorted(paper.lies_at())


def test_what_nobody_sent_for_a_fortnight_is_forgotten_and_nothing_else(dana, herself):
    send(herself, dana, brought_in(herself, dana))
    old = brought_in(herself, dana, certificate_pdf(2))
    young = brought_in(herself, dana, certificate_pdf(3), now=given.NOW + timedelta(seconds=1))
    forget_papers(store=store(), kept_for=KEPT, now=LATER - timedelta(seconds=1))
    assert old in [paper.id for paper in papers()]
    forget_papers(store=store(), kept_for=KEPT, now=LATER)
    left = papers()
    assert [paper.id for paper in left][1:] == [young]
    assert lying() == sorted(key for paper in left for key in paper.lies_at())
    assert entries()[-1] == "forget paper"


def test_what_stopped_between_files_and_row_is_cleared_by_the_next_sweep(
    dana, herself, monkeypatch
):
    number = brought_in(herself, dana)
    with monkeypatch.context() as patch:
        patch.setattr(use_cases, "remove_papers", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            throw_away_paper(actor=herself, document_id=number, store=store(), now=given.NOW)
    assert lying() == []
    assert list(examined(db.session())) == [], "a paper thrown away lacks no file"
    with pytest.raises(NotFound):
        send(herself, dana, number)
    forget_papers(store=store(), kept_for=KEPT, now=given.NOW)
    assert papers() == []


def test_a_heap_of_unsent_papers_is_refused_and_nothing_of_it_stays(dana, herself, monkeypatch):
    monkeypatch.setattr(use_cases, "MOST_UNSENT", 1)
    brought_in(herself, dana)
    before = lying()
    with pytest.raises(BadUpload, match="wait to be sent already"):
        brought_in(herself, dana, certificate_pdf(2))
    assert lying() == before
    assert db.session.scalars(select(Document)).one()
