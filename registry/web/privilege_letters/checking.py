"""Check a letter by its code: nobody signs in, and nothing is shown but what was agreed to."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import address
from registry.queries.letters_checked import letter_behind
from registry.rules.letter_codes import CODE, LONGEST_TYPED, code_in, in_groups
from registry.services.wrong_codes import count_wrong_code, wait_after_wrong_codes
from registry.web.privilege_letters.routes import pages, sealer

Answer = str | Response


@pages.get("/check")
def check() -> Answer:
    """Where the code is typed by hand."""
    typed = request.args.get("code", "")[:LONGEST_TYPED]
    if not typed.strip():
        return render_template("privilege_letters/check.html")
    if (code := code_in(typed)) is None:
        return _looked_up(None)
    return redirect(url_for("privilege_letters.checked", letter_code=code), code=303)


@pages.get("/check/<letter_code>")
def checked(letter_code: str) -> Answer:
    """Where the QR code leads."""
    return _looked_up(code_in(letter_code))


def _looked_up(code: str | None) -> Response:
    """
    The same calm page for what is no code, never was one, or was withdrawn.

    Looked for first: a right code shows itself however many wrong ones came from the same address.
    """
    moment, asked_from = now(), address()
    shown = letter_behind(mark=sealer().mark(code, CODE), now=moment) if code else None
    if shown is None or code is None:
        wait_after_wrong_codes(address=asked_from, now=moment)
        count_wrong_code(address=asked_from, now=moment)
        return make_response(render_template("privilege_letters/nothing.html"), 404)
    page = render_template("privilege_letters/shown.html", shown=shown, code=in_groups(code))
    return make_response(page)
