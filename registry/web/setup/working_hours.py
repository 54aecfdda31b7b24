"""A practitioner's working hours at a clinic: their week from a day on, and single days."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.models import WorkingDay, WorkingWeek
from registry.queries.working_hours import HoursAt, PractitionerHours, practitioner_hours
from registry.rules.access import Action, Subject
from registry.services import working_hours as on_record
from registry.web.setup.falling import changed, said
from registry.web.setup.hours_forms import DayForm, RemoveForm, WorkingWeekForm
from registry.web.setup.routes import pages

Answer = str | Response | tuple[str, int]
OF = "/practitioners/<int:practitioner_id>/hours"


@pages.get(OF)
def working_hours(practitioner_id: int) -> str:
    whom = practitioner_hours(actor(), practitioner_id, now())
    return render_template(
        "setup/working_hours.html", whom=whom, own=actor().practitioner_id == practitioner_id
    )


@pages.route(f"{OF}/<int:clinic_id>", methods=["GET", "POST"])
def set_working_week(practitioner_id: int, clinic_id: int) -> Answer:
    whom, here = _at(practitioner_id, clinic_id)
    form = WorkingWeekForm()
    if not form.is_submitted():
        form.show(here.now)
        form.shows(here.kept_weeks)

    def change(seen: frozenset[int]) -> None:
        on_record.set_working_week(
            actor=actor(),
            practitioner_id=practitioner_id,
            clinic_id=clinic_id,
            first_day=form.first_day.data or date.max,
            week=None if form.when.data == "clinic" else form.hours(),
            seen=seen,
            seen_weeks=form.hours_seen,
            now=now(),
        )

    if not changed(form, change):
        page = render_template("setup/working_week.html", whom=whom, here=here, form=form)
        return page, form.status
    flash(said("The working hours are saved.", form), "success")
    return _back(practitioner_id)


@pages.route(f"{OF}/<int:clinic_id>/day", methods=["GET", "POST"])
def set_working_day(practitioner_id: int, clinic_id: int) -> Answer:
    whom, here = _at(practitioner_id, clinic_id)
    form = DayForm()
    if not form.is_submitted():
        form.shows(here.kept_days)

    def change(seen: frozenset[int]) -> None:
        on_record.set_working_day(
            actor=actor(),
            practitioner_id=practitioner_id,
            clinic_id=clinic_id,
            day=form.day.data or date.max,
            hours=form.hours(),
            seen=seen,
            seen_days=form.hours_seen,
            now=now(),
        )

    if not changed(form, change):
        page = render_template("setup/working_day.html", whom=whom, here=here, form=form)
        return page, form.status
    flash(said("The day is on record.", form), "success")
    return _back(practitioner_id)


@pages.route(f"{OF}/weeks/<int:working_week_id>/remove", methods=["GET", "POST"])
def remove_working_week(practitioner_id: int, working_week_id: int) -> Answer:
    whom = practitioner_hours(actor(), practitioner_id, now())
    lines = {line.id: (here, line.first_day) for here in whom.clinics for line in here.weeks}
    return _removed(whom, WorkingWeek, working_week_id, lines)


@pages.route(f"{OF}/days/<int:working_day_id>/remove", methods=["GET", "POST"])
def remove_working_day(practitioner_id: int, working_day_id: int) -> Answer:
    whom = practitioner_hours(actor(), practitioner_id, now())
    lines = {line.id: (here, line.day) for here in whom.clinics for line in here.days}
    return _removed(whom, WorkingDay, working_day_id, lines)


def _removed(
    whom: PractitionerHours,
    kind: type[WorkingWeek | WorkingDay],
    number: int,
    lines: dict[int, tuple[HoursAt, date]],
) -> Answer:
    if number not in lines:
        raise NotFound("There is no such record.")
    (here, day), form = lines[number], RemoveForm()
    require(actor(), Action.CHANGE_HOURS, Subject(frozenset({here.clinic_id}), whom.id))
    if not form.is_submitted():
        kept = here.kept_weeks if kind is WorkingWeek else here.kept_days
        form.shows({day.isoformat(): kept[day.isoformat()]})

    def remove(seen: frozenset[int]) -> None:
        on_record.remove_working_hours(
            actor=actor(),
            practitioner_id=whom.id,
            kind=kind,
            number=number,
            seen=seen,
            seen_hours=form.hours_seen,
            now=now(),
        )

    if not changed(form, remove):
        page = render_template(
            "setup/remove_working_hours.html",
            whom=whom,
            here=here,
            day=day,
            of_a_week=kind is WorkingWeek,
            form=form,
        )
        return page, form.status
    flash(said("Removed.", form), "success")
    return _back(whom.id)


def _at(practitioner_id: int, clinic_id: int) -> tuple[PractitionerHours, HoursAt]:
    whom = practitioner_hours(actor(), practitioner_id, now())
    here = next((one for one in whom.clinics if one.clinic_id == clinic_id), None)
    if here is None:
        raise NotFound("There is no such record.")
    require(actor(), Action.CHANGE_HOURS, Subject(frozenset({clinic_id}), practitioner_id))
    return whom, here


def _back(practitioner_id: int) -> Response:
    return redirect(url_for("setup.working_hours", practitioner_id=practitioner_id))
