"""It does not start unsafe, and says which setting is wrong."""

from __future__ import annotations

import pytest

from config import Config, Misconfigured

GOOD = {
    "REGISTRY_SECRET_KEY": "x" * 32,
    "REGISTRY_MAIL": "smtp://localhost:25",
    "REGISTRY_BASE_URL": "https://registry.test/",
}


@pytest.fixture
def instance(tmp_path):
    return tmp_path / "instance"


def test_sound_settings_are_accepted(instance):
    config = Config.from_environment(GOOD, instance)

    assert config.base_url == "https://registry.test"
    assert config.on_sqlite
    assert config.for_flask()["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"REGISTRY_SECRET_KEY": ""}, "REGISTRY_SECRET_KEY"),
        ({"REGISTRY_SECRET_KEY": "x" * 31}, "31 characters"),
        ({"REGISTRY_MAIL": ""}, "REGISTRY_MAIL"),
        ({"REGISTRY_BASE_URL": " "}, "REGISTRY_BASE_URL"),
        ({"REGISTRY_HTTPS": "true"}, "REGISTRY_HTTPS"),
        ({"REGISTRY_JOBS": "amqp://localhost"}, "REGISTRY_JOBS"),
        ({"REGISTRY_WORKER": "elsewhere"}, "'inside' or 'outside'"),
        ({"REGISTRY_LATE_MINUTES": "0"}, "REGISTRY_LATE_MINUTES"),
        ({"REGISTRY_UPLOAD_MIB": "0"}, "REGISTRY_UPLOAD_MIB"),
        ({"REGISTRY_UPLOAD_PAGES": "many"}, "REGISTRY_UPLOAD_PAGES"),
        ({"REGISTRY_SECRET": "x" * 32}, "No such setting: REGISTRY_SECRET"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
    ],
)
def test_a_missing_misspelt_or_unsafe_setting_stops_the_start(instance, change, named):
    with pytest.raises(Misconfigured, match=named):
        Config.from_environment({**GOOD, **change}, instance)


POSTGRESQL = {"REGISTRY_DATABASE_URL": "postgresql://registry_app@db/registry"}


@pytest.mark.parametrize(
    ("change", "inside"),
    [
        ({}, True),
        (POSTGRESQL, False),
        ({**POSTGRESQL, "REGISTRY_WORKER": "inside"}, True),
        ({"REGISTRY_WORKER": "outside"}, False),
    ],
)
def test_the_worker_stands_beside_a_server_on_sqlite_and_else_where_it_is_told(
    instance, change, inside
):
    assert Config.from_environment({**GOOD, **change}, instance).worker_inside is inside


def test_one_command_runs_a_development_house_whatever_its_database(instance):
    assert Config.for_development(instance, POSTGRESQL).worker_inside
    told = {**POSTGRESQL, "REGISTRY_WORKER": "outside"}
    assert not Config.for_development(instance, told).worker_inside


@pytest.mark.parametrize("mode", [0o755, 0o704, 0o701])
def test_a_documents_folder_that_everybody_can_look_into_stops_the_start(tmp_path, mode):
    folder = tmp_path / "documents"
    folder.mkdir()
    environment = {**GOOD, "REGISTRY_DOCUMENTS": str(folder)}

    folder.chmod(mode)
    with pytest.raises(Misconfigured, match="chmod 700"):
        Config.from_environment(environment)

    folder.chmod(0o700)
    assert Config.from_environment(environment).documents == str(folder)


def test_the_development_secret_is_made_once_and_is_its_owners_alone(instance):
    first = Config.for_development(instance, {})
    second = Config.for_development(instance, {})
    kept = instance / "secret_key"

    assert first.secret_key == second.secret_key == kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    assert first.development


def test_two_houses_do_not_share_a_development_secret(tmp_path):
    secrets = {
        Config.for_development(tmp_path / name, {}).secret_key for name in ("one", "another")
    }

    assert len(secrets) == 2


def test_migrations_speak_to_postgresql_as_the_owner():
    config = Config.from_environment(
        {
            **GOOD,
            "REGISTRY_DATABASE_URL": "postgres://registry_app@db/registry",
            "REGISTRY_MIGRATION_DATABASE_URL": "postgresql://registry_owner@db/registry",
        }
    )

    assert config.database_url == "postgresql+psycopg://registry_app@db/registry"
    assert config.for_migrations().database_url.endswith("registry_owner@db/registry")
