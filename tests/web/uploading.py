"""What is typed to enter each kind of credential, and sending it."""

from __future__ import annotations

import io
import re

from sqlalchemy import func, select

from registry.models import CredentialVersion, db
from tests.files import certificate_pdf

PDF = certificate_pdf()
COURSE = {
    "course": "Dry needling, upper quarter",
    "provider": "Lakeside Institute",
    "kind": "dry_needling",
    "completed_on": "2024-05-02",
    "hours_total": "27",
    "hours_in_person": "13,5",
    "regions": ["neck", "arm"],
    "muscles": ["upper_trapezius"],
    "exam_written": "passed",
    "way_written": "online",
    "exam_competency": "passed",
    "hours_live_video": "13",
    "hours_didactic": "10",
    "hours_foundation": "50",
    "instructor_needling_years": "6",
    "in_degree": "y",
    "approved_by_1": "The state chapter",
    "approved_on_1": "2023-01-01",
    "holder_matches": "y",
}
OTHERS = {
    "licence": {
        "number": "MT-77",
        "jurisdiction": "US-MT",
        "profession": "PT",
        "kind": "full",
        "first_day": "2024-01-01",
        "last_day": "2028-12-31",
    },
    "registration": {
        "jurisdiction": "US-MT",
        "kind": "endorsement",
        "board": "The board",
        "first_day": "2024-01-01",
    },
    "supervised_practice": {"sessions": "40", "supervisor": "Ana Ruiz", "finished": "2024-02-01"},
    "practice_hours": {"hours": "12500", "where": "Hill Clinic", "first_day": "2025-02-01"},
    "degree": {
        "title": "Doctor of Physical Therapy",
        "level": "doctoral",
        "school": "Willow Court College",
        "first_day": "2014-06-01",
    },
    "cpr": {"first_day": "2026-01-01", "last_day": "2028-01-01"},
    "indemnity": {"first_day": "2026-01-01", "last_day": "2028-01-01", "excluded": ["thorax"]},
}


def upload(browser, data, *, kind="certificate", file=PDF, name="dn.pdf", where=None):
    paper = {"file": (io.BytesIO(file), name)} if file is not None else {}
    address = where or f"/my-credentials/add/{kind}"
    return browser.post(address, data={**data, **paper}, content_type="multipart/form-data")


def latest():
    db.session.rollback()
    return db.session.scalars(select(CredentialVersion).order_by(CredentialVersion.id)).all()[-1]


def how_many(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def words(page):
    return re.sub(r"\s+", " ", page.get_text(" ", strip=True))
