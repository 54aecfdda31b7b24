"""See what I hold and may do with it; bring in a certificate, correct it, take it back."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.queries.credentials import (
    credential_page,
    record_for_correction,
    record_for_upload,
)
from registry.queries.my_status import my_status
from registry.queries.privilege_letters import letters_waiting
from registry.queries.reminder_answers import own_answers
from registry.queries.unsent_papers import PaperSeen, paper_page, unsent_papers
from registry.rules.vocabulary import CredentialKind
from registry.services.credentials import (
    correct_credential,
    submit_credential,
    withdraw_credential,
)
from registry.services.documents import Upload
from registry.services.reminder_answers import acknowledge_lapse
from registry.web.asked import asked_number, record_number
from registry.web.my_credentials.entry import FORMS, Entry, renewed
from registry.web.my_credentials.papers_behind import (
    beside,
    look_at_paper,
    paper_on_record,
    papers_behind,
)
from registry.web.pages import pages_for
from registry.web.particulars import credential_words
from registry.web.shell import is_about_another
from registry.web.uploads import store

pages = pages_for("my_credentials", __name__)
pages.context_processor(credential_words)


@pages.get("/")
def status() -> str:
    me = actor()
    if me.practitioner_id is None:
        raise NotFound("You are not on record as a practitioner, so you hold nothing here.")
    return _status(me.practitioner_id)


@pages.get("/for/<int:practitioner_id>")
def of(practitioner_id: int) -> str:
    return _status(practitioner_id)


@pages.route("/add/<kind>", methods=["GET", "POST"])
@pages.route("/for/<int:practitioner_id>/add/<kind>", methods=["GET", "POST"])
def add(kind: str, practitioner_id: int | None = None) -> str | Response | tuple[str, int]:
    me = actor()
    whose = practitioner_id or me.practitioner_id
    if kind not in FORMS or whose is None:
        raise NotFound("There is no such page.")
    record = record_for_upload(actor=me, practitioner_id=whose)
    is_own(record.id)
    like = asked_number("like")
    paper, prefilled = _asked_paper(record.id), papers_behind(me, record.id)
    typed = renewed(record, CredentialKind(kind), like) | prefilled.typed()
    form = FORMS[CredentialKind(kind)](data=typed)
    entry = Entry(form, record, me, paper=paper, prefilled=prefilled)

    def keep(upload: Upload | None) -> int:
        return submit_credential(
            actor=me,
            practitioner_id=record.id,
            fact=entry.form.fact(),
            upload=upload,
            store=store(),
            paper_id=paper.id if paper else None,
            note=entry.form.note.data or "",
            beside=beside(entry),
            now=now(),
        )

    if request.method == "POST" and entry.was_pressed():
        return entry.page(back=home_of(entry.record.id), status=200)
    if request.method == "POST" and entry.kept(keep, record.today(now())):
        flash("Uploaded. It counts as soon as somebody has checked it.", "success")
        return redirect(home_of(entry.record.id), code=303)
    return entry.page(back=home_of(entry.record.id))


pages.add_url_rule("/papers/<int:document_id>/read", "paper_read", look_at_paper)


@pages.get("/<int:credential_id>")
def credential(credential_id: int) -> str:
    found = credential_page(actor=actor(), credential_id=credential_id, now=now())
    own = is_own(found.record.id)
    return render_template("my_credentials/credential.html", found=found, own=own)


@pages.route("/<int:credential_id>/correct", methods=["GET", "POST"])
def correct(credential_id: int) -> str | Response | tuple[str, int]:
    me = actor()
    record = record_for_correction(actor=me, credential_id=credential_id)
    is_own(record.id)
    seen = record.credential(credential_id)
    version = seen.waiting or seen.shown
    form = FORMS[seen.kind]
    paper, prefilled = _asked_paper(record.id), papers_behind(me, record.id)
    if prefilled.paper is None:
        prefilled = paper_on_record(me, version)
    typed = form.typed(seen.fact(version))
    entry = Entry(form(data=typed), record, me, corrects=version, paper=paper, prefilled=prefilled)

    def keep(upload: Upload | None) -> int:
        return correct_credential(
            actor=me,
            credential_id=credential_id,
            fact=entry.form.fact(),
            upload=upload,
            store=store(),
            paper_id=paper.id if paper else None,
            note=entry.form.note.data or "",
            beside=beside(entry),
            now=now(),
        )

    back = url_for("my_credentials.credential", credential_id=credential_id)
    if request.method == "POST" and entry.was_pressed():
        return entry.page(back=back, status=200)
    if request.method == "POST" and entry.kept(keep, record.today(now())):
        counts = " What counted before counts until it is checked." if seen.counting else ""
        flash(f"Sent as a new version.{counts}", "success")
        return redirect(back, code=303)
    return entry.page(back=back)


@pages.post("/<int:credential_id>/versions/<int:version_id>/withdraw")
def withdraw(credential_id: int, version_id: int) -> Response:
    withdraw_credential(actor=actor(), version_id=version_id, now=now())
    flash("Taken back. The record of it stays.", "success")
    return redirect(url_for("my_credentials.credential", credential_id=credential_id), code=303)


@pages.post("/<int:credential_id>/acknowledge")
def acknowledge(credential_id: int) -> Response:
    acknowledge_lapse(
        actor=actor(),
        credential_id=credential_id,
        version_id=record_number(request.form.get("version", "")) or 0,
        seen=record_number(request.form.get("seen", "")) or 0,
        now=now(),
    )
    flash("Your managers see now that you are on it.", "success")
    return redirect(url_for("my_credentials.status"), code=303)


def _status(practitioner_id: int) -> str:
    me = actor()
    found = my_status(actor=me, practitioner_id=practitioner_id, now=now())
    own = is_own(practitioner_id)
    waiting = letters_waiting(me) if own else 0
    answers = own_answers(found.credentials, found.today) if own else {}
    return render_template(
        "my_credentials/status.html",
        status=found,
        own=own,
        letters_waiting=waiting,
        answers=answers,
        papers=unsent_papers(practitioner_id) if found.may_upload else [],
        papers_kept=current_app.config["PAPERS_KEPT"],
    )


def is_own(practitioner_id: int) -> bool:
    """The page of somebody else's credentials is no page of one's own, which the menu shows."""
    own = practitioner_id == actor().practitioner_id
    if not own:
        is_about_another()
    return own


def home_of(practitioner_id: int) -> str:
    """The page of what they hold."""
    if practitioner_id == actor().practitioner_id:
        return url_for("my_credentials.status")
    return url_for("my_credentials.of", practitioner_id=practitioner_id)


def _asked_paper(practitioner_id: int) -> PaperSeen | None:
    """The paper that the address says was brought in before. Raises NotFound."""
    number = asked_number("paper")
    if number is None:
        return None
    paper = paper_page(actor=actor(), document_id=number)
    if paper.practitioner_id != practitioner_id:
        raise NotFound("There is no such paper of theirs.")
    return paper
