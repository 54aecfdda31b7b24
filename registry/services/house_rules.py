"""House rules: what a clinic asks beyond its jurisdiction, from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import Clinic, HouseRulesVersion, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.findings import Requirement
from registry.rules.forms import BadRequirementSet
from registry.rules.house_rules import (
    house_requirement_as_mapping,
    parse_house_requirement,
)
from registry.rules.wording import day_in_words
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_every_diary
from registry.services.holds import LostGround
from registry.services.house_rules_looser import FIELD, refuse_looser
from registry.services.judged_anew import judge_anew_at
from registry.services.typed import typed_text

LONGEST_REASON = 500
MOST = 50


def set_house_rules(
    *,
    actor: Actor,
    clinic_id: int,
    requirements: Sequence[Mapping[str, Any]],
    first_day: date,
    reason: str,
    now: datetime,
    after_version: int | None = None,
) -> list[LostGround]:
    """
    What the clinic asks from `first_day` on, in place of what it asked before.

    `requirements` are as in a jurisdiction's file, with `only_sites` besides; none at all takes
    the clinic's own rules back. They are judged beside the jurisdiction's, so they never loosen
    anything. `after_version` is the one that was changed, 0 where there was none. Returns what lost
    its ground. Raises NotAllowed, NotFound, BadInput, and Overtaken where it is not the newest.
    """
    with transaction() as session:
        # Whoever is being engaged there just now is judged by one version or the other.
        lock_every_diary(session)
        clinic = clinic_that_asks(session, actor, clinic_id)
        asked = checked_house_rules(session, clinic, requirements, first_day, now)
        made = _version(session, actor, clinic, asked, first_day, now)
        if after_version not in (None, made.version - 1):
            raise Overtaken("Somebody else just changed these rules. Look at them again.")
        made.reason = typed_text(reason, field="reason", longest=LONGEST_REASON)
        session.add(made)
        session.flush()
        _record(session, actor, made)
        because = f"{clinic.name} has rules of its own from {day_in_words(first_day)} on."
        return judge_anew_at(session, actor, clinic_id, because, f"house_rules:{made.id}", now)


def clinic_that_asks(session: Session, actor: Actor, clinic_id: int) -> Clinic:
    """Raises NotFound, NotAllowed."""
    subject = Subject(frozenset({clinic_id}))
    clinic = session.get(Clinic, clinic_id, with_for_update=True)
    if clinic is None:
        raise NotFound("There is no such record.", action=Action.CHANGE_CLINIC, subject=subject)
    require(actor, Action.CHANGE_CLINIC, subject)
    return clinic


def checked_house_rules(
    session: Session,
    clinic: Clinic,
    requirements: Sequence[Mapping[str, Any]],
    first_day: date,
    now: datetime,
) -> list[dict[str, Any]]:
    """As they are kept, each citing the clinic itself where it cites nobody. Raises BadInput."""
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    if first_day < today:
        raise BadInput("What was is not judged by new rules: begin today.", field="first_day")
    if len(requirements) > MOST:
        raise BadInput(f"At most {MOST} rules.", field=FIELD)
    parsed = [_parsed(clinic, mapping, today) for mapping in requirements]
    asked = [house_requirement_as_mapping(requirement) for requirement in parsed]
    # What was asked already may have been surpassed since, and is no reason to refuse the rest.
    before = _asked_before(session, clinic)
    fresh = [rule for rule, kept in zip(parsed, asked, strict=True) if kept not in before]
    refuse_looser(session, clinic, fresh, first_day)
    return asked


def _asked_before(session: Session, clinic: Clinic) -> list[dict[str, Any]]:
    newest = (
        select(HouseRulesVersion.content)
        .where(HouseRulesVersion.clinic_id == clinic.id)
        .order_by(HouseRulesVersion.version.desc())
        .limit(1)
    )
    return session.scalar(newest) or []


def _parsed(clinic: Clinic, mapping: Mapping[str, Any], today: date) -> Requirement:
    """Without a source of its own it cites the clinic: the registry's own rules are no clinic's."""
    own = {
        "source_url": f"{clinic.name}'s own rules",
        "source_date": today.isoformat(),
        "confidence": "high",
    }
    stated = {key: value for key, value in mapping.items() if key != "source"}
    try:
        return parse_house_requirement(stated if "source_url" in stated else {**own, **stated})
    except BadRequirementSet as wrong:
        place = f"{mapping.get('kind', '')}: {wrong.path} {wrong.why}".strip(": ")
        words = place.replace("_", " ")
        raise BadInput(f"This cannot be asked. {words}.", field=wrong.path or FIELD) from wrong


def _version(
    session: Session,
    actor: Actor,
    clinic: Clinic,
    asked: list[dict[str, Any]],
    first_day: date,
    now: datetime,
) -> HouseRulesVersion:
    latest = select(func.max(HouseRulesVersion.version)).where(
        HouseRulesVersion.clinic_id == clinic.id
    )
    return HouseRulesVersion(
        clinic_id=clinic.id,
        version=(session.scalar(latest) or 0) + 1,
        first_day=first_day,
        content=asked,
        made_by=actor.account_id,
        made_by_name=actor.name,
        made_at=now,
    )


def _record(session: Session, actor: Actor, made: HouseRulesVersion) -> None:
    record(
        session,
        actor=actor,
        action="change house rules",
        subject=f"clinic:{made.clinic_id}",
        at=made.made_at,
        clinic_id=made.clinic_id,
        after={
            "version": made.version,
            "first_day": made.first_day,
            "requirements": made.content,
        },
        reason=made.reason,
    )
