"""How an appointment's pages are shown, acted on, and shown again when something speaks against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotCleared, Refused
from registry.identity import actor
from registry.leave import require
from registry.queries import appointments as on_record
from registry.queries.appointment_history import history
from registry.queries.appointments import AppointmentPage
from registry.queries.candidates import candidates_for
from registry.queries.colleagues import Candidates
from registry.queries.contraindications import NotesBefore, notes_before
from registry.queries.gates import BeforeNeedling, before_needling
from registry.queries.off_hours import hours_of, is_off, outside
from registry.queries.restoring import AsItStands
from registry.queries.series import series_of
from registry.queries.undo_steps import to_be_undone
from registry.rules.access import Action, Subject
from registry.rules.arrivals import is_recent, may_be_missed, stands
from registry.services.scheduling import rebook_appointment
from registry.web.asked import asked_day, asked_number
from registry.web.clearing import sent_with_it, to_clear, told_cleared
from registry.web.outcomes import Reasons
from registry.web.refusals import put_at_field
from registry.web.schedule.desk import FIELDS
from registry.web.schedule.door import number_typed
from registry.web.schedule.forms import (
    FARTHEST_DAYS,
    LONGEST_MINUTES,
    MUSCLES_BY_REGION,
    REGION_CHOICES,
    SHORTEST_MINUTES,
    MoveForm,
    SeenForm,
)
from registry.web.schedule.gate_form import (
    GateForm,
    RecordForm,
    as_typed,
    asked_by,
    sent_before,
    told_along,
)
from registry.web.schedule.starts import by_part_of_day, days_to_move_to
from registry.web.schedule.times import WhichPassing, clock_value
from registry.web.schedule.way_back import said_of, way_back
from registry.web.shell import is_about

Answer = Response | tuple[str, int]


def look_at(appointment_id: int, action: Action | None = None) -> AppointmentPage:
    """What is on record, if it may be seen and this may be done with it."""
    seen = on_record.appointment(actor(), appointment_id)
    is_about(seen.place.id)
    if action is not None:
        require(actor(), action, Subject(frozenset({seen.place.id}), seen.practitioner_id))
    return seen


def change(
    job: str, seen: AppointmentPage, form: FlaskForm, act: Callable[[], str | None], said: str
) -> Answer:
    """
    A page with a form: shown, acted on, or shown again with what speaks against it.

    What `act` returns is said instead of `said`, where that does not say it all.
    """
    if not form.is_submitted():
        return _job_page(job, seen, form) if seen.open else _to_sheet(seen)
    if not form.validate():
        return _job_page(job, seen, form, 422)
    try:
        said = act() or said
    except BadInput as wrong:
        wrong.field = FIELDS.get(wrong.field or "", wrong.field)
        put_at_field(form, wrong)
        passings = wrong.choices if isinstance(wrong, WhichPassing) else []
        return _job_page(job, seen, form, 422, passings=passings)
    except Refused as refused:
        return _job_page(job, seen, form, refused.status, refused=refused)
    return _to_sheet(seen, said)


def at_once(
    seen: AppointmentPage,
    form: FlaskForm,
    act: Callable[[], None],
    said: str,
    again: Callable[[AppointmentPage, Refused], Answer] | None = None,
) -> Answer:
    """
    One button, no form of its own: what speaks against it is shown on the sheet, or by `again`.
    """
    if not form.validate():
        return sheet(seen, 422)
    try:
        act()
    except Refused as refused:
        return again(seen, refused) if again else sheet(seen, refused.status, refused)
    except BadInput as wrong:
        return sheet(seen, wrong.status, Refused(wrong.message))
    return _to_sheet(seen, said)


def _to_sheet(seen: AppointmentPage, said: str = "") -> Response:
    if said:
        flash(said_of(seen, said), "success")
    else:
        flash(f"This appointment is {stands(seen.state)} and can no longer be changed.", "warning")
    return redirect(way_back(seen), 303)


def sheet_to_tick(seen: AppointmentPage, refused: Refused) -> tuple[str, int]:
    """Where only the practitioner has to be asked first, with the tick that says so."""
    return sheet(seen, refused.status, refused, tick=to_clear(refused))


def sheet(
    seen: AppointmentPage,
    status: int = 200,
    refused: Refused | None = None,
    record: RecordForm | None = None,
    tick: NotCleared | None = None,
) -> tuple[str, int]:
    gates, noted = before_needling(actor(), seen), notes_before(actor(), seen)
    page = render_template(
        "schedule/appointment.html",
        it=seen,
        history=history(actor(), seen),
        refused=refused,
        reasons=Reasons.of(refused),
        tick=tick,
        sent_with_it=sent_with_it(),
        gates=gates,
        noted=noted,
        stands=_as_it_stands(seen, noted) if seen.open else None,
        record=record or _as_recorded(gates),
        is_its_day=gates.is_on(seen.place.today(now())),
        begun=seen.slot.starts_at <= now(),
        may_be_missed=may_be_missed(
            seen.state, gates.checked_in_at is not None, seen.slot.starts_at, now()
        ),
        may_be_put_right=seen.missed_at is not None and is_recent(seen.missed_at, now()),
        off=_why_off(seen) if seen.open else "",
        recent=to_be_undone(actor(), seen, now()),
        series=series_of(actor(), seen),
        may_book=Action.BOOK in seen.actions,
        Action=Action,
    )
    return page, status


def _why_off(seen: AppointmentPage) -> str:
    day, _ = seen.slot.days_in(seen.place.zone)
    whom = (seen.practitioner_id, seen.practitioner)
    return is_off(hours_of(seen.place, day), seen.place, seen.slot, whom)


def _as_it_stands(seen: AppointmentPage, noted: NotesBefore | None) -> AsItStands:
    day, _ = seen.slot.days_in(seen.place.zone)
    return AsItStands(
        ground_back=seen.ground_back,
        passed=seen.slot.starts_at < now(),
        outside=outside(hours_of(seen.place, day), seen.place, seen.slot, seen.practitioner_id),
        forbids=bool(noted and noted.forbidding),
        waits=bool(noted and noted.open),
    )


def _as_recorded(gates: BeforeNeedling) -> RecordForm:
    typed = {**as_typed(gates.known), "note": gates.note, "seen_record": str(gates.record)}
    return RecordForm(formdata=None, data=typed)


def _job_page(
    job: str,
    seen: AppointmentPage,
    form: FlaskForm,
    status: int = 200,
    *,
    refused: Refused | None = None,
    passings: list[tuple[str, str]] | None = None,
) -> tuple[str, int]:
    page = render_template(
        f"schedule/{job}.html",
        it=seen,
        form=form,
        refused=refused,
        reasons=Reasons.of(refused),
        passings=passings or [],
        asked=asked_by(refused),
        answers=GateForm(meta={"csrf": False}),
        sent=sent_before(),
        to_clear=to_clear(refused),
        sent_with_it=sent_with_it(),
        found=_who_else(seen) if job == "reassign" else None,
        region_choices=REGION_CHOICES,
        muscles_by_region=MUSCLES_BY_REGION,
        **(_where_to(seen, form) if isinstance(form, MoveForm) else {}),
    )
    return page, status


def _where_to(seen: AppointmentPage, form: MoveForm) -> dict[str, Any]:
    """Free days to move it to: from the day in the address, else from the form's, else its own."""
    moment = now()
    today = seen.place.today(moment)
    wanted = asked_day("from") or form.day.data or today
    since = min(max(wanted, today), today + timedelta(days=FARTHEST_DAYS))
    minutes = asked_number("minutes") or form.minutes.number
    if not isinstance(minutes, int) or not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        minutes = int(seen.slot.length.total_seconds()) // 60
    return {
        "since": since,
        "minutes": minutes,
        "days": days_to_move_to(seen, minutes, since, moment),
        "clock_value": clock_value,
        "by_part_of_day": by_part_of_day,
    }


def _who_else(seen: AppointmentPage) -> Candidates:
    return candidates_for(actor(), seen.place, seen.slot, seen.sites, seen.id, seen.busy)


def rebook(seen: AppointmentPage, form: SeenForm, **changed: Any) -> None:
    rebook_appointment(
        actor=actor(),
        appointment_id=seen.id,
        seen_version=version_of(form),
        told=told_along(),
        cleared=told_cleared(),
        now=now(),
        **changed,
    )


def version_of(form: SeenForm) -> int:
    return number_typed(form.seen_version.data)
