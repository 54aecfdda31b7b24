"""Seen before: whether a paper's number is on record under somebody else, and who may know whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, true

from registry.models import Credential, CredentialVersion, Engagement, Practitioner, db
from registry.rules.access import Action, Actor, Answer, Subject, answer
from registry.rules.vocabulary import CredentialKind, VersionState

MOST = 5  # named; who they are matters, how many more there are does not
GONE = (VersionState.WITHDRAWN, VersionState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """`name` and `credential_id` are None for those who may not know whose it is."""

    name: str | None
    credential_id: int | None

    @property
    def sentence(self) -> str:
        whom = self.name or "another person"
        return f"This number is on record under {whom}."


def number_elsewhere(
    actor: Actor,
    kind: CredentialKind,
    number_key: str | None,
    practitioner_id: int,
    place: str | None = None,
) -> tuple[SeenBefore, ...]:
    """
    Others with a paper of this kind and number; in two statements, and none without a number.

    `place`: of a licence, the jurisdiction: each counts its own.
    """
    if number_key is None:
        return ()
    others = {person: (name, number) for person, name, number in _others(kind, number_key, place)}
    others.pop(practitioner_id, None)
    places = _places(list(others)) if others else {}
    found = [
        SeenBefore(name, number)
        if answer(actor, Action.SEE_CREDENTIAL, Subject(places.get(person, frozenset()), person))
        is Answer.ALLOWED
        else SeenBefore(None, None)
        for person, (name, number) in others.items()
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def _others(
    kind: CredentialKind, number_key: str, place: str | None
) -> Iterator[tuple[int, str, int]]:
    of_place = CredentialVersion.particulars["jurisdiction"].as_string() == place
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name, func.min(Credential.id))
        .join(Credential, Credential.practitioner_id == Practitioner.id)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(
            CredentialVersion.number_key == number_key,
            CredentialVersion.state.not_in(GONE),
            Credential.kind == kind,
            of_place if place is not None else true(),
        )
        .group_by(Practitioner.id, Practitioner.name)
        .order_by(Practitioner.id)
        .limit(MOST + 1)
    )
    yield from ((person, name, number) for person, name, number in rows)


def _places(people: list[int]) -> dict[int, frozenset[int]]:
    rows = db.session.execute(
        select(Engagement.practitioner_id, Engagement.clinic_id).where(
            Engagement.practitioner_id.in_(people)
        )
    ).all()
    return {person: frozenset(clinic for who, clinic in rows if who == person) for person in people}
