"""The blueprint of one's own account; its pages lie in the modules beside it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from registry.web.pages import pages_for

OPEN = (
    *("sign_in", "passkey_options", "sign_in_by_passkey"),
    *("second_step", "second_step_options"),
    *("second_step_by_recovery_code", "second_step_by_passkey"),
    *("ask_reset", "invitation", "reset"),
)
Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]

pages = pages_for("account", __name__, url_prefix="", open_to_strangers=OPEN)
