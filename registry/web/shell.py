"""The house around a page: who is signed in, at which clinic, and where they can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flask import Flask, current_app, g, request, session, url_for

from registry.adapters.clock import now
from registry.identity import actor as asking
from registry.identity import visitor
from registry.queries.clinics import ClinicName, clinics_of
from registry.queries.scope import ClinicSeen, clinic_among, clinics_reached
from registry.rules.access import Action, Actor
from registry.rules.vocabulary import Role
from registry.web.asked import asked_number, record_number
from registry.web.worker_late import worker_late

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
    ("schedule.search", "Find a time", _RUNS),
    ("schedule.patient_list", "Patients", _RUNS),
    ("roster.day", "Roster", set(Role)),
    ("review.queue", "Review", {Role.MANAGER}),
    ("oversight.holds", "On hold", _RUNS),
    ("oversight.incidents", "Incidents", _OVERSEES),
    ("oversight.expiries", "Lapses", {Role.MANAGER, Role.FRONT_DESK, Role.AUDITOR}),
    ("oversight.trail", "Audit trail", _OVERSEES),
    ("setup.clinics", "Clinics", _OVERSEES),
    ("setup.treatments", "Treatments", _OVERSEES),
    ("setup.people", "People", _OVERSEES),
    ("requirements.index", "Requirements", _OVERSEES),
    ("setup.badge_issuer_list", "Badge issuers", {Role.ADMINISTRATOR, Role.AUDITOR}),
)
#: The way on which a page lies that is not one itself: by its endpoint, else by its part.
_LIES_ON = {
    "oversight.look_back": "oversight.holds",
    "oversight.forecast": "oversight.expiries",
    "oversight.repair_all": "oversight.holds",
    "oversight.repair": "oversight.holds",
    "oversight.incident": "oversight.incidents",
    "oversight.incident_owner": "oversight.incidents",
    "oversight.add_incident_step": "oversight.incidents",
    "oversight.settle_incident_step": "oversight.incidents",
    "oversight.record_incident_finding": "oversight.incidents",
    "oversight.close_incident": "oversight.incidents",
    "setup.clinic": "setup.clinics",
    "setup.new_clinic": "setup.clinics",
    "setup.edit_clinic": "setup.clinics",
    "setup.add_room": "setup.clinics",
    "setup.change_room": "setup.clinics",
    "setup.set_fitness": "setup.clinics",
    "setup.new_treatment": "setup.treatments",
    "setup.change_treatment_type": "setup.treatments",
    "setup.set_hours": "setup.clinics",
    "setup.new_badge_issuer": "setup.badge_issuer_list",
    "setup.badge_issuer": "setup.badge_issuer_list",
    "setup.change_badge_issuer": "setup.badge_issuer_list",
    "setup.bring_status_list": "setup.badge_issuer_list",
    "oversight.acknowledge": "oversight.expiries",
    "oversight.snooze": "oversight.expiries",
    "setup.reminders": "setup.clinics",
    "setup.house_rules": "setup.clinics",
    "setup.house_rule": "setup.clinics",
    "setup.house_rules_draft": "setup.clinics",
    "setup.work_out_house_rules": "setup.clinics",
    "schedule.search_days": "schedule.search",
    "schedule.patient": "schedule.patient_list",
    "schedule.new_patient": "schedule.patient_list",
    "schedule.edit_patient": "schedule.patient_list",
    "schedule.patient_notes": "schedule.patient_list",
    "my_credentials": "my_credentials.status",
    "schedule": "schedule.day",
    "roster": "roster.day",
    "review": "review.queue",
    "setup": "setup.people",
    "requirements": "requirements.index",
    "privilege_letters": "my_credentials.status",
}
Clinics = Sequence[ClinicName | ClinicSeen]
NOBODYS = "UTC"
LAST_SEEN = "clinic"  # in the session: the clinic last looked at


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    href: str
    current: str = ""  # as in aria-current
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
    late: str | None  # what the worker does not do, in sentences


def register(app: Flask) -> None:
    app.context_processor(lambda: {"shell": shell})


def shell() -> Shell | None:
    if (who := visitor()) is None:
        return None
    actor = who.known.actor
    clinics = g.get("clinics_reached") or clinics_of(actor)
    here, on = _here(clinics), _way_here()
    return Shell(
        name=actor.name,
        role=_role_in_words(actor, clinics),
        nav=[
            _way(endpoint, label, here, on)
            for endpoint, label, roles in WAYS
            if _goes(actor, endpoint, roles)
        ],
        clinics=_places(actor, clinics, here),
        links=[Way("My account", _address("account.mine", request.script_root))],
        sign_out=_address("account.sign_out", request.script_root),
        late=worker_late(actor, who.known.oldest_beat, _zone(clinics, here), now()),
    )


def roles_of(actor: Actor, clinic_id: int | None = None) -> set[Role]:
    """There, or anywhere. Whoever has a practitioner's record is one, whatever else they are."""
    there = frozenset() if clinic_id is None else frozenset({clinic_id})
    held = {grant.role for grant in actor.grants if grant.reaches(there)}
    return held | ({Role.PRACTITIONER} if actor.practitioner_id is not None else set())


def home_of(actor: Actor, clinic_id: int | None = None) -> str:
    """The endpoint where this person's day begins, there or anywhere."""
    held = roles_of(actor, clinic_id)
    homes = (endpoint for role, endpoint in HOMES if role in held and _exists(endpoint))
    return next(homes, "account.mine")


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


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _goes(actor: Actor, endpoint: str, roles: set[Role]) -> bool:
    return _exists(endpoint) and bool(roles_of(actor) & roles)


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


def _way(endpoint: str, label: str, here: int | None, on: str | None) -> Way:
    current = "page" if endpoint == request.endpoint else "true" if endpoint == on else ""
    address = _address(endpoint, request.script_root)
    return Way(label, address if here is None else f"{address}?clinic={here}", current)


@cache
def _address(endpoint: str, _script_root: str) -> str:
    """Kept, for every page shows every way."""
    return url_for(endpoint)


def _way_here() -> str | None:
    """The way on which this page lies; what is about somebody else lies on the roster."""
    endpoint = request.endpoint or ""
    if endpoint in {way for way, _, _ in WAYS}:
        return endpoint
    if g.get("about_another"):
        return "roster.day"
    return _LIES_ON.get(endpoint) or _LIES_ON.get(endpoint.partition(".")[0])


def _places(actor: Actor, clinics: Clinics, here: int | None) -> list[Place]:
    """Each leads to the same page there, or to where their day begins if they have none there."""
    ways = {endpoint: roles for endpoint, _, roles in WAYS}
    stay = request.endpoint if request.endpoint in ways and not request.view_args else None
    found = []
    for each in clinics:
        same = stay if stay and roles_of(actor, each.id) & ways[stay] else "account.home"
        address = f"{_address(same, request.script_root)}?clinic={each.id}"
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
