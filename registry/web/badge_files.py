"""A digital badge at the door: a file, a baked picture, or the letters of it pasted."""

from __future__ import annotations

from typing import NamedTuple

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from registry.adapters.baked_pictures import MOST_BYTES, PNG_BEGINS, credential_within
from registry.adapters.signed_credentials import MOST_LETTERS
from registry.errors import BadInput
from registry.rules.documents import is_fit_name, tidy_name
from registry.web.fields import Paragraph

NOTHING_INSIDE = (
    "This picture carries no digital badge. Save the badge itself from the issuer's page: pictures "
    "that were photographed, cropped or sent by a messenger lose what is inside."
)
NEITHER = "This is no digital badge. Choose a .json, .jwt or .png file as its issuer gave it."


class BadgeForm(FlaskForm):
    badge = FileField("The badge file")
    pasted = Paragraph("Or paste it here", longest=MOST_LETTERS)


class BadgeSent(NamedTuple):
    raw: str
    name: str


def badge_sent(form: BadgeForm) -> BadgeSent:
    """What came, nothing of it believed. Raises BadInput at `badge`."""
    file = form.badge.data
    if isinstance(file, FileStorage) and file.filename:
        return BadgeSent(_within(file), tidy_name(file.filename))
    if form.pasted.data:
        return BadgeSent(form.pasted.data, "pasted")
    raise BadInput("Choose the badge's file, or paste it.", field="badge")


def _within(file: FileStorage) -> str:
    data = file.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadInput("This file is larger than 4 MiB, and so than any badge.", field="badge")
    if not is_fit_name(file.filename or ""):
        raise BadInput("Rename the file: its name has odd characters in it.", field="badge")
    if data.startswith(PNG_BEGINS):
        if (found := credential_within(data)) is None:
            raise BadInput(NOTHING_INSIDE, field="badge")
        return found
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadInput(NEITHER, field="badge") from error
