"""Bring in a paper first: its pages, how well they can be read, and on to its credential."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.adapters.document_binder import PageOf
from registry.errors import BadUpload, NotFound
from registry.identity import actor
from registry.queries.credentials import record_for_upload
from registry.queries.practitioner_records import PractitionerRecord
from registry.queries.unsent_papers import PaperSeen, files_on_the_way, paper_page
from registry.rules.vocabulary import CredentialKind
from registry.services.documents import Upload
from registry.services.papers import bring_in_paper, paper_again, replace_paper, throw_away_paper
from registry.web.asked import record_number
from registry.web.my_credentials.paper_form import Onward, PaperForm
from registry.web.my_credentials.routes import home_of, is_own, pages
from registry.web.uploads import bound, limits, store, with_extract

Page = str | Response | tuple[str, int]


@pages.route("/paper", methods=["GET", "POST"])
@pages.route("/for/<int:practitioner_id>/paper", methods=["GET", "POST"])
def bring_in(practitioner_id: int | None = None) -> Page:
    me = actor()
    whose = practitioner_id or me.practitioner_id
    if whose is None:
        raise NotFound("You are not on record as a practitioner, so you hold nothing here.")
    record = record_for_upload(actor=me, practitioner_id=whose)
    own, onward, form = is_own(record.id), Onward.asked(), PaperForm()

    def keep(files: list[Upload]) -> int:
        read = with_extract(bound(files), holder=record.name, today=record.today(now()))
        return bring_in_paper(
            actor=me, practitioner_id=record.id, upload=read, store=store(), now=now()
        )

    if request.method == "POST" and (number := form.taken_in(keep)):
        return _on_from(number, onward, own)
    page = render_template(
        "my_credentials/paper_new.html",
        form=form,
        record=record,
        own=own,
        onward=onward,
        back=home_of(record.id),
        begun=_begun(record),
        **_words(),
    )
    return (page, 422) if request.method == "POST" else page


@pages.route("/papers/<int:document_id>", methods=["GET", "POST"])
def paper(document_id: int) -> Page:
    """Looked at; sent a form, more pages are added behind those it has."""
    seen = paper_page(actor=actor(), document_id=document_id)
    own, onward, form = is_own(seen.practitioner_id), Onward.asked(), PaperForm()

    def keep(files: list[Upload]) -> int:
        here = paper_again(actor=actor(), document_id=document_id, store=store())
        return _replaced(seen, bound([Upload(here, seen.name), *files]))

    if request.method == "POST" and (number := form.taken_in(keep)):
        return _on_from(number, onward, own)
    page = _page(seen, form, onward, own)
    return (page, 422) if request.method == "POST" else page


@pages.post("/papers/<int:document_id>/arrange")
def arrange_paper(document_id: int) -> Page:
    """Pages left out, and the others in the order of the numbers typed beside them."""
    seen = paper_page(actor=actor(), document_id=document_id)
    onward, form = Onward.asked(), PaperForm()
    order = _order(seen)
    if not order:
        form.form_errors.append("A paper has one page at least. To be rid of it, throw it away.")
        return _page(seen, form, onward, is_own(seen.practitioner_id)), 422
    if order == list(range(seen.pages)):
        return redirect(onward.paper(document_id), code=303)
    here = paper_again(actor=actor(), document_id=document_id, store=store())
    wanted = [PageOf(0, page) for page in order]
    number = _replaced(seen, bound([Upload(here, seen.name)], wanted))
    return redirect(onward.paper(number), code=303)


@pages.post("/papers/<int:document_id>/throw-away")
def throw_away(document_id: int) -> Response:
    seen = paper_page(actor=actor(), document_id=document_id)
    throw_away_paper(actor=actor(), document_id=document_id, store=store(), now=now())
    flash("Thrown away. Nothing of it is kept.", "success")
    return redirect(home_of(seen.practitioner_id), code=303)


def _page(seen: PaperSeen, form: PaperForm, onward: Onward, own: bool) -> str:
    return render_template(
        "my_credentials/paper.html",
        paper=seen,
        form=form,
        onward=onward,
        own=own,
        back=home_of(seen.practitioner_id),
        go_on=onward.form(seen, own),
        kinds=_kinds(seen, own),
        begin=_begin(seen.practitioner_id),
        **_words(),
    )


def _words() -> dict[str, object]:
    return {"mib": limits().mib, "most_pages": limits().pages}


def _begin(practitioner_id: int) -> str:
    """Where a file that comes part by part is announced."""
    if practitioner_id == actor().practitioner_id:
        return url_for("my_credentials.begin_upload")
    return url_for("my_credentials.begin_upload", practitioner_id=practitioner_id)


def _begun(record: PractitionerRecord) -> dict[str, object]:
    waiting = files_on_the_way(actor=actor(), practitioner_id=record.id, now=now())
    return {"begin": _begin(record.id), "files": waiting}


def _kinds(seen: PaperSeen, own: bool) -> list[tuple[str, str]]:
    """Every kind it may be, the certificate first, and the form of each."""
    first = sorted(CredentialKind, key=lambda kind: kind is not CredentialKind.CERTIFICATE)
    return [(kind, Onward(kind, None, None).form(seen, own)) for kind in map(str, first)]


def _replaced(seen: PaperSeen, upload: Upload) -> int:
    return replace_paper(
        actor=actor(), document_id=seen.id, upload=upload, store=store(), now=now()
    )


def _on_from(number: int, onward: Onward, own: bool) -> Response:
    """To the form; to the paper where somebody should look at it, or more of it comes."""
    seen = paper_page(actor=actor(), document_id=number)
    if seen.hints or "more" in request.form or not onward.is_known:
        return redirect(onward.paper(number), code=303)
    return redirect(onward.form(seen, own), code=303)


def _order(seen: PaperSeen) -> list[int]:
    """The pages that are to stay, from 0, by the places typed; a page without one keeps its own."""
    places = []
    for page in range(seen.pages):
        if f"drop-{page + 1}" in request.form:
            continue
        typed = request.form.get(f"place-{page + 1}", "").strip()
        place = record_number(typed) if typed else page + 1
        if place is None:
            raise BadUpload(f"Write the place of page {page + 1} as a number.", field=None)
        places.append((place, page))
    return [page for _, page in sorted(places)]
