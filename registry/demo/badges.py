"""Digital badges in the demo: a school whose badges count, one that waits, one of Dana's letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select

from registry.adapters.sealing import Sealer
from registry.adapters.signed_credentials import sign_claims
from registry.adapters.signing import draw_key
from registry.demo.house import House
from registry.models import BadgeIssuer, PrivilegeLetter, db
from registry.rules.facts import Certificate
from registry.rules.status_lists import packed
from registry.rules.vocabulary import VersionState
from registry.services.badge_issuers import IssuerTerms, record_issuer
from registry.services.badges import bring_badge
from registry.services.credentials import submit_credential
from registry.services.issued_badges import issue_letter_badge
from registry.services.status_lists import keep_status_list

SCHOOL, NAME = "did:web:willowcourt.example", "Willow Court College"
LIST = "https://willowcourt.example/badges/status/1"
COURSE = "Dry needling of the forearm and hand"
SIGNED, PUT_ON_RECORD, LISTED, BROUGHT = -4, -3, -1, -1  # days from today


def plan_badges(house: House) -> None:
    private, public, name = draw_key()
    key_id = f"{SCHOOL}#{name}"
    keys = json.dumps({"keys": [public | {"kid": key_id}]})
    put = house.agenda.put
    put(house.moment(PUT_ON_RECORD, "16:10"), partial(_school, house, keys))
    put(house.moment(LISTED, "08:05"), partial(_list, house, private, key_id))
    put(house.moment(BROUGHT, "12:20"), partial(_bring, house, private, key_id))
    put(house.moment(BROUGHT, "12:40"), partial(_of_letter, house))


def _school(house: House, keys: str, now: datetime) -> None:
    reason = "Keys read aloud by the college's office, on the number on its own page."
    terms = IssuerTerms(NAME, keys, True, True, False, reason)
    record_issuer(actor=house.administrator, identifier=SCHOOL, terms=terms, now=now)


def _list(house: House, private: bytes, key_id: str, now: datetime) -> None:
    bits = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": packed([])}
    told = {
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": SCHOOL,
        "validFrom": _moment(now - timedelta(hours=1)),
        "credentialSubject": bits,
    }
    school = db.session.scalars(select(BadgeIssuer.id).where(BadgeIssuer.identifier == SCHOOL))
    keep_status_list(
        actor=house.administrator,
        issuer_id=school.one(),
        text=sign_claims(told, private, key_id),
        now=now,
    )


def _bring(house: House, private: bytes, key_id: str, now: datetime) -> None:
    """Marcus enters it as a certificate, without any paper."""
    whose, actor = house.practitioners["marcus"], house.actors["marcus"]
    claims = _badge(actor.name, house.moment(SIGNED, "15:00"))
    badge_id = bring_badge(
        actor=actor,
        practitioner_id=whose,
        raw=sign_claims(claims, private, key_id),
        name="forearm-and-hand.png",
        now=now,
    )
    done = house.moment(SIGNED, "15:00").date()
    fact = Certificate(
        id=0,
        state=VersionState.SUBMITTED,
        provider=NAME,
        course=COURSE,
        completed_on=done,
        first_day=done,
        hours_total=16,
        hours_in_person=16,
        taught=frozenset({"forearm_hand"}),
    )
    submit_credential(
        actor=actor,
        practitioner_id=whose,
        fact=fact,
        upload=None,
        store=house.store,
        badge_id=badge_id,
        now=now,
    )


def _badge(whom: str, since: datetime) -> dict[str, Any]:
    named = {"type": "IdentityObject", "hashed": False, "identityHash": whom}
    return {
        "id": "urn:uuid:5f0c8c1e-7d0e-4a53-9d2b-0f6a3c1b7e21",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": SCHOOL, "type": ["Profile"], "name": NAME},
        "validFrom": _moment(since),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [named | {"identityType": "name"}],
            "achievement": {
                "id": "https://willowcourt.example/courses/forearm",
                "type": ["Achievement"],
                "name": COURSE,
                "description": "16 hours in person, with a practical examination.",
                "criteria": {"narrative": "Present on both days, and examined."},
            },
        },
        "credentialStatus": {
            "id": f"{LIST}#2718",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "2718",
            "statusListCredential": LIST,
        },
    }


def _of_letter(house: House, now: datetime) -> None:
    number = db.session.scalars(
        select(PrivilegeLetter.id).where(
            PrivilegeLetter.practitioner_id == house.practitioners["dana"],
            PrivilegeLetter.withdrawn_at.is_(None),
        )
    ).one()
    issue_letter_badge(
        actor=house.actors["dana"],
        letter_id=number,
        base_url=str(current_app.config["BASE_URL"]).rstrip("/"),
        sealer=Sealer(current_app.config["SECRET_KEY"]),
        now=now,
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
