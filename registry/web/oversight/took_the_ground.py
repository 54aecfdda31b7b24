"""Links to the decisions that took the ground of what is on hold, for those who may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flask import url_for

from registry.queries.hold_causes import Decision
from registry.queries.hold_desk import Hold
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Answer, Subject, answer, may
from registry.rules.holds import Cause
from registry.web.formats import stamp


class Link(NamedTuple):
    words: str
    href: str


def links_to(
    asking: Actor,
    clinic: ClinicSeen,
    holds: Iterable[Hold],
    decisions: Mapping[Cause, Decision],
) -> dict[int, Link]:
    """By appointment. Where the decision has no page, to that day in the audit trail."""
    found = {}
    for one in holds:
        decision = decisions.get(one.cause) if one.cause else None
        href = _page_of(asking, clinic, decision) if decision else ""
        if href and decision:
            found[one.id] = Link(_words(decision, clinic), href)
        elif may(asking, Action.SEE_CLINIC_EVENTS, Subject(frozenset({clinic.id}))):
            found[one.id] = Link("See it in the audit trail", _in_the_trail(clinic, one))
    return found


def _page_of(asking: Actor, clinic: ClinicSeen, decision: Decision) -> str:
    """Empty where it is not theirs to read."""
    here = frozenset({clinic.id})
    match decision.sort:
        case "verification":
            whose = Subject(here, decision.practitioner_id)
            if answer(asking, Action.SEE_CREDENTIAL, whose) is Answer.ALLOWED:
                return url_for("review.credential", credential_id=decision.credential_id)
        case "house_rules":
            if may(asking, Action.SEE_CLINIC, here_of(decision)):
                return url_for("setup.house_rules", clinic_id=decision.clinic_id)
        case "adoption":
            return url_for("requirements.jurisdiction", code=decision.jurisdiction)
    return ""


def here_of(decision: Decision) -> Subject:
    return Subject(frozenset({decision.clinic_id} if decision.clinic_id else ()))


def _words(decision: Decision, clinic: ClinicSeen) -> str:
    when = f", {stamp(decision.at, clinic.zone)}" if decision.at else ""
    match decision.sort:
        case "house_rules":
            return f"See the clinic's own rules, changed by {decision.by}{when}"
        case "adoption":
            return f"See version {decision.version} of the requirements, by {decision.by}{when}"
    return f"See the decision of {decision.by}{when}"


def _in_the_trail(clinic: ClinicSeen, one: Hold) -> str:
    day = clinic.day_at(one.since).isoformat()
    asked = {"clinic": clinic.id, "practitioner": one.work.practitioner, "from": day, "to": day}
    return url_for("oversight.trail", **asked)  # type: ignore[arg-type]
