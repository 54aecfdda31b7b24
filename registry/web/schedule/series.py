"""A series: an appointment repeated every so many weeks, and the rest of it cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms import SelectField
from wtforms.validators import InputRequired, ValidationError

from registry.adapters.clock import now
from registry.errors import BadInput, NotInThatState, Overtaken
from registry.identity import actor
from registry.queries.appointments import AppointmentPage
from registry.queries.fitting import Fit
from registry.queries.series import WholeSeries, repeats, series_of
from registry.rules.access import Action
from registry.rules.series import EVERY, MOST_DATES, days_of_series
from registry.rules.vocabulary import AppointmentState
from registry.rules.wording import count
from registry.services.series import Seen, book_series, cancel_rest
from registry.web.clearing import box_of, told_cleared
from registry.web.fields import Day, Number, Paragraph
from registry.web.outcomes import Answer, told_of, try_it
from registry.web.schedule.door import number_typed, pages
from registry.web.schedule.forms import FARTHEST_DAYS
from registry.web.schedule.gate_form import GateForm, told_along
from registry.web.schedule.many import copies_chosen, key_of, triples
from registry.web.schedule.sheet import look_at

USUAL_TIMES = 6
WEEKS = [Choice(str(n), "Every week" if n == 1 else f"Every {n} weeks") for n in EVERY]


class RepeatForm(FlaskForm):
    """It lives in the address, so it needs no token."""

    every = SelectField("How often", choices=WEEKS)
    times = Number("How many more times")
    until = Day("Or until")

    def __init__(self, last: date, today: date, **ordinary: Any) -> None:
        self.wanted = "every" in request.args
        asked = request.args if self.wanted else None
        super().__init__(asked, meta={"csrf": False}, **ordinary)
        self.last, self.today = last, today

    def validate_times(self, field: Number) -> None:
        says_until = any(typed.strip() for typed in self.until.raw_data or ())
        if not field.errors and (field.number is not None) == says_until:
            raise ValidationError("Say how many times, or until which day.")
        if field.number is not None and not 1 <= field.number <= MOST_DATES:
            raise ValidationError(f"From 1 to {MOST_DATES} times. A series can be extended later.")

    def validate_until(self, field: Day) -> None:
        if field.data is None:
            return
        if field.data <= self.last:
            raise ValidationError("Choose a day after the last appointment there is.")
        if field.data > self.today + timedelta(days=FARTHEST_DAYS):
            raise ValidationError("That is more than two years ahead.")
        if len(self.days) > MOST_DATES:
            raise ValidationError(
                f"That is more than {MOST_DATES} dates. Choose an earlier day, and extend it later."
            )

    @property
    def days(self) -> list[date]:
        times = self.times.number
        every = int(self.every.data or 1)
        counted = int(times) if times is not None else None
        return days_of_series(self.last, every, times=counted, until=self.until.data)


class RestForm(FlaskForm):
    reason = Paragraph("Reason", [InputRequired("Say why it is cancelled.")], longest=300)


@pages.route("/appointments/<int:appointment_id>/repeat", methods=["GET", "POST"])
def repeat(appointment_id: int) -> Answer:
    """The same again every so many weeks: first which dates fit, then those chosen are booked."""
    seen = look_at(appointment_id, Action.BOOK)
    if seen.state is AppointmentState.CANCELLED:
        flash("This appointment is cancelled. Restore it first, or repeat another one.", "warning")
        return redirect(_sheet_of(seen), 303)
    series = series_of(actor(), seen)
    form = _repeat_form(seen, series)
    if request.method == "GET":
        return _proposal(seen, series, form)

    def act() -> Answer:
        if not (form.wanted and form.validate()):
            raise BadInput("Say first how often, and until when.")
        outcome = book_series(
            actor=actor(),
            appointment_id=seen.id,
            seen_version=number_typed(request.form.get("seen_version")),
            every_weeks=int(form.every.data),
            chosen=copies_chosen(),
            told=told_along(),
            cleared=told_cleared(box_of(seen.id)),
            now=now(),
        )
        return told_of(outcome, seen.place, "booked", _sheet_of(seen))

    try:
        return try_it(act, lambda wrong: _proposal(seen, series, form, 422, wrong))
    except (NotInThatState, Overtaken) as no:
        return _proposal(seen, series, form, no.status, no.message)


@pages.route("/appointments/<int:appointment_id>/cancel-rest", methods=["GET", "POST"])
def cancel_series(appointment_id: int) -> Answer:
    """This one and all that follow it in its series."""
    seen = look_at(appointment_id, Action.CANCEL)
    series = series_of(actor(), seen)
    rest = series.rest_after(seen.slot) if series else []
    if not rest:
        flash("Nothing is left of a series here.", "warning")
        return redirect(_sheet_of(seen), 303)
    form = RestForm()

    def shown(status: int = 200, wrong: str = "") -> Answer:
        page = render_template(
            "schedule/cancel_rest.html", it=seen, rest=rest, form=form, wrong=wrong
        )
        return page, status

    def act() -> Answer:
        outcome = cancel_rest(
            actor=actor(),
            appointment_id=seen.id,
            chosen=[Seen(number, version) for number, version, _ in triples()],
            reason=form.reason.data or "",
            now=now(),
        )
        return told_of(outcome, seen.place, "cancelled", _sheet_of(seen))

    if not form.is_submitted():
        return shown()
    if not form.validate():
        return shown(422)
    return try_it(act, lambda wrong: shown(422, wrong))


def _repeat_form(seen: AppointmentPage, series: WholeSeries | None) -> RepeatForm:
    zone = seen.place.zone
    last = series.last_day(seen) if series else seen.slot.starts_at.astimezone(zone).date()
    every = str(series.every_weeks) if series else "1"
    return RepeatForm(last, seen.place.today(now()), every=every, times=str(USUAL_TIMES))


def _proposal(
    seen: AppointmentPage,
    series: WholeSeries | None,
    form: RepeatForm,
    status: int = 200,
    wrong: str = "",
) -> tuple[str, int]:
    good = form.wanted and form.validate()
    fits: list[Fit] = repeats(actor(), seen, form.days, now()) if good else []
    page = render_template(
        "schedule/repeat.html",
        it=seen,
        series=series,
        form=form,
        fits=fits,
        ready=[one for one in fits if one.fits],
        booked=[one for one in fits if one.already],
        asked=sorted({fact for one in fits for fact in one.asked}),
        to_clear=next((one.to_clear for one in fits if one.to_clear), ()),
        answers=GateForm(meta={"csrf": False}),
        good=good,
        wrong=wrong,
        key_of=key_of,
        box_of=box_of,
        count=count,
    )
    return page, 422 if form.wanted and not good else status


def _sheet_of(seen: AppointmentPage) -> str:
    return url_for("schedule.appointment", appointment_id=seen.id)
