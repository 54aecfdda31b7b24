"""
Every way the registry can say no.

* RegistryError
  x NotSignedIn           we do not know who is asking               401
  x RightRefused
    - NotAllowed          this person may not do this                403
    - NotFound            no such record, or not yours to see        404
  x BadInput              a field says what cannot be                422
    - BadUpload           the file cannot be accepted
  x Refused               the rules say no, with reasons             409
    - NotPrivileged       the practitioner may not needle there, then
      . NotPrepared       consent, referral or a physician's word is missing
    - Contraindicated     this patient is not to be needled at all
    - NotCleared          a note about the patient asks for a word with the practitioner first
    - DiaryClash          practitioner, room or patient is taken
    - NotWorking          the practitioner does not work there then
    - FallsOutside        what is booked would lie outside the hours: look at it first
    - NotInThatState      e.g. verifying what was withdrawn
    - Overtaken           somebody changed it first: look again
  x TooManyTries          wait before the next try                   429

Use cases raise these; each door turns them into its own kind of answer in one place.
"""

from __future__ import annotations

from registry.rules.access import Action, Subject
from registry.rules.contraindications import Note
from registry.rules.eligibility import Decision


class RegistryError(Exception):
    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotSignedIn(RegistryError):
    status = 401


class RightRefused(RegistryError):
    """`action` and `subject`, where known, are what the audit trail keeps of a refused right."""

    def __init__(
        self, message: str, *, action: Action | None = None, subject: Subject | None = None
    ) -> None:
        super().__init__(message)
        self.action = action
        self.subject = subject


class NotAllowed(RightRefused):
    status = 403


class NotFound(RightRefused):
    status = 404


class BadInput(RegistryError):
    """`field` names the field of the form that is at fault, if one is."""

    status = 422

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BadUpload(BadInput):
    def __init__(self, message: str, *, field: str | None = "file") -> None:
        super().__init__(message, field=field)


class Refused(RegistryError):
    status = 409


class NotPrivileged(Refused):
    """Carries one decision for each site and day that was refused, with every finding."""

    def __init__(self, message: str, decisions: tuple[Decision, ...] = ()) -> None:
        super().__init__(message)
        self.decisions = decisions


class NotPrepared(NotPrivileged):
    """The practitioner may, but something about the patient is not on record yet."""


class Contraindicated(Refused):
    pass


class NotCleared(Refused):
    """Carries the notes to be cleared, and the name of the practitioner to clear them with."""

    def __init__(self, message: str, notes: tuple[Note, ...], practitioner: str) -> None:
        super().__init__(message)
        self.notes = notes
        self.practitioner = practitioner


class DiaryClash(Refused):
    pass


class NotWorking(Refused):
    pass


class FallsOutside(Refused):
    """`appointments` are those that a change of hours would leave outside, the soonest first."""

    def __init__(self, message: str, appointments: tuple[int, ...]) -> None:
        super().__init__(message)
        self.appointments = appointments


class NotInThatState(Refused):
    pass


class Overtaken(Refused):
    pass


class TooManyTries(RegistryError):
    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
