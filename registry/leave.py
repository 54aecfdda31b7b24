"""Leave: what every use case, question and page asks for before it does anything."""

from __future__ import annotations

from registry.errors import NotAllowed, NotFound
from registry.rules.access import Action, Actor, Answer, Subject, answer


def require(actor: Actor, action: Action, subject: Subject) -> Answer:
    """
    Answer.ALLOWED, or LIMITED where only a narrower view is due.

    Raises NotFound where the matrix hides the subject, NotAllowed where it says no.
    """
    given = answer(actor, action, subject)
    if given in (Answer.ALLOWED, Answer.LIMITED):
        return given
    if given is Answer.HIDDEN:
        raise NotFound("There is no such record.", action=action, subject=subject)
    raise NotAllowed(f"You may not {action}.", action=action, subject=subject)
