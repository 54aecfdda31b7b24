"""One credential: its versions, the decisions on it, and what this reader may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from registry.leave import require
from registry.queries.holdings import CredentialSeen, renewal_waits
from registry.queries.paper_marks import NO_MARKS, PaperMarks, paper_marks
from registry.queries.practitioner_records import PractitionerRecord
from registry.queries.record_reader import record_behind_credential, record_of
from registry.rules.access import Action, Actor, Answer, may


@dataclass(frozen=True, slots=True)
class CredentialPage:
    """`in_full` is not for those who may know only that it is there and whether it counts."""

    record: PractitionerRecord
    credential: CredentialSeen
    today: date
    in_full: bool
    may_open: bool
    may_upload: bool
    may_withdraw: bool
    may_decide: bool
    marks: PaperMarks

    @property
    def renewal_waits(self) -> bool:
        return renewal_waits(self.credential, self.record.credentials)


def credential_page(*, actor: Actor, credential_id: int, now: datetime) -> CredentialPage:
    """In six statements at most. Raises NotFound or NotAllowed."""
    record = record_behind_credential(credential_id)
    credential = record.credential(credential_id)
    subject = record.subject_of(credential)
    given = require(actor, Action.SEE_CREDENTIAL, subject)
    marks = NO_MARKS
    if given is Answer.ALLOWED:
        marks = paper_marks(credential.waiting or credential.shown)
    return CredentialPage(
        record=record,
        credential=credential,
        today=record.today(now),
        in_full=given is Answer.ALLOWED,
        may_open=may(actor, Action.OPEN_DOCUMENT, subject),
        may_upload=may(actor, Action.UPLOAD_CREDENTIAL, subject),
        may_withdraw=may(actor, Action.WITHDRAW_CREDENTIAL, subject),
        may_decide=may(actor, Action.REVOKE_CREDENTIAL, subject),
        marks=marks,
    )


def record_for_upload(*, actor: Actor, practitioner_id: int) -> PractitionerRecord:
    """What is on record of somebody this person may upload for, in three statements."""
    record = record_of(practitioner_id)
    require(actor, Action.UPLOAD_CREDENTIAL, record.subject)
    return record


def record_for_correction(*, actor: Actor, credential_id: int) -> PractitionerRecord:
    """The same, found by a credential they hold."""
    record = record_behind_credential(credential_id)
    require(actor, Action.UPLOAD_CREDENTIAL, record.subject)
    return record
