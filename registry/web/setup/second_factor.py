"""Resetting the second factor of somebody who lost all of theirs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.accounts import account_to_reset
from registry.services.second_factors import reset_second_factor
from registry.web.refusals import carried_out
from registry.web.setup.forms import ResetFactorForm
from registry.web.setup.routes import pages


@pages.route("/people/<int:account_id>/second-factor", methods=["GET", "POST"])
def reset_factor(account_id: int) -> str | Response | tuple[str, int]:
    asking, form = actor(), ResetFactorForm()
    account = account_to_reset(actor=asking, account_id=account_id)

    def reset() -> None:
        reset_second_factor(
            actor=asking,
            account_id=account_id,
            reason=form.reason.data or "",
            password=form.password.data or "",
            now=now(),
        )

    if not carried_out(form, reset):
        page = render_template("setup/reset_factor.html", form=form, account=account)
        return page, 422 if form.errors else 200
    flash(f"Done. A letter with a link is on its way to {account.email}.", "success")
    return redirect(url_for("setup.person", account_id=account_id))
