"""The way in and out: by password, perhaps with a second step to follow, or by passkey alone."""

from __future__ import annotations

from flask import Response as Given
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound, NotSignedIn, TooManyTries
from registry.identity import actor, address, let_in, let_out, token, visitor
from registry.services import sign_in as signing_in
from registry.services.passkey_use import ask_for_passkey, sign_in_with_passkey
from registry.web.account.forms import PasskeyForm, SignInForm
from registry.web.account.means import NO_HOUSE, house, told_to_the_script
from registry.web.account.routes import Answer, pages
from registry.web.account.second_step import go_halfway
from registry.web.menu import home_of
from registry.web.pages import safe_next
from registry.web.shell import clinic_in_address


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
        return _sign_in_page(form), 422 if form.errors else 200
    try:
        entry = signing_in.sign_in(
            email=form.email.data or "",
            password=form.password.data or "",
            address=address(),
            browser=request.user_agent.string,
            now=now(),
        )
    except NotSignedIn as refusal:
        return _sign_in_page(form, refusal.message), 401
    except TooManyTries as refusal:
        page = _sign_in_page(form, refusal.message)
        return page, refusal.status, {"Retry-After": str(refusal.seconds)}
    if not entry.whole:
        return go_halfway(entry.token, wanted)
    let_in(entry.token)
    return redirect(wanted or url_for("account.home"))


@pages.post("/sign-in/passkey/options")
def passkey_options() -> Given:
    return told_to_the_script(lambda where: ask_for_passkey(house=where, now=now()))


@pages.post("/sign-in/passkey")
def sign_in_by_passkey() -> Answer:
    form = PasskeyForm(prefix="passkey")
    where = house()
    if where is None:
        raise NotFound(NO_HOUSE)
    try:
        given = sign_in_with_passkey(
            answer=form.answer.data or "",
            house=where,
            address=address(),
            browser=request.user_agent.string,
            now=now(),
        )
    except NotSignedIn as refusal:
        return _sign_in_page(SignInForm(formdata=None), refusal.message), 401
    let_in(given)
    return redirect(safe_next(request.args.get("next")) or url_for("account.home"))


@pages.post("/sign-out")
def sign_out() -> Response:
    signing_in.sign_out(actor=actor(), token=token(), now=now())
    let_out()
    flash("You are signed out.", "success")
    return redirect(url_for("account.sign_in"))


def _sign_in_page(form: SignInForm, wrong: str | None = None) -> str:
    return render_template(
        "account/sign_in.html",
        form=form,
        wrong=wrong,
        passkey=PasskeyForm(prefix="passkey", formdata=None),
        house=house(),
        wanted=safe_next(request.args.get("next")),
    )
