"""Files on their way: begun, part after part, whole or dropped; forgotten after a day."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry.adapters.file_store import FileStore
from registry.errors import BadUpload, NotFound, Overtaken
from registry.leave import require
from registry.models import Practitioner, Transfer, db, transaction
from registry.models.transfers import TRANSFERS
from registry.rules.access import Action, Actor
from registry.rules.documents import Defect, UploadLimits, is_fit_name, sentence, tidy_name

TRANSFER_KEPT = timedelta(days=1)
#: Of one account at a time, so at most as many times the largest file; and parts of one of them.
MOST_ON_THE_WAY = 12
MOST_PARTS = 500
AT_ONCE = 100
TOKEN = re.compile(r"[0-9a-f]{32}")
GONE = "This file is no longer on its way. Choose it again."


def begin_transfer(
    *,
    actor: Actor,
    practitioner_id: int,
    name: str,
    size: int,
    modified: str = "",
    limits: UploadLimits,
    now: datetime,
) -> Transfer:
    """`modified` is what the device says of when the file changed, to know it again by."""
    if not 0 < size <= limits.mib * 1024 * 1024:
        raise BadUpload(sentence(Defect.TOO_BIG if size > 0 else Defect.EMPTY, limits))
    if not is_fit_name(name):
        raise BadUpload(sentence(Defect.BAD_NAME, limits))
    with transaction() as session:
        practitioner = session.get(Practitioner, practitioner_id)
        if practitioner is None:
            raise NotFound("There is no such record.")
        require(actor, Action.UPLOAD_CREDENTIAL, practitioner.as_subject())
        _refuse_too_many(session, actor, now)
        transfer = Transfer(
            token=secrets.token_hex(16),
            account_id=actor.account_id,
            practitioner_id=practitioner_id,
            name=tidy_name(name),
            modified=modified,
            size=size,
            received=0,
            tried=0,
            parts=[],
            expires_at=now + TRANSFER_KEPT,
        )
        session.add(transfer)
        return transfer


def add_part(
    *, actor: Actor, token: str, offset: int, data: bytes, store: FileStore, now: datetime
) -> Transfer:
    """
    Where the last part ended, the next begins; what this returns is on the disk for good.

    Raises Overtaken where it does not begin there, BadUpload where it is more than was announced.
    """
    with transaction() as session:
        transfer = _locked(session, actor, token, now)
        _refuse_misfit(transfer, offset, data)
        transfer.tried += 1
        part, key = transfer.tried, transfer.part_key(transfer.tried)
    store.put(key, data)
    try:
        with transaction() as session:
            transfer = _locked(session, actor, token, now)
            _refuse_misfit(transfer, offset, data)
            transfer.parts = [*transfer.parts, part]
            transfer.received += len(data)
            return transfer
    except (NotFound, Overtaken):
        store.delete(key)
        raise


def transfer_seen(*, actor: Actor, token: str, now: datetime) -> Transfer:
    """Raises NotFound for another's, and for what is no longer kept."""
    return _theirs(db.session(), actor, token, now)


def whole_file(*, actor: Actor, token: str, store: FileStore, now: datetime) -> bytes:
    """Raises BadUpload where something of it is still missing."""
    transfer = transfer_seen(actor=actor, token=token, now=now)
    if transfer.received < transfer.size:
        raise BadUpload(f"{transfer.name} has not arrived as a whole. Choose it again to go on.")
    try:
        return b"".join(store.get(transfer.part_key(part)) for part in transfer.parts)
    except FileNotFoundError as error:
        raise NotFound(GONE) from error


def drop_transfer(*, actor: Actor, token: str, store: FileStore, now: datetime) -> None:
    """It was used, or is not wanted. The row goes first: the sweep finds what is left of it."""
    with transaction() as session:
        transfer = _locked(session, actor, token, now)
        keys = transfer.lies_at()
        session.delete(transfer)
    for key in keys:
        store.delete(key)


def forget_transfers(*, store: FileStore, now: datetime) -> None:
    """Those that nobody finished within a day, and files of none that is on its way."""
    with transaction() as session:
        over = select(Transfer.id).where(Transfer.expires_at <= now).limit(AT_ONCE)
        session.execute(delete(Transfer).where(Transfer.id.in_(session.scalars(over).all())))
    lying = list(store.keys(TRANSFERS))
    if not lying:
        return
    with transaction() as session:
        known = set(session.scalars(select(Transfer.token)))
    for key in lying:
        if key.removeprefix(TRANSFERS).partition(".")[0] not in known:
            store.delete(key)


def _refuse_too_many(session: Session, actor: Actor, now: datetime) -> None:
    mine = (Transfer.account_id == actor.account_id, Transfer.expires_at > now)
    if (session.scalar(select(func.count()).select_from(Transfer).where(*mine)) or 0) >= (
        MOST_ON_THE_WAY
    ):
        raise BadUpload(
            f"{MOST_ON_THE_WAY} files of yours are on their way already. Finish or remove one."
        )


def _refuse_misfit(transfer: Transfer, offset: int, data: bytes) -> None:
    if offset != transfer.received:
        raise Overtaken(f"{transfer.received} bytes of this file have arrived.")
    if offset + len(data) > transfer.size:
        raise BadUpload("This is more than was announced of the file.")
    if transfer.tried >= MOST_PARTS + len(transfer.parts) or len(transfer.parts) >= MOST_PARTS:
        raise BadUpload("This file came in too many parts. Remove it, and choose it again.")


def _locked(session: Session, actor: Actor, token: str, now: datetime) -> Transfer:
    """Locked until commit, as it is by then. Raises NotFound where another request ended it."""
    known = _theirs(session, actor, token, now)
    locked = select(Transfer).where(Transfer.token == known.token).with_for_update()
    transfer = session.scalar(locked.execution_options(populate_existing=True))
    if transfer is None:
        raise NotFound(GONE)
    return transfer


def _theirs(session: Session, actor: Actor, token: str, now: datetime) -> Transfer:
    found = select(Transfer).where(Transfer.token == token)
    transfer = session.scalar(found) if TOKEN.fullmatch(token) else None
    if transfer is None or transfer.account_id != actor.account_id or transfer.expires_at <= now:
        raise NotFound(GONE)
    practitioner = session.get_one(Practitioner, transfer.practitioner_id)
    require(actor, Action.UPLOAD_CREDENTIAL, practitioner.as_subject())
    return transfer
