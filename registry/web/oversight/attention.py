"""The dashboard's list of what needs somebody, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for

from registry.queries.oversight import Attention, Elsewhere, LapsesWithin
from registry.queries.rules_to_see_to import OnItsWay, RulesToSeeTo
from registry.queries.scope import ClinicSeen
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.wording import count, every
from registry.web.formats import day, in_days, stamp
from registry.web.rules_due import Need, to_look_at_again


def needs(
    found: Attention,
    lapses: Sequence[LapsesWithin],
    others: Sequence[Elsewhere],
    rules: RulesToSeeTo,
    clinic: ClinicSeen,
    now: datetime,
) -> list[Need]:
    """On hold, then begun without ground, rules, waiting, lapsing; last what waits elsewhere."""
    return [
        *_groundless(found, clinic),
        *_rules(rules, clinic, now),
        *_waiting(found, clinic, now),
        *_lapsed(found, clinic),
        *_lapses(lapses, clinic),
        *_elsewhere(others),
    ]


def _groundless(found: Attention, clinic: ClinicSeen) -> Iterator[Need]:
    if found.held:
        yield Need(
            "on_hold",
            f"{count(found.held, 'appointment')} on hold",
            url_for("oversight.holds", clinic=clinic.id),
            f"The first is {stamp(found.first_held_at, clinic.zone)}."
            + (f" {found.restorable} may be restored." if found.restorable else ""),
        )
    if found.incidents:
        told = count(found.incidents, "incident")
        yield Need(
            "no_owner" if found.without_owner else "begun",
            f"{count(found.to_look_back, 'treatment')} to look back upon"
            if found.to_look_back
            else f"{told} to close",
            url_for("oversight.incidents", clinic=clinic.id),
            f"In {told}, begun before it was found that the ground was missing."
            + _without_owner(found),
        )


def _without_owner(found: Attention) -> str:
    if not found.without_owner:
        return ""
    one = found.without_owner == 1
    return f" {found.without_owner} {'needs' if one else 'need'} an owner."


def _rules(rules: RulesToSeeTo, clinic: ClinicSeen, now: datetime) -> Iterator[Need]:
    name = jurisdiction_name(clinic.jurisdiction)
    if (moving := rules.on_its_way) is not None:
        far = f"{moving.done} of {moving.total} are done"
        since = f", nothing since {stamp(moving.moved_at, clinic.zone)}"
        yield Need(
            "begun" if moving.stands_still else "waiting",
            f"Version {moving.version} of the requirements of {name} {_how_far(moving)}",
            url_for("requirements.jurisdiction", code=clinic.jurisdiction),
            f"{far}{since if moving.stands_still else ''}. " + _what_holds_until_then(moving),
        )
    if rules.relook is not None:
        yield to_look_at_again(clinic.jurisdiction, name, rules.relook, clinic.day_at(now))


def _how_far(moving: OnItsWay) -> str:
    if moving.given_up:
        return "was given up"
    return "stands still" if moving.stands_still else "is being activated"


def _what_holds_until_then(moving: OnItsWay) -> str:
    if moving.given_up:
        return "The version before holds alone; what this one took away is being given back."
    if moving.switched:
        return "It is in force; what it allows besides is being added."
    return "Until all are, both it and the version before must be met."


def _waiting(found: Attention, clinic: ClinicSeen, now: datetime) -> Iterator[Need]:
    if found.waiting and found.oldest_waiting is not None:
        since = clinic.day_at(found.oldest_waiting)
        yield Need(
            "waiting",
            f"{count(found.waiting, 'credential')} to verify",
            url_for("review.queue", clinic=clinic.id),
            f"The oldest came on {day(since)} ({in_days(since, clinic.day_at(now))})."
            + _provisional(found, clinic),
        )


def _provisional(found: Attention, clinic: ClinicSeen) -> str:
    if not found.provisional:
        return ""
    wait = "booking waits" if found.provisional == 1 else "bookings wait"
    first = stamp(found.first_provisional_at, clinic.zone)
    return f" {found.provisional} provisional {wait} for a renewal, the first {first}."


def _lapsed(found: Attention, clinic: ClinicSeen) -> Iterator[Need]:
    if found.lapsed:
        has = "has" if found.lapsed == 1 else "have"
        yield Need(
            "lapsed",
            f"{count(found.lapsed, 'credential')} {has} lapsed",
            url_for("oversight.expiries", clinic=clinic.id, show="lapsed"),
            "Nobody has renewed what these were for.",
        )


def _lapses(lapses: Sequence[LapsesWithin], clinic: ClinicSeen) -> Iterator[Need]:
    nearest = next((window for window in lapses if window.credentials), None)
    if nearest is not None:
        lapse = "lapses" if nearest.credentials == 1 else "lapse"
        has = "has" if nearest.people == 1 else "have"
        yield Need(
            "lapses_soon",
            f"{count(nearest.credentials, 'credential')} {lapse} within {nearest.days} days",
            url_for("oversight.expiries", clinic=clinic.id, days=nearest.days),
            f"Held by {count(nearest.people, 'practitioner')}, who {has} "
            f"{count(nearest.bookings, 'needling booking')} ahead.",
        )


def _elsewhere(others: Sequence[Elsewhere]) -> Iterator[Need]:
    for one in others:
        waits = [f"{count(one.held, 'appointment')} on hold"] if one.held else []
        if one.waiting:
            waits.append(f"{count(one.waiting, 'credential')} to verify")
        yield Need(
            "on_hold" if one.held else "waiting",
            f"At {one.clinic}: {every(waits)}",
            url_for("oversight.dashboard", clinic=one.clinic_id),
            "You manage this clinic too.",
        )
