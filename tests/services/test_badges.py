"""Digital badges come in and are checked by what is on record; a person decides by them."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from registry.adapters.file_store import FileStore
from registry.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotInThatState,
    Overtaken,
)
from registry.models import (
    AuditEntry,
    Badge,
    BadgeBehind,
    BadgeIssuerVersion,
    BadgeProof,
    CredentialVersion,
    StatusListCopy,
    Verification,
    db,
)
from registry.queries.badge_issuers import badge_issuer
from registry.queries.badges import badge_letters, badge_on_desk, badge_seen
from registry.rules.badge_findings import Question
from registry.rules.facts import Certificate
from registry.rules.reasons import Verdict
from registry.rules.vocabulary import CredentialKind, Method, Role, VersionState
from registry.services.badge_issuers import decide_on_issuer, record_issuer
from registry.services.badges import attach_badge
from registry.services.credentials import submit_credential
from registry.services.practitioners import change_contact
from registry.services.status_lists import keep_status_list
from registry.services.verification import verify_version
from tests import given
from tests.badges import COURSE, LIST, School, administrator, b64, brought, on_list
from tests.given import NOW, TODAY


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def herself(dana, harbour):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Boss")


@pytest.fixture
def school(app):
    return School()


@pytest.fixture
def store(app):
    return FileStore.from_url(app.config["DOCUMENTS"])


def verdicts(badge_id, who, now=NOW):
    checks = badge_seen(actor=who, badge_id=badge_id, now=now).checked.checks
    return {check.question: check.verdict for check in checks}


def rows(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def waiting(whose, badge_id, who, store, course=COURSE):
    """Entered as a certificate with the badge behind it; its version."""
    fact = Certificate(
        id=0,
        state=VersionState.SUBMITTED,
        provider="Lakeside",
        course=course,
        completed_on=TODAY,
        first_day=TODAY,
        taught=given.LEGS,
    )
    number = submit_credential(
        actor=who,
        practitioner_id=whose.id,
        fact=fact,
        upload=None,
        store=store,
        badge_id=badge_id,
        now=NOW,
    )
    return version_of(number)


def version_of(credential_id):
    return db.session.scalars(
        select(CredentialVersion.id).where(CredentialVersion.credential_id == credential_id)
    ).one()


def verify(who, version_id, **known):
    ordinary = dict(method=Method.SIGNED_CREDENTIAL, reference="Its badge", today=TODAY, now=NOW)
    return verify_version(actor=who, version_id=version_id, **ordinary | known)


def test_a_badge_is_kept_letter_by_letter_and_told_on_the_trail(dana, herself, school):
    raw = school.badge()
    number = brought(herself, dana, f"  {raw}\n")
    assert badge_letters(actor=herself, badge_id=number) == raw
    kept = db.session.get_one(Badge, number)
    assert kept.sha256 == sha256(raw.encode()).hexdigest()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"badge:{number}"))
    assert json.loads(entry.one().body)["after"]["sha256"] == kept.sha256


def test_without_an_issuer_on_record_hardly_anything_is_known(dana, herself, school):
    found = verdicts(brought(herself, dana, school.badge()), herself)
    assert found == {
        Question.SIGNATURE: Verdict.UNKNOWN,
        Question.ISSUER: Verdict.UNMET,
        Question.DAYS: Verdict.MET,
        Question.HOLDER: Verdict.MET,
        Question.STATUS: Verdict.UNKNOWN,
    }


def test_with_issuer_keys_and_list_on_record_everything_is_met(dana, herself, school):
    on_list(school)
    found = verdicts(brought(herself, dana, school.badge()), herself)
    assert set(found.values()) == {Verdict.MET}


def changed(school):
    head, _, signature = school.badge().split(".")
    return f"{head}.{b64(school.claims('Dana Okafor', name='x'))}.{signature}"


DEFECTS = {
    "tampered with": (Question.SIGNATURE, changed),
    "signed by another": (Question.SIGNATURE, lambda _: School().badge()),
    "of somebody else": (Question.HOLDER, lambda s: s.badge("Marcus Bell")),
    "no longer valid": (
        Question.DAYS,
        lambda s: s.badge(validUntil=(NOW - timedelta(days=1)).isoformat()),
    ),
    "not yet valid": (
        Question.DAYS,
        lambda s: s.badge(validFrom=(NOW + timedelta(days=1)).isoformat()),
    ),
    "without a status list": (Question.STATUS, lambda s: s.badge(credentialStatus=None)),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_badge_with_a_defect_is_no_proof_though_a_person_says_so(
    dana, herself, mara, school, store, defect
):
    question, make = DEFECTS[defect]
    on_list(school)
    number = brought(herself, dana, make(school))
    assert verdicts(number, herself)[question] is not Verdict.MET
    version = waiting(dana, number, herself, store)
    with pytest.raises(BadInput) as refused:
        verify(mara, version)
    assert refused.value.field == "method"
    assert rows(Verification) == rows(BadgeProof) == 0
    assert verify(mara, version, method=Method.ISSUER_PHONED) == []


def test_a_revoked_badge_is_no_proof_from_the_list_on_that_says_so(
    dana, herself, mara, school, store
):
    issuer = on_list(school)
    version = waiting(dana, brought(herself, dana, school.badge()), herself, store)
    revoked = school.status_list(7, issued=NOW)
    keep_status_list(actor=administrator(), issuer_id=issuer, text=revoked, now=NOW)
    with pytest.raises(BadInput):
        verify(mara, version)


def test_a_list_that_is_stale_by_the_day_of_the_check_is_no_proof(
    dana, herself, mara, school, store
):
    on_list(school)
    version = waiting(dana, brought(herself, dana, school.badge()), herself, store)
    with pytest.raises(BadInput):
        verify(mara, version, now=NOW + timedelta(days=8))
    verify(mara, version, now=NOW + timedelta(days=7))
    assert rows(BadgeProof) == 1


def test_verified_by_its_badge_the_proof_is_bound_to_the_signature(
    dana, herself, mara, school, store
):
    on_list(school)
    raw = school.badge()
    number = brought(herself, dana, raw)
    version = waiting(dana, number, herself, store)
    verify(mara, version)
    row = db.session.scalars(select(Verification)).one()
    proof = db.session.get_one(BadgeProof, row.id)
    assert row.method is Method.SIGNED_CREDENTIAL
    assert (proof.badge_id, proof.sha256) == (number, sha256(raw.encode()).hexdigest())
    assert {verdict for _, verdict, _ in proof.checks} == {"met"}
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "verified credential")
    ).one()
    assert json.loads(entry.body)["after"]["badge_sha256"] == proof.sha256
    version_row = db.session.get_one(CredentialVersion, version)
    desk = badge_on_desk(version, version_row.particulars, NOW)
    assert [verdict for _, verdict, _ in desk.bound] == ["met"] * len(Question)


def test_where_the_issuers_word_was_not_said_to_count_it_is_no_proof(
    dana, herself, mara, school, store
):
    on_list(school, counts=False)
    version = waiting(dana, brought(herself, dana, school.badge()), herself, store)
    with pytest.raises(BadInput, match="word was not said to count"):
        verify(mara, version)


def test_a_badge_of_another_course_is_no_proof_of_what_was_typed(
    dana, herself, mara, school, store
):
    on_list(school)
    number = brought(herself, dana, school.badge())
    version = waiting(dana, number, herself, store, course="Dry needling, neck and thorax")
    with pytest.raises(BadInput):
        verify(mara, version)


def test_without_a_badge_behind_it_nothing_is_verified_by_one(dana, mara):
    paper = given.certificate(dana, state=VersionState.SUBMITTED)
    with pytest.raises(BadInput, match="no digital badge"):
        verify(mara, version_of(paper.id))


def test_nobody_verifies_by_a_badge_they_brought_in_nor_their_own(
    dana, herself, harbour, mara, school, store
):
    on_list(school)
    version = waiting(dana, brought(mara, dana, school.badge()), herself, store)
    with pytest.raises(BadInput, match="somebody else"):
        verify(mara, version)
    with pytest.raises(NotAllowed):
        verify(given.also(herself, Role.MANAGER, harbour), version)
    verify(given.somebody(Role.MANAGER, harbour), version)
    assert rows(BadgeProof) == 1


def test_an_address_that_somebody_wrote_on_their_own_card_makes_nothing_theirs(
    dana, herself, school
):
    on_list(school)
    mail = {"type": "IdentityObject", "hashed": False, "identityType": "emailAddress"}
    subject = school.claims()["credentialSubject"]
    other = subject | {"identifier": [mail | {"identityHash": "marcus@test.example"}]}
    told = dict(practitioner_id=dana.id, phone="", now=NOW)
    change_contact(actor=herself, email="marcus@test.example", **told)
    number = brought(herself, dana, school.badge(credentialSubject=other))
    assert verdicts(number, herself)[Question.HOLDER] is Verdict.UNMET
    mine = subject | {"identifier": [mail | {"identityHash": "dana.okafor@test.example"}]}
    number = brought(herself, dana, school.badge(credentialSubject=mine))
    assert verdicts(number, herself)[Question.HOLDER] is Verdict.MET


def test_the_same_badge_is_brought_in_once(dana, herself, school):
    raw = school.badge()
    brought(herself, dana, raw)
    with pytest.raises(BadInput, match="already") as refused:
        brought(herself, dana, raw)
    assert refused.value.field == "badge"
    assert rows(Badge) == 1


@pytest.mark.parametrize("raw", ["", "nonsense", "{}", "a.b.c", "[" * 5000])
def test_what_is_no_badge_leaves_nothing(dana, herself, raw):
    with pytest.raises(BadInput) as refused:
        brought(herself, dana, raw)
    assert refused.value.field == "badge"
    assert rows(Badge) == 0


def test_only_who_may_upload_for_them_brings_one_in_and_only_who_may_open_sees_it(
    dana, herself, harbour, mara, school
):
    number = brought(mara, dana, school.badge())
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, error in (
        (given.somebody(Role.MANAGER, hill), NotFound),
        (given.somebody(Role.FRONT_DESK, harbour), NotAllowed),
        (given.somebody(Role.ADMINISTRATOR), NotAllowed),
    ):
        with pytest.raises(error):
            brought(who, dana, school.badge("Dana Okafor", name="x"))
        with pytest.raises(error):
            badge_seen(actor=who, badge_id=number, now=NOW)
    assert badge_seen(actor=herself, badge_id=number, now=NOW).holder == "Dana Okafor"


def test_a_badge_is_put_behind_a_certificate_that_waits(dana, herself, school):
    paper = given.certificate(dana, state=VersionState.SUBMITTED)
    number = brought(herself, dana, school.badge())
    seen = badge_seen(actor=herself, badge_id=number, now=NOW)
    assert [one.version_id for one in seen.waiting] == [version_of(paper.id)]
    told = dict(actor=herself, badge_id=number, version_id=version_of(paper.id), now=NOW)
    assert attach_badge(**told) == paper.id
    with pytest.raises(NotInThatState):
        attach_badge(**told)
    assert rows(BadgeBehind) == 1


def test_a_badge_is_not_put_behind_what_is_verified_no_certificate_or_anothers(
    dana, herself, harbour, school
):
    number = brought(herself, dana, school.badge())
    verified = given.certificate(dana)
    licence = given.on_record(
        dana,
        given.Licence,
        dict(number="7", jurisdiction="US-MT", profession="PT", first_day=TODAY),
        state=VersionState.SUBMITTED,
    )
    marcus = given.practitioner("Marcus Bell", at=harbour)
    others = given.certificate(marcus, state=VersionState.SUBMITTED)
    for paper, error in ((verified, NotInThatState), (licence, NotInThatState), (others, BadInput)):
        with pytest.raises(error):
            attach_badge(actor=herself, badge_id=number, version_id=version_of(paper.id), now=NOW)
    assert rows(BadgeBehind) == 0
    assert licence.kind is CredentialKind.LICENCE


def test_somebody_elses_badge_is_not_put_behind_ones_own(dana, herself, harbour, school, store):
    marcus = given.practitioner("Marcus Bell", at=harbour)
    his = given.somebody(Role.PRACTITIONER, harbour, practises_as=marcus)
    number = brought(his, marcus, school.badge())
    with pytest.raises(NotFound):
        waiting(dana, number, herself, store)
    mara = given.somebody(Role.MANAGER, harbour)
    with pytest.raises(NotFound):
        waiting(dana, number, mara, store)
    assert rows(CredentialVersion) == 0


def test_an_issuer_is_decided_on_anew_and_all_that_was_decided_stays(dana, herself, school):
    issuer, boss = on_list(school), administrator()
    number = brought(herself, dana, school.badge())
    terms = school.terms(accepted=False, keys="", reason="They closed.")
    told = dict(actor=boss, issuer_id=issuer, seen_number=1, terms=terms, now=NOW)
    decide_on_issuer(**told)
    assert verdicts(number, herself)[Question.ISSUER] is Verdict.UNMET
    with pytest.raises(Overtaken):
        decide_on_issuer(**told)
    seen = badge_issuer(actor=boss, issuer_id=issuer, now=NOW)
    assert [(one.number, one.accepted, one.counts) for one in seen.decisions] == [
        (2, False, False),
        (1, True, True),
    ]
    assert seen.now.keys == seen.decisions[1].keys
    entries = select(AuditEntry.action).where(AuditEntry.subject == f"badge_issuer:{issuer}")
    assert list(db.session.scalars(entries.order_by(AuditEntry.id))) == [
        "record a badge issuer",
        "keep a status list",
        "decide on a badge issuer",
    ]


def test_a_key_that_was_taken_off_signs_neither_badge_nor_list_any_more(dana, herself, school):
    issuer = on_list(school)
    number = brought(herself, dana, school.badge())
    newer = School()
    terms = school.terms(keys=newer.pasted.replace(newer.kid, "key-2"))
    decide_on_issuer(actor=administrator(), issuer_id=issuer, seen_number=1, terms=terms, now=NOW)
    found = verdicts(number, herself)
    assert (found[Question.SIGNATURE], found[Question.STATUS]) == (Verdict.UNMET, Verdict.UNKNOWN)


def test_only_an_administrator_decides_whose_badges_are_accepted(school, mara, harbour):
    told = dict(identifier=school.identifier, terms=school.terms(), now=NOW)
    for who in (mara, given.somebody(Role.AUDITOR), given.somebody(Role.FRONT_DESK, harbour)):
        with pytest.raises(NotAllowed):
            record_issuer(actor=who, **told)
    assert rows(BadgeIssuerVersion) == 0
    number = record_issuer(actor=administrator(), **told)
    for who in (mara, given.somebody(Role.AUDITOR)):
        assert badge_issuer(actor=who, issuer_id=number, now=NOW).identifier == school.identifier
    with pytest.raises(NotAllowed):
        badge_issuer(actor=given.somebody(Role.FRONT_DESK, harbour), issuer_id=number, now=NOW)


@pytest.mark.parametrize(
    ("identifier", "known", "field"),
    [
        ("", {}, "identifier"),
        ("Lakeside", {}, "identifier"),
        ("javascript:alert(1)", {}, "identifier"),
        ("https://a.example/ x", {}, "identifier"),
        ("https://a.example/" + "x" * 500, {}, "identifier"),
        ("did:web:a.example", {"name": "…"}, "name"),
        ("did:web:a.example", {"keys": "x"}, "keys"),
        ("did:web:a.example", {"reason": " "}, "reason"),
    ],
)
def test_what_cannot_be_an_issuer_is_refused_at_its_field(app, school, identifier, known, field):
    with pytest.raises(BadInput) as refused:
        record_issuer(
            actor=administrator(), identifier=identifier, terms=school.terms(**known), now=NOW
        )
    assert refused.value.field == field
    assert rows(BadgeIssuerVersion) == 0


def test_an_issuer_is_on_record_once(app, school):
    on_list(school)
    with pytest.raises(BadInput, match="already"):
        on_list(School(school.identifier))


LISTS = {
    "nothing": lambda s: "",
    "no list": lambda s: s.badge(),
    "of another issuer": lambda s: s.status_list(issuer="did:web:b.example"),
    "signed by another": lambda s: School().status_list(),
    "of tomorrow": lambda s: s.status_list(issued=NOW + timedelta(days=1)),
    "no longer valid": lambda s: s.status_list(validUntil=NOW.isoformat()),
    "without an address": lambda s: s.status_list(address=""),
    "older than the one on record": lambda s: s.status_list(issued=NOW - timedelta(days=1)),
}


@pytest.mark.parametrize("defect", LISTS)
def test_a_status_list_with_a_defect_is_not_kept(app, school, defect):
    issuer = on_list(school, 7)
    with pytest.raises(BadInput) as refused:
        keep_status_list(
            actor=administrator(), issuer_id=issuer, text=LISTS[defect](school), now=NOW
        )
    assert refused.value.field == "status_list"
    assert rows(StatusListCopy) == 1


def test_what_lies_at_an_address_must_be_the_list_of_that_address(app, school):
    issuer, boss = on_list(school), administrator()
    text = school.status_list(issued=NOW)
    told = dict(actor=boss, issuer_id=issuer, text=text, now=NOW)
    with pytest.raises(BadInput, match="another list"):
        keep_status_list(**told, fetched_from="https://school.example/status/2")
    keep_status_list(**told, fetched_from=LIST)
    assert [one.fetched for one in badge_issuer(actor=boss, issuer_id=issuer, now=NOW).lists] == [
        True
    ]
