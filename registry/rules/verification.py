"""What a decision about a credential means, what it needs, and which may follow which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from registry.rules.access import Action
from registry.rules.vocabulary import CredentialKind, Outcome

#: A verification is a signature; its meaning is written beside it (21 CFR 11.50).
MEANINGS = {
    Outcome.VERIFIED: "I checked this credential against its source and found it true.",
    Outcome.REJECTED: "I looked at this credential and do not accept it.",
    Outcome.SUSPENDED: "This credential does not count from the day given until it is reinstated.",
    Outcome.RESTRICTED: "This licence carries a restriction from the day given.",
    Outcome.REVOKED: "This credential no longer counts, from the day given on.",
    Outcome.REINSTATED: "This credential counts again from the day given.",
}

#: The right that each needs.
ACTIONS = {
    Outcome.VERIFIED: Action.VERIFY_CREDENTIAL,
    Outcome.REJECTED: Action.REJECT_CREDENTIAL,
    Outcome.SUSPENDED: Action.SUSPEND_CREDENTIAL,
    Outcome.RESTRICTED: Action.SUSPEND_CREDENTIAL,
    Outcome.REVOKED: Action.REVOKE_CREDENTIAL,
    Outcome.REINSTATED: Action.REINSTATE_CREDENTIAL,
}

FOLLOWS = {
    Outcome.SUSPENDED: frozenset({None, Outcome.RESTRICTED, Outcome.REINSTATED}),
    Outcome.RESTRICTED: frozenset({None, Outcome.SUSPENDED, Outcome.REINSTATED}),
    # Revoked again only from an earlier day: what was forged often goes further back than thought.
    Outcome.REVOKED: frozenset(
        {None, Outcome.SUSPENDED, Outcome.RESTRICTED, Outcome.REINSTATED, Outcome.REVOKED}
    ),
    Outcome.REINSTATED: frozenset({Outcome.SUSPENDED, Outcome.RESTRICTED, Outcome.REVOKED}),
}


#: A day further ahead is a slip of the hand, and would bar the decision that is meant.
FURTHEST_AHEAD = timedelta(days=366)


def is_for(outcome: Outcome, kind: CredentialKind) -> bool:
    """Only a licence can be restricted."""
    return outcome is not Outcome.RESTRICTED or kind is CredentialKind.LICENCE


def credential_may_become(decided: Iterable[Outcome], then: Outcome) -> bool:
    """`decided` are all decisions about it so far, the last recorded last."""
    standing = [outcome for outcome in decided if outcome in FOLLOWS]
    return (standing[-1] if standing else None) in FOLLOWS[then]
