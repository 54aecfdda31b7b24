"""Files on their way: each part acknowledged is there, none twice, nobody else's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from textwrap import dedent

import pytest
from sqlalchemy import select

from registry.errors import BadUpload, NotFound, Overtaken
from registry.jobs.examinations.documents import documents as examined
from registry.models import Transfer, db
from registry.rules.documents import UploadLimits
from registry.rules.vocabulary import Role
from registry.services import transfers as use_cases
from registry.services.transfers import (
    add_part,
    begin_transfer,
    drop_transfer,
    forget_transfers,
    transfer_seen,
    whole_file,
)
from tests import given
from tests.papering import lying, store

DAY = timedelta(days=1)


@pytest.fixture
def dana(app):
    return given.practitioner("Dana Okafor", at=given.clinic())


@pytest.fixture
def herself(dana):
    return given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)


def begun(actor, dana, size=10, name="dn.jpg", **known):
    told = {"limits": UploadLimits(mib=1), "now": given.NOW} | known
    return begin_transfer(actor=actor, practitioner_id=dana.id, name=name, size=size, **told).token


def sent(actor, token, offset, data, now=given.NOW):
    return add_part(
        actor=actor, token=token, offset=offset, data=data, store=store(), now=now
    ).received


def whole(actor, token):
    return whole_file(actor=actor, token=token, store=store(), now=given.NOW)


def test_part_after_part_makes_the_file(dana, herself):
    token = begun(herself, dana)
    assert sent(herself, token, 0, b"1234") == 4
    assert sent(herself, token, 4, b"567") == 7
    assert sent(herself, token, 7, b"890") == 10
    assert whole(herself, token) == b"1234567890"


def test_a_part_that_does_not_begin_where_the_last_ended_is_refused_and_not_kept(dana, herself):
    token = begun(herself, dana)
    sent(herself, token, 0, b"1234")
    for offset in (0, 3, 5):
        with pytest.raises(Overtaken):
            sent(herself, token, offset, b"x")
    assert len(lying()) == 1
    assert transfer_seen(actor=herself, token=token, now=given.NOW).received == 4


def test_the_slower_of_two_that_send_the_same_part_is_refused_and_leaves_nothing(
    dana, herself, monkeypatch
):
    token = begun(herself, dana)
    files = store()
    put = type(files).put

    def meanwhile(self, key, data):
        put(self, key, data)
        if data == b"slow":
            monkeypatch.undo()
            sent(herself, token, 0, b"fast")

    monkeypatch.setattr(type(files), "put", meanwhile)
    with pytest.raises(Overtaken):
        sent(herself, token, 0, b"slow")
    sent(herself, token, 4, b"567890")
    assert whole(herself, token) == b"fast567890"
    assert len(lying()) == 2


def test_more_than_was_announced_is_refused(dana, herself):
    token = begun(herself, dana, size=3)
    with pytest.raises(BadUpload, match="more than was announced"):
        sent(herself, token, 0, b"1234")
    assert lying() == []


@pytest.mark.parametrize(("size", "says"), [(0, "empty"), (1024 * 1024 + 1, "larger than 1 MiB")])
def test_a_file_of_no_possible_size_does_not_begin(dana, herself, size, says):
    with pytest.raises(BadUpload, match=says):
        begun(herself, dana, size=size)


def test_a_name_that_no_file_may_have_does_not_begin(dana, herself):
    with pytest.raises(BadUpload, match="characters"):
        begun(herself, dana, name="a\x00b")


def test_half_a_file_is_not_used(dana, herself):
    token = begun(herself, dana)
    sent(herself, token, 0, b"1234")
    with pytest.raises(BadUpload, match="has not arrived as a whole"):
        whole(herself, token)


def test_nobody_else_sees_goes_on_with_uses_or_drops_it(dana, herself):
    token = begun(herself, dana)
    manager = given.somebody(Role.MANAGER)
    for use in (
        lambda: transfer_seen(actor=manager, token=token, now=given.NOW),
        lambda: sent(manager, token, 0, b"1"),
        lambda: whole(manager, token),
        lambda: drop_transfer(actor=manager, token=token, store=store(), now=given.NOW),
    ):
        with pytest.raises(NotFound):
            use()


@pytest.mark.parametrize("token", ["", "../../etc", "\x00", "x" * 32, "0" * 32])
def test_no_odd_token_is_a_file(dana, herself, token):
    with pytest.raises(NotFound):
        transfer_seen(actor=herself, token=token, now=given.NOW)


def test_an_account_has_a_dozen_on_the_way_at_most(dana, herself, monkeypatch):
    monkeypatch.setattr(use_cases, "MOST_ON_THE_WAY", 2)
    tokens = [begun(herself, dana), begun(herself, dana)]
    with pytest.raises(BadUpload, match="on their way already"):
        begun(herself, dana)
    drop_transfer(actor=herself, token=tokens[0], store=store(), now=given.NOW)
    assert begun(herself, dana)


def test_a_file_in_crumbs_is_refused(dana, herself, monkeypatch):
    monkeypatch.setattr(use_cases, "MOST_PARTS", 3)
    token = begun(herself, dana)
    for offset in range(3):
        sent(herself, token, offset, b"x")
    with pytest.raises(BadUpload, match="too many parts"):
        sent(herself, token, 3, b"x")


def test_dropped_nothing_of_it_stays(dana, herself):
    token = begun(herself, dana)
    sent(herself, token, 0, b"1234")
    drop_transfer(actor=herself, token=token, store=store(), now=given.NOW)
    assert lying() == []
    assert db.session.scalars(select(Transfer)).all() == []


def test_what_is_not_finished_in_a_day_is_forgotten_with_its_parts(dana, herself):
    token = begun(herself, dana)
    sent(herself, token, 0, b"1234")
    forget_transfers(store=store(), now=given.NOW + DAY - timedelta(seconds=1))
    assert len(lying()) == 1
    with pytest.raises(NotFound):
        sent(herself, token, 4, b"5", now=given.NOW + DAY)
    forget_transfers(store=store(), now=given.NOW + DAY)
    assert lying() == []
    assert db.session.scalars(select(Transfer)).all() == []


def test_a_part_that_lies_there_without_its_file_goes_with_the_sweep(app):
    store().put(f"transfers/{'0' * 32}.part-1", b"lost")
    assert list(examined(db.session())) == []
    forget_transfers(store=store(), now=given.NOW)
    assert lying() == []


KILLED = """
    import json, os, signal, sys
    from datetime import datetime
    from registry import create_app
    from registry.adapters.file_store import FileStore
    from registry.rules.access import Actor, Grant
    from registry.rules.vocabulary import Role
    from registry.services import transfers

    settings, account, practitioner, token, now, point = json.loads(sys.argv[1])
    app = create_app(settings)
    with app.app_context():
        actor = Actor(account, "Dana", (Grant(Role.PRACTITIONER),), practitioner)
        store = FileStore.from_url(settings["DOCUMENTS"])
        known = dict(actor=actor, token=token, store=store, now=datetime.fromisoformat(now))
        transfers.add_part(offset=0, data=b"1234", **known)
        print("acknowledged", flush=True)
        if point == "before the file":
            transfers.FileStore.put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        if point == "after the file":
            put = FileStore.put
            def put_and_die(self, key, data):
                put(self, key, data)
                os.kill(os.getpid(), signal.SIGKILL)
            FileStore.put = put_and_die
        transfers.add_part(offset=4, data=b"lost", **known)
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("point", "kept"), [("before the file", 4), ("after the file", 4), ("after it was noted", 8)]
)
def test_killed_between_parts_nothing_acknowledged_is_lost(app, dana, herself, point, kept):
    token = begun(herself, dana)
    settings = {
        name: value for name, value in app.config.items() if isinstance(value, (str, int, bool))
    }
    told = [settings, herself.account_id, dana.id, token, given.NOW.isoformat(), point]
    db.session.remove()
    ended = subprocess.run(
        [sys.executable, "-c", dedent(KILLED), json.dumps(told)],
        check=False,
        capture_output=True,
        cwd=os.getcwd(),
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"acknowledged\n"), ended.stderr
    seen = transfer_seen(actor=herself, token=token, now=given.NOW)
    assert seen.received == kept
    sent(herself, token, kept, b"567890ab"[: 10 - kept])
    assert whole(herself, token)[:4] == b"1234"
    assert len(whole(herself, token)) == 10
