"""Files part by part, by the tus protocol 1.0: begun, gone on with, asked after, given up."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

from flask import make_response, request, url_for
from werkzeug.exceptions import LengthRequired, PreconditionFailed, UnsupportedMediaType
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, BadUpload, NotFound
from registry.identity import actor
from registry.models import Transfer
from registry.rules.documents import Defect, sentence
from registry.services.transfers import (
    add_part,
    begin_transfer,
    drop_transfer,
    transfer_seen,
)
from registry.web.asked import LONGEST
from registry.web.my_credentials.routes import pages
from registry.web.uploads import limits, store

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PART = "application/offset+octet-stream"
LARGEST_HEADER_NUMBER = 15  # digits


class OtherVersion(PreconditionFailed):
    """The client speaks another version of the protocol; it is told ours."""

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("Tus-Version", VERSION)]


@pages.route("/uploads", methods=["OPTIONS"])
@pages.route("/for/<int:practitioner_id>/uploads", methods=["OPTIONS"])
def upload_manners(practitioner_id: int | None = None) -> Response:
    """What this server can do of the protocol."""
    known = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(limits().mib * 1024 * 1024),
    }
    return _answer(204, **known)


@pages.post("/uploads")
@pages.post("/for/<int:practitioner_id>/uploads")
def begin_upload(practitioner_id: int | None = None) -> Response:
    _speaks_our_version()
    me = actor()
    whose = practitioner_id or me.practitioner_id
    if whose is None:
        raise NotFound("You are not on record as a practitioner, so you hold nothing here.")
    told = _metadata()
    begun = begin_transfer(
        actor=me,
        practitioner_id=whose,
        name=told.get("filename", "document"),
        size=_number("Upload-Length"),
        modified="".join(filter(str.isdigit, told.get("modified", "")))[:20],
        limits=limits(),
        now=now(),
    )
    answer = _about(begun, 201)
    answer.headers["Location"] = url_for("my_credentials.upload_so_far", token=begun.token)
    return answer


@pages.route("/uploads/<token>", methods=["HEAD"])
def upload_so_far(token: str) -> Response:
    _speaks_our_version()
    answer = _about(transfer_seen(actor=actor(), token=token, now=now()), 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.route("/uploads/<token>", methods=["PATCH"])
def go_on_with_upload(token: str) -> Response:
    _speaks_our_version()
    if request.mimetype != PART:
        raise UnsupportedMediaType
    if request.content_length is None:
        raise LengthRequired
    if request.content_length > limits().mib * 1024 * 1024:
        raise BadUpload(sentence(Defect.TOO_BIG, limits()))
    known = {"actor": actor(), "token": token, "now": now()}
    offset, data = _number("Upload-Offset"), request.get_data(cache=False)
    if not data:
        return _about(transfer_seen(**known), 204)  # type: ignore[arg-type]
    return _about(add_part(offset=offset, data=data, store=store(), **known), 204)  # type: ignore[arg-type]


@pages.route("/uploads/<token>", methods=["DELETE"])
def give_up_upload(token: str) -> Response:
    _speaks_our_version()
    drop_transfer(actor=actor(), token=token, store=store(), now=now())
    return _answer(204)


def _speaks_our_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion


def _about(transfer: Transfer, status: int) -> Response:
    return _answer(
        status,
        **{
            "Upload-Offset": str(transfer.received),
            "Upload-Length": str(transfer.size),
            "Upload-Expires": http_date(transfer.expires_at),
        },
    )


def _answer(status: int, **headers: str) -> Response:
    answer = make_response("", status)
    answer.headers["Tus-Resumable"] = VERSION
    answer.headers.update(headers)
    return answer


def _number(header: str) -> int:
    given = request.headers.get(header, "")
    if not (given.isascii() and given.isdigit() and len(given) <= LARGEST_HEADER_NUMBER):
        raise BadInput(f"{header} must be a whole number.")
    return int(given)


def _metadata() -> dict[str, str]:
    """`Upload-Metadata`: pairs of a word and, in base64, its value. Raises BadInput."""
    told = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, packed = pair.strip().partition(" ")
        try:
            told[name] = b64decode(packed, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadInput("Upload-Metadata must be words with base64 behind them.") from error
    return {name: value[: 2 * LONGEST] for name, value in told.items()}
