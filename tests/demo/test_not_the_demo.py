"""Where the demo is not: it says so, and stays away."""

from __future__ import annotations

import pytest

from registry import demo
from registry.errors import NotInThatState
from registry.rules.vocabulary import Role
from tests import given


def test_an_empty_database_is_empty(app):
    assert demo.is_empty()


def test_one_account_is_enough_to_keep_it_away(app):
    given.somebody(Role.ADMINISTRATOR)

    assert not demo.is_empty()
    with pytest.raises(NotInThatState):
        demo.fill(lambda _what: None)


def test_where_other_data_is_no_demo_password_is_shown(app):
    given.somebody(Role.ADMINISTRATOR)

    assert list(demo.sign_ins()) == ["This is not the demo's data: its people cannot sign in here."]
