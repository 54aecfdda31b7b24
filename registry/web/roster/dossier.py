"""The dossier as its page shows it: sentences per clinic, and the groups of the time line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for

from registry.queries.dossier import Dossier, Stretch, Work
from registry.queries.papers import Paper
from registry.rules.days import days_later
from registry.rules.regions import MUSCLES, REGIONS, site_name
from registry.rules.vocabulary import CredentialKind

PLEURAL = [muscle for muscle in MUSCLES.values() if muscle.pleural]
PAST, AHEAD = -730, 730  # days shown to either side of today
SOON = 30
TITLES = {
    CredentialKind.LICENCE: "Licences",
    CredentialKind.CERTIFICATE: "Certificates of training",
    CredentialKind.REGISTRATION: "Registrations and filings",
    CredentialKind.SUPERVISED_PRACTICE: "Supervised practice",
    CredentialKind.PRACTICE_HOURS: "Practice hours",
    CredentialKind.DEGREE: "Degrees",
    CredentialKind.CPR: "CPR",
    CredentialKind.INDEMNITY: "Indemnity",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the time line, in the words of `ui.timeline`."""

    label: str
    kind: str
    first_day: date | None
    last_day: date | None
    words: str | None = None
    href: str | None = None


class DossierPage:
    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.today = dossier.today

    @property
    def first(self) -> date:
        """Two years back: what lapsed before that is only in the table."""
        return date.fromordinal(max(self.today.toordinal() + PAST, 1))

    @property
    def last(self) -> date:
        return days_later(self.today, AHEAD)

    @property
    def groups(self) -> list[tuple[str, list[Bar]]]:
        papers = [
            (title, [_paper_bar(paper) for paper in self.dossier.papers if paper.kind is kind])
            for kind, title in TITLES.items()
        ]
        works = [
            (f"May needle at {work.clinic}", [self._privilege_bar(s) for s in work.stretches])
            for work in self.dossier.works
        ]
        return [(title, bars) for title, bars in (*papers, *works) if bars]

    @property
    def sentences(self) -> Iterator[tuple[Work, str, str]]:
        """For each clinic: the status and what it means today."""
        for work in self.dossier.works:
            regions, until = work.now(self.today), work.until(self.today)
            if not regions:
                yield work, "may_not", "No region today."
            else:
                soon = until is not None and until <= days_later(self.today, SOON)
                most = len(REGIONS)
                of_all = f"all {most}" if regions == most else f"{regions} of {most}"
                yield work, "lapses_soon" if soon else "may_needle", f"{of_all} regions"

    def _privilege_bar(self, stretch: Stretch) -> Bar:
        names = [site_name(site) for site in stretch.regions]
        muscles = [site_name(site).lower() for site in stretch.muscles]
        label = ", ".join(names if len(names) < len(REGIONS) else ["Every region"])
        if len(stretch.muscles) == len(PLEURAL) and len(names) == len(REGIONS):
            label = "Every region and muscle"
        elif muscles:
            label += f"{'; also ' if label else ''}{_listed(muscles)}"
        open_end = stretch.last_day == date.max
        return Bar(
            label, self._kind(stretch), stretch.first_day, None if open_end else stretch.last_day
        )

    def _kind(self, stretch: Stretch) -> str:
        if stretch.first_day > self.today:
            return "not_yet"
        if stretch.last_day < self.today:
            return "lapsed"
        return "lapses_soon" if stretch.last_day <= days_later(self.today, SOON) else "may_needle"


def _listed(muscles: list[str]) -> str:
    few = muscles[:3]
    more = len(muscles) - len(few)
    return f"{', '.join(few)} and {more} more muscles" if more else ", ".join(few)


def _paper_bar(paper: Paper) -> Bar:
    href = None
    if paper.credential_id is not None:
        href = url_for("my_credentials.credential", credential_id=paper.credential_id)
    return Bar(paper.label, paper.status, paper.first_day, paper.last_day, href=href)
