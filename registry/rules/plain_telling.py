"""A decision told plainly: which kind of paper, without its number, course, provider or board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from registry.rules.eligibility import Decision
from registry.rules.standing import Held
from registry.rules.vocabulary import CredentialKind

#: What only those read who may open the credentials themselves, and what stands instead.
PARTICULARS: Mapping[CredentialKind, Mapping[str, Any]] = {
    CredentialKind.LICENCE: {"number": ""},
    CredentialKind.CERTIFICATE: {"number": None, "course": "", "provider": ""},
    CredentialKind.REGISTRATION: {"board": ""},
}


def told_plainly(decision: Decision) -> Decision:
    """The same findings and the same answer, for limited readers."""
    plain = (
        replace(finding, about=tuple(_plain(held) for held in finding.about))
        for finding in decision.findings
    )
    return replace(decision, findings=tuple(plain))


def _plain(held: Held) -> Held:
    return replace(held, **PARTICULARS.get(held.credential_kind, {}))
