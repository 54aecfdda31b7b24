"""The scene of the schedule's pages: a clinic, somebody certified, the front desk, a Monday."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def desk(app, harbour):
    """A browser in which the front desk has signed in."""
    return visit(app, given.somebody(Role.FRONT_DESK, harbour))
