"""My letter as a digital badge: have it signed, take it along as a token or as a picture."""

from __future__ import annotations

import io

from flask import current_app, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from registry.adapters.baked_pictures import bake
from registry.adapters.clock import now
from registry.adapters.qr_codes import png_of
from registry.errors import NotFound
from registry.identity import actor
from registry.queries.issued_badges import BadgeLine, badges_of_letter
from registry.queries.privilege_letters import LetterLine, letters_of
from registry.services.issued_badges import issue_letter_badge
from registry.web.privilege_letters.routes import opened, pages, public_address, sealer


@pages.get("/letters/<int:letter_id>/badges")
def letter_badges(letter_id: int) -> str:
    me, moment = actor(), now()
    return render_template(
        "privilege_letters/badges.html",
        line=_line(letter_id),
        badges=badges_of_letter(actor=me, letter_id=letter_id, now=moment),
        moment=moment,
    )


@pages.post("/letters/<int:letter_id>/badges")
def make_badge(letter_id: int) -> Response:
    issue_letter_badge(
        actor=actor(),
        letter_id=letter_id,
        base_url=str(current_app.config["BASE_URL"]).rstrip("/"),
        sealer=sealer(),
        now=now(),
    )
    flash("The badge is signed. Take it along as a picture or as a file.", "success")
    return redirect(url_for("privilege_letters.letter_badges", letter_id=letter_id), code=303)


@pages.get("/letters/<int:letter_id>/badges/<int:issued_id>.jwt")
def badge_token(letter_id: int, issued_id: int) -> Response:
    return _attached(
        _badge(letter_id, issued_id).token.encode(), "application/vc+jwt", f"badge-{issued_id}.jwt"
    )


@pages.get("/letters/<int:letter_id>/badges/<int:issued_id>.png")
def badge_picture(letter_id: int, issued_id: int) -> Response:
    """A QR code that leads to the live page, with the signed badge inside the file."""
    badge, line = _badge(letter_id, issued_id), _line(letter_id)
    code = opened(line.code_sealed, line.sealed_about) if line.code_sealed else None
    picture = png_of(public_address(code) if code else public_address("").rstrip("/"))
    return _attached(bake(picture, badge.token), "image/png", f"badge-{issued_id}.png")


def _attached(data: bytes, kind: str, name: str) -> Response:
    return send_file(io.BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)


def _line(letter_id: int) -> LetterLine:
    """One of mine that stands. Raises NotFound."""
    if (whose := actor().practitioner_id) is None:
        raise NotFound("There is no such record.")
    lines = letters_of(actor=actor(), practitioner_id=whose, now=now()).lines
    line = next((one for one in lines if one.id == letter_id and one.agreed_at), None)
    if line is None:
        raise NotFound("There is no such record.")
    return line


def _badge(letter_id: int, issued_id: int) -> BadgeLine:
    found = badges_of_letter(actor=actor(), letter_id=letter_id, now=now())
    badge = next((one for one in found if one.id == issued_id), None)
    if badge is None:
        raise NotFound("There is no such record.")
    return badge
