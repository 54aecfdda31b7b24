"""All that is on record about one practitioner, as values: where they work and what they hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from registry.errors import NotFound
from registry.queries.holdings import CredentialSeen
from registry.rules.access import Subject
from registry.rules.facts import Engagement, Facts
from registry.rules.particulars import FIELDS
from registry.rules.standing import Held
from registry.rules.vocabulary import CredentialKind, Profession


@dataclass(frozen=True, slots=True)
class Workplace:
    clinic_id: int
    clinic: str
    zone: str
    jurisdiction: str
    first_day: date
    last_day: date | None

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True, slots=True)
class PractitionerRecord:
    id: int
    name: str
    profession: Profession
    archived: bool
    workplaces: tuple[Workplace, ...]
    credentials: tuple[CredentialSeen, ...]

    @property
    def subject(self) -> Subject:
        return Subject(frozenset(w.clinic_id for w in self.workplaces), self.id)

    def subject_of(self, credential: CredentialSeen) -> Subject:
        """The same, with everybody who ever entered a version of it, or brought in its paper."""
        people = {version.entered_by for version in credential.versions}
        papers = [version.document for version in credential.versions if version.document]
        people |= {paper.brought_in_by for paper in papers if paper.brought_in_by is not None}
        return Subject(self.subject.clinic_ids, self.id, frozenset(people))

    @property
    def zone(self) -> str:
        """The clock of a clinic where they work."""
        return self.workplaces[0].zone if self.workplaces else "UTC"

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()

    def credential(self, credential_id: int) -> CredentialSeen:
        """Raises NotFound."""
        for credential in self.credentials:
            if credential.id == credential_id:
                return credential
        raise NotFound("There is no such record.")

    def facts(self, assumed: int | None = None) -> Facts:
        """What the rules judge; `assumed` is a version to be taken for verified."""
        held: defaultdict[CredentialKind, list[tuple[int, Held]]] = defaultdict(list)
        for credential in self.credentials:
            for version, fact in credential.speaking(assumed):
                held[credential.kind].append((version.id, fact))
        in_order = {
            name: tuple(fact for _, fact in sorted(held[kind], key=lambda pair: pair[0]))
            for kind, name in FIELDS.items()
        }
        return Facts(
            profession=self.profession,
            engagements=tuple(
                Engagement(w.clinic_id, w.first_day, w.last_day) for w in self.workplaces
            ),
            **in_order,  # type: ignore[arg-type]
        )
