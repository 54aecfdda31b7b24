"""Every setting, read once, in one place: a missing, misspelt or unsafe one stops the start."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
INSTANCE = ROOT / "instance"
SETTINGS = {
    "REGISTRY_SECRET_KEY": "",
    "REGISTRY_DATABASE_URL": "",
    "REGISTRY_MIGRATION_DATABASE_URL": "",
    "REGISTRY_DOCUMENTS": "",
    "REGISTRY_MAIL": "",
    "REGISTRY_MAIL_FROM": "registry@localhost",
    "REGISTRY_BASE_URL": "",
    "REGISTRY_HTTPS": "yes",
    "REGISTRY_JOBS": "",
    "REGISTRY_WORKER": "",
    "REGISTRY_LATE_MINUTES": "5",
    "REGISTRY_UPLOAD_MIB": "10",
    "REGISTRY_UPLOAD_PAGES": "50",
    "REGISTRY_UPLOAD_MEGAPIXELS": "50",
    "REGISTRY_PAPER_DAYS": "14",
    "REGISTRY_REPAIR_SECONDS": "20",
    "REGISTRY_EGRESS": "no",
}
SHORTEST_SECRET = 32
MIB = 1024 * 1024


class Misconfigured(Exception):
    """The registry will not start like this; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Config:
    secret_key: str
    database_url: str
    migration_database_url: str
    documents: str
    mail: str
    mail_from: str
    base_url: str
    behind_https: bool
    jobs: str
    worker_inside: bool
    late_minutes: int
    upload_mib: int
    upload_pages: int
    upload_megapixels: int
    paper_days: int
    repair_seconds: int
    egress: bool
    development: bool = False

    @classmethod
    def from_environment(
        cls, env: Mapping[str, str] = os.environ, instance: Path = INSTANCE
    ) -> Config:
        """How it is served to people: nothing that matters has a default.

        Raises Misconfigured.
        """
        config = _read(env, instance)
        if env.get("FLASK_DEBUG", "0") not in {"", "0"}:
            raise Misconfigured("FLASK_DEBUG is set. Debugging shows secrets: unset it.")
        _refuse_an_open_folder(config.documents)
        return config

    @classmethod
    def for_development(
        cls, instance: Path = INSTANCE, env: Mapping[str, str] = os.environ
    ) -> Config:
        """On one's own machine: everything in `instance`, the secret made once and kept there."""
        instance.mkdir(mode=0o700, exist_ok=True)
        defaults = {
            "REGISTRY_SECRET_KEY": _kept_secret(instance / "secret_key"),
            "REGISTRY_MAIL": f"file:{instance / 'mail'}",
            "REGISTRY_BASE_URL": "http://127.0.0.1:8000",
            "REGISTRY_HTTPS": "no",
            "REGISTRY_WORKER": "inside",
        }
        return replace(_read({**defaults, **env}, instance), development=True)

    def for_migrations(self) -> Config:
        """The same, speaking to the database as the role that owns the tables."""
        return replace(self, database_url=self.migration_database_url)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def for_flask(self) -> dict[str, Any]:
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "DOCUMENTS": self.documents,
            "MAIL": self.mail,
            "MAIL_FROM": self.mail_from,
            "BASE_URL": self.base_url,
            "DEVELOPMENT": self.development,
            "JOBS": self.jobs,
            "LATE_AFTER": timedelta(minutes=self.late_minutes),
            "UPLOAD_MIB": self.upload_mib,
            "UPLOAD_PAGES": self.upload_pages,
            "UPLOAD_MEGAPIXELS": self.upload_megapixels,
            "PAPERS_KEPT": timedelta(days=self.paper_days),
            "REPAIR_SECONDS": self.repair_seconds,
            "EGRESS": self.egress,
            # Several photos of a paper may come in one form. And room for the form around them,
            # so that the sentence about their size is ours.
            "MAX_CONTENT_LENGTH": (4 * self.upload_mib + 2) * MIB,
            "PREFERRED_URL_SCHEME": "https" if self.behind_https else "http",
            "SESSION_COOKIE_NAME": "__Host-registry" if self.behind_https else "registry",
            "SESSION_COOKIE_SECURE": self.behind_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
        }


def _read(env: Mapping[str, str], instance: Path) -> Config:
    _refuse_misspelt(env)
    given = {name: env.get(name, "").strip() or default for name, default in SETTINGS.items()}
    given["REGISTRY_DATABASE_URL"] = _database_url(
        given["REGISTRY_DATABASE_URL"] or f"sqlite:///{instance / 'registry.db'}"
    )
    beside = given["REGISTRY_DATABASE_URL"].startswith("sqlite")
    given["REGISTRY_WORKER"] = given["REGISTRY_WORKER"] or ("inside" if beside else "outside")
    return Config(
        secret_key=_secret(_needed(given, "REGISTRY_SECRET_KEY")),
        database_url=given["REGISTRY_DATABASE_URL"],
        migration_database_url=_database_url(
            given["REGISTRY_MIGRATION_DATABASE_URL"] or given["REGISTRY_DATABASE_URL"]
        ),
        documents=given["REGISTRY_DOCUMENTS"] or str(instance / "documents"),
        mail=_needed(given, "REGISTRY_MAIL"),
        mail_from=given["REGISTRY_MAIL_FROM"],
        base_url=_needed(given, "REGISTRY_BASE_URL").rstrip("/"),
        behind_https=_one_of(given, "REGISTRY_HTTPS", "yes", "no") == "yes",
        jobs=_redis_url(given, "REGISTRY_JOBS"),
        worker_inside=_one_of(given, "REGISTRY_WORKER", "inside", "outside") == "inside",
        late_minutes=_count(given, "REGISTRY_LATE_MINUTES"),
        upload_mib=_count(given, "REGISTRY_UPLOAD_MIB"),
        upload_pages=_count(given, "REGISTRY_UPLOAD_PAGES"),
        upload_megapixels=_count(given, "REGISTRY_UPLOAD_MEGAPIXELS"),
        paper_days=_count(given, "REGISTRY_PAPER_DAYS"),
        repair_seconds=_count(given, "REGISTRY_REPAIR_SECONDS"),
        egress=_one_of(given, "REGISTRY_EGRESS", "yes", "no") == "yes",
    )


def _refuse_misspelt(env: Mapping[str, str]) -> None:
    unknown = sorted(name for name in env if name.startswith("REGISTRY_") and name not in SETTINGS)
    if unknown:
        raise Misconfigured(f"No such setting: {', '.join(unknown)}. See README.md, Settings.")


def _needed(given: Mapping[str, str], name: str) -> str:
    if not (value := given[name]):
        raise Misconfigured(f"Set {name}. See README.md, Settings.")
    return value


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise Misconfigured(
            f"REGISTRY_SECRET_KEY has {len(value)} characters; it needs {SHORTEST_SECRET} or more."
        )
    return value


def _database_url(url: str) -> str:
    """Providers hand out postgres:// addresses; the driver here is psycopg 3."""
    scheme, mark, rest = url.partition("://")
    return f"postgresql+psycopg{mark}{rest}" if scheme in {"postgres", "postgresql"} else url


def _one_of(given: Mapping[str, str], name: str, one: str, other: str) -> str:
    if (value := given[name]) not in {one, other}:
        raise Misconfigured(f"{name} is {value!r}; it must be {one!r} or {other!r}.")
    return value


def _redis_url(given: Mapping[str, str], name: str) -> str:
    value = given[name]
    if value and not value.startswith(("redis://", "rediss://")):
        raise Misconfigured(f"{name} must be an address such as redis://host:6379/0, or nothing.")
    return value


def _count(given: Mapping[str, str], name: str) -> int:
    value = given[name]
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= 10_000):
        raise Misconfigured(f"{name} is {value!r}; it must be a whole number from 1 to 10000.")
    return int(value)


def _kept_secret(file: Path) -> str:
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def _refuse_an_open_folder(documents: str) -> None:
    folder = Path(documents)
    if "://" in documents or not folder.exists():
        return
    if folder.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH):
        raise Misconfigured(f"Everybody on this machine can read {folder}: chmod 700 it.")
