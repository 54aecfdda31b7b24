"""One's own second factors: added, set up, removed, and the codes for when they are lost."""

from __future__ import annotations

from flask import Response as Given
from flask import flash, redirect, render_template, url_for

from registry.adapters.clock import now
from registry.adapters.one_time_codes import in_fours, new_secret, picture_of
from registry.errors import BadInput, NotFound
from registry.identity import actor, token, visitor
from registry.queries.second_factors import factors_of, passkey_of
from registry.services.authenticator_apps import (
    remove_app,
    seal_to_set_up,
    set_up_app,
    unseal_to_set_up,
)
from registry.services.passkeys import add_passkey, ask_to_add_passkey, remove_passkey
from registry.services.recovery_codes import make_recovery_codes
from registry.web.account.forms import AddPasskeyForm, PasswordForm, SetUpAppForm
from registry.web.account.means import NO_HOUSE, house, sealer, told_to_the_script
from registry.web.account.routes import Answer, pages
from registry.web.refusals import carried_out

ELSEWHERE = "You are signed out everywhere else."


@pages.post("/account/passkeys/options")
def options_to_add() -> Given:
    form, asking = AddPasskeyForm(), actor()
    return told_to_the_script(
        lambda where: ask_to_add_passkey(
            actor=asking,
            password=form.password.data or "",
            name=form.name.data or "",
            house=where,
            now=now(),
        )
    )


@pages.route("/account/passkeys/add", methods=["GET", "POST"])
def add_a_passkey() -> Answer:
    form, asking, where = AddPasskeyForm(), actor(), house()
    if where is None:
        raise NotFound(NO_HOUSE)
    codes: list[str] = []

    def add() -> None:
        codes[:] = add_passkey(
            actor=asking,
            answer=form.answer.data or "",
            name=form.name.data or "",
            house=where,
            now=now(),
        )

    if not carried_out(form, add):
        return render_template("account/add_passkey.html", form=form, house=where), _status(form)
    return _codes_once(codes, f"The passkey “{form.name.data}” is added.")


@pages.route("/account/passkeys/<int:number>/remove", methods=["GET", "POST"])
def remove_a_passkey(number: int) -> Answer:
    form, asking = PasswordForm(), actor()
    passkey = passkey_of(actor=asking, passkey_id=number)

    def remove() -> None:
        remove_passkey(
            actor=asking,
            token=token(),
            passkey_id=number,
            password=form.password.data or "",
            now=now(),
        )

    if not carried_out(form, remove):
        return _removal(form, f"the passkey “{passkey.name}”")
    flash(f"The passkey “{passkey.name}” is removed. {ELSEWHERE}", "success")
    return redirect(url_for("account.mine"))


@pages.route("/account/app", methods=["GET", "POST"])
def set_up_an_app() -> Answer:
    form, asking = SetUpAppForm(), actor()
    if factors_of(asking).app_added_at is not None:
        flash("You have an authenticator app. To change to another, remove it first.")
        return redirect(url_for("account.mine"))
    codes: list[str] = []

    def set_up() -> None:
        codes[:] = set_up_app(
            actor=asking,
            password=form.password.data or "",
            sealed=form.sealed.data or "",
            code=form.code.data or "",
            sealer=sealer(),
            now=now(),
        )

    if not carried_out(form, set_up):
        return _app_page(form)
    return _codes_once(codes, "The authenticator app is set up.")


@pages.route("/account/app/remove", methods=["GET", "POST"])
def remove_the_app() -> Answer:
    form, asking = PasswordForm(), actor()
    if factors_of(asking).app_added_at is None:
        raise NotFound("There is no authenticator app to remove.")

    def remove() -> None:
        remove_app(actor=asking, token=token(), password=form.password.data or "", now=now())

    if not carried_out(form, remove):
        return _removal(form, "the authenticator app")
    flash(f"The authenticator app is removed. {ELSEWHERE}", "success")
    return redirect(url_for("account.mine"))


@pages.route("/account/recovery-codes", methods=["GET", "POST"])
def new_recovery_codes() -> Answer:
    form, asking = PasswordForm(), actor()
    if not factors_of(asking).any:
        flash("Recovery codes come with your first passkey or authenticator app.")
        return redirect(url_for("account.mine"))
    codes: list[str] = []

    def make() -> None:
        codes[:] = make_recovery_codes(actor=asking, password=form.password.data or "", now=now())

    if not carried_out(form, make):
        return render_template("account/new_recovery_codes.html", form=form), _status(form)
    return _codes_once(codes, "")


def _codes_once(codes: list[str], happened: str) -> Answer:
    """Shown in the answer itself, and nowhere ever again."""
    if codes:
        return render_template("account/recovery_codes.html", codes=codes, happened=happened)
    flash(happened, "success")
    return redirect(url_for("account.mine"))


def _removal(form: PasswordForm, what: str) -> Answer:
    page = render_template(
        "account/remove_factor.html", form=form, what=what, held=factors_of(actor())
    )
    return page, _status(form)


def _app_page(form: SetUpAppForm) -> Answer:
    """The secret it began with where that is still to be had, else a new one."""
    asking, who, key = actor(), visitor(), sealer()
    try:
        carried = form.sealed.data or ""
        secret = unseal_to_set_up(actor=asking, sealed=carried, sealer=key, now=now())
    except BadInput:
        secret = new_secret()
        form.sealed.data = seal_to_set_up(actor=asking, secret=secret, sealer=key, now=now())
    page = render_template(
        "account/set_up_app.html",
        form=form,
        secret=in_fours(secret),
        picture=picture_of(secret, who.known.email if who else ""),
    )
    return page, _status(form)


def _status(form: AddPasskeyForm | PasswordForm | SetUpAppForm) -> int:
    return 422 if form.errors else 200
