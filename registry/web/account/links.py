"""Links from letters: asked for, followed, and the password they set."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from registry.adapters.clock import now
from registry.errors import BadInput, NotFound
from registry.identity import address, let_out
from registry.models import Purpose
from registry.queries.sign_ins import LinkHolder, holder_of_link
from registry.services import account_links
from registry.web.account.forms import NewPasswordForm, ResetForm
from registry.web.account.routes import Answer, pages
from registry.web.refusals import put_at_field


@pages.route("/forgotten-password", methods=["GET", "POST"])
def ask_reset() -> Answer:
    form = ResetForm()
    if not form.validate_on_submit():
        return _page("ask_reset", form)
    try:
        account_links.ask_reset(email=form.email.data or "", now=now(), address=address())
    except BadInput as refusal:
        put_at_field(form, refusal)
        return _page("ask_reset", form)
    return render_template("account/reset_sent.html")


@pages.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> Answer:
    return _set_password(token, Purpose.INVITATION)


@pages.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Answer:
    return _set_password(token, Purpose.RESET)


def _set_password(link: str, purpose: Purpose) -> Answer:
    holder = holder_of_link(token=link, now=now())
    if holder is None or holder.purpose is not purpose:
        return render_template("account/link_gone.html", purpose=purpose), 410
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _link_page(form, holder)
    try:
        account_links.set_password_by_link(
            token=link, password=form.password.data or "", address=address(), now=now()
        )
    except BadInput as refusal:
        put_at_field(form, refusal)
        return _link_page(form, holder)
    except NotFound:
        return render_template("account/link_gone.html", purpose=purpose), 410
    let_out()
    flash("Your password is set. Sign in with it.", "success")
    return redirect(url_for("account.sign_in"))


def _link_page(form: NewPasswordForm, holder: LinkHolder) -> Answer:
    page = render_template("account/set_password.html", form=form, holder=holder)
    return page, 422 if form.errors else 200


def _page(name: str, form: ResetForm) -> Answer:
    return render_template(f"account/{name}.html", form=form), 422 if form.errors else 200
