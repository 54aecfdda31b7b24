"""The filters of the audit trail, as its address spells them."""

from __future__ import annotations

from flask import url_for

from registry.queries.audit_trail import Wanted
from registry.web.asked import asked_day, asked_number, asked_text


def wanted_of_the_trail() -> Wanted:
    """Raises BadInput for what cannot be looked for."""
    return Wanted(
        who=asked_text("who"),
        action=asked_text("action"),
        practitioner=asked_text("practitioner"),
        clinic_id=asked_number("clinic"),
        first_day=asked_day("from"),
        last_day=asked_day("to"),
        before_id=asked_number("before_id"),
    )


def trail_link(wanted: Wanted, before_id: int | None) -> str:
    """The same filters, from another place in the trail on."""
    asked = {
        "who": wanted.who or None,
        "action": wanted.action or None,
        "practitioner": wanted.practitioner or None,
        "clinic": wanted.clinic_id,
        "from": wanted.first_day and wanted.first_day.isoformat(),
        "to": wanted.last_day and wanted.last_day.isoformat(),
        "before_id": before_id,
    }
    return url_for("oversight.trail", **asked)  # type: ignore[arg-type]
