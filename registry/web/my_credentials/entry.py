"""A credential being entered: its form, its paper, and what goes wrong with either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request

from registry.errors import BadInput
from registry.queries.holdings import VersionSeen
from registry.queries.practitioner_records import PractitionerRecord
from registry.queries.unsent_papers import PaperSeen
from registry.rules.access import Actor
from registry.rules.days import day_after
from registry.rules.prefilling import catalogue_values
from registry.rules.vocabulary import CredentialKind
from registry.services.documents import Upload
from registry.web.asked import asked_number
from registry.web.my_credentials.background_forms import DegreeForm, PracticeHoursForm
from registry.web.my_credentials.certificate_form import CertificateForm
from registry.web.my_credentials.forms import (
    CprForm,
    CredentialForm,
    IndemnityForm,
    LicenceForm,
    RegistrationForm,
    SupervisedPracticeForm,
    wrong,
)
from registry.web.my_credentials.prefilled import (
    NOT_PREFILLED,
    Prefilled,
    fill,
    offered,
    typed_from,
)
from registry.web.my_credentials.suggestions import approving_bodies, course_levels
from registry.web.refusals import put_at_field
from registry.web.uploads import limits, read_upload, was_chosen, with_extract

FORMS: dict[str, type[CredentialForm]] = {
    made.credential: made
    for made in (
        CertificateForm,
        LicenceForm,
        RegistrationForm,
        SupervisedPracticeForm,
        PracticeHoursForm,
        DegreeForm,
        CprForm,
        IndemnityForm,
    )
}
#: What a renewed paper says anew.
FRESH = ("first_day", "last_day", "completed_on", "issued_on", "course_started", "started")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    `corrects` is the version it starts from, where it is a correction; `paper` what was brought in
    before, where it was: then the form asks for no file. `prefilled`: what was read of its papers.
    """

    form: CredentialForm
    record: PractitionerRecord
    actor: Actor
    corrects: VersionSeen | None = None
    paper: PaperSeen | None = None
    prefilled: Prefilled = NOT_PREFILLED

    @property
    def own(self) -> bool:
        return self.record.id == self.actor.practitioner_id

    @property
    def lent(self) -> bool:
        """Whether the form began with what was read, rather than with what is on record."""
        paper, old = self.prefilled.paper, self.corrects and self.corrects.document
        return paper is not None and not (old and old.id == paper.document_id)

    @property
    def file_needed(self) -> bool:
        """A correction may leave the paper that is there already."""
        has_one = self.corrects is not None and self.corrects.document is not None
        return self.form.file_needed and not has_one and not self.paper

    def kept(self, keep: Callable[[Upload | None], int], today: date) -> bool:
        """Whether it is on record now; if not, the form says all that is wrong at once."""
        form = self.form
        form.validate()
        form.makes_sense(today)
        if self.lent:
            self.prefilled.refuse_unseen(form)
        if self.file_needed and not was_chosen(form.file.data):
            wrong(form.file, "Choose the document: a photo of it, or a PDF.")
        try:
            upload = None if self.paper else read_upload(form.file.data)
            if form.errors:
                return False
            if upload is not None:
                upload = with_extract(upload, holder=self.record.name, today=today)
            keep(upload)
        except BadInput as refusal:
            put_at_field(form, refusal)
            return False
        return True

    def was_pressed(self) -> bool:
        """
        A press within the form that sends nothing: look again at what was read meanwhile, take one
        of several days, take over what the list of courses has. What was typed stays.
        """
        pressed, form = request.form.get("press", ""), self.form
        name, _, value = pressed.partition("=")
        if name == "look":
            fill(form, self.prefilled.typed())
        elif name == "catalogue" and (course := offered(form)):
            fill(form, typed_from(catalogue_values(course)))
        elif any(pressed == choice.press for choice in self.prefilled.choices(name)):
            fill(form, typed_from({name: value}))
        return bool(name)

    def page(self, back: str, status: int = 422) -> str | tuple[str, int]:
        template = f"my_credentials/{'certificate' if _is_certificate(self.form) else 'entry'}.html"
        page = render_template(
            template,
            entry=self,
            form=self.form,
            back=back,
            mib=limits().mib,
            onward=_onward(self),
            choose_again=request.method == "POST" and was_chosen(self.form.file.data),
            bodies=approving_bodies,
            levels=course_levels,
            marks=self.prefilled.marks(self.form),
            offered=offered(self.form),
        )
        return (page, status) if request.method == "POST" else page


def _onward(entry: Entry) -> dict[str, Any]:
    """What the address of the paper's own page says of what it is for."""
    if entry.corrects:
        return {"credential": (request.view_args or {}).get("credential_id")}
    like = asked_number("like")
    return {"kind": str(entry.form.credential)} | ({"like": like} if like else {})


def renewed(record: PractitionerRecord, kind: CredentialKind, like: int | None) -> dict[str, Any]:
    """What a new form starts with: what is known anyway, or a paper like one that runs out."""
    place = record.workplaces[0].jurisdiction if record.workplaces else ""
    known: dict[str, Any] = {"profession": str(record.profession), "jurisdiction": place}
    if like is None:
        return known
    seen = record.credential(like)
    if seen.kind is not kind:
        return known
    fact = seen.fact(seen.shown)
    typed = FORMS[kind].typed(fact)
    follows = day_after(fact.last_day) if fact.last_day else None
    fresh = (*FRESH, "number") if kind is CredentialKind.CERTIFICATE else FRESH
    return typed | dict.fromkeys(fresh) | {"first_day": follows}


def _is_certificate(form: CredentialForm) -> bool:
    return isinstance(form, CertificateForm)
