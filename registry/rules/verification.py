"""What a decision about a credential means, and which decision may follow which."""

from __future__ import annotations

from collections.abc import Iterable

from registry.rules.vocabulary import Outcome

#: A verification is a signature; its meaning is written beside it (21 CFR 11.50).
MEANINGS = {
    Outcome.VERIFIED: "I checked this credential against its source and found it true.",
    Outcome.REJECTED: "I looked at this credential and do not accept it.",
    Outcome.SUSPENDED: "This credential does not count from the day given until it is reinstated.",
    Outcome.RESTRICTED: "This licence carries a restriction from the day given.",
    Outcome.REVOKED: "This credential no longer counts, from the day given on.",
    Outcome.REINSTATED: "This credential counts again from the day given.",
}

FOLLOWS = {
    Outcome.SUSPENDED: frozenset({None, Outcome.RESTRICTED, Outcome.REINSTATED}),
    Outcome.RESTRICTED: frozenset({None, Outcome.SUSPENDED, Outcome.REINSTATED}),
    Outcome.REVOKED: frozenset({None, Outcome.SUSPENDED, Outcome.RESTRICTED, Outcome.REINSTATED}),
    Outcome.REINSTATED: frozenset({Outcome.SUSPENDED, Outcome.RESTRICTED, Outcome.REVOKED}),
}


def credential_may_become(decided: Iterable[Outcome], then: Outcome) -> bool:
    """`decided` are all decisions about it so far, the last recorded last."""
    standing = [outcome for outcome in decided if outcome in FOLLOWS]
    return (standing[-1] if standing else None) in FOLLOWS[then]
