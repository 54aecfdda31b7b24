"""The house around a page: who is signed in, at which clinic, and where they can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, g, request, session

from registry.adapters.clock import now
from registry.identity import actor as asking
from registry.identity import visitor
from registry.queries.clinics import ClinicName, clinics_of
from registry.queries.scope import ClinicSeen, clinic_among, clinics_reached
from registry.rules.access import Action, Actor
from registry.rules.vocabulary import Role
from registry.web.asked import asked_number, record_number
from registry.web.menu import Menu, Way, address_of, leads_to, menu_of, roles_of
from registry.web.worker_late import worker_late

ROLE_NAMES = {
    Role.PRACTITIONER: "Practitioner",
    Role.FRONT_DESK: "Front desk",
    Role.MANAGER: "Clinic manager",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}
Clinics = Sequence[ClinicName | ClinicSeen]
NOBODYS = "UTC"
LAST_SEEN = "clinic"  # in the session: the clinic last looked at


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    name: str
    role: str
    menu: Menu
    clinics: list[Place]
    links: list[Way]
    sign_out: str
    late: str | None  # what the worker does not do, in sentences


def register(app: Flask) -> None:
    app.context_processor(lambda: {"shell": shell})


def shell() -> Shell | None:
    if (who := visitor()) is None:
        return None
    actor = who.known.actor
    clinics = g.get("clinics_reached") or clinics_of(actor)
    here = _here(clinics)
    return Shell(
        name=actor.name,
        role=_role_in_words(actor, clinics),
        menu=menu_of(actor, here),
        clinics=_places(actor, clinics, here),
        links=[Way("My account", address_of("account.mine", request.script_root))],
        sign_out=address_of("account.sign_out", request.script_root),
        late=worker_late(actor, who.known.oldest_beat, _zone(clinics, here), now()),
    )


def clinic_in_address() -> int | None:
    """The clinic that `?clinic=` names; None where it is no number that a record can have."""
    return record_number(request.args.get("clinic", ""))


def is_about(clinic_id: int) -> None:
    """This page is about that clinic, even if its address does not say so: the ways keep to it."""
    g.clinic_shown = clinic_id


def is_about_another() -> None:
    """This page is about somebody else's credentials, so it is no page of one's own."""
    g.about_another = True


def clinic_of_page(action: Action) -> ClinicSeen:
    """The clinic in the address, else the one that opens first. Raises as `clinic_among`."""
    actor = asking()
    g.clinics_reached = reached = clinics_reached(actor)  # the menu shows the same
    clinic = clinic_among(reached, actor, action, asked_number("clinic"), last_seen())
    is_about(clinic.id)
    return clinic


def last_seen() -> int | None:
    """The clinic last looked at, which may be theirs no more."""
    return session.get(LAST_SEEN)


def _zone(clinics: Clinics, here: int | None) -> str:
    """That of the clinic looked at, or of all of theirs if they share one; else UTC."""
    zones = {clinic.id: clinic.zone for clinic in clinics}
    shared = {zones[here]} if here in zones else set(zones.values())
    return shared.pop() if len(shared) == 1 else NOBODYS


def _here(clinics: Clinics) -> int | None:
    """
    The clinic that the page is about or the address names, if it is one of theirs; else the one
    they looked at last: a page about one person has none, and the menu leads back from it.
    """
    theirs = {each.id for each in clinics}
    for known in (g.get("clinic_shown"), clinic_in_address(), last_seen()):
        if known in theirs:
            if last_seen() != known:
                session[LAST_SEEN] = known
            return int(known)
    return clinic_in_address()


def _places(actor: Actor, clinics: Clinics, here: int | None) -> list[Place]:
    """Each leads to the same page there, or to where their day begins if they have none there."""
    stay = None if request.view_args else request.endpoint
    found = []
    for each in clinics:
        same = stay if stay and leads_to(stay, roles_of(actor, each.id)) else "account.home"
        address = f"{address_of(same, request.script_root)}?clinic={each.id}"
        found.append(Place(each.name, address, each.id == here))
    return found


def _role_in_words(actor: Actor, clinics: Clinics) -> str:
    names = {clinic.id: clinic.name for clinic in clinics}
    said = [
        f"{ROLE_NAMES[grant.role]}, {names[grant.clinic_id]}"
        if grant.clinic_id in names
        else ROLE_NAMES[grant.role]
        for grant in actor.grants
    ]
    return "; ".join(said)
