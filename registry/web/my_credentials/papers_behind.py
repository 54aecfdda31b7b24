"""Papers behind a form: named in its address, and asked after while they are being read."""

from __future__ import annotations

from flask import render_template, request

from registry.errors import NotFound
from registry.identity import actor
from registry.queries.holdings import VersionSeen
from registry.queries.papers_brought_in import PaperBroughtIn, paper_brought_in
from registry.rules.access import Actor
from registry.rules.particulars import OWN
from registry.rules.vocabulary import CredentialKind
from registry.services.paper_sources import Beside
from registry.web.asked import asked_number
from registry.web.my_credentials.entry import Entry
from registry.web.my_credentials.forms import CredentialForm
from registry.web.my_credentials.prefilled import Prefilled, arrived

UNMARKED = ("holder_matches", "approvals", "in_degree", "instructor_needling_years")


#: The fields of a certificate that have a place for a mark.
SLOTS = ("holder", *(name for name in OWN[CredentialKind.CERTIFICATE] if name not in UNMARKED))
SLOTS += ("first_day", "last_day")


def papers_behind(me: Actor, practitioner_id: int) -> Prefilled:
    """By `?paper=` and `?syllabus=`. Raises NotFound for one of somebody else."""
    return Prefilled(
        paper=_paper(me, asked_number("paper"), practitioner_id),
        syllabus=_paper(me, asked_number("syllabus"), practitioner_id),
        from_list=_taken_over(),
    )


def paper_on_record(me: Actor, version: VersionSeen) -> Prefilled:
    """Of a correction that keeps its paper: what was read of it stands beside what is typed."""
    if version.document is None:
        return Prefilled(None)
    return Prefilled(paper_brought_in(actor=me, document_id=version.document.id))


def beside(entry: Entry) -> Beside:
    syllabus = entry.prefilled.syllabus
    number = syllabus.document_id if syllabus else None
    return Beside(number, entry.prefilled.confirmed(entry.form))


def look_at_paper(document_id: int) -> str:
    """What was read of it so far, for the form that waits for it."""
    prefilled = Prefilled(paper=paper_brought_in(actor=actor(), document_id=document_id))
    return render_template(
        "my_credentials/_paper_read.html",
        prefilled=prefilled,
        arrived=list(arrived(prefilled)),
        found=prefilled.found(),
        slots=SLOTS,
        compared=CredentialForm(formdata=None).compared,
    )


def _paper(me: Actor, number: int | None, practitioner_id: int) -> PaperBroughtIn | None:
    if number is None:
        return None
    paper = paper_brought_in(actor=me, document_id=number)
    if paper.practitioner_id != practitioner_id:
        raise NotFound("There is no such paper. Bring it in again.")
    return paper


def _taken_over() -> bool:
    """By the press itself, or by one before it."""
    return "yes" in request.form.getlist("from_list") or request.form.get("press") == "catalogue"
