"""How a blueprint of pages is made: closed to strangers, who are shown the way to sign in."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response

from registry.identity import TOKEN, visitor

HTMX = "HX-Request"


def pages_for(
    job: str,
    import_name: str,
    url_prefix: str | None = None,
    open_to_strangers: Collection[str] = (),
) -> Blueprint:
    """Lie under `/<job>` unless told; `open_to_strangers` names the views anybody may see."""
    prefix = f"/{job.replace('_', '-')}" if url_prefix is None else url_prefix
    pages = Blueprint(job, import_name, url_prefix=prefix or None)
    doors = {f"{job}.{view}" for view in open_to_strangers}

    @pages.before_request
    def turn_strangers_away() -> Response | None:
        if request.endpoint in doors or visitor() is not None:
            return None
        return to_sign_in()

    return pages


def to_sign_in() -> Response:
    """The way to the sign-in page, and back again afterwards where that is safe to promise."""
    wanted = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else ""
    target = url_for("account.sign_in", next=wanted if wanted not in {"", "/"} else None)
    if request.method == "POST":
        flash("You were signed out, so nothing was saved. Please sign in and do it again.")
    elif session.get(TOKEN):
        flash("Your sign-in has ended. Please sign in again.")
    if HTMX in request.headers:
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = target
        return answer
    return redirect(target)


def safe_next(target: str | None) -> str | None:
    """A place in this house, or None: never another's address, however it is disguised."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(letter) < 32 or letter == "\\" for letter in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target
