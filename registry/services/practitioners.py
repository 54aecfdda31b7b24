"""Practitioners: put on record at clinics; their names, contacts and numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.models import Practitioner, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.languages import LANGUAGES
from registry.rules.npi import is_npi
from registry.rules.vocabulary import Profession
from registry.services.audit_trail import record
from registry.services.diary_lock import come_in
from registry.services.engagements import engage
from registry.services.knowledge import keep_known_people
from registry.services.privileges import rederive
from registry.services.typed import (
    LONGEST_PHONE,
    one_of_a_kind,
    typed_email,
    typed_line,
    typed_name,
)

NPI_TAKEN = "Another practitioner is on record with this NPI."


def add_practitioner(
    *,
    actor: Actor,
    name: str,
    profession: Profession,
    npi: str = "",
    email: str = "",
    phone: str = "",
    clinic_ids: Collection[int],
    first_day: date,
    now: datetime,
) -> Practitioner:
    """
    Working at the clinics from `first_day` on.

    Raises NotAllowed, NotFound, and BadInput at `name`, `npi`, `email`, `phone`, `clinic_ids`.
    """
    _require_at_each(actor, clinic_ids)
    practitioner = Practitioner(
        name=typed_name(name),
        profession=profession,
        npi=_typed_npi(npi),
        email=typed_email(email, needed=False),
        phone=typed_line(phone, field="phone", longest=LONGEST_PHONE, needed=False),
    )
    with transaction() as session:
        come_in(session)
        _put_on_record(session, practitioner, clinic_ids, first_day)
        record_change(
            session, actor, Action.ADD_PRACTITIONER, practitioner, now, after=_shown(practitioner)
        )
        rederive(
            session,
            actor=actor,
            practitioner_ids=[practitioner.id],
            because=f"{practitioner.name} was put on record.",
            now=now,
        )
        return practitioner


def change_contact(
    *,
    actor: Actor,
    practitioner_id: int,
    email: str,
    phone: str,
    now: datetime,
    languages: Collection[str] | None = None,
) -> None:
    """
    `languages` are the codes of those they speak; None leaves them as they are.

    Raises NotAllowed, NotFound, BadInput at `email`, `phone` or `languages`.
    """
    with transaction() as session:
        practitioner = locked_practitioner(session, practitioner_id, Action.CHANGE_CONTACT, actor)
        before = _contact(practitioner)
        practitioner.email = typed_email(email, needed=False)
        practitioner.phone = typed_line(phone, field="phone", longest=LONGEST_PHONE, needed=False)
        if languages is not None:
            practitioner.languages = _known_languages(languages)
        after = _contact(practitioner)
        record_change(session, actor, Action.CHANGE_CONTACT, practitioner, now, before, after)


def change_name(*, actor: Actor, practitioner_id: int, name: str, now: datetime) -> None:
    """The legal name, which certificates are compared with. Raises BadInput at `name`."""
    with transaction() as session:
        practitioner = locked_practitioner(session, practitioner_id, Action.CHANGE_NAME, actor)
        before = {"name": practitioner.name}
        practitioner.name = typed_name(name)
        after = {"name": practitioner.name}
        record_change(session, actor, Action.CHANGE_NAME, practitioner, now, before, after)
        keep_known_people(session, [practitioner_id], now)


def record_npi(*, actor: Actor, practitioner_id: int, npi: str, now: datetime) -> None:
    """Raises BadInput at `npi`; an empty one takes it off the record."""
    with transaction() as session:
        practitioner = locked_practitioner(session, practitioner_id, Action.CHANGE_NAME, actor)
        before = {"npi": practitioner.npi}
        practitioner.npi = _typed_npi(npi)
        _refuse_npi_taken(session, practitioner)
        with one_of_a_kind(NPI_TAKEN, field="npi"):
            session.flush()
        after = {"npi": practitioner.npi}
        record_change(session, actor, "record NPI", practitioner, now, before, after)


def locked_practitioner(
    session: Session, practitioner_id: int, action: Action, actor: Actor
) -> Practitioner:
    """Raises NotFound, NotAllowed."""
    practitioner = session.get(Practitioner, practitioner_id, with_for_update={"key_share": True})
    if practitioner is None:
        raise NotFound("There is no such record.", action=action, subject=Subject())
    require(actor, action, practitioner.as_subject())
    return practitioner


def _require_at_each(actor: Actor, clinic_ids: Collection[int]) -> None:
    if not clinic_ids:
        raise BadInput("Choose at least one clinic.", field="clinic_ids")
    for clinic_id in sorted(clinic_ids):
        require(actor, Action.ADD_PRACTITIONER, Subject(frozenset({clinic_id})))


def _put_on_record(
    session: Session, practitioner: Practitioner, clinic_ids: Collection[int], first_day: date
) -> None:
    _refuse_npi_taken(session, practitioner)
    session.add(practitioner)
    with one_of_a_kind(NPI_TAKEN, field="npi"):
        session.flush()
    for clinic_id in sorted(set(clinic_ids)):
        engage(session, practitioner, clinic_id, first_day, None)


def _typed_npi(npi: str) -> str | None:
    line = typed_line(npi, field="npi", longest=40, needed=False).replace(" ", "").replace("-", "")
    if line and not is_npi(line):
        raise BadInput(
            "This is not an NPI: it has ten digits, and its last digit must fit the others.",
            field="npi",
        )
    return line or None


def _refuse_npi_taken(session: Session, practitioner: Practitioner) -> None:
    if practitioner.npi is None:
        return
    with session.no_autoflush:
        holder = session.scalar(select(Practitioner.id).where(Practitioner.npi == practitioner.npi))
    if holder not in (None, practitioner.id):
        raise BadInput(NPI_TAKEN, field="npi")


def _known_languages(codes: Collection[str]) -> list[str]:
    if not LANGUAGES.keys() >= set(codes):
        raise BadInput("Choose languages of the list.", field="languages")
    return sorted(set(codes))


def _contact(practitioner: Practitioner) -> dict[str, object]:
    return {name: getattr(practitioner, name) for name in ("email", "phone", "languages")}


def _shown(practitioner: Practitioner) -> dict[str, object]:
    return {
        "name": practitioner.name,
        "profession": practitioner.profession,
        "npi": practitioner.npi,
        "clinics": sorted(e.clinic_id for e in practitioner.engagements),
    }


def record_change(
    session: Session,
    actor: Actor,
    action: str,
    practitioner: Practitioner,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"practitioner:{practitioner.id}",
        at=now,
        practitioner_id=practitioner.id,
        before=before,
        after=after,
        reason=reason,
    )
