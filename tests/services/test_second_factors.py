from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from registry.adapters.one_time_codes import new_secret
from registry.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotInThatState,
    NotSignedIn,
    TooManyTries,
)
from registry.models import (
    Account,
    AuditEntry,
    AuthenticatorApp,
    Letter,
    Passkey,
    RecoveryCode,
    SecondStep,
    db,
)
from registry.queries.second_factors import factors_of
from registry.queries.sign_ins import holder_of, holder_of_link
from registry.rules.vocabulary import Role
from registry.services.account_links import ask_reset, set_password_by_link
from registry.services.authenticator_apps import (
    SET_UP_WITHIN,
    remove_app,
    seal_to_set_up,
    set_up_app,
)
from registry.services.own_password import change_password
from registry.services.passkeys import MOST, add_passkey, ask_to_add_passkey, remove_passkey
from registry.services.recovery_codes import make_recovery_codes
from registry.services.second_factors import reset_administrator, reset_second_factor
from registry.services.second_step import By
from registry.services.tries import own_password_of, second_step_of
from tests import given
from tests.authenticator import Device
from tests.factors import HOUSE, SEALER, App, with_app, with_passkey
from tests.given import NOW
from tests.services.test_second_step import (
    LATER,
    alone,
    first_step,
    refused,
    second,
    told,
    tries_at,
)
from tests.web.visits import PASSWORD, with_password

SHORT = "kale7moss"


@pytest.fixture
def fay(app):
    who = given.somebody(Role.FRONT_DESK, given.clinic(adopted=False), name="Fay Desk")
    with_password(who)
    return who


@pytest.fixture
def ada(app):
    who = given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    with_password(who)
    return who


def letters():
    return [json.loads(one) for one in db.session.scalars(select(Letter.particulars))]


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def set_by_link(actor):
    """PASSWORD, by a link from a letter; returns whose link it was."""
    ask_reset(email=db.session.get_one(Account, actor.account_id).email, now=LATER)
    token = letters()[-1]["path"].rsplit("/", 1)[1]
    holder = holder_of_link(token=token, now=LATER)
    set_password_by_link(token=token, password=PASSWORD, address="10.0.0.9", now=LATER)
    return holder


def shorten(actor):
    change_password(actor=actor, token="", old=PASSWORD, new=SHORT, now=NOW)


def remove(actor, passkey_id, password=PASSWORD, token=""):
    remove_passkey(actor=actor, token=token, passkey_id=passkey_id, password=password, now=LATER)


def reset(actor, whom, reason="Seen face to face.", password=PASSWORD):
    known = dict(actor=actor, account_id=whom.account_id, reason=reason, password=password)
    reset_second_factor(**known, now=LATER)


def test_ten_recovery_codes_of_eighty_bits_come_with_the_first_factor_only(fay):
    _device, codes = with_passkey(fay)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code) for code in codes)
    assert with_app(fay)[1] == []
    assert factors_of(fay).codes_left == 10


def test_only_fingerprints_of_codes_and_a_sealed_secret_are_kept(fay):
    app, codes = with_app(fay)
    bare = [code.replace("-", "") for code in codes]
    assert not set(db.session.scalars(select(RecoveryCode.code_hash))) & {*codes, *bare}
    assert app.secret not in db.session.scalars(select(AuthenticatorApp.sealed_secret)).one()


def test_no_secret_is_on_the_trail_or_in_a_letter(fay):
    app, codes = with_app(fay)
    with_passkey(fay)
    second(first_step(fay).token, By.RECOVERY_CODE, codes[0])
    bodies = list(db.session.scalars(select(AuditEntry.body)))
    bodies += list(db.session.scalars(select(Letter.particulars)))
    secrets = [app.secret, *codes, *(code.replace("-", "") for code in codes), PASSWORD]
    assert [secret for secret in secrets if any(secret in body for body in bodies)] == []


def test_every_change_is_on_the_trail_and_told_by_letter(fay):
    with_app(fay)
    with_passkey(fay)
    make_recovery_codes(actor=fay, password=PASSWORD, now=LATER)
    remove_app(actor=fay, token="", password=PASSWORD, now=LATER)
    remove(fay, factors_of(fay).passkeys[0].id)
    for action in (
        "set up an authenticator app",
        "add a passkey",
        "make new recovery codes",
        "remove the authenticator app",
        "remove a passkey",
    ):
        assert len(told(action)) == 1, action
    assert [letter["happened"] for letter in letters()] == [
        "An authenticator app was set up for your account",
        "A passkey was added to your account",
        "New recovery codes were made for your account",
        "The authenticator app was removed from your account",
        "A passkey was removed from your account",
    ]


def test_a_stranger_who_guesses_at_the_password_keeps_nobody_from_removing_a_factor(fay):
    with_app(fay)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            first_step(fay, "not the password at all")
    with pytest.raises(TooManyTries):
        first_step(fay)
    remove_app(actor=fay, token="", password=PASSWORD, now=LATER)
    assert count(AuthenticatorApp) == 0


def test_a_link_forgets_wrong_tries_at_ones_own_password(fay):
    with_app(fay)
    for _ in range(5):
        with pytest.raises(BadInput):
            remove_app(actor=fay, token="", password="not the password", now=LATER)
    with pytest.raises(TooManyTries):
        remove_app(actor=fay, token="", password=PASSWORD, now=LATER)
    link = set_by_link(fay)
    assert link.shortest == 8
    remove_app(actor=fay, token="", password=PASSWORD, now=LATER)
    assert count(AuthenticatorApp) == 0


def test_every_change_asks_for_the_password_and_counts_wrong_ones(fay):
    with_app(fay)
    wrong = "not the password at all"
    asks = (
        lambda: ask_to_add_passkey(actor=fay, password=wrong, name="x", house=HOUSE, now=LATER),
        lambda: make_recovery_codes(actor=fay, password=wrong, now=LATER),
        lambda: remove_app(actor=fay, token="", password=wrong, now=LATER),
        lambda: remove(fay, 1, wrong),
        lambda: with_app(fay, LATER, wrong),
    )
    for ask in asks:
        with pytest.raises(BadInput) as refusal:
            ask()
        assert refusal.value.field == "password"
    for ask in asks:
        with pytest.raises(TooManyTries):
            ask()


def test_a_passkey_is_added_only_with_a_challenge_that_the_password_earned(fay):
    device = Device(HOUSE.origin)
    ben = given.somebody(Role.ADMINISTRATOR, name="Ben")
    with_password(ben)
    bens = ask_to_add_passkey(actor=ben, password=PASSWORD, name="x", house=HOUSE, now=NOW)
    made_up = json.dumps(json.loads(bens) | {"challenge": "bWFkZSB1cA"})
    for asked in (bens, made_up):
        with pytest.raises(BadInput, match="nothing was added"):
            add_passkey(actor=fay, answer=device.add(asked), name="x", house=HOUSE, now=NOW)
    assert count(Passkey) == 0


@pytest.mark.parametrize(
    "wrong", [dict(origin="https://evil.example"), dict(origin=HOUSE.origin, verifies=False)]
)
def test_no_passkey_from_another_origin_or_a_device_that_did_not_look(fay, wrong):
    with pytest.raises(BadInput):
        with_passkey(fay, Device(**wrong))
    assert count(Passkey) == 0


def test_the_same_passkey_is_not_added_twice(fay):
    device, _codes = with_passkey(fay)
    with pytest.raises(BadInput):
        with_passkey(fay, device)
    assert count(Passkey) == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b", "two\nlines"])
def test_a_passkey_has_a_name_that_can_be_kept(fay, name):
    with pytest.raises(BadInput) as refusal:
        with_passkey(fay, name=name)
    assert refusal.value.field == "name"


def test_twenty_passkeys_are_the_most(fay):
    rows = (
        Passkey(account_id=fay.account_id, credential_id=str(n), public_key=b"", name="x")
        for n in range(MOST)
    )
    for row in rows:
        row.added_at = NOW
        db.session.add(row)
    db.session.commit()
    with pytest.raises(BadInput, match="Remove one first"):
        with_passkey(fay)


def test_twenty_are_the_most_also_for_those_asked_for_before(fay):
    asked = [
        ask_to_add_passkey(actor=fay, password=PASSWORD, name="x", house=HOUSE, now=NOW)
        for _ in range(MOST + 1)
    ]
    known = dict(actor=fay, name="x", house=HOUSE, now=NOW)
    for each in asked[:-1]:
        add_passkey(answer=Device(HOUSE.origin).add(each), **known)
    with pytest.raises(BadInput, match="Remove one first"):
        add_passkey(answer=Device(HOUSE.origin).add(asked[-1]), **known)
    assert count(Passkey) == MOST


@pytest.mark.parametrize("change", [{"closed_at": NOW}, {"password_hash": "another"}])
def test_no_passkey_is_added_once_the_password_that_earned_it_is_changed(fay, change):
    asked = ask_to_add_passkey(actor=fay, password=PASSWORD, name="x", house=HOUSE, now=NOW)
    db.session.execute(update(Account).where(Account.id == fay.account_id).values(**change))
    db.session.commit()
    answer = Device(HOUSE.origin).add(asked)
    with pytest.raises(BadInput, match="nothing was added"):
        add_passkey(actor=fay, answer=answer, name="x", house=HOUSE, now=NOW)
    assert count(Passkey) == 0


def test_an_app_is_set_up_only_with_the_code_it_shows(fay):
    with pytest.raises(BadInput) as refusal:
        set_up_app(actor=fay, password=PASSWORD, sealed="x", code="123456", sealer=SEALER, now=NOW)
    assert refusal.value.field == "code"
    assert count(AuthenticatorApp) == 0


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False)])
def test_a_secret_shown_on_a_page_is_good_for_a_quarter_of_an_hour(fay, seconds, good):
    secret, later = new_secret(), NOW + SET_UP_WITHIN + timedelta(seconds=seconds)
    sealed = seal_to_set_up(actor=fay, secret=secret, sealer=SEALER, now=NOW)
    known = dict(sealed=sealed, code=App(secret).code(later), sealer=SEALER, now=later)
    if good:
        assert len(set_up_app(actor=fay, password=PASSWORD, **known)) == 10
    else:
        with pytest.raises(BadInput, match="too old"):
            set_up_app(actor=fay, password=PASSWORD, **known)


def test_there_is_one_app_at_a_time(fay):
    with_app(fay)
    with pytest.raises(NotInThatState):
        with_app(fay, LATER)


def test_a_removed_passkey_signs_in_no_more_and_other_sessions_end(fay):
    device, _codes = with_passkey(fay)
    with_app(fay)
    here, elsewhere = alone(device), alone(device)
    remove(fay, factors_of(fay).passkeys[0].id, token=here)
    assert holder_of(token=here, now=LATER) is not None
    assert holder_of(token=elsewhere, now=LATER) is None
    with pytest.raises(NotSignedIn, match="opens no account"):
        alone(device)


def test_adding_a_factor_ends_no_session(fay):
    token = first_step(fay).token
    with_passkey(fay)
    with_app(fay)
    assert holder_of(token=token, now=LATER) is not None


def test_nobody_removes_somebody_elses_passkey(fay):
    with_passkey(fay)
    ben = given.somebody(Role.ADMINISTRATOR, name="Ben")
    with_password(ben)
    with pytest.raises(NotFound):
        remove(ben, factors_of(fay).passkeys[0].id)
    assert count(Passkey) == 1


def test_a_short_password_is_accepted_only_with_a_second_factor(fay):
    with pytest.raises(BadInput, match="at least 15"):
        shorten(fay)
    with_app(fay)
    shorten(fay)
    with pytest.raises(BadInput, match="at least 8"):
        change_password(actor=fay, token="", old=SHORT, new="k7moss!", now=NOW)


def test_the_last_factor_stays_while_the_password_is_a_short_one(fay):
    with_app(fay)
    with_passkey(fay)
    shorten(fay)
    remove_app(actor=fay, token="", password=SHORT, now=LATER)
    with pytest.raises(BadInput, match="at least 15 characters first"):
        remove(fay, factors_of(fay).passkeys[0].id, SHORT)
    assert count(Passkey) == 1
    change_password(actor=fay, token="", old=SHORT, new=PASSWORD, now=LATER)
    remove(fay, factors_of(fay).passkeys[0].id)
    assert first_step(fay).whole


def test_recovery_codes_go_with_the_last_factor(fay):
    with_app(fay)
    remove_app(actor=fay, token="", password=PASSWORD, now=LATER)
    assert count(RecoveryCode) == 0
    with pytest.raises(NotInThatState):
        make_recovery_codes(actor=fay, password=PASSWORD, now=LATER)


def test_new_recovery_codes_replace_the_old(fay):
    _app, old = with_app(fay)
    new = make_recovery_codes(actor=fay, password=PASSWORD, now=LATER)
    token = first_step(fay).token
    with pytest.raises(NotSignedIn, match="did not fit"):
        second(token, By.RECOVERY_CODE, old[0])
    assert second(token, By.RECOVERY_CODE, new[0])


def test_an_administrator_resets_all_of_it_and_a_letter_brings_a_link(ada, fay):
    device, _codes = with_passkey(fay)
    with_app(fay)
    shorten(fay)
    token, half = alone(device), first_step(fay, SHORT).token
    refused(half, By.APP, "000000")
    reset(ada, fay)
    assert tries_at(second_step_of(fay.account_id)) == 0

    assert [count(t) for t in (Passkey, AuthenticatorApp, RecoveryCode, SecondStep)] == [0] * 4
    assert holder_of(token=token, now=LATER) is None
    with pytest.raises(NotFound):
        second(half, By.APP, "123456")
    with pytest.raises(NotSignedIn, match="do not belong together"):
        first_step(fay, SHORT)
    link = letters()[-1]["path"].rsplit("/", 1)[1]
    assert holder_of_link(token=link, now=LATER).shortest == 15
    with pytest.raises(BadInput, match="at least 15"):
        set_password_by_link(token=link, password=SHORT, address="", now=LATER)
    set_password_by_link(token=link, password=PASSWORD, address="", now=LATER)
    assert first_step(fay).whole
    (entry,) = told("reset somebody's second factor")
    assert entry["before"] == {"passkeys": 1, "authenticator apps": 1}
    assert entry["reason"] == "Seen face to face."


def test_from_the_terminal_only_an_administrator_is_let_in_again(ada, fay):
    with_password(ada)
    with_app(ada)
    token = first_step(ada).token
    link = reset_administrator(email=db.session.get_one(Account, ada.account_id).email, now=LATER)

    assert count(AuthenticatorApp) == 0
    assert "reset with a command on the server" in letters()[-1]["happened"]
    with pytest.raises(NotFound):
        second(token, By.APP, "123456")
    set_password_by_link(token=link.token, password=PASSWORD, address="", now=LATER)
    assert letters()[-1]["happened"] == "A new password was set for your account by a link"
    assert first_step(ada).whole
    for address in (db.session.get_one(Account, fay.account_id).email, "nobody@harbour.example"):
        with pytest.raises(NotFound):
            reset_administrator(email=address, now=LATER)


def test_a_reset_needs_a_reason_and_something_to_reset(ada, fay):
    with pytest.raises(NotInThatState):
        reset(ada, fay)
    with_app(fay)
    with pytest.raises(BadInput) as refusal:
        reset(ada, fay, " ")
    assert refusal.value.field == "reason"
    assert count(AuthenticatorApp) == 1


def test_a_reset_asks_for_the_password_of_whoever_does_it(ada, fay):
    with_app(fay)
    with pytest.raises(BadInput) as refusal:
        reset(ada, fay, password="not the password at all")
    assert refusal.value.field == "password"
    assert count(AuthenticatorApp) == 1
    assert tries_at(own_password_of(ada.account_id)) == 1
    reset(ada, fay)
    assert tries_at(own_password_of(ada.account_id)) == 0


def test_nobody_resets_their_own_nor_a_manager_anybodys(ada, fay):
    with_password(ada)
    with_app(ada)
    with_app(fay)
    boss = given.somebody(Role.MANAGER)
    for actor, whom in ((ada, ada), (boss, fay), (fay, fay)):
        with pytest.raises(NotAllowed):
            reset(actor, whom)
    assert count(AuthenticatorApp) == 2
    assert db.session.get_one(Account, fay.account_id).password_hash is not None
