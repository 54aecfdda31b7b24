"""Sign in and out, follow a link from a letter, look after one's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotFound, NotSignedIn, TooManyTries
from registry.identity import actor, address, let_in, let_out, token, visitor
from registry.models import Purpose
from registry.queries.sign_ins import LinkHolder, holder_of_link, sign_ins_of
from registry.services import account_links
from registry.services import sign_in as signing_in
from registry.web.account.forms import (
    ChangePasswordForm,
    NewPasswordForm,
    ResetForm,
    SignInForm,
)
from registry.web.pages import pages_for, safe_next
from registry.web.refusals import put_at_field
from registry.web.shell import clinic_in_address, home_of

OPEN = ("sign_in", "ask_reset", "invitation", "reset")
Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]

pages = pages_for("account", __name__, url_prefix="", open_to_strangers=OPEN)


@pages.get("/")
def home() -> Response:
    clinic = clinic_in_address()
    return redirect(url_for(home_of(actor(), clinic), clinic=clinic))


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Answer:
    wanted = safe_next(request.args.get("next"))
    if visitor() is not None and request.method == "GET":
        return redirect(wanted or url_for("account.home"))
    form = SignInForm()
    if not form.validate_on_submit():
        return _page("sign_in", form)
    try:
        given = signing_in.sign_in(
            email=form.email.data or "",
            password=form.password.data or "",
            address=address(),
            browser=request.user_agent.string,
            now=now(),
        )
    except NotSignedIn as refusal:
        return render_template("account/sign_in.html", form=form, wrong=refusal.message), 401
    except TooManyTries as refusal:
        page = render_template("account/sign_in.html", form=form, wrong=refusal.message)
        return page, refusal.status, {"Retry-After": str(refusal.seconds)}
    let_in(given)
    return redirect(wanted or url_for("account.home"))


@pages.post("/sign-out")
def sign_out() -> Response:
    signing_in.sign_out(actor=actor(), token=token(), now=now())
    let_out()
    flash("You are signed out.", "success")
    return redirect(url_for("account.sign_in"))


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


@pages.get("/account")
def mine() -> str:
    return _my_page(ChangePasswordForm())


@pages.post("/account/password")
def change_password() -> Answer:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _my_page(form), 422
    try:
        signing_in.change_password(
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
    ended = signing_in.end_other_sessions(actor=actor(), token=token(), now=now())
    flash(f"Signed out in {ended} other place{'' if ended == 1 else 's'}.", "success")
    return redirect(url_for("account.mine"))


def _my_page(form: ChangePasswordForm) -> str:
    asking = actor()
    return render_template(
        "account/mine.html",
        form=form,
        me=visitor(),
        sign_ins=sign_ins_of(actor=asking, token=token(), now=now()),
    )


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


def _page(name: str, form: SignInForm | ResetForm) -> Answer:
    return render_template(f"account/{name}.html", form=form), 422 if form.errors else 200
