"""When a clinic reminds of what lapses."""

from __future__ import annotations

import json

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import clinic_settings
from registry.rules.access import Action, Subject
from registry.rules.reminders import bands_in_words
from registry.services.reminder_settings import set_reminder_bands
from registry.web.fields import Line
from registry.web.refusals import carried_out
from registry.web.setup.routes import pages
from registry.web.shell import is_about


class RemindersForm(FlaskForm):
    seen = HiddenField()
    bands = Line("Days before the last day", [InputRequired("Fill this in.")], longest=100)


@pages.route("/clinics/<int:clinic_id>/reminders", methods=["GET", "POST"])
def reminders(clinic_id: int) -> str | Response | tuple[str, int]:
    asking = actor()
    require(asking, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known = clinic_settings(actor=asking, clinic_id=clinic_id)
    before = ", ".join(str(band) for band in known.reminder_bands if band > 0)
    form = RemindersForm(data={"bands": before, "seen": json.dumps(known.reminder_bands)})

    def change() -> None:
        set_reminder_bands(
            actor=asking,
            clinic_id=clinic_id,
            bands=form.bands.data or "",
            seen=_seen(form.seen.data),
            now=now(),
        )

    if carried_out(form, change):
        flash("Reminders go on these days from now on.", "success")
        return redirect(url_for("setup.clinic", clinic_id=clinic_id))
    is_about(clinic_id)
    now_in_words = bands_in_words(known.reminder_bands)
    page = render_template("setup/reminders.html", form=form, clinic=known, words=now_in_words)
    return page, 422 if form.errors else 200


def _seen(sent: str | None) -> list[int]:
    """What no page of ours sent was seen by nobody."""
    try:
        told = json.loads(sent or "")
    except (ValueError, RecursionError):
        return []
    return told if isinstance(told, list) else []
