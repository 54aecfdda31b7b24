"""Signed credentials: only keys on record count, each in its own way, whatever a token says."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from openbadgeslib.ob3 import Achievement, Issuer, OB3Signer, OB3Verifier, OpenBadgeCredential

from registry.adapters.signed_credentials import (
    MOST_LETTERS,
    PublicKey,
    open_credential,
    signature_of,
)
from registry.rules.badge_findings import Signature
from registry.rules.badges import NotABadge, badge_said
from tests.badges import COURSE, School, b64

SCHOOL, OTHER = School(), School()
NO_TEXT = b64(b"\xff\xfe")


def forged(header, claims=None, signature=b"x" * 64):
    return f"{b64(header)}.{b64(claims or SCHOOL.claims())}.{b64(signature)}"


def found(token, keys=None):
    return signature_of(open_credential(token), SCHOOL.keys if keys is None else keys)


def test_a_badge_signed_by_a_key_on_record_is_good():
    assert found(SCHOOL.badge()) is Signature.GOOD


def test_without_a_key_on_record_nothing_is_said_of_the_signature():
    assert found(SCHOOL.badge(), []) is Signature.NO_KEYS


def test_a_badge_of_which_a_letter_was_changed_is_wrong():
    head, _, signature = SCHOOL.badge().split(".")
    claims = SCHOOL.claims("Marcus Bell")
    assert found(f"{head}.{b64(claims)}.{signature}") is Signature.WRONG


def test_a_badge_signed_by_somebody_elses_key_under_its_name_is_wrong():
    OTHER.kid = SCHOOL.kid
    assert found(OTHER.badge()) is Signature.WRONG


def test_a_badge_that_names_another_key_and_fits_none_is_of_another_key():
    other = School()
    other.kid = "did:web:school.example#key-9"
    assert found(other.badge()) is Signature.OTHER_KEY


def test_an_older_key_that_is_kept_still_counts():
    newer = PublicKey("key-2", School().jwk)
    assert found(SCHOOL.badge(), [newer, *SCHOOL.keys]) is Signature.GOOD


@pytest.mark.parametrize("way", ["none", "None", "NONE", "", None])
def test_a_badge_that_says_it_needs_no_signature_is_not_good(way):
    token = f"{b64({'alg': way})}.{b64(SCHOOL.claims())}.{b64(b'x')}"
    assert found(token) is Signature.OTHER_KEY


def test_a_public_key_is_never_used_as_a_shared_secret():
    header = {"alg": "HS256", "typ": "JWT", "kid": SCHOOL.kid}
    body = f"{b64(header)}.{b64(SCHOOL.claims())}"
    raw = SCHOOL.key.public_key().public_bytes_raw()
    for secret in (SCHOOL.public_pem, raw, json.dumps(SCHOOL.jwk).encode()):
        made = hmac.digest(secret, body.encode(), hashlib.sha256)
        assert found(f"{body}.{b64(made)}") is Signature.OTHER_KEY


def test_a_key_in_the_token_itself_is_never_believed():
    other = School()
    token = OB3Signer(other.pem, "EdDSA").sign(credential(other))
    assert jwt.get_unverified_header(token)["jwk"] == other.jwk
    assert found(token) is Signature.OTHER_KEY


@pytest.mark.parametrize("where", ["kid", "jku", "x5u"])
def test_no_address_in_a_token_is_ever_asked(where, monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *told, **_: asked.append(told))
    header = {"alg": "EdDSA", where: "https://evil.example/keys.json"}
    assert found(forged(header)) in (Signature.OTHER_KEY, Signature.WRONG)
    badge_said(open_credential(SCHOOL.badge()).claims)
    assert asked == []


def test_a_token_that_asks_for_something_more_is_refused():
    for more in ({"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": ["x"]}):
        with pytest.raises(NotABadge):
            open_credential(forged({"alg": "EdDSA"} | more))


def test_each_sort_of_key_signs_in_its_own_way_only():
    elliptic, long = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    p256 = PublicKey("a", json.loads(ECAlgorithm.to_jwk(elliptic.public_key())))
    rsa2048 = PublicKey("b", json.loads(RSAAlgorithm.to_jwk(long.public_key())))
    claims = SCHOOL.claims()
    assert found(jwt.encode(claims, elliptic, "ES256"), [p256]) is Signature.GOOD
    assert found(jwt.encode(claims, long, "RS256"), [rsa2048]) is Signature.GOOD
    assert found(jwt.encode(claims, long, "RS512"), [rsa2048]) is Signature.OTHER_KEY
    assert found(jwt.encode(claims, long, "PS256"), [rsa2048]) is Signature.OTHER_KEY
    assert found(jwt.encode(claims, elliptic, "ES256"), [rsa2048]) is Signature.OTHER_KEY


def test_a_document_that_wraps_a_token_is_opened():
    wrapped = {
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{SCHOOL.badge()}",
    }
    assert found(json.dumps(wrapped)) is Signature.GOOD


def test_a_proof_inside_the_document_is_not_taken_for_good():
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z1"}
    assert found(json.dumps(SCHOOL.claims() | {"proof": proof})) is Signature.OTHER_WAY


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "not a badge",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "{",
        "[]",
        '"a"',
        "{}" * 2,
        "[" * 100_000,
        '{"a":' * 200 + "1" + "}" * 200,
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": "\\ud800"}',
        '{"a": ' + "9" * 5000 + "}",
        "x" * (MOST_LETTERS + 1),
        "{" + " " * MOST_LETTERS + "}",
        forged({"alg": "EdDSA"}).replace(".", ".=", 1),
        f"{b64('[1]')}.{b64('{}')}.{b64(b'x')}",
        f"{b64('{}')}.{b64('[1]')}.{b64(b'x')}",
        f"{NO_TEXT}.{b64('{}')}.{b64(b'x')}",
    ],
    ids=range(22),
)
def test_what_is_no_badge_is_refused_with_a_sentence(raw):
    with pytest.raises(NotABadge, match=r"\w+ .*\."):
        open_credential(raw)


def credential(school):
    return OpenBadgeCredential(
        issuer=Issuer(school.identifier, school.name),
        recipient_id="mailto:dana@test.example",
        achievement=Achievement("urn:course:1", COURSE, "Sixty hours", "Both examinations"),
    )


def test_a_badge_of_another_program_is_read_and_found_good():
    token = OB3Signer(SCHOOL.pem, "EdDSA").sign(credential(SCHOOL))
    said = badge_said(open_credential(token).claims)
    assert (said.issuer, said.achievement) == (SCHOOL.identifier, COURSE)
    assert [one.value for one in said.identities] == ["dana@test.example"]
    assert found(token) is Signature.GOOD


def test_another_program_finds_good_what_we_sign_and_refuses_it_changed():
    token = OB3Signer(SCHOOL.pem, "EdDSA").sign(credential(SCHOOL))
    claims = dict(open_credential(token).claims)
    ours = jwt.encode(claims, SCHOOL.key, "EdDSA")
    assert OB3Verifier(SCHOOL.public_pem).verify(ours).achievement.name == COURSE
    head, _, signature = ours.split(".")
    claims["name"] = "Another"
    with pytest.raises(Exception, match=r"[Ss]ignature"):
        OB3Verifier(SCHOOL.public_pem).verify(f"{head}.{b64(claims)}.{signature}")
