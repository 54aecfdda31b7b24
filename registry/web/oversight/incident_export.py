"""An incident to take along: a page to print, its treatments as a table, its decisions as data."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import render_template

from registry.adapters.csv_files import as_csv
from registry.queries.incident_values import IncidentPage, TreatmentSeen
from registry.rules.regions import site_name
from registry.web.formats import stamp

HEAD = (
    *("Appointment", "Starts", "Ends", "Patient", "Reference", "Treatment", "State"),
    *("Known when booked", "Known at check-in", "Known when it started", "Known now"),
    *("Finding", "Note", "Found by", "Found"),
)
MOMENTS = ("When it was booked", "At check-in", "When it started", "Now")
ANSWERS = {"may_needle": "may needle", "may_not": "may not", "not_known": "not known"}
OTHERWISE = "When it was last changed"


def packed(page: IncidentPage, moment: datetime) -> bytes:
    """A ZIP file; its bytes follow from what is on record and the moment alone."""
    files = {
        "incident.html": render_template("oversight/incident_file.html", page=page, at=moment),
        "treatments.csv": "\ufeff"
        + as_csv(HEAD, (_row(one, page.zone) for one in page.treatments)),
        "decisions.json": json.dumps(_told(page, moment), ensure_ascii=False, indent=1) + "\n",
    }
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as pack:
        for name, text in files.items():
            pack.writestr(ZipInfo(name, moment.timetuple()[:6]), text, ZIP_DEFLATED)
    return held.getvalue()


def _row(one: TreatmentSeen, zone: str) -> list[object]:
    known = {
        MOMENTS[0] if then.words == OTHERWISE else then.words: ANSWERS[then.status]
        for then in one.known
    }
    return [
        one.appointment_id,
        stamp(one.starts_at, zone),
        stamp(one.ends_at, zone),
        one.patient or "not shown to you",
        one.reference or "",
        one.what,
        str(one.state).replace("_", " "),
        *(known.get(words, "") for words in MOMENTS),
        one.finding.title if one.finding else "",
        one.note,
        one.by,
        stamp(one.at, zone, ""),
    ]


def _told(page: IncidentPage, moment: datetime) -> dict[str, Any]:
    """Moments in UTC, as ISO 8601."""
    return {
        "incident": page.id,
        "exported_at": moment.isoformat(),
        "clinic": page.clinic,
        "practitioner": page.practitioner,
        "cause": page.because,
        "effective_from": page.decision.effective_from.isoformat() if page.decision else None,
        "opened_at": page.opened_at.isoformat(),
        "owner": page.owner,
        "closed_at": page.closed_at.isoformat() if page.closed_at else None,
        "conclusion": page.conclusion,
        "steps": [
            {
                "step": one.title,
                "state": str(one.state),
                "note": one.note,
                "by": one.by,
                "at": one.at.isoformat() if one.at else None,
            }
            for one in page.steps
        ],
        "treatments": [_decided(one) for one in page.treatments],
    }


def _decided(one: TreatmentSeen) -> dict[str, Any]:
    return {
        "appointment": one.appointment_id,
        "starts_at": one.starts_at.isoformat(),
        "patient": one.patient,
        "reference": one.reference,
        "sites": [site_name(site) for site in one.sites],
        "finding": str(one.finding) if one.finding else None,
        "note": one.note,
        "known": [
            {
                "when": then.words,
                "at": then.at.isoformat(),
                "answers": [
                    {"site": asked.site, "day": asked.day.isoformat(), "eligible": asked.eligible}
                    for asked in then.asked
                ],
                "first_reason": then.gravest,
            }
            for then in one.known
        ],
    }
