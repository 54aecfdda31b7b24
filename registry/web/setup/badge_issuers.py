"""Issuers of digital badges: whose badges are accepted, by which keys, and their status lists."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from registry.adapters.clock import now
from registry.adapters.https_fetch import Unfetched, fetch
from registry.adapters.public_keys import LONGEST as LONGEST_KEYS
from registry.errors import BadInput
from registry.identity import actor
from registry.leave import require
from registry.models.badges_on_record import LONGEST_LIST
from registry.queries.badge_issuers import IssuerSeen, badge_issuer, badge_issuers
from registry.rules.access import Action, Subject, may
from registry.rules.badges import LONGEST_ADDRESS
from registry.services.badge_issuers import IssuerTerms, decide_on_issuer, record_issuer
from registry.services.status_lists import keep_status_list
from registry.web.asked import record_number
from registry.web.fields import Line, Paragraph
from registry.web.refusals import carried_out
from registry.web.setup.routes import pages

Answer = str | Response | tuple[str, int]
NEEDED = InputRequired("Fill this in.")
NO_EGRESS = "This registry fetches nothing from elsewhere (REGISTRY_EGRESS): paste the list."


class IssuerForm(FlaskForm):
    name = Line("Name", [NEEDED])
    keys = Paragraph("Public keys", longest=LONGEST_KEYS)
    accepted = BooleanField("Badges of this issuer are accepted", default=True)
    counts = BooleanField("Its signature counts as its word (source verification)")
    may_lack_status = BooleanField("Accepted without a status list too")
    reason = Paragraph("Why, and how the keys were compared", [NEEDED], longest=500)

    def terms(self) -> IssuerTerms:
        return IssuerTerms(
            self.name.data or "",
            self.keys.data or "",
            bool(self.accepted.data),
            bool(self.counts.data),
            bool(self.may_lack_status.data),
            self.reason.data or "",
        )


class NewIssuerForm(IssuerForm):
    identifier = Line("How its badges name it", [NEEDED], longest=LONGEST_ADDRESS)


class ChangeIssuerForm(IssuerForm):
    seen_number = HiddenField()

    def __init__(self, seen: IssuerSeen) -> None:
        held = seen.now
        super().__init__(
            name=held.name,
            accepted=held.accepted,
            counts=held.counts,
            may_lack_status=held.may_lack_status,
            seen_number=str(held.number),
        )


class ListForm(FlaskForm):
    status_list = Paragraph("The signed status list", longest=LONGEST_LIST)
    address = Line("Or its address, to be fetched now", longest=LONGEST_ADDRESS)


@pages.get("/badge-issuers")
def badge_issuer_list() -> str:
    me = actor()
    return render_template(
        "setup/badge_issuers.html",
        issuers=badge_issuers(actor=me, now=now()),
        may_change=may(me, Action.DECIDE_ON_ISSUERS, Subject()),
    )


@pages.route("/badge-issuers/new", methods=["GET", "POST"])
def new_badge_issuer() -> Answer:
    me, form, made = actor(), NewIssuerForm(), list[int]()
    require(me, Action.DECIDE_ON_ISSUERS, Subject())

    def add() -> None:
        if not (form.keys.data or "").strip():
            raise BadInput("Paste at least one public key.", field="keys")
        named = form.identifier.data or ""
        made.append(record_issuer(actor=me, identifier=named, terms=form.terms(), now=now()))

    if not carried_out(form, add):
        page = render_template("setup/badge_issuer_form.html", form=form, seen=None)
        return page, 422 if form.errors else 200
    flash("The issuer is on record.", "success")
    return redirect(url_for("setup.badge_issuer", issuer_id=made[0]), 303)


@pages.get("/badge-issuers/<int:issuer_id>", endpoint="badge_issuer")
def one_badge_issuer(issuer_id: int) -> str:
    return _page(issuer_id, ListForm())


@pages.route("/badge-issuers/<int:issuer_id>/change", methods=["GET", "POST"])
def change_badge_issuer(issuer_id: int) -> Answer:
    me = actor()
    require(me, Action.DECIDE_ON_ISSUERS, Subject())
    seen = badge_issuer(actor=me, issuer_id=issuer_id, now=now())
    form = ChangeIssuerForm(seen)

    def decide() -> None:
        decide_on_issuer(
            actor=me,
            issuer_id=issuer_id,
            seen_number=record_number(form.seen_number.data or "") or 0,
            terms=form.terms(),
            now=now(),
        )

    if not carried_out(form, decide):
        page = render_template("setup/badge_issuer_form.html", form=form, seen=seen)
        return page, 422 if form.errors else 200
    flash("This holds from now on. What was decided before stays on record.", "success")
    return redirect(url_for("setup.badge_issuer", issuer_id=issuer_id), 303)


@pages.post("/badge-issuers/<int:issuer_id>/status-list")
def bring_status_list(issuer_id: int) -> Answer:
    me, form = actor(), ListForm()
    require(me, Action.DECIDE_ON_ISSUERS, Subject())
    badge_issuer(actor=me, issuer_id=issuer_id, now=now())

    def keep() -> None:
        address = (form.address.data or "").strip()
        text = _fetched(address) if address else (form.status_list.data or "")
        keep_status_list(actor=me, issuer_id=issuer_id, text=text, fetched_from=address, now=now())

    if not carried_out(form, keep):
        return _page(issuer_id, form), 422
    flash("From now on badges are held against this status list.", "success")
    return redirect(url_for("setup.badge_issuer", issuer_id=issuer_id), 303)


@pages.get("/badge-issuers/<int:issuer_id>/status-list", endpoint="before_status_list")
def back_to_issuer(issuer_id: int) -> Response:
    """Where a refused form was shown, opened again."""
    return redirect(url_for("setup.badge_issuer", issuer_id=issuer_id))


def _page(issuer_id: int, form: ListForm) -> str:
    me = actor()
    return render_template(
        "setup/badge_issuer.html",
        seen=badge_issuer(actor=me, issuer_id=issuer_id, now=now()),
        form=form,
        fetches=bool(current_app.config["EGRESS"]),
        may_change=may(me, Action.DECIDE_ON_ISSUERS, Subject()),
    )


def _fetched(address: str) -> str:
    """Raises BadInput at `address`."""
    if not current_app.config["EGRESS"]:
        raise BadInput(NO_EGRESS, field="address")
    try:
        return fetch(address, most=LONGEST_LIST).decode()
    except (Unfetched, UnicodeDecodeError) as error:
        said = str(error) if isinstance(error, Unfetched) else "What lies there is no text."
        raise BadInput(said, field="address") from error
