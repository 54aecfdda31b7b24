"""My calendars: the feeds I made, one more, withdrawing one; letters about my appointments."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.calendar_feeds import (
    feed_can_be_made,
    feeds_to_make,
    feeds_to_see,
    wants_letters,
)
from registry.queries.reminder_answers import wants_early_letters
from registry.rules.calendars import FeedKind, feed_title
from registry.services.calendars import choose_calendar_letters, make_feed, withdraw_feed
from registry.web.calendars.forms import EarlyLettersForm, FeedForm, LettersForm
from registry.web.calendars.routes import pages
from registry.web.clocks import clock_at_hand
from registry.web.refusals import carried_out

Answer = str | Response | tuple[str, int]
#: The page on which each kind of feed is made, and what its address calls the number.
MADE_AT = {
    FeedKind.PRACTITIONER: ("calendars.of_practitioner", "practitioner_id"),
    FeedKind.CLINIC: ("calendars.of_clinic", "clinic_id"),
    FeedKind.LAPSES_AT_CLINIC: ("calendars.lapses_at", "clinic_id"),
    FeedKind.LAPSES_OF_PRACTITIONER: ("calendars.lapses_of", "practitioner_id"),
}


@pages.get("/")
def mine() -> str:
    asking, moment = actor(), now()
    seen = feeds_to_see(asking)
    wants = wants_letters(asking)
    form = LettersForm(formdata=None, data={"wanted": wants})
    early = wants_early_letters(asking)
    return render_template(
        "calendars/mine.html",
        mine=[each for each in seen if each.mine],
        others=[each for each in seen if not each.mine],
        choices=[
            (feed_title(one.kind, one.of), _made_at(one.kind, one.number))
            for one in feeds_to_make(asking, now=moment)
        ],
        in_words=feed_title,
        letters=form if wants is not None else None,
        early=None if early is None else EarlyLettersForm(formdata=None, data={"early": early}),
        clock=clock_at_hand(),
    )


@pages.route("/of-practitioner/<int:practitioner_id>", methods=["GET", "POST"])
def of_practitioner(practitioner_id: int) -> Answer:
    return _make(FeedKind.PRACTITIONER, practitioner_id)


@pages.route("/of-clinic/<int:clinic_id>", methods=["GET", "POST"])
def of_clinic(clinic_id: int) -> Answer:
    return _make(FeedKind.CLINIC, clinic_id)


@pages.route("/lapses-at/<int:clinic_id>", methods=["GET", "POST"])
def lapses_at(clinic_id: int) -> Answer:
    return _make(FeedKind.LAPSES_AT_CLINIC, clinic_id)


@pages.route("/lapses-of/<int:practitioner_id>", methods=["GET", "POST"])
def lapses_of(practitioner_id: int) -> Answer:
    return _make(FeedKind.LAPSES_OF_PRACTITIONER, practitioner_id)


@pages.post("/<int:feed_id>/withdraw")
def withdraw(feed_id: int) -> Response:
    name = withdraw_feed(actor=actor(), feed_id=feed_id, now=now())
    flash(f"“{name}” is withdrawn. Whoever uses its address gets nothing any more.", "success")
    return redirect(url_for("calendars.mine"))


@pages.post("/letters")
def letters() -> Response:
    wanted = bool(LettersForm().wanted.data)
    choose_calendar_letters(actor=actor(), wanted=wanted, now=now())
    said = "You get" if wanted else "You get no"
    flash(f"{said} letters about your appointments from now on.", "success")
    return redirect(url_for("calendars.mine"))


def _make(kind: FeedKind, number: int) -> Answer:
    asking, form = actor(), FeedForm()
    of = feed_can_be_made(asking, kind, number)
    tokens: list[str] = []

    def make() -> None:
        name = form.name.data or ""
        tokens.append(make_feed(actor=asking, kind=kind, number=number, name=name, now=now()))

    what = feed_title(kind, of)
    if not carried_out(form, make):
        page = render_template("calendars/make.html", form=form, what=what)
        return page, 422 if form.errors else 200
    base = str(current_app.config["BASE_URL"])
    address = base.rstrip("/") + url_for("calendars.read", token=tokens[0])
    subscribe = "webcal://" + address.partition("://")[2]
    return render_template("calendars/made.html", what=what, address=address, subscribe=subscribe)


def _made_at(kind: FeedKind, number: int) -> str:
    endpoint, called = MADE_AT[kind]
    return url_for(endpoint, **{called: number})  # type: ignore[arg-type]
