"""People who sign in: invited, given and taken roles, signed out, closed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotAllowed, NotInThatState
from registry.identity import actor
from registry.queries.accounts import (
    AccountLine,
    GrantHeld,
    account_seen_by,
    account_to_close,
    accounts_seen_by,
    grants_to_give,
    may_close,
    may_end_sessions,
    may_reset_second_factor,
)
from registry.queries.clinics import clinics_of
from registry.queries.practitioners import practitioner_on_record
from registry.rules.access import Action, Actor, Grant, Subject, may
from registry.rules.vocabulary import Role
from registry.services.accounts import close_account, invite_account, send_invitation_again
from registry.services.grants import change_grants, confirm_administrator
from registry.services.sessions import end_sessions
from registry.web.asked import asked_number, record_number
from registry.web.clocks import clock_at_hand
from registry.web.fields import Boxes, options
from registry.web.refusals import carried_out
from registry.web.setup.forms import CloseForm, GrantsForm, InvitationForm
from registry.web.setup.routes import pages
from registry.web.shell import ROLE_NAMES

Answer = str | Response | tuple[str, int]


@pages.get("/people")
def people() -> str:
    asking, clinic_id = actor(), asked_number("clinic")
    clinics = clinics_of(asking)
    return render_template(
        "setup/people.html",
        accounts=accounts_seen_by(actor=asking, clinic_id=clinic_id),
        clinics=clinics,
        clinic_id=clinic_id,
        may_invite=bool(_givable(asking)),
        roles=ROLE_NAMES,
        clock=clock_at_hand(clinics),
    )


@pages.route("/people/invite", methods=["GET", "POST"])
def invite() -> Answer:
    asking, practitioner_id = actor(), asked_number("practitioner")
    whose = (
        practitioner_on_record(actor=asking, practitioner_id=practitioner_id)
        if practitioner_id is not None
        else None
    )
    givable = _givable(asking)
    if not givable:
        raise NotAllowed(
            "You may not invite anybody.", action=Action.ADD_FRONT_DESK, subject=Subject()
        )
    form = InvitationForm(
        data={
            "email": whose.email,
            "name": whose.name,
            "grants": [f"{Role.PRACTITIONER}:{each.clinic_id}" for each in whose.works_at],
        }
        if whose
        else {}
    )
    _offer(form.grants, givable)

    def send() -> None:
        invite_account(
            actor=asking,
            email=form.email.data or "",
            name=form.name.data or "",
            grants=_chosen(form.grants),
            practitioner_id=practitioner_id,
            now=now(),
        )

    if not carried_out(form, send):
        return render_template("setup/invite.html", form=form, whose=whose), _status(form)
    flash(f"A letter with a link is on its way to {form.email.data}.", "success")
    return redirect(url_for("setup.people"))


@pages.get("/people/<int:account_id>")
def person(account_id: int) -> Answer:
    asking = actor()
    account = account_seen_by(actor=asking, account_id=account_id)
    form = GrantsForm(
        formdata=None, data={"grants": [_code(each.grant) for each in account.grants]}
    )
    return _person_page(asking, account, form)


@pages.post("/people/<int:account_id>/grants")
def set_grants(account_id: int) -> Answer:
    asking = actor()
    account = account_seen_by(actor=asking, account_id=account_id)
    if account.closed_at is not None:
        raise NotInThatState("This account is closed.")
    form = GrantsForm()
    offered = _offer(form.grants, _givable(asking))

    def change() -> None:
        # What they may not give or take is not among the boxes, and stays as it is.
        kept = {each.grant for each in account.grants} - offered
        change_grants(
            actor=asking,
            account_id=account_id,
            grants=[*kept, *account.elsewhere, *_chosen(form.grants)],
            now=now(),
        )

    if not carried_out(form, change):
        return _person_page(asking, account, form)
    flash("The roles are changed. They are signed out everywhere and sign in again.", "success")
    return redirect(url_for("setup.person", account_id=account_id))


@pages.post("/people/<int:account_id>/confirm")
def confirm(account_id: int) -> Response:
    confirm_administrator(actor=actor(), account_id=account_id, now=now())
    flash("Confirmed. They are an administrator from now on.", "success")
    return redirect(url_for("setup.person", account_id=account_id))


@pages.post("/people/<int:account_id>/end-sessions")
def sign_somebody_out(account_id: int) -> Response:
    ended = end_sessions(actor=actor(), account_id=account_id, now=now())
    flash(f"Signed out in {ended} place{'' if ended == 1 else 's'}.", "success")
    return redirect(url_for("setup.person", account_id=account_id))


@pages.post("/people/<int:account_id>/invitation")
def invite_again(account_id: int) -> Response:
    send_invitation_again(actor=actor(), account_id=account_id, now=now())
    flash("A new letter is on its way; the link in the old one stops working.", "success")
    return redirect(url_for("setup.person", account_id=account_id))


@pages.route("/people/<int:account_id>/close", methods=["GET", "POST"])
def close(account_id: int) -> Answer:
    asking, form = actor(), CloseForm()
    account = account_to_close(actor=asking, account_id=account_id)

    def shut() -> None:
        close_account(actor=asking, account_id=account_id, reason=form.reason.data or "", now=now())

    if not carried_out(form, shut):
        return render_template("setup/close.html", form=form, account=account), _status(form)
    flash("The account is closed.", "success")
    return redirect(url_for("setup.people"))


def _person_page(asking: Actor, account: AccountLine, form: GrantsForm) -> Answer:
    offered = _offer(form.grants, _givable(asking))
    page = render_template(
        "setup/person.html",
        account=account,
        clock=clock_at_hand(),
        form=form,
        fixed=[each for each in account.grants if each.grant not in offered],
        may_end=may_end_sessions(asking, account),
        may_close=may_close(asking, account),
        may_reset=may_reset_second_factor(asking, account),
        may_confirm=may(asking, Action.MAKE_ADMINISTRATOR, Subject())
        and asking.account_id not in (account.id, account.proposed_by),
        roles=ROLE_NAMES,
    )
    return page, _status(form)


def _givable(asking: Actor) -> list[GrantHeld]:
    return grants_to_give(actor=asking, clinics=clinics_of(asking))


def _offer(field: Boxes, givable: list[GrantHeld]) -> set[Grant]:
    by_clinic: dict[str, list[tuple[object, str]]] = {}
    for each in sorted(givable, key=lambda one: (one.clinic is None, one.clinic)):
        words = f"{ROLE_NAMES[each.grant.role]}, {each.clinic or 'everywhere'}"
        by_clinic.setdefault(each.clinic or "Everywhere", []).append((_code(each.grant), words))
    groups = {clinic: options(pairs) for clinic, pairs in by_clinic.items()}
    field.choices = groups if len(groups) > 1 else next(iter(groups.values()), [])
    return {each.grant for each in givable}


def _chosen(field: Boxes) -> list[Grant]:
    """Whatever was sent: the use case says who may give it. Raises BadInput for what is none."""
    return [_grant(code) for code in field.data or []]


def _grant(code: str) -> Grant:
    role, _, clinic = code.partition(":")
    number = record_number(clinic)
    if role not in set(Role) or (clinic and number is None):
        raise BadInput("Choose from the list.", field="grants")
    return Grant(Role(role), number)


def _code(grant: Grant) -> str:
    return f"{grant.role}:{'' if grant.clinic_id is None else grant.clinic_id}"


def _status(form: InvitationForm | GrantsForm | CloseForm) -> int:
    return 422 if form.errors else 200
