"""A worker that is missed: those who would look for it are told, and whoever watches the house."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import update

from registry.models import Heartbeat, db
from registry.rules.vocabulary import Role
from registry.web.formats import ago
from tests import given
from tests.databases import app_speaking_to
from tests.web.page import read
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    app.config["LATE_AFTER"], before = timedelta(minutes=5), app.config["LATE_AFTER"]
    beat()
    yield given.clinic()
    app.config["LATE_AFTER"] = before


def beat(*sweeps, minutes=0, **known):
    """These, or all, ran through so many minutes ago."""
    known |= {"finished_at": given.NOW - timedelta(minutes=minutes), "took_ms": 7}
    which = update(Heartbeat).values(**known)
    db.session.execute(which.where(Heartbeat.sweep.in_(sweeps)) if sweeps else which)
    db.session.commit()


def said(app, role, clinic, path="/roster/"):
    whom = given.practitioner(at=clinic) if role is Role.PRACTITIONER else None
    seen = visit(app, given.somebody(role, clinic, practises_as=whom))
    found = read(seen.get(f"{path}?clinic={clinic.id}"), 200).select(".house-late")
    return [one.get_text(" ", strip=True) for one in found]


def test_as_long_as_the_worker_runs_nobody_is_told_anything(app, clinic):
    beat(minutes=5)
    assert said(app, Role.MANAGER, clinic) == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FRONT_DESK, Role.ADMINISTRATOR, Role.AUDITOR])
def test_whoever_would_look_for_it_is_told_since_when_letters_have_not_gone_out(app, clinic, role):
    beat(minutes=6)
    since = (given.NOW - timedelta(minutes=6)).astimezone(ZoneInfo(clinic.zone))
    assert since.tzname() == "EST"
    assert said(app, role, clinic) == [
        f"Letters and reminders have not gone out since Mon 1 March 2027, {since:%H:%M} EST. The "
        "appointment book guards itself all the same. Ask whoever runs the registry to start the "
        "worker."
    ]


def test_others_are_left_in_peace(app, clinic):
    beat(minutes=6)
    assert said(app, Role.PRACTITIONER, clinic) == []


def test_a_worker_that_fails_is_another_matter_than_one_that_is_not_there(app, clinic):
    beat(minutes=6, failed_with="OperationalError: the disk is full")
    [told] = said(app, Role.MANAGER, clinic)
    assert "to see why the worker fails" in told
    assert "disk" not in told


def test_since_another_day_is_said_with_the_day(app, clinic):
    beat(minutes=3 * 24 * 60)
    [told] = said(app, Role.MANAGER, clinic)
    assert f"since Fri {(given.NOW - timedelta(days=3)).day} " in told


def test_each_is_told_with_the_time_since_when_it_has_not_gone_out(app, clinic):
    beat("letters", minutes=6)
    beat("reminders", minutes=90)
    one, other = (
        (given.NOW - timedelta(minutes=minutes)).astimezone(ZoneInfo(clinic.zone))
        for minutes in (6, 90)
    )
    [told] = said(app, Role.MANAGER, clinic)
    assert told.startswith(
        f"Letters have not gone out since Mon 1 March 2027, {one:%H:%M} EST and "
        f"reminders since Mon 1 March 2027, {other:%H:%M} EST. "
    )
    beat("letters", minutes=90)
    [told] = said(app, Role.MANAGER, clinic)
    since = f"Mon 1 March 2027, {other:%H:%M} EST"
    assert told.startswith(f"Letters and reminders have not gone out since {since}. ")


def test_where_only_long_work_stands_still_that_is_what_is_said(app, clinic):
    beat("long work", minutes=60)
    [told] = said(app, Role.MANAGER, clinic)
    assert told.startswith("Long work in the background has stood still since ")


def test_what_is_only_forgotten_late_is_for_the_doctor(app, clinic):
    beat("forgetting", minutes=60)
    assert said(app, Role.MANAGER, clinic) == []


def test_the_dashboard_tells_when_the_worker_last_ran(app, clinic):
    beat(minutes=2)
    seen = visit(app, given.somebody(Role.MANAGER, clinic))
    page = read(seen.get("/oversight/"), 200)
    assert "Worker last ran 2 minutes ago" in page.main.get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "just now"),
        (1, "1 minute ago"),
        (119, "119 minutes ago"),
        (120, "2 hours ago"),
        (47 * 60, "47 hours ago"),
        (48 * 60, "2 days ago"),
    ],
)
def test_how_long_ago_is_said_in_words(minutes, words):
    assert ago(given.NOW - timedelta(minutes=minutes), given.NOW) == words


def test_ready_says_what_to_look_after_and_a_late_worker_leaves_it_ready(client, clinic):
    moment = f"{given.NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert client.get("/readyz").text.splitlines() == [
        "ready",
        "database: answers",
        "form: the newest",
        f"sweep of forgetting: last ran {moment}",
        f"sweep of letters: last ran {moment}",
        f"sweep of long work: last ran {moment}",
        f"sweep of papers: last ran {moment}",
        f"sweep of reminders: last ran {moment}",
        "letters overdue: 0",
    ]
    beat("letters", minutes=6, failed_with="RuntimeError: secret")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    late = f"{given.NOW - timedelta(minutes=6):%Y-%m-%dT%H:%M:%SZ}"
    assert f"sweep of letters: late, last ran {late}, failing\n" in answer.text
    assert "secret" not in answer.text


def test_without_its_database_it_is_not_ready(registry_app, clinic, tmp_path):
    with app_speaking_to(registry_app.config, f"sqlite:///{tmp_path / 'gone' / 'no.db'}") as away:
        answer = away.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\ndatabase: away\n")
