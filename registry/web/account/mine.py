"""My account: the password, where one is signed in, and the second step."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor, token, visitor
from registry.queries.second_factors import factors_of
from registry.queries.sign_ins import sign_ins_of
from registry.services.own_password import change_password as change_own_password
from registry.services.sessions import end_other_sessions
from registry.web.account.forms import ChangePasswordForm
from registry.web.account.means import house
from registry.web.account.routes import Answer, pages
from registry.web.clocks import clock_at_hand
from registry.web.refusals import put_at_field


@pages.get("/account")
def mine() -> str:
    return _my_page(ChangePasswordForm())


@pages.post("/account/password")
def change_password() -> Answer:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _my_page(form), 422
    try:
        change_own_password(
            actor=actor(),
            token=token(),
            old=form.old.data or "",
            new=form.new.data or "",
            now=now(),
        )
    except BadInput as refusal:
        put_at_field(form, refusal)
        return _my_page(form), 422
    flash("Your password is changed, and you are signed out everywhere else.", "success")
    return redirect(url_for("account.mine"))


@pages.post("/account/end-others")
def end_others() -> Response:
    ended = end_other_sessions(actor=actor(), token=token(), now=now())
    flash(f"Signed out in {ended} other place{'' if ended == 1 else 's'}.", "success")
    return redirect(url_for("account.mine"))


def _my_page(form: ChangePasswordForm) -> str:
    asking = actor()
    return render_template(
        "account/mine.html",
        form=form,
        me=visitor(),
        held=factors_of(asking),
        house=house(),
        clock=clock_at_hand(),
        sign_ins=sign_ins_of(actor=asking, token=token(), now=now()),
    )
