"""Privilege letters: who agreed that others see where they may needle, and what of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key

STANDS = text("withdrawn_at IS NULL")


class PrivilegeLetter(Model):
    """
    Of a practitioner at a clinic; one at a time stands.

    `shows` are words of `LetterPart`. Until its practitioner agrees it is only proposed, and has
    no code. The code is kept twice: as a mark that only our secret can make, to be found by; and
    sealed, to be shown again to its practitioner.
    """

    __tablename__ = "privilege_letters"
    __table_args__ = (
        CheckConstraint("(code_mark IS NULL) = (agreed_at IS NULL)", name="code_once_agreed"),
        CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="agreed_by_somebody"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn_by"),
        Index(
            "ix_privilege_letters_standing",
            "practitioner_id",
            "clinic_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id")
    clinic_id: Mapped[int] = key("clinics.id")
    shows: Mapped[list[str]] = mapped_column(Json)
    code_mark: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_sealed: Mapped[str | None] = mapped_column(String(120))
    made_by: Mapped[int] = key("accounts.id", index=False)
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    agreed_by: Mapped[int | None] = key("accounts.id", index=False)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    withdrawn_by: Mapped[int | None] = key("accounts.id", index=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
