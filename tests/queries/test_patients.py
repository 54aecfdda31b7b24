"""Patients are found however their name is written, on each database the same."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.models import db
from registry.queries.patients import find_patients, patients_of
from registry.rules.text import folded
from registry.rules.vocabulary import Role
from tests import given

NAMES = ("Émile Zölle", "ÖZGE Kaya", "Anna Straße", "İPEK Demir", "ΟΔΟΣ Papas", "Pat Doe")


@pytest.fixture
def desk(app):
    harbour = given.clinic()
    for number, name in enumerate(NAMES):
        given.patient(harbour, reference=f"Ä-{number}", name=name)
    return given.somebody(Role.FRONT_DESK, harbour)


def found(desk, words):
    clinic_id = desk.grants[0].clinic_id
    among = [one.name for one in find_patients(desk, clinic_id, words)]
    listed = [one.name for one in patients_of(desk, clinic_id, words, 1)[0]]
    assert among == listed
    return among


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("émile", "Émile Zölle"),
        ("ÉMILE ZÖL", "Émile Zölle"),
        ("özge", "ÖZGE Kaya"),
        ("straße", "Anna Straße"),
        ("STRAß", "Anna Straße"),
        ("ipek", "İPEK Demir"),
        ("doe", "Pat Doe"),
        ("ΟΔΟΣ", "ΟΔΟΣ Papas"),
        ("οδοσ", "ΟΔΟΣ Papas"),
        ("ä-1", "ÖZGE Kaya"),
    ],
)
def test_accents_and_umlauts_are_letters_like_any_other(desk, words, name):
    assert found(desk, words) == [name]


def test_the_database_makes_letters_small_as_we_do(desk):
    for name in NAMES:
        asked = db.session.scalar(text("SELECT lower(:name)"), {"name": name})
        assert asked == folded(name)
    assert db.session.scalar(text("SELECT lower(NULL)")) is None


def test_nothing_kept_rests_on_how_letters_are_made_small(desk, database):
    """Ours stands in place of its own, in our connections alone: an index would not agree."""
    if database.name == "sqlite":
        kept = db.session.scalars(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%lower(%'"))
    else:
        kept = db.session.scalars(
            text("SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%lower(%'")
        )
    assert kept.all() == []
