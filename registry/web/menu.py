"""The menu: the ways a person may go, those of their daily work first and the rest under "More"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import current_app, g, request, url_for

from registry.rules.access import Actor
from registry.rules.vocabulary import Role

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
_CHECKS = {Role.MANAGER}
_SETS_UP = {Role.ADMINISTRATOR}
_READS = {Role.AUDITOR}
_OVERSEES = _CHECKS | _SETS_UP | _READS
#: In the order of the menu: for whom, and for which of them it is daily work. An address that does
#: not exist is not shown.
WAYS: tuple[tuple[str, str, set[Role], set[Role]], ...] = (
    ("oversight.dashboard", "Overview", _CHECKS, _CHECKS),
    ("my_credentials.status", "My credentials", _TREATS, _TREATS),
    ("schedule.day", "Schedule", _TREATS | _RUNS | _READS, _TREATS | _RUNS | _READS),
    ("schedule.search", "Find a time", _RUNS, _RUNS),
    ("schedule.patient_list", "Patients", _RUNS, _RUNS),
    ("roster.day", "Roster", set(Role), set(Role)),
    ("review.queue", "Review", _CHECKS, _CHECKS),
    ("oversight.holds", "On hold", _RUNS, _RUNS),
    ("oversight.expiries", "Lapses", _RUNS | _READS, _CHECKS | _READS),
    ("oversight.incidents", "Incidents", _OVERSEES, _READS),
    ("oversight.trail", "Audit trail", _OVERSEES, _READS),
    ("setup.clinics", "Clinics", _OVERSEES, _SETS_UP),
    ("setup.people", "People", _OVERSEES, _SETS_UP),
    ("setup.treatments", "Treatments", _OVERSEES, set()),
    ("requirements.index", "Requirements", _OVERSEES, _SETS_UP),
    ("setup.badge_issuer_list", "Badge issuers", _SETS_UP | _READS, set()),
)
#: So few are not worth a press: they stand with the others.
FEW = 3
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


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    href: str
    current: str = ""  # as in aria-current
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """`more` is folded."""

    first: list[Way]
    more: list[Way]

    @property
    def here(self) -> str:
        """What is folded and current."""
        return next((way.label for way in self.more if way.current), "")


def menu_of(actor: Actor, clinic_id: int | None) -> Menu:
    """The ways of one person, each keeping to that clinic."""
    held, on = roles_of(actor), _way_here()
    first: list[Way] = []
    more: list[Way] = []
    for endpoint, label, roles, daily in WAYS:
        if _exists(endpoint) and held & roles:
            (first if held & daily else more).append(_way(endpoint, label, clinic_id, on))
    return Menu(first, more) if len(more) > FEW else Menu(first + more, [])


def leads_to(endpoint: str, roles: set[Role]) -> bool:
    """Whether it is a way of the menu, for somebody with one of these roles."""
    return any(endpoint == way and roles & those for way, _, those, _ in WAYS)


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


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _way(endpoint: str, label: str, here: int | None, on: str | None) -> Way:
    current = "page" if endpoint == request.endpoint else "true" if endpoint == on else ""
    address = address_of(endpoint, request.script_root)
    return Way(label, address if here is None else f"{address}?clinic={here}", current)


@cache
def address_of(endpoint: str, _script_root: str) -> str:
    """Kept, for every page shows every way."""
    return url_for(endpoint)


def _way_here() -> str | None:
    """The way on which this page lies; what is about somebody else lies on the roster."""
    endpoint = request.endpoint or ""
    if endpoint in {way for way, *_ in WAYS}:
        return endpoint
    if g.get("about_another"):
        return "roster.day"
    return _LIES_ON.get(endpoint) or _LIES_ON.get(endpoint.partition(".")[0])
