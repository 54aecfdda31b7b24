"""A paper being brought in: the files of its pages, and where one goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField

from registry.adapters.clock import now
from registry.errors import BadInput, BadUpload, NotFound
from registry.identity import actor
from registry.queries.unsent_papers import PaperSeen
from registry.services.documents import Upload
from registry.services.transfers import drop_transfer, transfer_seen, whole_file
from registry.web.asked import asked_number, asked_text
from registry.web.my_credentials.entry import FORMS
from registry.web.refusals import put_at_field
from registry.web.uploads import read_file, read_upload, store, was_chosen

MOST_FILES = 10  # in one go: each is read before the answer


class PaperForm(FlaskForm):
    """`uploads`, beside the fields, names files that came part by part."""

    camera = FileField("Take a photo")
    file = MultipleFileField("Choose photos or a PDF")

    @property
    def uploads(self) -> list[str]:
        return request.form.getlist("uploads")

    def taken_in(self, keep: Callable[[list[Upload]], int]) -> int | None:
        """What `keep` says of the files, in their order; None where the form says what is wrong."""
        try:
            files = self._files()
        except BadInput as refusal:
            put_at_field(self, refusal)
            return None
        try:
            return keep(files)
        except BadInput as refusal:
            put_at_field(self, refusal)
            return None
        finally:
            self._let_go()

    def _files(self) -> list[Upload]:
        chosen = [each for each in (self.camera.data, *(self.file.data or ())) if was_chosen(each)]
        if not chosen and not self.uploads:
            raise BadUpload("Take a photo of the paper, or choose a file: a photo, or a PDF.")
        if len(chosen) + len(self.uploads) > MOST_FILES:
            raise BadUpload(f"Send at most {MOST_FILES} files at once, and add the others after.")
        known: dict[str, Any] = {"actor": actor(), "now": now()}
        read = []
        for token in self.uploads:
            name = transfer_seen(token=token, **known).name
            data = whole_file(token=token, store=store(), **known)
            try:
                read.append(read_file(data, name))
            except BadUpload:
                drop_transfer(token=token, store=store(), **known)
                raise
        return read + [upload for each in chosen if (upload := read_upload(each))]

    def _let_go(self) -> None:
        """What came part by part was used, or is known already."""
        for token in dict.fromkeys(self.uploads):
            try:
                drop_transfer(actor=actor(), token=token, store=store(), now=now())
            except NotFound:
                continue


@dataclass(frozen=True, slots=True)
class Onward:
    """
    What the paper is for, as the address says it: a kind of credential (perhaps one like another
    that runs out), or the correction of one; or not said yet.
    """

    kind: str
    like: int | None
    credential: int | None

    @classmethod
    def asked(cls) -> Onward:
        """Raises BadInput, NotFound."""
        kind = asked_text("kind")
        if kind and kind not in FORMS:
            raise NotFound("There is no such page.")
        return cls(kind, asked_number("like"), asked_number("credential"))

    @property
    def is_known(self) -> bool:
        return bool(self.kind or self.credential)

    def query(self) -> dict[str, Any]:
        told = {"kind": self.kind, "like": self.like, "credential": self.credential}
        return {name: value for name, value in told.items() if value}

    def paper(self, document_id: int) -> str:
        """The page of the paper itself."""
        return url_for("my_credentials.paper", document_id=document_id, **self.query())

    def form(self, paper: PaperSeen, own: bool) -> str:
        """The form to be filled in beside it."""
        if self.credential:
            return url_for("my_credentials.correct", credential_id=self.credential, paper=paper.id)
        told: dict[str, Any] = {"kind": self.kind or "certificate", "paper": paper.id}
        told |= {"like": self.like} if self.like else {}
        told |= {} if own else {"practitioner_id": paper.practitioner_id}
        return url_for("my_credentials.add", **told)
