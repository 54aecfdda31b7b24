"""Who may needle what, here, on this day. `create_app` is the one place where parts meet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from registry import identity, web
from registry.models.base import db

ROOT = Path(__file__).parent.parent


def create_app(settings: dict[str, Any]) -> Flask:
    """`settings` is what config.py hands over: `Config.for_flask()`."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.config.from_mapping(settings)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    for part in (identity, web):
        part.register(app)
    return app
