"""The blueprint of privilege letters; its pages lie in the modules beside it."""

from __future__ import annotations

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.sealing import Sealer, Unsealable
from registry.web.pages import pages_for

OPEN = ("check", "checked", "check_badge", "did", "jwks", "status_list")
#: Besides what every answer says: in no search engine, and nothing of the code to other sites.
OF_OPEN_PAGES = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}

pages = pages_for("privilege_letters", __name__, url_prefix="", open_to_strangers=OPEN)


@pages.after_request
def keep_open_pages_to_themselves(response: Response) -> Response:
    if request.endpoint in {f"{pages.name}.{view}" for view in OPEN}:
        for name, value in OF_OPEN_PAGES.items():
            response.headers[name] = value
    return response


def sealer() -> Sealer:
    return Sealer(current_app.config["SECRET_KEY"])


def opened(sealed: str, about: str) -> str | None:
    """The code; None where it was sealed under another secret, so that nobody finds it either."""
    try:
        return sealer().open(sealed, about)
    except Unsealable:
        return None


def public_address(code: str) -> str:
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    return base + url_for("privilege_letters.checked", letter_code=code)
