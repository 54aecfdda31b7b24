"""Letters as badges: they say what was agreed to, and are taken back the moment it goes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from sqlalchemy import func, select

from registry.adapters.sealing import Sealer
from registry.adapters.signed_credentials import (
    PublicKey,
    open_credential,
    sign_claims,
    signature_of,
)
from registry.errors import NotAllowed, NotFound, NotInThatState
from registry.models import AuditEntry, IssuedBadge, SigningKey, db
from registry.models.issued_on_record import Worth
from registry.queries.issued_badges import (
    badge_asked,
    badges_of_letter,
    places_set,
    published_keys,
)
from registry.rules.badge_findings import Signature
from registry.rules.letter_badges import did_of
from registry.rules.privilege_letters import LetterPart
from registry.rules.vocabulary import Outcome, Role
from registry.services.engagements import end_engagement
from registry.services.issued_badges import issue_letter_badge
from registry.services.practitioners import change_name
from registry.services.privilege_letters import agree_to_letter, withdraw_letter
from registry.services.signing_keys import make_signing_key
from registry.services.verification import decide_standing
from tests import given
from tests.badges import b64
from tests.factors import SEALER
from tests.given import NOW, TODAY
from tests.letters import letter_of

BASE = "https://clinic.example"
DAY = timedelta(days=1)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.licence(dana)
    return dana


@pytest.fixture
def paper(dana):
    return given.certificate(dana)


@pytest.fixture
def herself(dana, harbour, paper):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Boss")


@pytest.fixture
def letter(herself, harbour):
    return letter_of(herself, harbour)


def issued(who, letter, **known):
    told = dict(actor=who, letter_id=letter.id, base_url=BASE, sealer=SEALER, now=NOW)
    number = issue_letter_badge(**told | known)
    return db.session.get_one(IssuedBadge, number, populate_existing=True)


def claims_of(badge):
    return open_credential(badge.token).claims


def worth(badge, now=NOW):
    asked = badge_asked(raw=badge.token, now=now)
    return asked.worth if asked else None


def bits(badge, now=NOW):
    """Taken back for good, not holding now: as our lists tell anybody."""
    return tuple(
        badge.place in places_set(purpose=purpose, now=now)
        for purpose in ("revocation", "suspension")
    )


def decided(mara, paper, outcome, day=TODAY):
    decide_standing(
        actor=mara,
        credential_id=paper.id,
        outcome=outcome,
        effective_from=day,
        reason="So.",
        now=NOW,
    )


def test_another_program_verifies_what_we_signed_and_refuses_it_changed(herself, letter):
    badge = issued(herself, letter)
    jwk = next(iter(published_keys().values()))
    key = jwt.PyJWK(jwk | {"alg": "EdDSA"}).key
    assert isinstance(key, Ed25519PublicKey)
    head, body, signature = badge.token.split(".")
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with time_machine.travel(NOW, tick=False):  # that program asks the clock on the wall
        found = OB3Verifier(pem).verify(badge.token)
        assert found.achievement.name == "May needle at Harbour Clinic"
        assert [one.identity_hash for one in found.identifiers] == ["Dana Okafor"]
        changed = claims_of(badge) | {"name": "May needle everywhere"}
        with pytest.raises(OB3VerificationError):
            OB3Verifier(pem).verify(f"{head}.{b64(changed)}.{signature}")
    raw = jwt.utils.base64url_decode(signature)
    key.verify(raw, f"{head}.{body}".encode())


def test_a_badge_says_what_was_agreed_to_and_how_to_find_what_holds(herself, letter, dana):
    badge = issued(herself, letter)
    claims = claims_of(badge)
    said = claims["credentialSubject"]["achievement"]["description"]
    assert claims["issuer"]["id"] == claims["iss"] == "did:web:clinic.example"
    for words in ("Dana Okafor", "Thigh", "Physical therapist".lower(), "Montana"):
        assert words in said, words
    header = jwt.get_unverified_header(badge.token)
    assert header["kid"] == f"did:web:clinic.example#{next(iter(published_keys()))}"
    assert [entry["statusPurpose"] for entry in claims["credentialStatus"]] == [
        "revocation",
        "suspension",
    ]
    assert "sub" not in claims


@pytest.mark.parametrize("part", [None, *LetterPart])
def test_a_badge_tells_nothing_that_was_not_agreed_to(herself, harbour, part):
    letter = letter_of(herself, harbour, [part] if part else [])
    told = json.dumps(claims_of(issued(herself, letter)))
    alone = {
        LetterPart.REGIONS: "Thigh",
        LetterPart.PROFESSION: "physical therapist",
        LetterPart.LICENCE: "Montana",
    }
    for each, words in alone.items():
        assert (words in told) is (each is part), words
    assert "@test.example" not in told


def test_a_badge_lasts_three_months_at_most_and_no_longer_than_its_ground(
    herself, harbour, letter, dana
):
    assert issued(herself, letter).valid_until == datetime(2027, 6, 2, 4, tzinfo=UTC)
    end_engagement_on(dana, harbour, TODAY + 9 * DAY)
    assert issued(herself, letter).valid_until == datetime(2027, 3, 11, 5, tzinfo=UTC)


def end_engagement_on(whom, harbour, day):
    end_engagement(
        actor=given.somebody(Role.MANAGER, harbour),
        engagement_id=whom.engagements[0].id,
        last_day=day,
        now=NOW,
    )


def test_whoever_presses_twice_has_one(herself, letter):
    assert issued(herself, letter).id == issued(herself, letter, now=NOW + timedelta(hours=1)).id
    assert issued(herself, letter, now=NOW + DAY).id != issued(herself, letter).id
    wanted = select(func.count()).where(AuditEntry.action.like("sign a digital badge%"))
    assert db.session.scalar(wanted) == db.session.scalar(select(func.count(IssuedBadge.id)))


def test_a_fresh_badge_stands(herself, letter):
    badge = issued(herself, letter)
    assert (worth(badge), bits(badge)) == (Worth.STANDS, (False, False))
    asked = badge_asked(raw=badge.token, now=NOW)
    assert (asked.shown.name, asked.shown.may_needle) == ("Dana Okafor", True)


def test_withdrawn_with_its_letter_it_is_taken_back_at_once_and_shows_nothing(herself, letter):
    badge = issued(herself, letter)
    withdraw_letter(actor=herself, letter_id=letter.id, now=NOW)
    assert (worth(badge), bits(badge)) == (Worth.TAKEN_BACK, (True, False))
    assert badge_asked(raw=badge.token, now=NOW).shown is None


def test_whoever_agrees_to_less_takes_back_what_said_more_for_good(herself, harbour, letter):
    badge = issued(herself, letter)
    for shows, seen in (([], letter.version), (list(LetterPart), letter.version + 1)):
        agree_to_letter(
            actor=herself,
            clinic_id=harbour.id,
            shows=shows,
            agreed=True,
            seen_version=seen,
            sealer=SEALER,
            now=NOW,
        )
        assert (worth(badge), bits(badge)) == (Worth.TAKEN_BACK, (True, False))


def test_when_its_ground_goes_it_is_suspended_in_that_moment_and_stands_again_with_it(
    herself, letter, mara, paper
):
    badge = issued(herself, letter)
    decided(mara, paper, Outcome.SUSPENDED)
    assert (worth(badge), bits(badge)) == (Worth.SUSPENDED, (False, True))
    assert badge_asked(raw=badge.token, now=NOW).shown.may_needle is False
    decided(mara, paper, Outcome.REINSTATED)
    assert (worth(badge), bits(badge)) == (Worth.STANDS, (False, False))
    decided(mara, paper, Outcome.REVOKED, TODAY + 30 * DAY)
    assert worth(badge) is Worth.SUSPENDED


def test_a_badge_of_one_region_more_than_is_left_does_not_hold(herself, letter, mara, dana):
    more = given.certificate(dana, course="Neck", taught=frozenset({"neck"}))
    badge = issued(herself, letter)
    decided(mara, more, Outcome.REVOKED)
    assert worth(badge) is Worth.SUSPENDED
    assert badge_asked(raw=badge.token, now=NOW).shown.may_needle is True


def test_a_licence_that_ends_earlier_than_was_said_suspends(herself, harbour, dana, mara):
    other = given.licence(dana, last_day=TODAY + 4000 * DAY)
    badge = issued(herself, letter_of(herself, harbour, [LetterPart.LICENCE]))
    decided(mara, other, Outcome.REVOKED)
    assert worth(badge) is Worth.SUSPENDED


def test_under_another_name_and_after_the_end_it_does_not_hold(
    herself, harbour, letter, mara, dana
):
    badge = issued(herself, letter)
    change_name(actor=mara, practitioner_id=dana.id, name="Dana Bell", now=NOW)
    assert worth(badge) is Worth.SUSPENDED
    change_name(actor=mara, practitioner_id=dana.id, name="Dana Okafor", now=NOW)
    assert worth(badge) is Worth.STANDS
    assert worth(badge, badge.valid_until) is Worth.OVER
    assert bits(badge, badge.valid_until) == (False, False)
    end_engagement_on(dana, harbour, TODAY)
    assert worth(badge, NOW + DAY) is Worth.SUSPENDED


def test_what_we_never_signed_is_not_told_about(herself, letter):
    badge = issued(herself, letter)
    head, _, signature = badge.token.split(".")
    forged = f"{head}.{b64(claims_of(badge) | {'name': 'x'})}.{signature}"
    stranger = sign_claims(
        claims_of(badge), b"7" * 32, jwt.get_unverified_header(badge.token)["kid"]
    )
    for raw in (forged, stranger, "x", "", "{}", badge.token[:-8]):
        assert badge_asked(raw=raw, now=NOW) is None


def test_after_a_new_key_the_older_one_stays_published_and_what_it_signed_holds(herself, letter):
    first = issued(herself, letter)
    name = make_signing_key(sealer=SEALER, now=NOW)
    second = issued(herself, letter, now=NOW + DAY)
    assert jwt.get_unverified_header(second.token)["kid"].endswith(f"#{name}")
    assert next(iter(published_keys())) == name
    assert len(published_keys()) == 2
    assert (worth(first), worth(second)) == (Worth.STANDS, Worth.STANDS)
    keys = [PublicKey(called, jwk) for called, jwk in published_keys().items()]
    assert signature_of(open_credential(first.token), keys) is Signature.GOOD


def test_the_private_half_is_sealed_and_in_no_row_or_trail(herself, letter):
    issued(herself, letter)
    key = db.session.scalars(select(SigningKey)).one()
    private = SEALER.open(key.private_sealed, f"private half of the key for signing {key.name}")
    assert len(bytes.fromhex(private)) == 32
    assert private not in key.private_sealed
    trail = "".join(db.session.scalars(select(AuditEntry.body)))
    assert private not in trail
    assert '"d"' not in json.dumps(key.public)


def test_under_another_secret_nothing_is_signed_until_a_new_key_is_made(herself, letter):
    issued(herself, letter)
    other = Sealer("another secret, also long enough for all that")
    with pytest.raises(NotInThatState, match="keys make"):
        issued(herself, letter, sealer=other, now=NOW + DAY)
    make_signing_key(sealer=other, now=NOW)
    assert worth(issued(herself, letter, sealer=other, now=NOW + DAY)) is Worth.STANDS


def test_nobody_has_one_signed_for_another_and_nobody_who_may_not_needle(
    herself, letter, mara, paper, harbour
):
    marcus = given.practitioner("Marcus Bell", at=harbour)
    his = given.somebody(Role.PRACTITIONER, harbour, practises_as=marcus)
    for who, error in ((mara, NotAllowed), (his, NotFound)):
        with pytest.raises(error):
            issued(who, letter)
        with pytest.raises(error):
            badges_of_letter(actor=who, letter_id=letter.id, now=NOW)
    decided(mara, paper, Outcome.REVOKED)
    with pytest.raises(NotInThatState, match="may not needle"):
        issued(herself, letter)
    withdraw_letter(actor=herself, letter_id=letter.id, now=NOW)
    with pytest.raises(NotFound):
        issued(herself, letter)
    assert db.session.scalar(select(func.count(IssuedBadge.id))) == 0


def test_what_all_badges_are_worth_is_asked_as_often_for_ten_as_for_two(
    harbour, statements, herself, letter
):
    def more(number):
        whom = given.practitioner(f"Colleague {number}", at=harbour)
        given.certified(whom)
        who = given.somebody(Role.PRACTITIONER, harbour, practises_as=whom)
        issued(who, letter_of(who, harbour))

    issued(herself, letter)
    more(0)
    statements.clear()
    places_set(purpose="suspension", now=NOW)
    few = len(statements)
    for number in range(1, 9):
        more(number)
    statements.clear()
    assert places_set(purpose="suspension", now=NOW) == []
    assert len(statements) == few


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://clinic.example", "did:web:clinic.example"),
        ("https://clinic.example:8443", "did:web:clinic.example%3A8443"),
        ("https://clinic.example/a/b", "did:web:clinic.example:a:b"),
    ],
)
def test_our_name_as_an_issuer_is_our_address(address, did):
    assert did_of(address) == did
