"""The one place where a refusal, or a fault, becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, make_response, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotSignedIn, RegistryError, RightRefused, TooManyTries
from registry.identity import actor, visitor
from registry.services.audit_trail import record_refused_right
from registry.web.pages import safe_next, to_sign_in

OPEN_TOO_LONG = (
    "This page was open too long, so nothing was saved. Go back, load it again, send it."
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What a page of refusal shows where no use case spoke; the page has words of its own."""

    status: int
    message: str = ""


def register(app: Flask) -> None:
    app.register_error_handler(RegistryError, refuse)
    app.register_error_handler(CSRFError, refuse_a_stale_form)
    app.register_error_handler(HTTPException, refuse_a_request)
    app.register_error_handler(500, admit_a_fault)


def refuse(error: RegistryError) -> Response:
    if isinstance(error, NotSignedIn):
        return to_sign_in()
    if isinstance(error, RightRefused) and visitor() is not None:
        record_refused_right(actor=actor(), refusal=error, path=quote(request.path), now=now())
    response = page_of(error)
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def refuse_a_stale_form(_error: CSRFError) -> Response:
    return page_of(Fault(400, OPEN_TOO_LONG))


def refuse_a_request(error: HTTPException) -> Response:
    """Redirects pass; headers such as the Allow of a 405 are kept."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = page_of(Fault(status))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def admit_a_fault(_error: Exception) -> Response:
    return page_of(Fault(500))


def page_of(error: RegistryError | Fault) -> Response:
    """`errors/<status>.html` where there is one, else `errors/refusal.html`."""
    decisions = getattr(error, "decisions", ())
    page = render_template(
        [f"errors/{error.status}.html", "errors/refusal.html"],
        status=error.status,
        message=error.message,
        decision=decisions[0] if decisions else None,
        decisions=decisions,
        remedy=None,
        back=_page_before(),
    )
    return make_response(page, error.status)


def _page_before() -> str | None:
    """The page whose form was refused, if it is one of ours and can be looked at again."""
    before = urlsplit(request.referrer or "")
    if request.method != "POST" or before.netloc != request.host:
        return None
    try:
        current_app.url_map.bind(request.host).match(before.path, method="GET")
    except HTTPException:
        return None
    return safe_next(f"{before.path}?{before.query}" if before.query else before.path)


def put_at_field(form: FlaskForm, refusal: BadInput) -> None:
    """The sentence of a use case, at the field it is about, or over the form if at none of it."""
    field = form._fields.get(refusal.field or "")
    if field is None:
        form.form_errors.append(refusal.message)
    else:
        field.errors = [*field.errors, refusal.message]


def carried_out(form: FlaskForm, use_case: Callable[[], object]) -> bool:
    """True once the form was sent, read and acted on; else it says at its fields why not."""
    if not form.validate_on_submit():
        return False
    try:
        use_case()
    except BadInput as refusal:
        put_at_field(form, refusal)
        return False
    return True
