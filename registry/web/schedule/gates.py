"""Before needling: what is recorded and cleared of a patient, checking them in or out again."""

from __future__ import annotations

from flask import flash

from registry.adapters.clock import now
from registry.identity import actor
from registry.rules.access import Action
from registry.services.check_in import check_in, record_gates, undo_check_in
from registry.services.contraindications import clear_notes
from registry.web.asked import record_number
from registry.web.clearing import told_cleared
from registry.web.schedule.door import pages
from registry.web.schedule.forms import SeenForm
from registry.web.schedule.gate_form import RecordForm
from registry.web.schedule.sheet import Answer, at_once, look_at, sheet, version_of

NO_LONGER_IN = (
    "The patient is no longer checked in, for that was decided without what you just recorded. "
    "Check them in again once nothing is missing."
)


@pages.post("/appointments/<int:appointment_id>/check-in")
def arrive(appointment_id: int) -> Answer:
    """The patient is here: everything is decided anew."""
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = SeenForm()

    def act() -> None:
        check_in(actor=actor(), appointment_id=seen.id, seen_version=version_of(form), now=now())

    return at_once(seen, form, act, "Checked in.")


@pages.post("/appointments/<int:appointment_id>/undo-check-in")
def leave_again(appointment_id: int) -> Answer:
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = SeenForm()

    def act() -> None:
        undo_check_in(
            actor=actor(), appointment_id=seen.id, seen_version=version_of(form), now=now()
        )

    return at_once(seen, form, act, "No longer checked in.")


@pages.post("/appointments/<int:appointment_id>/before-needling")
def record_before(appointment_id: int) -> Answer:
    """Consent, a referral, a physician's word."""
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = RecordForm()
    if not form.validate():
        return sheet(seen, 422, record=form)

    def act() -> None:
        taken_back = record_gates(
            actor=actor(),
            appointment_id=seen.id,
            told=form.told,
            seen_record=record_number(form.seen_record.data or "") or 0,
            note=form.note.data or "",
            now=now(),
        )
        if taken_back:
            flash(NO_LONGER_IN)

    return at_once(seen, form, act, "Recorded.")


@pages.post("/appointments/<int:appointment_id>/clear")
def clear(appointment_id: int) -> Answer:
    """The practitioner was asked about what is noted of the patient."""
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = SeenForm()

    def act() -> None:
        clear_notes(
            actor=actor(),
            appointment_id=seen.id,
            seen_version=version_of(form),
            cleared=told_cleared(),
            now=now(),
        )

    return at_once(seen, form, act, "Cleared.")
