"""What ends a feed: at the next reading, with the answer that any wrong address has."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from registry.models import Account, AuditEntry, db
from registry.rules.calendars import FeedKind
from registry.rules.vocabulary import Role
from registry.services.archiving import archive_practitioner
from registry.services.calendars import withdraw_feed
from registry.services.engagements import end_engagement
from tests import given
from tests.web.calendars.reading import feed_of, fetch, gone, latest_feed

PATIENT = "Peregrine Whitlock"


def test_a_wrong_address_is_not_found_and_writes_nothing(app, statements):
    for path in ("/calendars/none.ics", f"/calendars/{'x' * 5000}.ics", "/calendars/%00%ff.ics"):
        statements.clear()
        assert fetch(app, path).status_code == 404
        assert [each.split()[0] for each in statements] == ["SELECT"]


def test_a_feed_ends_with_its_withdrawal(app, harbour, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    withdraw_feed(actor=herself, feed_id=latest_feed().id, now=given.NOW)
    assert gone(app, path)


def test_a_feed_ends_with_the_account_of_its_maker(app, harbour, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    db.session.get_one(Account, herself.account_id).closed_at = given.NOW
    db.session.commit()
    assert gone(app, path)


def test_a_feed_ends_with_the_grant_that_allowed_it_and_comes_back_with_it(
    app, harbour, dana, mara
):
    path = feed_of(mara, FeedKind.CLINIC, harbour.id)
    lapses = feed_of(mara, FeedKind.LAPSES_AT_CLINIC, harbour.id)
    account = db.session.get_one(Account, mara.account_id)
    account.grants.clear()
    db.session.commit()
    assert gone(app, path)
    assert gone(app, lapses)
    given.also(mara, Role.MANAGER, harbour)
    assert fetch(app, path).status_code == 200


def test_a_grant_that_is_only_proposed_shows_nothing(app, harbour, dana, mara):
    path = feed_of(mara, FeedKind.CLINIC, harbour.id)
    account = db.session.get_one(Account, mara.account_id)
    account.grants[0].proposed_by = mara.account_id
    db.session.commit()
    assert gone(app, path)


def test_a_feed_ends_the_day_after_the_engagement(app, harbour, dana, herself, mara, clock):
    paths = [
        feed_of(herself, FeedKind.PRACTITIONER, dana.id),
        feed_of(herself, FeedKind.LAPSES_OF_PRACTITIONER, dana.id),
        feed_of(mara, FeedKind.PRACTITIONER, dana.id),
    ]
    end_engagement(
        actor=mara, engagement_id=dana.engagements[0].id, last_day=given.TODAY, now=given.NOW
    )
    assert [fetch(app, path).status_code for path in paths] == [200] * 3
    clock.shift(timedelta(days=1))
    assert all(gone(app, path) for path in paths)


def test_a_feed_ends_when_its_practitioner_is_archived(app, harbour, dana, herself, mara):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=given.NOW)
    assert gone(app, path)


def test_that_an_ended_feed_is_still_asked_for_is_told_once_a_day(
    app, harbour, dana, herself, clock
):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    withdraw_feed(actor=herself, feed_id=latest_feed().id, now=given.NOW)
    for _ in range(5):
        fetch(app, path)
        clock.shift(timedelta(hours=1))
    assert _refusals() == 1
    clock.shift(timedelta(days=1))
    fetch(app, path)
    assert _refusals() == 2


def _refusals():
    db.session.rollback()
    told = select(AuditEntry).where(AuditEntry.action == "refused: read a calendar feed")
    return len(db.session.scalars(told).all())
