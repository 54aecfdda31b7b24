"""A privilege letter as a digital badge: what we sign of it, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.privilege_letters import LetterShown, last_day_in_words
from registry.rules.wording import as_sentence, day_in_words

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
#: Whoever never asks our status lists is misled no longer than this.
LONGEST = timedelta(days=92)
PURPOSES = ("revocation", "suspension")
CRITERIA = (
    "Licensed and trained as the rules of the place and of the clinic ask, checked by the clinic "
    "against its sources. What holds today is said by the status lists and at the address."
)


def did_of(base_url: str) -> str:
    """did:web of our own address: https://a.example:8443/b is did:web:a.example%3A8443:b"""
    parts = urlsplit(base_url)
    path = [quote(piece, safe="") for piece in parts.path.split("/") if piece]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path])


@dataclass(frozen=True, slots=True)
class Issuing:
    """Where we publish: our address without a slash at its end, and the name of the key."""

    base_url: str
    key: str

    @property
    def did(self) -> str:
        return did_of(self.base_url)

    @property
    def key_id(self) -> str:
        return f"{self.did}#{self.key}"

    def list_address(self, purpose: str) -> str:
        return f"{self.base_url}/badges/status/{purpose}"


def valid_until(shown: LetterShown) -> datetime:
    """The end of the last day, at the clinic, on which all of it holds; LONGEST at the most."""
    furthest = shown.today + LONGEST
    last = min(shown.until or shown.today, furthest)
    end = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(shown.zone))
    return end.astimezone(UTC)


def told_by(shown: LetterShown, clinic_id: int) -> dict[str, Any]:
    """What the badge says besides its sites, to be compared with what holds later."""
    licence = shown.licence
    return {
        "clinic": clinic_id,
        "name": shown.name,
        "at": shown.clinic,
        "profession": shown.profession,
        "regions": bool(shown.sites),
        "licence": [licence.jurisdiction, licence.last_day.isoformat()] if licence else None,
    }


def ground_holds(ground: Mapping[str, str], live: Mapping[str, date]) -> bool:
    """Whether each site it rests on may be needled still, and as long as was said."""
    return all(
        live.get(site, date.min) >= date.fromisoformat(last) for site, last in ground.items()
    )


def letter_claims(
    shown: LetterShown, issuing: Issuing, *, number: str, place: int, clinic_id: int
) -> dict[str, Any]:
    """Only what its practitioner agreed to, in the shape of Open Badges 3.0."""
    until = valid_until(shown)
    since = shown.asked_at.astimezone(UTC).replace(microsecond=0)
    issuer = {
        "id": issuing.did,
        "type": ["Profile"],
        "name": shown.clinic,
        "url": issuing.base_url,
    }
    named = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": shown.name,
        "identityType": "name",
    }
    return {
        "@context": list(CONTEXT),
        "id": number,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"May needle at {shown.clinic}",
        "issuer": issuer,
        "validFrom": _moment(since),
        "validUntil": _moment(until),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [named],
            "achievement": {
                "id": f"{issuing.base_url}/check/badge#needling-{clinic_id}",
                "type": ["Achievement"],
                "achievementType": "Certification",
                "name": f"May needle at {shown.clinic}",
                "description": described(shown),
                "criteria": {"narrative": CRITERIA},
            },
        },
        "credentialStatus": [_entry(issuing, purpose, place) for purpose in PURPOSES],
        "iss": issuing.did,
        "jti": number,
        "nbf": int(since.timestamp()),
        "exp": int(until.timestamp()),
    }


def described(shown: LetterShown) -> str:
    """In sentences, for programs that show no more than that."""
    may = f"{shown.name} may needle at {shown.clinic} on {day_in_words(shown.today)}"
    sentences = [f"{may}, {_end(shown.until or shown.today)} at least."]
    sentences += [
        f"{as_sentence(_end(group.last_day))}: {group.sites_in_words}." for group in shown.sites
    ]
    if shown.profession:
        sentences.append(f"Profession: {shown.profession}.")
    if shown.licence:
        place = jurisdiction_name(shown.licence.jurisdiction)
        sentences.append(f"Licence: {place}, {_end(shown.licence.last_day)}.")
    return " ".join(sentences)


def list_claims(issuing: Issuing, purpose: str, packed_bits: str, now: datetime) -> dict[str, Any]:
    """A status list as it stands now, good for a day."""
    address, since = issuing.list_address(purpose), now.astimezone(UTC).replace(microsecond=0)
    until = since + timedelta(days=1)
    return {
        "@context": [CONTEXT[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuing.did,
        "validFrom": _moment(since),
        "validUntil": _moment(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": packed_bits,
        },
        "iss": issuing.did,
        "jti": address,
        "nbf": int(since.timestamp()),
        "exp": int(until.timestamp()),
    }


def did_document(did: str, keys: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`keys`: the public half of each by its name, those that sign no more among them."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#{name}",
                "type": "JsonWebKey",
                "controller": did,
                "publicKeyJwk": dict(jwk),
            }
            for name, jwk in keys.items()
        ],
        "assertionMethod": [f"{did}#{name}" for name in keys],
    }


def _entry(issuing: Issuing, purpose: str, place: int) -> dict[str, Any]:
    address = issuing.list_address(purpose)
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(place),
        "statusListCredential": address,
    }


def _end(last: date) -> str:
    return f"until {last_day_in_words(last)}" if last.year != date.max.year else "with no last day"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
