"""Incidents: treatments in doubt, what is to be done about them, and when that is finished."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from registry.rules.vocabulary import Outcome


class TreatmentFinding(StrEnum):
    """What came of looking into one treatment. Under review is not a finding to close with."""

    UNDER_REVIEW = "under_review"
    TOLD = "told"
    NOTHING_TO_DO = "nothing_to_do"

    @property
    def title(self) -> str:  # type: ignore[override]
        return FINDING_TITLES[self]


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


FINDING_TITLES = {
    TreatmentFinding.UNDER_REVIEW: "Under review",
    TreatmentFinding.TOLD: "The patient was told",
    TreatmentFinding.NOTHING_TO_DO: "Nothing to do",
}
FINAL = frozenset({TreatmentFinding.TOLD, TreatmentFinding.NOTHING_TO_DO})

ASK_THE_ISSUER = "Confirm with the issuer what happened, and from which day on"
OTHER_PAPERS = "Look at what else rests on the same paper or came from the same issuer"
WHAT_HELD_THEN = "Establish what held on those days, and who knew it"
EACH_PATIENT = "Decide for each patient whether to tell them"
THE_BOARD = "Tell the board and the insurer where the law or the policy asks for it"


def standard_steps(outcome: Outcome | None) -> tuple[str, ...]:
    """By the decision about a credential that was its cause; None for any other cause."""
    if outcome is None:
        return (WHAT_HELD_THEN, EACH_PATIENT, THE_BOARD)
    if outcome is Outcome.VERIFIED:  # a correction that covers less than what it replaced
        return (ASK_THE_ISSUER, EACH_PATIENT, THE_BOARD)
    return (ASK_THE_ISSUER, OTHER_PAPERS, EACH_PATIENT, THE_BOARD)


def may_be_closed(findings: Iterable[TreatmentFinding | None], steps: Iterable[StepState]) -> bool:
    """Each treatment has a finding, each step is done or there is a reason why not."""
    return all(one in FINAL for one in findings) and all(
        state is not StepState.OPEN for state in steps
    )
