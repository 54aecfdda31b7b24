"""Who has a privilege letter, and where; and a browser that nobody knows."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(given.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    dana.email, dana.phone, dana.npi = "canary@test.example", "555 0143", "1234567893"
    given.licence(dana, number="CANARY-1")
    return dana


@pytest.fixture
def course(dana):
    return given.certificate(dana, course="Canary course", provider="Canary school")


@pytest.fixture
def herself(dana, harbour, course):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Boss")
