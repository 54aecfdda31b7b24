"""Work through the queue: look at a version, verify it or reject it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.review_desk import VersionDesk, version_desk
from registry.queries.review_queue import review_queue
from registry.rules.access import Action
from registry.rules.verification import MEANINGS
from registry.rules.vocabulary import Method, Outcome
from registry.services.holds import LostGround
from registry.services.verification import reject_version, verify_version
from registry.web.asked import asked_number, asked_page
from registry.web.impact import carried_out_as_foreseen
from registry.web.lost_ground import what_it_did
from registry.web.pages import pages_for
from registry.web.particulars import credential_words
from registry.web.review.forms import RejectForm, VerifyForm

pages = pages_for("review", __name__)
pages.context_processor(credential_words)
Page = str | Response | tuple[str, int]


@pages.get("/")
def queue() -> str:
    found = review_queue(actor=actor(), clinic_id=asked_number("clinic"), page=asked_page())
    moment = now()
    return render_template(
        "review/queue.html", queue=found, moment=moment, clinic=asked_number("clinic")
    )


@pages.get("/versions/<int:version_id>")
def version(version_id: int) -> str:
    desk = version_desk(actor=actor(), version_id=version_id, now=now())
    return _desk(desk, VerifyForm(data=_proposed(desk)), RejectForm())


@pages.get("/versions/<int:version_id>/verify", endpoint="before_verifying")
@pages.get("/versions/<int:version_id>/reject", endpoint="before_rejecting")
def back_to_version(version_id: int) -> Response:
    """Where a refused form was shown, opened again: the page that the form lies on."""
    return redirect(url_for("review.version", version_id=version_id))


@pages.post("/versions/<int:version_id>/verify")
def verify(version_id: int) -> Page:
    me, moment = actor(), now()
    desk = version_desk(actor=me, version_id=version_id, now=moment)
    require(me, Action.VERIFY_CREDENTIAL, desk.record.subject_of(desk.credential))
    form = VerifyForm()

    def check() -> list[LostGround]:
        return verify_version(
            actor=me,
            version_id=version_id,
            method=Method(form.method.data),
            reference=form.reference.data or "",
            today=desk.today,
            now=moment,
        )

    lost = carried_out_as_foreseen(form, check)
    if lost is None:
        return _desk(desk, form, RejectForm(formdata=None)), form.status
    flash(f"Verified. {what_it_did(lost, moment)}".strip(), "success")
    return redirect(_afterwards(desk, lost), code=303)


@pages.post("/versions/<int:version_id>/reject")
def reject(version_id: int) -> Page:
    me, moment = actor(), now()
    desk = version_desk(actor=me, version_id=version_id, now=moment)
    require(me, Action.REJECT_CREDENTIAL, desk.record.subject_of(desk.credential))
    form = RejectForm()

    def refuse() -> list[LostGround]:
        reason = form.reason.data or ""
        return reject_version(
            actor=me, version_id=version_id, reason=reason, today=desk.today, now=moment
        )

    lost = carried_out_as_foreseen(form, refuse)
    if lost is None:
        return _desk(desk, VerifyForm(formdata=None), form), form.status
    told = f"Rejected. {desk.record.name} is told why."
    flash(f"{told} {what_it_did(lost, moment)}".strip(), "success")
    return redirect(_afterwards(desk, lost), code=303)


def _desk(desk: VersionDesk, verifying: VerifyForm, rejecting: RejectForm) -> str:
    return render_template(
        "review/version.html",
        desk=desk,
        verifying=verifying,
        rejecting=rejecting,
        meaning=MEANINGS[Outcome.VERIFIED],
    )


def _proposed(desk: VersionDesk) -> dict[str, str]:
    """A digital badge of which everything is met stands for the word of its issuer."""
    badge = desk.badge
    if badge is None or not badge.checked.is_proof or badge.brought_by == actor().account_id:
        return {}
    return {"method": str(Method.SIGNED_CREDENTIAL), "reference": badge.proposed}


def _afterwards(desk: VersionDesk, lost: list[LostGround]) -> str:
    """On to the next, unless something was put on hold: then to the list of it."""
    if lost:
        return url_for("review.credential", credential_id=desk.credential.id)
    return url_for("review.queue")
