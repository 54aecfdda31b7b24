"""The letters of somebody who works here: which there are, and one proposed to them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.privilege_letters import letters_of
from registry.rules.access import Action, Subject
from registry.services.privilege_letters import propose_letter
from registry.web.privilege_letters.forms import ProposalForm
from registry.web.privilege_letters.routes import pages
from registry.web.refusals import carried_out
from registry.web.shell import is_about_another

Answer = str | Response | tuple[str, int]


@pages.get("/letters/of/<int:practitioner_id>")
def of(practitioner_id: int) -> str:
    seen = letters_of(actor=actor(), practitioner_id=practitioner_id, now=now())
    is_about_another()
    return render_template("privilege_letters/of.html", seen=seen)


@pages.route("/letters/of/<int:practitioner_id>/at/<int:clinic_id>", methods=["GET", "POST"])
def propose(practitioner_id: int, clinic_id: int) -> Answer:
    me, form = actor(), ProposalForm()
    seen = letters_of(actor=me, practitioner_id=practitioner_id, now=now())
    line = seen.at(clinic_id)
    require(me, Action.PROPOSE_LETTER, Subject(frozenset({clinic_id}), practitioner_id))
    is_about_another()

    def do_propose() -> None:
        propose_letter(
            actor=me,
            practitioner_id=practitioner_id,
            clinic_id=clinic_id,
            shows=form.shows.data or (),
            now=now(),
        )

    if not carried_out(form, do_propose):
        page = render_template("privilege_letters/propose.html", form=form, line=line, seen=seen)
        return page, 422 if form.errors else 200
    flash(f"Proposed. It shows nothing to anybody until {seen.name} agrees.", "success")
    return redirect(url_for("privilege_letters.of", practitioner_id=practitioner_id), code=303)
