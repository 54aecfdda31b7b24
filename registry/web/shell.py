"""The house around a page: who is signed in, at which clinic, and where they can go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from registry.identity import visitor
from registry.queries.clinics import ClinicName, clinics_of
from registry.rules.access import Actor
from registry.rules.vocabulary import Role

ROLE_NAMES = {
    Role.PRACTITIONER: "Practitioner",
    Role.FRONT_DESK: "Front desk",
    Role.MANAGER: "Clinic manager",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}
#: Where each role begins, the first that a person holds.
HOMES = (
    (Role.ADMINISTRATOR, "setup.clinics"),
    (Role.MANAGER, "oversight.dashboard"),
    (Role.FRONT_DESK, "schedule.day"),
    (Role.PRACTITIONER, "my_credentials.status"),
    (Role.AUDITOR, "oversight.trail"),
)
_TREATS = {Role.PRACTITIONER}
_RUNS = {Role.FRONT_DESK, Role.MANAGER}
_OVERSEES = {Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR}
#: In the order of the menu; an address that does not exist is not shown.
WAYS: tuple[tuple[str, str, set[Role]], ...] = (
    ("oversight.dashboard", "Overview", {Role.MANAGER}),
    ("my_credentials.status", "My credentials", _TREATS),
    ("schedule.day", "Schedule", _TREATS | _RUNS | {Role.AUDITOR}),
    ("roster.day", "Roster", set(Role)),
    ("review.queue", "Review", {Role.MANAGER}),
    ("oversight.holds", "On hold", _RUNS),
    ("oversight.expiries", "Lapses", {Role.MANAGER, Role.FRONT_DESK, Role.AUDITOR}),
    ("oversight.trail", "Audit trail", _OVERSEES),
    ("setup.clinics", "Clinics", _OVERSEES),
    ("setup.people", "People", _OVERSEES),
    ("requirements.index", "Requirements", _OVERSEES),
)


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    name: str
    role: str
    nav: list[Way]
    clinics: list[Place]
    links: list[Way]
    sign_out: str


def register(app: Flask) -> None:
    app.context_processor(lambda: {"shell": shell})


def shell() -> Shell | None:
    if (who := visitor()) is None:
        return None
    actor = who.known.actor
    clinics = clinics_of(actor)
    return Shell(
        name=actor.name,
        role=_role_in_words(actor, clinics),
        nav=[
            _way(endpoint, label)
            for endpoint, label, roles in WAYS
            if _goes(actor, endpoint, roles)
        ],
        clinics=_places(clinics),
        links=[Way("My account", url_for("account.mine"))],
        sign_out=url_for("account.sign_out"),
    )


def roles_of(actor: Actor) -> set[Role]:
    """Whoever has a practitioner's record is one, whatever else they are."""
    held = {grant.role for grant in actor.grants}
    return held | ({Role.PRACTITIONER} if actor.practitioner_id is not None else set())


def home_of(actor: Actor) -> str:
    """The endpoint where this person's day begins."""
    held = roles_of(actor)
    homes = (endpoint for role, endpoint in HOMES if role in held and _exists(endpoint))
    return next(homes, "account.mine")


def clinic_in_address() -> int | None:
    """The clinic that `?clinic=` names; None where it is no number that a record can have."""
    given = request.args.get("clinic", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _goes(actor: Actor, endpoint: str, roles: set[Role]) -> bool:
    return _exists(endpoint) and bool(roles_of(actor) & roles)


def _way(endpoint: str, label: str) -> Way:
    return Way(label, url_for(endpoint, clinic=clinic_in_address()), request.endpoint == endpoint)


def _places(clinics: list[ClinicName]) -> list[Place]:
    here = clinic_in_address()
    known = {endpoint for endpoint, _, _ in WAYS}
    stay = request.endpoint if request.endpoint in known and not request.view_args else None
    link: Callable[..., Any] = url_for
    return [
        Place(each.name, link(stay or "account.home", clinic=each.id), each.id == here)
        for each in clinics
    ]


def _role_in_words(actor: Actor, clinics: list[ClinicName]) -> str:
    names = {clinic.id: clinic.name for clinic in clinics}
    said = [
        f"{ROLE_NAMES[grant.role]}, {names[grant.clinic_id]}"
        if grant.clinic_id in names
        else ROLE_NAMES[grant.role]
        for grant in actor.grants
    ]
    return "; ".join(said)
