"""What lapses or has lapsed at a clinic: the list, saying that one is on it, putting it off."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.expiries import WINDOWS, Expiries, expiries_at, lapsed_at, put_off_at
from registry.queries.reminder_answers import ToPutOff, lapse_to_put_off
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Answer, Subject, answer, may
from registry.rules.reminders import band_in_words
from registry.rules.wording import day_in_words
from registry.services.reminder_answers import acknowledge_lapse, snooze_lapse
from registry.web.asked import asked_page, asked_text, record_number
from registry.web.fields import Day, options
from registry.web.oversight.neighbours import neighbours
from registry.web.oversight.routes import pages
from registry.web.refusals import carried_out
from registry.web.shell import clinic_of_page

LAPSED, SNOOZED = "lapsed", "snoozed"


class SnoozeForm(FlaskForm):
    version = HiddenField()
    seen = HiddenField()
    until = Day("Until", [InputRequired("Choose a day.")])
    owner = SelectField(
        "Who answers for it",
        [InputRequired("Choose one.")],
        coerce=lambda number: record_number(str(number)) or 0,
        validate_choice=False,
    )

    def __init__(self, known: ToPutOff, asking: Actor) -> None:
        mine = {number for number, _ in known.owners} & {asking.account_id}
        super().__init__(
            data={"version": known.version_id, "seen": known.seen, "owner": next(iter(mine), None)}
        )
        self.owner.choices = options(known.owners)


@pages.get("/expiries")
def expiries() -> str:
    """What lapses at a clinic in the days to come, what has lapsed, and what was put off."""
    me = actor()
    clinic = clinic_of_page(Action.SEE_EXPIRIES)
    show, days = asked_text("show"), _days_asked()
    if show not in ("", LAPSED, SNOOZED):
        raise BadInput("Choose what has lapsed, what was put off, or a number of days.")
    page, today = asked_page(), clinic.day_at(now())
    view = answer(me, Action.SEE_EXPIRIES, Subject(frozenset({clinic.id})))
    in_full = view is Answer.ALLOWED
    found = _found(clinic, show, today, days, page, in_full=in_full)
    kept: dict[str, int | str | None] = {"show": show} if show else {"days": days}
    return render_template(
        "oversight/expiries.html",
        clinic=clinic,
        today=today,
        show=show,
        days=days,
        windows=WINDOWS,
        everywhere=_everywhere(me, clinic),
        found=found,
        in_full=in_full,
        may_answer={
            line.practitioner_id: _answers(me, clinic, line.practitioner_id) for line in found.lines
        },
        band_in_words=band_in_words,
        **neighbours("oversight.expiries", clinic.id, page, found.last < found.total, **kept),
    )


@pages.post("/expiries/<int:credential_id>/acknowledge")
def acknowledge(credential_id: int) -> Response:
    clinic = clinic_of_page(Action.SEE_EXPIRIES)
    acknowledge_lapse(
        actor=actor(),
        credential_id=credential_id,
        version_id=sent_number("version"),
        seen=sent_number("seen"),
        clinic_id=clinic.id,
        now=now(),
    )
    flash("It says now that you are on it.", "success")
    return redirect(_list(clinic, asked_text("show"), asked_text("days")), code=303)


@pages.route("/expiries/<int:credential_id>/snooze", methods=["GET", "POST"])
def snooze(credential_id: int) -> str | Response | tuple[str, int]:
    """Off the list until a day, with somebody who answers for it."""
    me = actor()
    clinic = clinic_of_page(Action.SEE_EXPIRIES)
    known = lapse_to_put_off(me, clinic, credential_id, clinic.day_at(now()))
    form = SnoozeForm(known, me)

    def put_off() -> None:
        snooze_lapse(
            actor=me,
            credential_id=credential_id,
            version_id=sent_number("version"),
            seen=sent_number("seen"),
            clinic_id=clinic.id,
            owner_id=form.owner.data,
            until=form.until.data or date.min,
            now=now(),
        )

    if carried_out(form, put_off):
        until = day_in_words(form.until.data or date.min)
        flash(f"Put off until {until}. Then it shows here again.", "success")
        return redirect(_list(clinic, "", ""), code=303)
    page = render_template(
        "oversight/snooze.html",
        form=form,
        known=known,
        clinic=clinic,
        today=clinic.day_at(now()),
        back=_list(clinic, "", ""),
    )
    return page, 422 if form.errors else 200


def _everywhere(me: Actor, clinic: ClinicSeen) -> str | None:
    """The year ahead at all of their clinics, where they have several."""
    theirs = [each.id for each in g.clinics_reached]
    if sum(may(me, Action.SEE_EXPIRIES, Subject(frozenset({each}))) for each in theirs) < 2:
        return None
    return url_for("oversight.forecast", clinic=clinic.id, clinics="all")


def _days_asked() -> int:
    """Raises BadInput for other numbers, and for what is none."""
    told = asked_text("days")
    found = {str(window): window for window in WINDOWS}.get(told) if told else WINDOWS[0]
    if found is None:
        raise BadInput("Choose 30, 60 or 90 days.", field="days")
    return found


def sent_number(name: str) -> int:
    """Of a hidden field. What is no number is that of nothing: it was not shown to anybody."""
    return record_number(request.form.get(name, "")) or 0


def _found(
    clinic: ClinicSeen, show: str, today: date, days: int, page: int, *, in_full: bool
) -> Expiries:
    if show == LAPSED:
        return lapsed_at(clinic, today=today, page=page, in_full=in_full)
    if show == SNOOZED:
        return put_off_at(clinic, today=today, page=page, in_full=in_full)
    return expiries_at(clinic, today=today, days=days, page=page, in_full=in_full)


def _answers(me: Actor, clinic: ClinicSeen, practitioner_id: int) -> tuple[bool, bool]:
    """Whether they may say that they are on it, and put it off."""
    there = Subject(frozenset({clinic.id}), practitioner_id)
    return may(me, Action.ACKNOWLEDGE_LAPSE, there), may(me, Action.SNOOZE_LAPSE, there)


def _list(clinic: ClinicSeen, show: str, days: str) -> str:
    return url_for("oversight.expiries", clinic=clinic.id, show=show or None, days=days or None)
