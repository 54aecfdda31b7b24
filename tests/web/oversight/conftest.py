"""The scene of the overview's pages: on a Monday, a clinic and its manager in a browser."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic()


@pytest.fixture
def boss(clinic):
    return given.somebody(Role.MANAGER, clinic, name="Maud Manager")


@pytest.fixture
def manager(app, boss):
    return visit(app, boss)
