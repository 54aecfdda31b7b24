"""Nobody makes an administrator alone, where there is a second one to ask."""

from __future__ import annotations

import pytest

from registry.errors import NotAllowed, NotInThatState, RightRefused
from registry.models import Account, db
from registry.rules.access import Grant
from registry.rules.vocabulary import Role
from registry.services.accounts import invite_account
from registry.services.grants import change_grants, confirm_administrator
from tests import given
from tests.web.page import read
from tests.web.visits import visit

EVERYWHERE = Grant(Role.ADMINISTRATOR)


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR, name="Ada")


def invited(by, email="new@test.example"):
    return invite_account(actor=by, email=email, name="Nell", grants=[EVERYWHERE], now=given.NOW).id


def grants_of(account_id):
    db.session.rollback()
    return db.session.get_one(Account, account_id).as_actor().grants


def test_the_only_administrator_makes_a_second_one(ada):
    assert grants_of(invited(ada)) == (EVERYWHERE,)


def test_with_a_second_one_the_new_role_waits_for_that_ones_word(ada):
    ben = given.somebody(Role.ADMINISTRATOR, name="Ben")
    nell = invited(ada)
    assert grants_of(nell) == ()
    with pytest.raises(NotAllowed):
        confirm_administrator(actor=ada, account_id=nell, now=given.NOW)
    confirm_administrator(actor=ben, account_id=nell, now=given.NOW)
    assert grants_of(nell) == (EVERYWHERE,)
    with pytest.raises(NotInThatState):
        confirm_administrator(actor=ben, account_id=nell, now=given.NOW)


def test_the_same_where_somebody_on_record_is_raised(ada):
    given.somebody(Role.ADMINISTRATOR, name="Ben")
    desk = given.somebody(Role.FRONT_DESK, given.clinic(adopted=False))
    change_grants(
        actor=ada, account_id=desk.account_id, grants=[*desk.grants, EVERYWHERE], now=given.NOW
    )
    assert grants_of(desk.account_id) == desk.grants


def test_a_proposed_administrator_confirms_nobody(ada):
    given.somebody(Role.ADMINISTRATOR, name="Ben")
    nell = invited(ada)
    other = invited(ada, "other@test.example")
    with pytest.raises(RightRefused):
        confirm_administrator(
            actor=db.session.get_one(Account, nell).as_actor(), account_id=other, now=given.NOW
        )


def test_the_page_offers_it_to_the_second_one_only(app, ada):
    ben = given.somebody(Role.ADMINISTRATOR, name="Ben")
    nell = invited(ada)
    address = f"/setup/people/{nell}"
    assert "Ask another one." in read(visit(app, ada).get(address), 200).text
    page = read(visit(app, ben).get(address), 200)
    assert page.select_one(f'form[action="{address}/confirm"]')
    assert visit(app, ben).post(f"{address}/confirm").status_code == 302
    assert grants_of(nell) == (EVERYWHERE,)
