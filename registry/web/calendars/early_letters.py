"""Early letters of what lapses: a manager chooses, or stops them by the link in one."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.adapters.sealing import Sealer
from registry.adapters.stop_links import account_to_stop
from registry.errors import NotFound
from registry.identity import actor, address, csrf
from registry.services.reminder_settings import choose_early_letters, stop_early_letters
from registry.web.calendars.forms import EarlyLettersForm
from registry.web.calendars.routes import pages


@pages.post("/letters/early")
def early_letters() -> Response:
    wanted = bool(EarlyLettersForm().early.data)
    choose_early_letters(actor=actor(), wanted=wanted, now=now())
    said = "You get" if wanted else "You get no"
    flash(f"{said} early letters of what lapses from now on.", "success")
    return redirect(url_for("calendars.mine"))


@pages.route("/letters/stop/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> str:
    """
    Nobody signs in: the link is the proof. Looking changes nothing, for programs look at links.

    A mail program sends what RFC 8058 says and has no token of a form; from a page it is wanted.
    """
    form = FlaskForm()
    in_one_press = request.form.get("List-Unsubscribe") == "One-Click"
    if request.method == "POST" and not in_one_press and not form.validate():
        raise CSRFError
    account_id = account_to_stop(Sealer(current_app.config["SECRET_KEY"]), token)
    if account_id is None:
        raise NotFound("There is no such link.")
    if request.method == "POST":
        stop_early_letters(account_id=account_id, address=address(), now=now())
    return render_template("calendars/stop.html", form=form, stopped=request.method == "POST")
