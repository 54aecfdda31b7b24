"""Whether the house stands and its database answers: for those who watch it, without any data."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from registry.models.base import db

checks = Blueprint("health", __name__)


@checks.get("/healthz")
def alive() -> tuple[str, int, dict[str, str]]:
    return "alive\n", 200, {"Content-Type": "text/plain"}


@checks.get("/readyz")
def ready() -> tuple[str, int, dict[str, str]]:
    try:
        db.session.execute(text("SELECT 1 FROM clinics WHERE id = 0"))
    except SQLAlchemyError:
        return "not ready\n", 503, {"Content-Type": "text/plain"}
    return "ready\n", 200, {"Content-Type": "text/plain"}
