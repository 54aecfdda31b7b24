"""Who makes calendar feeds, and of whom."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given

PATIENT = "Peregrine Whitlock"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(given.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def hill(app):
    return given.clinic("Hill Clinic", zone="Pacific/Chatham")


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def herself(dana, harbour):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Boss")
