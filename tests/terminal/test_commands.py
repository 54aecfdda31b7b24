"""What the terminal says: help without any setting, sentences instead of tracebacks."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from config import SETTINGS
from registry.cli import main
from registry.readiness import why_unsafe
from tests.databases import app_speaking_to

COMMANDS = [
    ["serve"],
    ["work"],
    ["migrate", "up"],
    ["migrate", "down"],
    ["migrate", "status"],
    ["demo"],
    ["doctor"],
    ["admin", "create"],
    ["admin", "reset"],
    ["outbox", "send"],
]


@pytest.fixture
def say(monkeypatch):
    """Type a command on a machine where nothing is set."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_that_needs_no_setting(say, command):
    answer = say(*command, "--help")

    assert answer.exit_code == 0
    assert "--development" in answer.output


def test_without_settings_it_says_what_to_set_and_how_to_try_it_out(say):
    answer = say("doctor")

    assert answer.exit_code == 1
    assert "Set REGISTRY_SECRET_KEY" in answer.output
    assert "--development" in answer.output


def test_a_database_built_by_the_migrations_may_be_served(app):
    assert why_unsafe(development=False) == []


def test_an_empty_database_may_not_be_served(registry_app, tmp_path):
    with app_speaking_to(registry_app.config, f"sqlite:///{tmp_path / 'new.db'}"):
        [fault] = why_unsafe(development=True)

    assert "registry migrate up" in fault


def test_a_role_that_owns_the_tables_may_not_serve(registry_app, database):
    with app_speaking_to(registry_app.config, database.owner_url):
        faults = why_unsafe(development=False)

    assert ["owns" in fault for fault in faults] == (
        [True] if database.name == "postgresql" else []
    )
