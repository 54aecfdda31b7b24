"""Calendar feeds: addresses that calendar programs read unsigned, by the right of a maker."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.models.base import Model, UtcMoment, key, words
from registry.models.clinics import Clinic
from registry.models.people import Engagement, Practitioner
from registry.rules.calendars import FeedKind


class CalendarFeed(Model):
    """
    Of the token in its address only a fingerprint is kept. It shows what `account_id`, its maker,
    may see at the moment it is read. It is of a clinic or of a practitioner, as its kind says.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        CheckConstraint("(clinic_id IS NULL) <> (practitioner_id IS NULL)", name="of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = key("accounts.id")
    kind: Mapped[FeedKind] = mapped_column(words(FeedKind))
    clinic_id: Mapped[int | None] = key("clinics.id")
    practitioner_id: Mapped[int | None] = key("practitioners.id")
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    last_read_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcMoment)


def workplaces(session: Session, practitioner_id: int, now: datetime) -> dict[int, str]:
    """
    The clinics, each with its name, where they work now or are to: not where it has ended.

    One statement.
    """
    rows = session.execute(
        select(Clinic.id, Clinic.name, Clinic.zone, Engagement.last_day)
        .join(Engagement, Engagement.clinic_id == Clinic.id)
        .join(Practitioner, Practitioner.id == Engagement.practitioner_id)
        .where(Practitioner.id == practitioner_id, Practitioner.archived_at.is_(None))
        .order_by(Clinic.name, Clinic.id)
    )
    return {row.id: row.name for row in rows if _lasts(row.last_day, row.zone, now)}


def _lasts(last_day: date | None, zone: str, now: datetime) -> bool:
    return last_day is None or last_day >= now.astimezone(ZoneInfo(zone)).date()
