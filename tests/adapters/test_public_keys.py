"""Public keys as they are pasted: nothing private, nothing weak, nothing of somebody else."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from openbadgeslib.ob3.did import build_did_document, did_key_from_pem

from registry.adapters.public_keys import NoKeys, keys_in
from tests.badges import School

SCHOOL = School()


def read(text):
    return [(key.name, dict(key.jwk)) for key in keys_in(text, SCHOOL.identifier)]


def test_a_key_is_read_in_each_of_the_ways_issuers_hand_it_out():
    did = did_key_from_pem(SCHOOL.public_pem)
    document = build_did_document(SCHOOL.identifier, [("key-1", SCHOOL.jwk)])
    assert read(json.dumps(SCHOOL.jwk)) == [("", SCHOOL.jwk)]
    assert read(SCHOOL.pasted) == [(SCHOOL.kid, SCHOOL.jwk)]
    assert read(did) == [(did, SCHOOL.jwk)]
    assert [jwk for _, jwk in read(json.dumps(document))] == [SCHOOL.jwk]


def test_a_document_of_another_issuer_is_refused():
    document = build_did_document("did:web:other.example", [("key-1", SCHOOL.jwk)])
    with pytest.raises(NoKeys, match="not of the issuer"):
        read(json.dumps(document))


def test_a_private_key_is_refused_and_not_kept():
    private = json.loads(OKPAlgorithm.to_jwk(SCHOOL.key))
    assert "d" in private
    with pytest.raises(NoKeys, match="private key"):
        read(json.dumps(private))


def rsa_of(bits):
    return RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, bits).public_key())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}",
        "[]",
        '{"keys": []}',
        '{"keys": [1]}',
        '{"kty": "oct", "k": "c2VjcmV0"}',
        '{"kty": "OKP", "crv": "Ed25519", "x": "AA"}',
        '{"kty": "OKP", "crv": "X25519", "x": "ACI6a2lV5h-3ANdRjEaI3msUWZauMOq4yUXDURpocD0"}',
        '{"kty": "none"}',
        "did:key:z",
        "did:key:z6MkeTnK",
        "did:key:" + "z" * 500,
        "did:web:school.example",
        '{"verificationMethod": [{"publicKeyJwk": 1}], "id": "did:web:school.example"}',
        '{"verificationMethod": [7], "id": "did:web:school.example"}',
        "[" * 3000,
        "x" * 30_000,
        ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key()),
        rsa_of(1024),
    ],
    ids=range(20),
)
def test_what_is_no_key_that_is_used_here_is_refused_with_a_sentence(text):
    with pytest.raises(NoKeys, match=r"\w+ .*\."):
        read(text)


def test_more_keys_than_anybody_has_are_refused():
    with pytest.raises(NoKeys, match="21 keys"):
        read(json.dumps({"keys": [SCHOOL.jwk] * 21}))


def test_keys_of_the_usual_sizes_are_taken():
    assert read(rsa_of(2048))[0][1]["kty"] == "RSA"
    elliptic = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key())
    assert read(elliptic)[0][1]["crv"] == "P-256"
