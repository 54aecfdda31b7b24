from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.adapters.tokens import fingerprint
from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.models import Account, AccountLink, AuditEntry, Letter, db
from registry.queries.accounts import accounts_seen_by
from registry.queries.sign_ins import holder_of
from registry.rules.access import Actor, Grant
from registry.rules.vocabulary import Role
from registry.services.account_links import ask_reset, set_password_by_link
from registry.services.accounts import (
    close_account,
    create_first_administrator,
    invite_account,
    send_invitation_again,
)
from registry.services.grants import change_grants
from registry.services.sign_in import sign_in
from tests import given
from tests.given import NOW

PASSWORD = "four grey geese over marl"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def harbour(app):
    return given.clinic(adopted=False)


@pytest.fixture
def hill(app):
    return given.clinic("Hill Clinic", adopted=False)


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Manager")


def invite(actor, *grants, **known):
    ordinary = dict(email="new@test.example", name="New Person", grants=grants, now=NOW)
    return invite_account(actor=actor, **ordinary | known)


def token_in(template="invitation"):
    letters = select(Letter).where(Letter.template == template).order_by(Letter.id.desc())
    return json.loads(db.session.scalars(letters).first().particulars)["path"].rsplit("/", 1)[1]


def set_password(token, now=NOW, password=PASSWORD):
    set_password_by_link(token=token, password=password, address="127.0.0.1", now=now)


def enter(email="new@test.example", password=PASSWORD, now=NOW):
    entry = sign_in(email=email, password=password, address="127.0.0.1", browser="Test", now=now)
    return entry.token


def test_somebody_invited_sets_a_password_and_signs_in(mara, harbour):
    account = invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    set_password(token_in())
    known = holder_of(token=enter(), now=NOW)
    assert known.actor.account_id == account.id
    assert known.actor.grants == (Grant(Role.FRONT_DESK, harbour.id),)


def test_no_token_and_no_password_is_kept_or_told_in_clear(mara, harbour):
    invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    token = token_in()
    set_password(token)
    session = enter()
    bodies = " ".join(db.session.scalars(select(AuditEntry.body)))
    for secret in (token, session, PASSWORD):
        assert secret not in bodies
    assert db.session.scalars(select(AccountLink.token_hash)).all() == [fingerprint(token)]
    assert db.session.scalar(
        select(Account.password_hash).where(Account.email == "new@test.example")
    ).startswith("$argon2id$")


def test_an_invitation_is_good_for_seven_days(mara, harbour):
    invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    with pytest.raises(NotFound, match="time is over"):
        set_password(token_in(), NOW + 7 * DAY)
    set_password(token_in(), NOW + 7 * DAY - timedelta(seconds=1))


def test_a_second_invitation_ends_the_first(mara, harbour):
    account = invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    first = token_in()
    send_invitation_again(actor=mara, account_id=account.id, now=NOW)
    with pytest.raises(NotFound):
        set_password(first)
    set_password(token_in())
    with pytest.raises(NotInThatState):
        send_invitation_again(actor=mara, account_id=account.id, now=NOW)


def test_who_was_in_before_is_not_invited_again_but_asks_for_a_new_password(mara, harbour):
    account = invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    set_password(token_in())
    sign_in(email=account.email, password=PASSWORD, address="", browser="", now=NOW)
    lines = {line.id: line for line in accounts_seen_by(actor=mara)}
    assert not lines[account.id].reset
    db.session.get_one(Account, account.id).password_hash = None
    db.session.commit()
    [line] = [line for line in accounts_seen_by(actor=mara) if line.id == account.id]
    assert (line.invited, line.reset) == (False, True)
    with pytest.raises(NotInThatState, match="ask for a new password"):
        send_invitation_again(actor=mara, account_id=account.id, now=NOW)


def test_of_two_who_follow_one_link_at_the_same_time_one_is_too_late(app, mara, harbour):
    invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    token = token_in()
    db.session.rollback()

    def follow(password):
        with app.app_context():
            try:
                set_password(token, password=password)
            except NotFound:
                return "too late"
            return password

    both = ["four grey geese over marl", "nine teal lamps hum low"]
    with ThreadPoolExecutor(2) as crowd:
        outcomes = list(crowd.map(follow, both))
    assert sorted(outcomes).count("too late") == 1
    (winner,) = set(outcomes) - {"too late"}
    assert enter(password=winner)


def test_a_weak_password_uses_no_link_up(mara, harbour):
    invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    with pytest.raises(BadInput, match="15") as refusal:
        set_password(token_in(), password="short")
    assert refusal.value.field == "password"
    set_password(token_in())


def test_a_reset_link_is_good_for_an_hour_and_ends_every_session(mara, harbour):
    invite(mara, Grant(Role.FRONT_DESK, harbour.id))
    set_password(token_in())
    session = enter()
    ask_reset(email="NEW@test.example ", now=NOW)
    token = token_in("reset")
    with pytest.raises(NotFound):
        set_password(token, NOW + HOUR)
    assert holder_of(token=session, now=NOW) is not None

    set_password(token, NOW + HOUR - timedelta(seconds=1), "nine teal lamps hum low")
    assert holder_of(token=session, now=NOW) is None


def test_impatience_fills_no_mailbox(mara, harbour):
    for seconds in (0, 10, 59, 61):
        ask_reset(email="mara.manager@test.example", now=NOW + timedelta(seconds=seconds))
    letters = db.session.scalars(select(Letter).where(Letter.template == "reset")).all()
    assert len(letters) == 2


def test_nobody_is_told_that_an_address_has_no_account(app):
    assert ask_reset(email="nobody@test.example", now=NOW) is None
    assert db.session.scalar(select(Letter.id)) is None


@pytest.mark.parametrize(
    "email", ["", "no-at", "a@", "a\x00@test.example", "a b@test.example", "x" * 300 + "@a.test"]
)
def test_what_is_no_address_is_refused_at_its_field(ada, email):
    with pytest.raises(BadInput) as refusal:
        invite(ada, Grant(Role.AUDITOR), email=email)
    assert refusal.value.field == "email"


def test_an_address_belongs_to_one_account_however_it_is_written(ada):
    invite(ada, Grant(Role.AUDITOR))
    with pytest.raises(BadInput, match="already"):
        invite(ada, Grant(Role.AUDITOR), email=" New@TEST.example")


@pytest.mark.parametrize(
    ("role", "clinic"),
    [
        (Role.MANAGER, "harbour"),
        (Role.AUDITOR, "harbour"),
        (Role.ADMINISTRATOR, None),
        (Role.FRONT_DESK, None),
        (Role.PRACTITIONER, None),
        (Role.MANAGER, None),
    ],
)
def test_a_manager_gives_no_role_above_their_own_nor_one_that_holds_everywhere(
    mara, harbour, role, clinic
):
    with pytest.raises(NotAllowed):
        invite(mara, Grant(role, harbour.id if clinic else None))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    with pytest.raises(NotAllowed):
        change_grants(
            actor=mara,
            account_id=desk.account_id,
            grants=[*desk.grants, Grant(role, harbour.id if clinic else None)],
            now=NOW,
        )


def test_a_manager_elsewhere_gives_nothing_here(mara, hill):
    with pytest.raises(NotFound):
        invite(mara, Grant(Role.FRONT_DESK, hill.id))


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER, Role.AUDITOR])
def test_who_is_not_a_manager_gives_nothing(harbour, role):
    asking = given.somebody(role, harbour)
    with pytest.raises(NotAllowed):
        invite(asking, Grant(Role.FRONT_DESK, harbour.id))


@pytest.mark.parametrize("role", list(Role))
def test_nobody_raises_their_own_role(harbour, role):
    asking = given.somebody(role, None if role is Role.ADMINISTRATOR else harbour)
    more = Grant(Role.FRONT_DESK, harbour.id)
    if more in asking.grants:
        more = Grant(Role.PRACTITIONER, harbour.id)
    with pytest.raises(NotAllowed):
        change_grants(
            actor=asking, account_id=asking.account_id, grants=[*asking.grants, more], now=NOW
        )


def test_an_administrator_lays_down_their_own_role_only_if_another_stays(ada):
    with pytest.raises(NotInThatState, match="only administrator"):
        change_grants(actor=ada, account_id=ada.account_id, grants=[], now=NOW)
    given.somebody(Role.ADMINISTRATOR)
    change_grants(actor=ada, account_id=ada.account_id, grants=[], now=NOW)


def test_two_administrators_who_dismiss_each_other_at_once_leave_one(app, ada):
    other = given.somebody(Role.ADMINISTRATOR)
    db.session.rollback()

    def dismiss(pair):
        with app.app_context():
            try:
                change_grants(actor=pair[0], account_id=pair[1].account_id, grants=[], now=NOW)
            except NotInThatState:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as crowd:
        outcomes = list(crowd.map(dismiss, [(ada, other), (other, ada)]))
    assert sorted(outcomes) == ["done", "refused"]


def test_a_change_of_grants_is_audited_with_before_and_after(ada, harbour):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    change_grants(
        actor=ada, account_id=desk.account_id, grants=[Grant(Role.MANAGER, harbour.id)], now=NOW
    )
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    body = json.loads(entry.body)
    assert body["before"]["grants"] == [f"front_desk at clinic:{harbour.id}"]
    assert body["after"]["grants"] == [f"manager at clinic:{harbour.id}"]
    assert body["by"]["account"] == ada.account_id


def test_an_administrator_is_one_everywhere_and_a_clinic_has_to_exist(ada, harbour):
    for strange in (Grant(Role.ADMINISTRATOR, harbour.id), Grant(Role.MANAGER, 987654)):
        with pytest.raises(BadInput) as refusal:
            invite(ada, strange)
        assert refusal.value.field == "grants"


def test_nobody_closes_their_own_account_and_a_manager_only_what_they_could_give(
    ada, mara, harbour
):
    given.somebody(Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        close_account(actor=ada, account_id=ada.account_id, now=NOW)
    with pytest.raises(NotAllowed):
        close_account(actor=mara, account_id=ada.account_id, now=NOW)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    close_account(actor=mara, account_id=desk.account_id, now=NOW)
    with pytest.raises(NotFound):
        close_account(actor=mara, account_id=desk.account_id, now=NOW)


def test_one_practitioner_has_one_account(mara, harbour):
    dana = given.practitioner(at=harbour)
    role = Grant(Role.PRACTITIONER, harbour.id)
    account = invite(mara, role, practitioner_id=dana.id)
    assert account.practitioner_id == dana.id
    with pytest.raises(BadInput) as refusal:
        invite(mara, role, email="other@test.example", practitioner_id=dana.id)
    assert refusal.value.field == "practitioner_id"


def test_another_clinics_practitioner_is_not_to_be_had(mara, harbour, hill):
    zoe = given.practitioner("Zoe", at=hill)
    with pytest.raises(NotFound):
        invite(mara, Grant(Role.PRACTITIONER, harbour.id), practitioner_id=zoe.id)


def test_the_first_administrator_is_made_once_by_the_command(app):
    token = create_first_administrator(email="ada@test.example", name="Ada", now=NOW)
    set_password(token)
    known = holder_of(token=enter("ada@test.example"), now=NOW)
    assert known.actor.grants == (Grant(Role.ADMINISTRATOR),)
    with pytest.raises(NotInThatState):
        create_first_administrator(email="eve@test.example", name="Eve", now=NOW)


def test_every_use_case_that_is_refused_leaves_nothing_behind(mara, hill):
    before = db.session.scalars(select(Account.id)).all()
    for grants in ([Grant(Role.FRONT_DESK, hill.id)], []):
        with pytest.raises((NotFound, BadInput)):
            invite(mara, *grants)
    db.session.rollback()
    assert db.session.scalars(select(Account.id)).all() == before
    assert isinstance(mara, Actor)
