"""Who may do what: the access matrix itself. Use cases ask before they act; pages ask to hide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from registry.rules.vocabulary import Role


class Answer(StrEnum):
    """The most generous first: of several grants, any that allows, allows."""

    ALLOWED = "a"
    LIMITED = "l"  # allowed, with a narrower view
    CONFLICT = "c"  # allowed to ask; the rules then refuse, with the reason
    REFUSED = "n"
    HIDDEN = "h"  # the same answer as a record that does not exist
    NOBODY = "x"  # no such action for anybody
    SIGN_IN = "s"


MOST_GENEROUS_FIRST = tuple(Answer)


class Seat(StrEnum):
    """In what capacity somebody asks about something: a column of the matrix."""

    OWNER = "practitioner (owner)"
    OTHER = "practitioner (other)"
    DESK = "front desk"
    MANAGER_HERE = "manager here"
    MANAGER_ELSEWHERE = "manager elsewhere"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What can be done, in the words of the refusal "You may not …"."""

    SEE_DIRECTORY = "see the clinic's directory"
    SEE_PROFILE = "see the full profile"
    CHANGE_CONTACT = "change contact details"
    CHANGE_NAME = "change a legal name"
    ADD_PRACTITIONER = "add a practitioner"
    ARCHIVE_PRACTITIONER = "archive a practitioner"
    SEE_CREDENTIAL = "see this credential"
    OPEN_DOCUMENT = "open the uploaded file"
    UPLOAD_CREDENTIAL = "upload for this practitioner"
    WITHDRAW_CREDENTIAL = "withdraw this upload"
    VERIFY_CREDENTIAL = "verify this credential"
    REJECT_CREDENTIAL = "reject this credential"
    REVOKE_CREDENTIAL = "revoke this credential"
    SUSPEND_CREDENTIAL = "suspend or restrict this credential"
    REINSTATE_CREDENTIAL = "reinstate this credential"
    SEE_SCHEDULE = "see this schedule"
    SEE_PATIENT = "see the patient's name"
    SEE_PATIENT_RECORD = "see this patient's record"
    CHANGE_PATIENT = "change this patient's record"
    BOOK = "book an appointment"
    MOVE = "move this appointment"
    CANCEL = "cancel this appointment"
    MARK_DONE = "mark this appointment as done"
    SEE_CLINIC = "see the clinic's settings"
    SEE_HOURS = "see the working hours"
    CHANGE_HOURS = "change working hours and time off"
    CHANGE_CLINIC = "change the clinic's settings"
    CREATE_CLINIC = "create a clinic"
    SEE_TREATMENTS = "see the treatments on offer"
    CHANGE_TREATMENTS = "change the treatments on offer"
    ADD_FRONT_DESK = "add front-desk staff"
    MAKE_MANAGER = "make somebody a manager"
    MAKE_ADMINISTRATOR = "make somebody an administrator"
    RAISE_OWN_ROLE = "raise your own role"
    CHANGE_OWN_PASSWORD = "change your password"  # noqa: S105
    RESET_SECOND_FACTOR = "reset somebody's second factor"
    END_SESSIONS = "end somebody's sessions"
    ADOPT_REQUIREMENTS = "adopt a requirement set"
    SEE_REQUIREMENTS = "see the requirement sets"
    SEE_PROPOSALS = "see what is proposed for these requirements"
    SEE_PRACTITIONER_EVENTS = "see the events of this practitioner"
    SEE_CLINIC_EVENTS = "see the clinic's events"
    SEE_EXPIRIES = "see who lapses soon"
    ACKNOWLEDGE_LAPSE = "say that you are on this"
    SNOOZE_LAPSE = "put this reminder off"
    EXPORT_SCHEDULE = "take this schedule along as a calendar"
    WITHDRAW_FEED = "withdraw this calendar feed"
    SEE_LETTERS = "see the privilege letters of this practitioner"
    AGREE_TO_LETTER = "agree to what a privilege letter shows"
    PROPOSE_LETTER = "propose a privilege letter"
    WITHDRAW_LETTER = "withdraw this privilege letter"
    SEE_ISSUERS = "see the issuers of digital badges"
    DECIDE_ON_ISSUERS = "decide whose digital badges are accepted"
    SEE_INCIDENT = "see this incident"
    SETTLE_INCIDENT = "settle this incident"


#: One letter of `Answer` for each seat, in the order of `Seat`.
MATRIX: dict[Action, str] = {
    Action.SEE_DIRECTORY: "lllahaa",
    Action.SEE_PROFILE: "ahlahaa",
    Action.CHANGE_CONTACT: "ahnahnn",
    Action.CHANGE_NAME: "nhnahnn",
    Action.ADD_PRACTITIONER: "nnnahan",
    Action.ARCHIVE_PRACTITIONER: "nhnahan",
    Action.SEE_CREDENTIAL: "ahlahaa",
    Action.OPEN_DOCUMENT: "ahnahna",
    Action.UPLOAD_CREDENTIAL: "ahnahnn",
    Action.WITHDRAW_CREDENTIAL: "ahnahnn",
    Action.VERIFY_CREDENTIAL: "nhnahnn",
    Action.REJECT_CREDENTIAL: "nhnahnn",
    Action.REVOKE_CREDENTIAL: "nhnahan",
    Action.SUSPEND_CREDENTIAL: "nhnahan",
    Action.REINSTATE_CREDENTIAL: "nhnahnn",
    Action.SEE_SCHEDULE: "ahaahna",
    Action.SEE_PATIENT: "ahaahnn",
    Action.SEE_PATIENT_RECORD: "lhaahnn",
    Action.CHANGE_PATIENT: "hhaahnn",
    Action.BOOK: "nnaahnn",
    Action.MOVE: "nhaahnn",
    Action.CANCEL: "nhaahnn",
    Action.MARK_DONE: "ahaahnn",
    Action.SEE_CLINIC: "nnaahaa",
    Action.SEE_HOURS: "ahaahaa",
    Action.CHANGE_HOURS: "nhnahan",
    Action.CHANGE_CLINIC: "nnnahan",
    Action.CREATE_CLINIC: "nnnnnan",
    Action.SEE_TREATMENTS: "nnaaaaa",
    Action.CHANGE_TREATMENTS: "nnnnnan",
    Action.ADD_FRONT_DESK: "nnnahan",
    Action.MAKE_MANAGER: "nnnnnan",
    Action.MAKE_ADMINISTRATOR: "nnnnnan",
    Action.RAISE_OWN_ROLE: "nnnnnnn",
    Action.CHANGE_OWN_PASSWORD: "aaaaaaa",
    Action.RESET_SECOND_FACTOR: "nnnnnan",
    Action.END_SESSIONS: "nhnnhan",
    Action.ADOPT_REQUIREMENTS: "nnnnnan",
    Action.SEE_REQUIREMENTS: "aaaaaaa",
    Action.SEE_PROPOSALS: "nnnlnaa",
    Action.SEE_PRACTITIONER_EVENTS: "ahnahaa",
    Action.SEE_CLINIC_EVENTS: "nnnahaa",
    Action.SEE_EXPIRIES: "nnlahna",
    Action.ACKNOWLEDGE_LAPSE: "ahnahnn",
    Action.SNOOZE_LAPSE: "nhnahnn",
    Action.EXPORT_SCHEDULE: "lhaahnl",
    Action.WITHDRAW_FEED: "ahhahah",
    Action.SEE_LETTERS: "ahnahaa",
    Action.AGREE_TO_LETTER: "ahnnhnn",
    Action.PROPOSE_LETTER: "nhnahnn",
    Action.WITHDRAW_LETTER: "ahnahan",
    Action.SEE_ISSUERS: "nnnaaaa",
    Action.DECIDE_ON_ISSUERS: "nnnnnan",
    Action.SEE_INCIDENT: "nhnahaa",
    Action.SETTLE_INCIDENT: "nhnahnn",
}
COLUMN = {seat: place for place, seat in enumerate(Seat)}

#: What nobody does to their own credential, nor to one they uploaded, whatever their grants.
BY_ANOTHER_PERSON = frozenset(
    {Action.VERIFY_CREDENTIAL, Action.REJECT_CREDENTIAL, Action.REINSTATE_CREDENTIAL}
)
#: What needs somebody else only where the thing is one's own.
NOT_ON_ONESELF = frozenset(
    {
        Action.SUSPEND_CREDENTIAL,
        Action.REVOKE_CREDENTIAL,
        Action.SNOOZE_LAPSE,
        Action.SETTLE_INCIDENT,
    }
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at one clinic, or everywhere when `clinic_id` is None."""

    role: Role
    clinic_id: int | None = None

    def reaches(self, clinics: frozenset[int]) -> bool:
        return self.clinic_id is None or not clinics or self.clinic_id in clinics


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf something is done, and from where they ask."""

    account_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    practitioner_id: int | None = None
    address: str = ""

    def clinics(self, *roles: Role) -> frozenset[int] | None:
        """The clinics where they hold one of the roles; None means every clinic."""
        held = {grant.clinic_id for grant in self.grants if grant.role in roles}
        return None if None in held else frozenset(c for c in held if c is not None)

    def holds(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is done to: whose it is, which clinics it belongs to, who brought it in."""

    clinic_ids: frozenset[int] = frozenset()
    practitioner_id: int | None = None
    uploaded_by: frozenset[int] = field(default_factory=frozenset)


def answer(actor: Actor, action: Action, subject: Subject) -> Answer:
    """The matrix's answer for this person, this action and this subject."""
    own = _is_own(actor, subject)
    theirs = own or actor.account_id in subject.uploaded_by
    if (action in BY_ANOTHER_PERSON and theirs) or (action in NOT_ON_ONESELF and own):
        return Answer.REFUSED
    letters = {Answer(MATRIX[action][COLUMN[seat]]) for seat in seats(actor, subject)}
    return next((a for a in MOST_GENEROUS_FIRST if a in letters), Answer.HIDDEN)


def may(actor: Actor, action: Action, subject: Subject) -> bool:
    return answer(actor, action, subject) in (Answer.ALLOWED, Answer.LIMITED)


def seats(actor: Actor, subject: Subject) -> Iterator[Seat]:
    if _is_own(actor, subject):
        yield Seat.OWNER
    for grant in actor.grants:
        here = grant.reaches(subject.clinic_ids)
        match grant.role:
            case Role.PRACTITIONER:
                yield Seat.OTHER if here else Seat.MANAGER_ELSEWHERE
            case Role.FRONT_DESK:
                yield Seat.DESK if here else Seat.MANAGER_ELSEWHERE
            case Role.MANAGER:
                yield Seat.MANAGER_HERE if here else Seat.MANAGER_ELSEWHERE
            case Role.ADMINISTRATOR:
                yield Seat.ADMINISTRATOR
            case Role.AUDITOR:
                yield Seat.AUDITOR if here else Seat.MANAGER_ELSEWHERE


def _is_own(actor: Actor, subject: Subject) -> bool:
    return actor.practitioner_id is not None and actor.practitioner_id == subject.practitioner_id
