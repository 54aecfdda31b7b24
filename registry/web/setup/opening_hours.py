"""A clinic's hours: its week, the days that differ, the public holidays it closes on."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.opening_hours import ClinicHours, clinic_hours, holidays_of
from registry.rules.access import Action, Subject
from registry.rules.stretches import pairs_of
from registry.services import opening_hours as on_record
from registry.web.setup.falling import changed, said
from registry.web.setup.hours_forms import ClinicDayForm, HolidaysForm, HoursForm, RemoveForm
from registry.web.setup.routes import pages
from registry.web.shell import is_about

Answer = str | Response | tuple[str, int]


@pages.route("/clinics/<int:clinic_id>/hours", methods=["GET", "POST"])
def set_hours(clinic_id: int) -> Answer:
    form = HoursForm(prefix="hours")
    known = _clinic(clinic_id)
    if not form.is_submitted():
        form.show(known.week)
        form.shows(known.kept)

    def change(seen: frozenset[int]) -> None:
        on_record.set_hours(
            actor=actor(),
            clinic_id=clinic_id,
            hours=form.hours(),
            seen=seen,
            seen_hours=form.hours_seen,
            now=now(),
        )

    if not changed(form, change):
        page = render_template("setup/opening_hours.html", clinic=known, form=form)
        return page, form.status
    flash(said("The opening hours are changed.", form), "success")
    return _to_clinic(clinic_id)


@pages.route("/clinics/<int:clinic_id>/days/new", methods=["GET", "POST"])
def add_clinic_day(clinic_id: int) -> Answer:
    form, known = ClinicDayForm(), _clinic(clinic_id)

    def add(seen: frozenset[int]) -> None:
        on_record.add_clinic_day(
            actor=actor(),
            clinic_id=clinic_id,
            day=form.day.data or date.max,
            name=form.name.data or "",
            hours=form.hours(),
            seen=seen,
            now=now(),
        )

    if not changed(form, add):
        return render_template("setup/clinic_day.html", clinic=known, form=form), form.status
    flash(said("The day is on record.", form), "success")
    return _to_clinic(clinic_id)


@pages.route("/clinics/<int:clinic_id>/days/<int:clinic_day_id>/remove", methods=["GET", "POST"])
def remove_clinic_day(clinic_id: int, clinic_day_id: int) -> Answer:
    form, known = RemoveForm(), _clinic(clinic_id)
    which = next((one for one in known.days if one.id == clinic_day_id), None)
    if which is None:
        raise NotFound("There is no such record.")
    if not form.is_submitted():
        form.shows({which.day.isoformat(): pairs_of(which.stretches)})

    def remove(seen: frozenset[int]) -> None:
        on_record.remove_clinic_day(
            actor=actor(),
            clinic_id=clinic_id,
            clinic_day_id=clinic_day_id,
            seen=seen,
            seen_hours=form.hours_seen,
            now=now(),
        )

    if not changed(form, remove):
        page = render_template("setup/remove_clinic_day.html", clinic=known, form=form, which=which)
        return page, form.status
    flash(said("The day is like its weekday again.", form), "success")
    return _to_clinic(clinic_id)


@pages.route("/clinics/<int:clinic_id>/holidays", methods=["GET", "POST"])
def holidays(clinic_id: int) -> Answer:
    form, known = HolidaysForm(), _clinic(clinic_id)
    lines = holidays_of(known)
    if not form.is_submitted():
        form.days.data = [one.day.isoformat() for one in lines or () if one.closed]
        form.shows({day: [] for day in form.days.data})

    def choose(seen: frozenset[int]) -> None:
        on_record.close_on_holidays(
            actor=actor(),
            clinic_id=clinic_id,
            days=[_day(typed) for typed in form.days.data or ()],
            seen=seen,
            seen_closed=form.hours_seen.keys(),
            now=now(),
        )

    if not changed(form, choose):
        page = render_template("setup/holidays.html", clinic=known, form=form, lines=lines)
        return page, form.status
    flash(said("The holidays are saved.", form), "success")
    return _to_clinic(clinic_id)


def _clinic(clinic_id: int) -> ClinicHours:
    require(actor(), Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known = clinic_hours(actor(), clinic_id, now())
    is_about(clinic_id)
    return known


def _to_clinic(clinic_id: int) -> Response:
    return redirect(url_for("setup.clinic", clinic_id=clinic_id))


def _day(typed: str) -> date:
    """A day that is no holiday, where it is no day: the use case says so."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min
