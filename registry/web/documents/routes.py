"""Hand out an uploaded file, never to be opened in our pages, and pictures of its pages."""

from __future__ import annotations

import io

from flask import send_file
from werkzeug.wrappers import Response

from registry.adapters.file_store import FileStore
from registry.errors import NotFound
from registry.identity import actor
from registry.rules.documents import KEPT_ENDINGS
from registry.services.documents import document_for_reading
from registry.web.pages import pages_for
from registry.web.uploads import store

SANDBOX = "sandbox; default-src 'none'"
PNG = "image/png"

pages = pages_for("documents", __name__)


@pages.get("/<int:document_id>/file")
def file(document_id: int) -> Response:
    document = document_for_reading(actor=actor(), document_id=document_id)
    stem = document.name.rpartition(".")[0] or document.name
    name = f"{stem}{KEPT_ENDINGS[document.media_type]}"
    return _handed_out(_read(store(), document.stored_as), document.media_type, name)


@pages.get("/<int:document_id>/pages/<int:number>.png")
def page(document_id: int, number: int) -> Response:
    document = document_for_reading(actor=actor(), document_id=document_id)
    if not 1 <= number <= document.pages:
        raise NotFound("The document has no such page.")
    return _handed_out(_read(store(), document.page_key(number)), PNG)


def _read(files: FileStore, key: str) -> bytes:
    try:
        return files.get(key)
    except FileNotFoundError as error:
        raise NotFound("The file is missing from the store. Tell an administrator.") from error


def _handed_out(data: bytes, media_type: str, name: str | None = None) -> Response:
    """As an attachment where it has a name; whatever it holds may do nothing in a browser."""
    response = send_file(
        io.BytesIO(data), mimetype=media_type, as_attachment=name is not None, download_name=name
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
