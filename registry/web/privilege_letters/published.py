"""What we publish as an issuer of badges: our keys, our status lists; and a badge checked here."""

from __future__ import annotations

from flask import current_app, jsonify, make_response, render_template
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.adapters.signed_credentials import sign_claims
from registry.errors import BadInput, NotFound
from registry.queries.issued_badges import (
    BadgeAsked,
    badge_asked,
    newest_key,
    places_set,
    published_keys,
)
from registry.rules.letter_badges import PURPOSES, Issuing, did_document, list_claims
from registry.rules.status_lists import packed
from registry.services.signing_keys import opened
from registry.web.badge_files import BadgeForm, badge_sent
from registry.web.privilege_letters.routes import pages, sealer
from registry.web.refusals import carried_out

NOT_OURS = (
    "This badge was not signed here, or something was changed since. "
    "Ask whoever gave it to you for the file as they took it along."
)
Answer = str | Response | tuple[str, int]


@pages.get("/.well-known/did.json")
@pages.get("/did.json")
def did() -> Response:
    """did:web of this address: the second is where it lies if our address has a path."""
    answer = jsonify(did_document(_issuing("").did, published_keys()))
    answer.mimetype = "application/did+json"
    return answer


@pages.get("/.well-known/jwks.json")
def jwks() -> Response:
    named = ((f"{_issuing('').did}#{name}", jwk) for name, jwk in published_keys().items())
    keys = [{**jwk, "kid": name, "use": "sig", "alg": "EdDSA"} for name, jwk in named]
    return jsonify({"keys": keys})


@pages.get("/badges/status/<purpose>")
def status_list(purpose: str) -> Response:
    """Worked out and signed as it stands at this moment. It names nobody."""
    if purpose not in PURPOSES:
        raise NotFound("There is no such page.")
    key, moment = newest_key(), now()
    if key is None:
        raise NotFound("Nothing was ever signed here.")
    _, private = opened(key, sealer())
    issuing, bits = _issuing(key.name), packed(places_set(purpose=purpose, now=moment))
    token = sign_claims(list_claims(issuing, purpose, bits, moment), private, issuing.key_id)
    answer = make_response(token)
    answer.mimetype = "application/vc+jwt"
    return answer


@pages.route("/check/badge", methods=["GET", "POST"])
def check_badge() -> Answer:
    """What holds of a badge of ours, at this moment, for whoever was shown it."""
    form, found = BadgeForm(), list[BadgeAsked]()

    def look() -> None:
        asked = badge_asked(raw=badge_sent(form).raw, now=now())
        if asked is None:
            raise BadInput(NOT_OURS, field="badge")
        found.append(asked)

    if not carried_out(form, look):
        page = render_template("privilege_letters/check_badge.html", form=form)
        return page, 422 if form.errors else 200
    return render_template("privilege_letters/badge_shown.html", asked=found[0])


def _issuing(key: str) -> Issuing:
    return Issuing(str(current_app.config["BASE_URL"]).rstrip("/"), key)
