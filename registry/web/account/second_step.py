"""The second step of signing in: whichever of their factors somebody shows."""

from __future__ import annotations

from typing import Any

from flask import Response as Given
from flask import flash, redirect, render_template, request, session, url_for

from registry.adapters.clock import now
from registry.errors import NotFound, NotSignedIn, TooManyTries
from registry.identity import address, let_in, visitor
from registry.queries.second_factors import Halfway, halfway
from registry.services.second_step import BEGIN_ANEW, By, ask_for_own_passkey, finish_sign_in
from registry.web.account.forms import AppCodeForm, PasskeyForm, RecoveryCodeForm
from registry.web.account.means import house, means, told_to_the_script
from registry.web.account.routes import Answer, pages
from registry.web.pages import safe_next

HALFWAY_TOKEN = "second_step"  # noqa: S105  the name it has in the cookie
Forms = dict[By, Any]


def go_halfway(token: str, wanted: str | None) -> Answer:
    """The browser carries the token to the second step under a name that opens no page."""
    session.clear()
    session[HALFWAY_TOKEN] = token
    return redirect(url_for("account.second_step", next=wanted))


@pages.post("/sign-in/second-step/options")
def second_step_options() -> Given:
    token = session.get(HALFWAY_TOKEN, "")
    return told_to_the_script(
        lambda where: ask_for_own_passkey(token=token, house=where, now=now())
    )


@pages.route("/sign-in/second-step", methods=["GET", "POST"])
def second_step() -> Answer:
    if visitor() is not None and request.method == "GET":
        return _onwards()
    return _step(By.APP)


@pages.post("/sign-in/second-step/recovery-code")
def second_step_by_recovery_code() -> Answer:
    return _step(By.RECOVERY_CODE)


@pages.post("/sign-in/second-step/passkey")
def second_step_by_passkey() -> Answer:
    return _step(By.PASSKEY)


def _step(by: By) -> Answer:
    token = session.get(HALFWAY_TOKEN, "")
    held = halfway(token=token, now=now())
    if held is None:
        return _begin_anew()
    forms: Forms = {
        By.APP: AppCodeForm(prefix="app"),
        By.RECOVERY_CODE: RecoveryCodeForm(prefix="recovery"),
        By.PASSKEY: PasskeyForm(prefix="passkey"),
    }
    if request.method == "GET" or not forms[by].validate():
        return _page(held, forms), 422 if forms[by].errors else 200
    try:
        given = finish_sign_in(
            token=token,
            by=by,
            typed=forms[by].shown,
            means=means(),
            address=address(),
            browser=request.user_agent.string,
            now=now(),
        )
    except NotFound:
        return _begin_anew()
    except NotSignedIn as refusal:
        return _page(held, forms, refusal.message), 401
    except TooManyTries as refusal:
        again = {"Retry-After": str(refusal.seconds)}
        return _page(held, forms, refusal.message), refusal.status, again
    let_in(given)
    return _onwards()


def _page(held: Halfway, forms: Forms, wrong: str | None = None) -> str:
    return render_template(
        "account/second_step.html",
        held=held,
        app=forms[By.APP],
        recovery=forms[By.RECOVERY_CODE],
        passkey=forms[By.PASSKEY],
        wrong=wrong,
        house=house(),
        wanted=safe_next(request.args.get("next")),
    )


def _begin_anew() -> Answer:
    session.pop(HALFWAY_TOKEN, None)
    flash(BEGIN_ANEW)
    return redirect(url_for("account.sign_in", next=safe_next(request.args.get("next"))))


def _onwards() -> Answer:
    return redirect(safe_next(request.args.get("next")) or url_for("account.home"))
