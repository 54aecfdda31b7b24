"""Decide on what is verified: suspend, restrict, revoke, reinstate, from a day on."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.credentials import CredentialPage, credential_page
from registry.queries.standings import at_stake, on_hold
from registry.rules.access import Action, Actor, may
from registry.rules.verification import ACTIONS, FOLLOWS, MEANINGS, credential_may_become, is_for
from registry.rules.vocabulary import Outcome
from registry.services.holds import LostGround
from registry.services.verification import decide_standing
from registry.web.impact import carried_out_as_foreseen
from registry.web.lost_ground import what_it_did
from registry.web.review.forms import StandingForm
from registry.web.review.routes import pages


@pages.get("/credentials/<int:credential_id>")
def credential(credential_id: int) -> str:
    me = actor()
    found = _for_deciding(me, credential_id, now())
    held = on_hold(actor=me, practitioner_id=found.record.id)
    return render_template(
        "review/credential.html", found=found, held=held, outcomes=_possible(me, found)
    )


@pages.route("/credentials/<int:credential_id>/<outcome>", methods=["GET", "POST"])
def decide(credential_id: int, outcome: str) -> str | Response | tuple[str, int]:
    if outcome not in FOLLOWS:
        raise NotFound("There is no such page.")
    me, moment, wanted = actor(), now(), Outcome(outcome)
    found = _for_deciding(me, credential_id, moment)
    if not is_for(wanted, found.credential.kind):
        raise NotFound("Only a licence can be restricted.")
    require(me, ACTIONS[wanted], found.record.subject_of(found.credential))
    if request.method == "GET" and wanted not in _possible(me, found):
        flash(f"It cannot be {wanted} now: see how it stands.", "warning")
        return redirect(url_for("review.credential", credential_id=credential_id))
    form = StandingForm(data={"effective_from": found.today})
    lost = carried_out_as_foreseen(
        form, lambda: _decide(me, found, wanted, form, moment), [found.record.id]
    )
    if lost is not None:
        flash(f"{wanted.capitalize()}. {what_it_did(lost, moment)}".strip(), "success")
        return redirect(url_for("review.credential", credential_id=credential_id), code=303)
    page = render_template(
        "review/decide.html",
        found=found,
        form=form,
        outcome=wanted,
        meaning=MEANINGS[wanted],
        at_stake=at_stake(actor=me, practitioner_id=found.record.id, from_day=found.today),
    )
    return page, form.status


def _decide(
    me: Actor, found: CredentialPage, outcome: Outcome, form: StandingForm, moment: datetime
) -> list[LostGround]:
    return decide_standing(
        actor=me,
        credential_id=found.credential.id,
        outcome=outcome,
        effective_from=form.effective_from.data or found.today,
        reason=form.reason.data or "",
        now=moment,
    )


def _for_deciding(me: Actor, credential_id: int, moment: datetime) -> CredentialPage:
    """Raises NotAllowed for those who may know only that it is there."""
    found = credential_page(actor=me, credential_id=credential_id, now=moment)
    if not found.in_full:
        require(me, Action.REVOKE_CREDENTIAL, found.record.subject_of(found.credential))
    return found


def _possible(me: Actor, found: CredentialPage) -> list[Outcome]:
    """The decisions that may follow, and that this person may take."""
    if found.credential.counting is None:
        return []
    decided = [decision.outcome for decision in found.credential.decisions]
    return [one for one in FOLLOWS if _may_follow(me, found, decided, one)]


def _may_follow(me: Actor, found: CredentialPage, decided: list[Outcome], outcome: Outcome) -> bool:
    subject = found.record.subject_of(found.credential)
    possible = is_for(outcome, found.credential.kind) and credential_may_become(decided, outcome)
    return possible and may(me, ACTIONS[outcome], subject)
