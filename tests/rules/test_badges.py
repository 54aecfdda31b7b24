"""What is asked of a digital badge: met, not met, or not known, and not known is not met."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from openbadgeslib.ob3 import IdentityObject
from openbadgeslib.ob3.status_list import encode_bitstring

from registry.rules.badge_checks import check_badge
from registry.rules.badge_findings import (
    HolderKnown,
    IssuerKnown,
    ListKept,
    Question,
    Signature,
    kept_checks,
)
from registry.rules.badge_status import STALE
from registry.rules.badges import BadgeSaid, Identity, NotABadge, StatusEntry, badge_said
from registry.rules.reasons import Verdict
from registry.rules.status_lists import (
    FEWEST_BITS,
    MOST_BYTES,
    StatusList,
    packed,
    status_list_said,
    unpacked,
)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIST = "https://school.example/status/1"
SAID = BadgeSaid(
    issuer="did:web:school.example",
    issuer_name="Lakeside",
    number="urn:1",
    achievement="DN-1",
    valid_from=NOW - DAY,
    valid_until=NOW + DAY,
    identities=(Identity("name", "Dana Okafor"),),
    statuses=(StatusEntry(LIST, "revocation", 7),),
)
ISSUER = IssuerKnown("Lakeside", accepted=True, counts=True, may_lack_status=False)
HOLDER = HolderKnown("Dana Okafor", ("dana@test.example",))
BITS = StatusList(SAID.issuer, LIST, "revocation", bytes(FEWEST_BITS // 8), NOW, None)
KEPT = ListKept(BITS, NOW, genuine=True)


def checked(said=SAID, signature=Signature.GOOD, **known):
    ordinary = dict(issuer=ISSUER, holder=HOLDER, lists=[KEPT], course="DN-1", now=NOW)
    return check_badge(said, signature, **ordinary | known)


def verdicts(found):
    return {check.question: check.verdict for check in found.checks}


def only(found, question):
    """The verdict on that question, all others being met."""
    rest = {asked: verdict for asked, verdict in verdicts(found).items() if asked is not question}
    assert set(rest.values()) == {Verdict.MET}
    assert not found.is_proof
    check = next(check for check in found.checks if check.question is question)
    assert check.remedy
    return check.verdict


def test_a_badge_of_which_everything_is_met_is_proof_where_its_issuers_word_counts():
    assert checked().is_proof
    assert list(verdicts(checked())) == list(Question)
    trusted_less = checked(issuer=replace(ISSUER, counts=False))
    assert trusted_less.all_met
    assert not trusted_less.is_proof


@pytest.mark.parametrize(
    ("signature", "verdict"),
    [
        (Signature.WRONG, Verdict.UNMET),
        (Signature.OTHER_KEY, Verdict.UNMET),
        (Signature.NO_KEYS, Verdict.UNKNOWN),
        (Signature.OTHER_WAY, Verdict.UNKNOWN),
    ],
)
def test_only_a_good_signature_is_met(signature, verdict):
    assert only(checked(signature=signature), Question.SIGNATURE) is verdict


def test_an_issuer_who_is_not_on_the_list_or_no_longer_does_not_count():
    unknown = checked(issuer=None, said=replace(SAID, issuer_name=""))
    assert only(unknown, Question.ISSUER) is Verdict.UNMET
    gone = checked(issuer=replace(ISSUER, accepted=False))
    assert only(gone, Question.ISSUER) is Verdict.UNMET


@pytest.mark.parametrize(
    ("since", "until", "verdict"),
    [
        (NOW, None, Verdict.MET),
        (NOW - DAY, NOW + timedelta(seconds=1), Verdict.MET),
        (NOW + timedelta(seconds=1), None, Verdict.UNMET),
        (NOW - DAY, NOW, Verdict.UNMET),
        (None, None, Verdict.UNKNOWN),
        (None, NOW + DAY, Verdict.UNKNOWN),
    ],
)
def test_a_badge_counts_within_its_days_only(since, until, verdict):
    found = checked(replace(SAID, valid_from=since, valid_until=until))
    assert verdicts(found)[Question.DAYS] is verdict


def hashed(email, salt="salty"):
    return Identity(
        "emailAddress", f"sha256${sha256((email + salt).encode()).hexdigest()}", True, salt
    )


@pytest.mark.parametrize(
    ("identities", "verdict"),
    [
        ([Identity("name", "dana  OKAFOR")], Verdict.MET),
        ([Identity("name", "Marcus Bell")], Verdict.UNMET),
        ([Identity("name", "Marcus Bell"), hashed("dana@test.example")], Verdict.UNMET),
        ([Identity("name", "Dana Okafor"), Identity("name", "Marcus Bell")], Verdict.UNMET),
        ([Identity("name", "Dana Okafor"), hashed("old@test.example")], Verdict.MET),
        ([hashed("dana@test.example")], Verdict.MET),
        ([hashed("dana@test.example", "")], Verdict.MET),
        ([hashed("other@test.example"), hashed("dana@test.example")], Verdict.MET),
        ([hashed("other@test.example")], Verdict.UNMET),
        ([Identity("emailAddress", "Dana@Test.Example")], Verdict.MET),
        ([Identity("emailAddress", "sha256$00", True)], Verdict.UNMET),
        ([Identity("emailAddress", "md5$00", True)], Verdict.UNMET),
        ([Identity("emailAddress", "sha256$ü", True)], Verdict.UNMET),
        ([Identity("studentId", "7")], Verdict.UNKNOWN),
        ([], Verdict.UNKNOWN),
    ],
)
def test_a_badge_counts_for_whom_it_is_made_out_to(identities, verdict):
    found = checked(replace(SAID, identities=tuple(identities)))
    assert verdicts(found)[Question.HOLDER] is verdict


def test_an_address_hashed_by_another_program_is_recognised():
    made = IdentityObject.create("dana@test.example", "salty")
    one = Identity(made.identity_type, made.identity_hash, made.hashed, made.salt)
    assert verdicts(checked(replace(SAID, identities=(one,))))[Question.HOLDER] is Verdict.MET


def with_bits(*places, **known):
    return replace(KEPT, told=replace(BITS, bits=unpacked(packed(places)), **known))


@pytest.mark.parametrize(
    ("kept", "verdict"),
    [
        ([], Verdict.UNKNOWN),
        ([KEPT], Verdict.MET),
        ([with_bits(6, 8)], Verdict.MET),
        ([with_bits(7)], Verdict.UNMET),
        ([replace(with_bits(7), kept_at=NOW - 2 * STALE)], Verdict.UNMET),
        ([replace(KEPT, kept_at=NOW - STALE)], Verdict.MET),
        ([replace(KEPT, kept_at=NOW - STALE - DAY)], Verdict.UNKNOWN),
        ([with_bits(valid_until=NOW)], Verdict.UNKNOWN),
        ([replace(KEPT, genuine=False)], Verdict.UNKNOWN),
        ([replace(KEPT, told=replace(BITS, address="https://b.example"))], Verdict.UNKNOWN),
        ([replace(KEPT, told=replace(BITS, issuer="did:web:b.example"))], Verdict.UNKNOWN),
        ([replace(KEPT, told=replace(BITS, purpose="suspension"))], Verdict.UNKNOWN),
        ([replace(KEPT, told=replace(BITS, bits=b""))], Verdict.UNKNOWN),
        ([with_bits(7), replace(KEPT, kept_at=NOW - DAY)], Verdict.UNMET),
        ([KEPT, replace(with_bits(7), kept_at=NOW - DAY)], Verdict.MET),
    ],
)
def test_a_badge_stands_only_by_a_fresh_and_genuine_list_of_its_issuer(kept, verdict):
    assert verdicts(checked(lists=kept))[Question.STATUS] is verdict


def test_every_list_that_a_badge_names_must_say_that_it_stands():
    both = replace(SAID, statuses=(*SAID.statuses, StatusEntry(LIST, "suspension", 7)))
    assert only(checked(both), Question.STATUS) is Verdict.UNKNOWN
    asleep = replace(KEPT, told=replace(with_bits(7).told, purpose="suspension"))
    assert only(checked(both, lists=[KEPT, asleep]), Question.STATUS) is Verdict.UNMET
    other_way = replace(SAID, statuses=(*SAID.statuses, StatusEntry("https://b.example/list")))
    assert only(checked(other_way), Question.STATUS) is Verdict.UNKNOWN


def test_a_badge_without_a_list_stands_only_where_that_is_accepted_of_its_issuer():
    bare = replace(SAID, statuses=())
    assert only(checked(bare), Question.STATUS) is Verdict.UNKNOWN
    assert checked(bare, issuer=replace(ISSUER, may_lack_status=True)).is_proof


def test_a_badge_of_another_course_does_not_stand_for_what_was_typed():
    assert only(checked(course="DN-2"), Question.COURSE) is Verdict.UNMET
    assert checked(course=" dn-1 ").is_proof
    assert Question.COURSE not in verdicts(checked(course=None))


def test_what_was_found_is_kept_in_words():
    kept = kept_checks(checked())
    assert [question for question, _, _ in kept] == [str(one) for one in Question]
    assert all(sentence.endswith(".") for _, _, sentence in kept)


CLAIMS = {
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": "did:web:a.example",
    "credentialSubject": {"achievement": {"name": "DN-1"}},
}


def test_of_two_days_the_narrower_counts():
    said = badge_said(
        CLAIMS
        | {"validFrom": "2027-01-01T00:00:00Z", "nbf": int(NOW.timestamp())}
        | {"validUntil": "2029-01-01T00:00:00Z", "exp": int((NOW + DAY).timestamp())}
    )
    assert (said.valid_from, said.valid_until) == (NOW, NOW + DAY)


def test_the_older_shape_of_a_credential_is_read_too():
    body = CLAIMS | {
        "issuanceDate": "2027-01-01T00:00:00Z",
        "expirationDate": "2028-01-01T00:00:00",
    }
    said = badge_said({"iss": "did:web:a.example", "vc": body})
    assert said.valid_until == datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "VerifiableCredential"},
        {"type": 7},
        {"issuer": None},
        {"issuer": {"name": "A"}},
        {"issuer": ["did:web:a.example"]},
        {"issuer": "did:web:a\n.example"},
        {"issuer": "x" * 501},
        {"iss": "did:web:b.example"},
        {"jti": "urn:2", "id": "urn:1"},
        {"sub": "did:b", "credentialSubject": {"id": "did:a", "achievement": {"name": "DN-1"}}},
        {"credentialSubject": None},
        {"credentialSubject": []},
        {"credentialSubject": {"achievement": {}}},
        {"credentialSubject": {"achievement": "DN-1"}},
        {"credentialSubject": {"achievement": {"name": "\u0000"}}},
        {"validFrom": "yesterday"},
        {"validFrom": "0000-00-00"},
        {"validUntil": "9999-12-31T23:59:59-23:00"},
        {"exp": 1e308},
        {"exp": True},
        {"exp": []},
        {"nbf": -(10**30)},
        {"vc": 7},
        {"credentialSubject": {"achievement": {"name": "A"}, "activityEndDate": "no"}},
    ],
    ids=str,
)
def test_what_contradicts_itself_or_says_too_little_is_no_badge(wrong):
    with pytest.raises(NotABadge, match=r"\w+ .*\."):
        badge_said(CLAIMS | wrong)


@pytest.mark.parametrize(
    "status",
    [
        7,
        "x",
        {"type": "1EdTechRevocationList", "id": "https://a.example/r"},
        {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
        {"type": "BitstringStatusListEntry", "statusPurpose": "message", "statusListIndex": "1"},
        {"type": "BitstringStatusListEntry", "statusPurpose": ["x"], "statusListIndex": "1"},
        {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": -1},
        {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "٣"},
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusSize": 2,
        },
    ],
    ids=str,
)
def test_a_status_that_cannot_be_read_is_not_known_and_never_overlooked(status):
    said = badge_said(CLAIMS | {"credentialStatus": status})
    assert [entry.index for entry in said.statuses] == [None]


def test_a_list_is_packed_as_other_programs_pack_it():
    places = [0, 7, 8, FEWEST_BITS - 1]
    assert unpacked(packed(places)) == unpacked(encode_bitstring(places))
    told = replace(BITS, bits=unpacked(packed(places)))
    assert [told.is_set(place) for place in (0, 1, 7, 8, FEWEST_BITS - 1)] == [
        *(True, False, True, True, True)
    ]
    assert (told.is_set(FEWEST_BITS), told.is_set(-1)) == (None, None)


@pytest.mark.parametrize(
    "text",
    ["", "u", "u!!", "uAAAA", packed([])[:-9], packed([], 8 * (MOST_BYTES + 8)), "ü", "u" * 9999],
    ids=range(8),
)
def test_a_list_that_is_cut_off_or_endless_is_refused(text):
    with pytest.raises(NotABadge):
        unpacked(text)


OF_A_LIST = {
    "id": LIST,
    "type": "BitstringStatusListCredential",
    "issuer": SAID.issuer,
    "credentialSubject": {"statusPurpose": "revocation", "encodedList": packed([1])},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "OpenBadgeCredential"},
        {"type": None},
        {"credentialSubject": None},
        {"credentialSubject": {"statusPurpose": "revocation"}},
        {"credentialSubject": {"statusPurpose": ["x"], "encodedList": packed([])}},
        {"credentialSubject": {"statusPurpose": "message", "encodedList": packed([])}},
        {"iss": "did:web:b.example"},
        {"validUntil": "never"},
    ],
    ids=str,
)
def test_what_is_no_status_list_is_refused(wrong):
    assert status_list_said(OF_A_LIST).is_set(1)
    with pytest.raises(NotABadge):
        status_list_said(OF_A_LIST | wrong)
