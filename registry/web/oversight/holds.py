"""The desk of what is on hold: each row with its best answer, done one by one or all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.leave import require
from registry.queries.hold_causes import decisions_behind
from registry.queries.hold_desk import Hold, hold_desk
from registry.queries.hold_ways import Way
from registry.queries.premises import place
from registry.queries.restored import restored_at
from registry.queries.scope import ClinicSeen
from registry.queries.undo_steps import step_page
from registry.rules.access import Action, Subject
from registry.rules.holds import Settling
from registry.rules.wording import count
from registry.services.working_off import LONGEST_REASON, Chosen, work_off_holds
from registry.web.asked import asked_number, asked_page, record_number
from registry.web.clearing import box_of, told_cleared
from registry.web.outcomes import Answer, what_was_refused
from registry.web.oversight.meanwhile import settled_meanwhile, told_meanwhile
from registry.web.oversight.neighbours import neighbours
from registry.web.oversight.routes import pages
from registry.web.oversight.took_the_ground import links_to
from registry.web.shell import clinic_of_page

CHOSEN = re.compile(
    r"([0-9]{1,9})-(restore|give|move|convert|cancel)"
    r"-([0-9]{1,9})-([0-9]{1,11})-([0-9]{1,9})-([0-9]{1,9})"
)
ODD = "Something was chosen that is not on this page. Choose again."
GROUPS = (
    ("At its own time", (Settling.RESTORE, Settling.GIVE)),
    ("At another time", (Settling.MOVE,)),
    ("Another treatment", (Settling.CONVERT,)),
    ("Not at all", (Settling.CANCEL,)),
)


@pages.route("/holds", methods=["GET", "POST"])
def holds() -> Answer:
    """Appointments that lost their ground, soonest first; then what was chosen for them."""
    clinic = clinic_of_page(Action.SEE_SCHEDULE)
    if request.method == "GET":
        return _desk(clinic), 200
    for action in (Action.MOVE, Action.CANCEL):
        require(actor(), action, Subject(frozenset({clinic.id})))
    try:
        return _worked_off(clinic)
    except BadInput as wrong:
        return _desk(clinic, wrong), 422


def _worked_off(clinic: ClinicSeen) -> Answer:
    outcome = work_off_holds(
        actor=actor(),
        clinic_id=clinic.id,
        chosen=_chosen(),
        now=now(),
    )
    back = url_for("oversight.holds", clinic=clinic.id, done=outcome.step_id)
    where = place(clinic.id)
    meanwhile = settled_meanwhile(actor(), where, outcome)
    if len(outcome.refused) > sum(one.refused for one in meanwhile):
        return what_was_refused(outcome, where, "settled", back)
    if outcome.done:
        flash(f"{count(len(outcome.done), 'appointment')} settled.", "success")
    if meanwhile:
        flash(told_meanwhile(meanwhile), "warning")
    return redirect(back, 303)


def _desk(clinic: ClinicSeen, wrong: BadInput | None = None) -> str:
    asking, moment, page = actor(), now(), asked_page()
    done = asked_number("done")
    step = step_page(asking, done) if done is not None else None
    found = hold_desk(asking, clinic, page=page, now=moment)
    causes = {one.cause for one in found.holds if one.cause is not None}
    return render_template(
        "oversight/holds.html",
        clinic=clinic,
        found=found,
        links=links_to(asking, clinic, found.holds, decisions_behind(causes)),
        restored=restored_at(asking, clinic, _yesterday(clinic, moment)),
        step=step if step and step.can_be_undone(moment) else None,
        wrong=wrong,
        sent=request.form,
        groups=_groups,
        code_of=code_of,
        box_of=box_of,
        longest=LONGEST_REASON,
        **neighbours("oversight.holds", clinic.id, page, found.last < found.total),
    )


def _yesterday(clinic: ClinicSeen, moment: datetime) -> datetime:
    """Its first minute, there."""
    day = clinic.day_at(moment) - timedelta(days=1)
    return datetime.combine(day, time.min, ZoneInfo(clinic.zone))


def _groups(one: Hold) -> list[tuple[str, list[Way]]]:
    """The ways under their headings, without those that have none."""
    groups = [
        (title, [way for way in one.proposal.ways if way.settling in among])
        for title, among in GROUPS
    ]
    return [(title, ways) for title, ways in groups if ways]


def code_of(one: Hold, way: Way) -> str:
    """How a way is sent back, with the version that was looked at."""
    starts = int(way.starts_at.timestamp()) if way.starts_at else 0
    numbers = (way.practitioner_id or 0, starts, way.room_id or 0, way.treatment_type_id or 0)
    return "-".join(map(str, (one.work.version, way.settling, *numbers)))


def _chosen() -> list[Chosen]:
    """Of the rows that were ticked, or of the one whose own button was pressed."""
    rows = [request.form["only"]] if "only" in request.form else request.form.getlist("take")
    return [one for row in rows if (one := _of_row(row, request.form)) is not None]


def _of_row(row: str, form: Mapping[str, str]) -> Chosen | None:
    """None where it is left on hold. Raises BadInput for what no page of ours sends."""
    number, told = record_number(row), form.get(f"answer-{row}", "")
    if number is None:
        raise BadInput(ODD)
    if not told:
        return None
    if (found := CHOSEN.fullmatch(told)) is None:
        raise BadInput(ODD)
    starts = int(found[4])
    return Chosen(
        number,
        int(found[1]),
        Settling(found[2]),
        int(found[3]) or None,
        datetime.fromtimestamp(starts, UTC) if starts else None,
        int(found[5]) or None,
        int(found[6]) or None,
        tuple(told_cleared(box_of(number))),
        form.get(f"reason-{row}", ""),
    )
