from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from registry.adapters.sealing import Sealer
from registry.adapters.tokens import fingerprint
from registry.errors import NotFound, NotSignedIn, TooManyTries
from registry.models import Account, AuditEntry, Challenge, Letter, SignIn, WrongTries, db
from registry.queries.sign_ins import holder_of
from registry.rules.vocabulary import Role
from registry.services.account_links import ask_reset, set_password_by_link
from registry.services.own_password import change_password
from registry.services.passkey_use import ask_for_passkey, sign_in_with_passkey
from registry.services.passkeys import ask_to_add_passkey
from registry.services.second_step import WRONG, By, Means, ask_for_own_passkey, finish_sign_in
from registry.services.sign_in import HALFWAY_LASTS, sign_in
from registry.services.tries import MOST_TRIES, second_step_of
from tests import given
from tests.authenticator import Device
from tests.factors import HOUSE, MEANS, with_app, with_passkey
from tests.given import NOW
from tests.web.visits import PASSWORD, with_password

LATER = NOW + timedelta(minutes=10)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ada(app):
    who = given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    with_password(who)
    return who


def first_step(actor, password=PASSWORD, now=LATER):
    email = db.session.get_one(Account, actor.account_id).email
    return sign_in(email=email, password=password, address="10.0.0.9", browser="Test", now=now)


def second(token, by, typed, now=LATER, means=MEANS):
    return finish_sign_in(
        token=token, by=by, typed=typed, means=means, address="10.0.0.9", browser="T", now=now
    )


def refused(token, by, typed, now=LATER, means=MEANS):
    """What is said; and nobody is signed in by it."""
    before = len(told("sign in"))
    with pytest.raises(NotSignedIn) as refusal:
        second(token, by, typed, now, means)
    db.session.rollback()
    assert len(told("sign in")) == before
    return refusal.value.message


def alone(device, asked=None, now=LATER):
    asked = asked or ask_for_passkey(house=HOUSE, now=now)
    return sign_in_with_passkey(
        answer=device.use(asked), house=HOUSE, address="10.0.0.9", browser="T", now=now
    )


def told(action):
    rows = select(AuditEntry.body).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return [json.loads(body) for body in db.session.scalars(rows)]


def letters_about(what):
    return len([one for one in db.session.scalars(select(Letter.particulars)) if what in one])


def tries_at(name_hash_of):
    row = db.session.get(WrongTries, fingerprint(name_hash_of), populate_existing=True)
    return row.count if row else 0


def test_without_a_second_factor_the_password_signs_in(ada):
    entry = first_step(ada)
    assert entry.whole
    assert holder_of(token=entry.token, now=LATER) is not None
    assert told("sign in")[-1]["after"] == {"by": "password"}


def test_with_one_the_password_alone_opens_nothing(ada):
    with_app(ada)
    entry = first_step(ada)
    assert not entry.whole
    assert holder_of(token=entry.token, now=LATER) is None
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_a_code_from_the_app_finishes_it_with_another_token(ada):
    app, _codes = with_app(ada)
    entry = first_step(ada)
    token = second(entry.token, By.APP, app.code(LATER))
    assert token != entry.token
    assert holder_of(token=token, now=LATER) is not None
    assert told("sign in")[-1]["after"] == {"by": "password and authenticator app"}


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step_each_way(ada, seconds, good):
    app, _codes = with_app(ada)
    typed = app.code(LATER + timedelta(seconds=seconds))
    entry = first_step(ada)
    if good:
        assert second(entry.token, By.APP, typed)
    else:
        refused(entry.token, By.APP, typed)


def test_a_code_is_good_once_and_none_before_it_afterwards(ada):
    app, _codes = with_app(ada)
    code, before = app.code(LATER), app.code(LATER - timedelta(seconds=30))
    second(first_step(ada).token, By.APP, code)
    again = first_step(ada, now=LATER + SECOND)
    refused(again.token, By.APP, code, LATER + SECOND)
    refused(again.token, By.APP, before, LATER + SECOND)
    half_a_minute_on = LATER + timedelta(seconds=30)
    assert second(again.token, By.APP, app.code(half_a_minute_on), half_a_minute_on)


def test_the_code_that_set_the_app_up_does_not_sign_in(ada):
    app, _codes = with_app(ada)
    assert refused(first_step(ada, now=NOW).token, By.APP, app.code(NOW), NOW) == WRONG


def test_a_changed_key_makes_codes_wrong_and_is_no_fault(ada):
    app, codes = with_app(ada)
    entry = first_step(ada)
    other = Means(Sealer("another secret, thirty-two letters or more"), HOUSE)
    refused(entry.token, By.APP, app.code(LATER), means=other)
    assert second(entry.token, By.RECOVERY_CODE, codes[0], means=other)


def test_a_recovery_code_is_good_once_however_it_is_typed(ada):
    _app, codes = with_app(ada)
    assert second(first_step(ada).token, By.RECOVERY_CODE, f" {codes[3].lower().replace('-', ' ')}")
    refused(first_step(ada).token, By.RECOVERY_CODE, codes[3])
    assert told("sign in")[-1]["after"] == {"by": "password and recovery code"}


def test_a_letter_says_that_a_recovery_code_was_used_and_how_many_are_left(ada):
    _app, codes = with_app(ada)
    second(first_step(ada).token, By.RECOVERY_CODE, codes[0])
    letter = db.session.scalars(select(Letter.particulars).order_by(Letter.id.desc())).first()
    assert "A recovery code was used" in letter
    assert "9 left" in letter
    assert codes[0] not in letter


def test_somebody_elses_recovery_code_is_wrong(ada):
    with_app(ada)
    ben = given.somebody(Role.ADMINISTRATOR, name="Ben")
    with_password(ben)
    _app, bens = with_app(ben)
    assert refused(first_step(ada).token, By.RECOVERY_CODE, bens[0]) == WRONG


def test_a_passkey_finishes_it(ada):
    device, _codes = with_passkey(ada)
    entry = first_step(ada)
    asked = ask_for_own_passkey(token=entry.token, house=HOUSE, now=LATER)
    assert second(entry.token, By.PASSKEY, device.use(asked))
    assert told("sign in")[-1]["after"] == {"by": "password and passkey"}


def test_somebody_elses_passkey_does_not_finish_it(ada):
    with_passkey(ada)
    ben = given.somebody(Role.ADMINISTRATOR, name="Ben")
    with_password(ben)
    bens, _codes = with_passkey(ben)
    entry = first_step(ada)
    asked = ask_for_own_passkey(token=entry.token, house=HOUSE, now=LATER)
    assert refused(entry.token, By.PASSKEY, bens.use(asked)) == WRONG


def test_a_signature_from_the_sign_in_page_is_no_second_step(ada):
    device, _codes = with_passkey(ada)
    entry = first_step(ada)
    assert (
        refused(entry.token, By.PASSKEY, device.use(ask_for_passkey(house=HOUSE, now=LATER)))
        == WRONG
    )


def test_a_challenge_to_add_a_passkey_is_none_for_the_second_step(ada):
    device, _codes = with_passkey(ada)
    added = ask_to_add_passkey(actor=ada, password=PASSWORD, name="x", house=HOUSE, now=LATER)
    asked = json.dumps({"rpId": HOUSE.name, "challenge": json.loads(added)["challenge"]})
    assert refused(first_step(ada).token, By.PASSKEY, device.use(asked)) == WRONG


def test_everything_wrong_is_said_in_the_same_words(ada):
    with_app(ada)
    with_passkey(ada)
    token = first_step(ada).token
    typed = [(By.APP, "000000"), (By.APP, "x" * 99), (By.RECOVERY_CODE, "AAAA"), (By.PASSKEY, "{")]
    assert len({refused(token, by, what) for by, what in typed}) == 1


def test_after_five_minutes_one_begins_again(ada):
    app, _codes = with_app(ada)
    token = first_step(ada).token
    with pytest.raises(NotFound, match="sign in again"):
        second(token, By.APP, app.code(LATER + HALFWAY_LASTS), LATER + HALFWAY_LASTS)
    last = LATER + HALFWAY_LASTS - SECOND
    assert second(token, By.APP, app.code(last), last)


def test_a_step_is_finished_once(ada):
    _app, codes = with_app(ada)
    token = first_step(ada).token
    second(token, By.RECOVERY_CODE, codes[0])
    with pytest.raises(NotFound):
        second(token, By.RECOVERY_CODE, codes[1])


@pytest.mark.parametrize("change", [{"closed_at": NOW}, {"password_hash": "another"}])
def test_an_account_closed_or_a_password_changed_meanwhile_begins_again(ada, change):
    app, _codes = with_app(ada)
    token = first_step(ada).token
    db.session.execute(update(Account).where(Account.id == ada.account_id).values(**change))
    db.session.commit()
    with pytest.raises(NotFound):
        second(token, By.APP, app.code(LATER))


def test_wrong_tries_wait_ever_longer_and_a_right_password_does_not_forget_them(ada):
    app, _codes = with_app(ada)
    token = first_step(ada).token
    for _ in range(5):
        refused(token, By.APP, "000000")
    anew = first_step(ada)
    with pytest.raises(TooManyTries) as wait:
        second(anew.token, By.APP, app.code(LATER))
    assert wait.value.seconds == 3
    assert tries_at(second_step_of(ada.account_id)) == 5
    soon = LATER + 2 * SECOND
    assert second(anew.token, By.APP, app.code(soon), soon)
    assert tries_at(second_step_of(ada.account_id)) == 0


def test_a_right_password_alone_does_not_forget_wrong_passwords(ada):
    app, _codes = with_app(ada)
    email = db.session.get_one(Account, ada.account_id).email
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            first_step(ada, "not the password at all")
    token = first_step(ada).token
    assert tries_at(email) == 4
    second(token, By.APP, app.code(LATER))
    assert tries_at(email) == 0


def test_nobody_can_make_somebody_wait_by_typing_the_name_of_their_second_step(ada):
    app, _codes = with_app(ada)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            sign_in(
                email=second_step_of(ada.account_id),
                password="x",
                address="",
                browser="",
                now=LATER,
            )
    assert second(first_step(ada).token, By.APP, app.code(LATER))


def test_what_does_not_fit_at_the_second_step_is_on_the_trail_from_the_first_on(ada):
    with_app(ada)
    token = first_step(ada).token
    refused(token, By.APP, "000000")
    refused(token, By.RECOVERY_CODE, "AAAA")
    app, recovery = told("refused: second step")
    assert app["subject"] == recovery["subject"] == f"account:{ada.account_id}"
    assert app["after"] == {"by": "authenticator app", "wrong codes": 1}
    assert recovery["after"] == {"by": "recovery code"}


def test_the_holder_gets_one_letter_when_wrong_codes_begin_to_wait(ada):
    with_app(ada)
    token = first_step(ada).token
    for tries in range(5):
        assert letters_about("Somebody who knows your password") == 0, tries
        refused(token, By.APP, "000000")
    refused(token, By.APP, "000000", LATER + timedelta(minutes=1))
    assert letters_about("Somebody who knows your password") == 1


def test_wrong_codes_keep_nobody_from_showing_what_cannot_be_guessed(ada):
    _app, codes = with_app(ada)
    device, _codes = with_passkey(ada)
    token = first_step(ada).token
    for _ in range(5):
        refused(token, By.APP, "000000")
    for _ in range(9):
        refused(token, By.RECOVERY_CODE, "AAAA-AAAA-AAAA-AAAA")
    assert tries_at(second_step_of(ada.account_id)) == 5
    assert second(token, By.RECOVERY_CODE, codes[0])
    token = first_step(ada).token
    asked = ask_for_own_passkey(token=token, house=HOUSE, now=LATER)
    assert second(token, By.PASSKEY, device.use(asked))


def test_after_a_hundred_wrong_codes_something_else_has_to_be_shown(ada):
    app, codes = with_app(ada)
    token, name = first_step(ada).token, second_step_of(ada.account_id)
    tries = WrongTries(name_hash=fingerprint(name), count=MOST_TRIES, last_at=LATER)
    db.session.add(tries)
    db.session.commit()
    with pytest.raises(TooManyTries, match="Use a passkey or a recovery code, or ask"):
        second(token, By.APP, app.code(LATER))
    assert second(token, By.RECOVERY_CODE, codes[0])
    assert tries_at(name) == 0


def test_a_link_sets_the_password_only_and_forgets_no_wrong_codes(ada):
    app, _codes = with_app(ada)
    account = db.session.get_one(Account, ada.account_id)
    token = first_step(ada).token
    refused(token, By.APP, "000000")
    ask_reset(email=account.email, now=LATER)
    letter = db.session.scalars(select(Letter.particulars).order_by(Letter.id.desc())).first()
    link = json.loads(letter)["path"].rsplit("/", 1)[1]
    set_password_by_link(token=link, password="kale7moss", address="", now=LATER)
    assert tries_at(account.email) == 0
    assert tries_at(second_step_of(ada.account_id)) == 1
    assert letters_about("A new password was set") == 1
    with pytest.raises(NotFound):
        second(token, By.APP, app.code(LATER))
    entry = first_step(ada, "kale7moss")
    assert not entry.whole
    assert second(entry.token, By.APP, app.code(LATER))


def test_changing_the_password_ends_what_was_begun_with_the_old_one(ada):
    app, _codes = with_app(ada)
    token = first_step(ada).token
    change_password(actor=ada, token="", old=PASSWORD, new="kale7moss", now=LATER)
    with pytest.raises(NotFound):
        second(token, By.APP, app.code(LATER))


def test_a_passkey_alone_signs_in(ada):
    device, _codes = with_passkey(ada)
    token = alone(device)
    assert holder_of(token=token, now=LATER).actor.account_id == ada.account_id
    assert told("sign in")[-1]["after"] == {"by": "passkey"}


def test_a_device_that_never_counts_signs_in_again_and_again(ada):
    device, _codes = with_passkey(ada, Device(HOUSE.origin, counts=False))
    assert alone(device) != alone(device)


def test_a_count_that_does_not_grow_is_refused_and_on_the_trail(ada):
    device, _codes = with_passkey(ada)
    alone(device)
    device.count = 0
    with pytest.raises(NotSignedIn):
        alone(device)
    (entry,) = told("refused: passkey that may be a copy")
    assert entry["subject"] == f"account:{ada.account_id}"
    assert letters_about("What may be a copy of your passkey was refused") == 1
    device.count = 7
    assert alone(device)


def test_a_count_that_went_back_is_on_the_trail_at_the_second_step_too(ada):
    device, _codes = with_passkey(ada)
    alone(device)
    device.count = 0
    token = first_step(ada).token
    asked = ask_for_own_passkey(token=token, house=HOUSE, now=LATER)
    refused(token, By.PASSKEY, device.use(asked))
    assert len(told("refused: passkey that may be a copy")) == 1


def test_a_signature_is_good_once(ada):
    device, _codes = with_passkey(ada)
    answer = device.use(ask_for_passkey(house=HOUSE, now=LATER))
    known = dict(answer=answer, house=HOUSE, address="", browser="", now=LATER)
    assert sign_in_with_passkey(**known)
    device.count = 0
    with pytest.raises(NotSignedIn):
        sign_in_with_passkey(**known)


def test_a_wrong_signature_uses_its_challenge_up_too(ada):
    device, _codes = with_passkey(ada)
    asked = ask_for_passkey(house=HOUSE, now=LATER)
    stranger = Device(HOUSE.origin)
    stranger.id = device.id
    for other in (stranger, device):
        with pytest.raises(NotSignedIn):
            alone(other, asked)


def test_a_challenge_is_good_for_five_minutes_and_old_ones_go(ada):
    device, _codes = with_passkey(ada)
    asked = ask_for_passkey(house=HOUSE, now=LATER)
    after = LATER + timedelta(minutes=5)
    with pytest.raises(NotSignedIn):
        alone(device, asked, after)
    ask_for_passkey(house=HOUSE, now=after)
    assert db.session.scalar(select(func.count()).select_from(Challenge)) == 1


@pytest.mark.parametrize(
    "wrong", [dict(origin="https://evil.example"), dict(origin=HOUSE.origin, verifies=False)]
)
def test_another_origin_or_a_device_that_did_not_look_is_refused(ada, wrong):
    device, _codes = with_passkey(ada)
    other = Device(**wrong)
    other.key, other.id, other.handle = device.key, device.id, device.handle
    with pytest.raises(NotSignedIn):
        alone(other)
    assert alone(device)


def test_a_passkey_of_a_closed_account_opens_nothing(ada):
    device, _codes = with_passkey(ada)
    db.session.get_one(Account, ada.account_id).closed_at = NOW
    db.session.commit()
    with pytest.raises(NotSignedIn):
        alone(device)


def test_a_passkey_that_nobody_added_opens_nothing(ada):
    stranger = Device(HOUSE.origin)
    with pytest.raises(NotSignedIn):
        alone(stranger)
