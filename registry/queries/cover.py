"""Cover for many days at once: who may give what when, and all the reasons where they may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from registry.models import Practitioner, db
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.candidates import reasons_of
from registry.queries.gates import AskedAtBooking
from registry.queries.premises import Place
from registry.queries.staff import NO_SITE, Person, staff_for
from registry.rules.days import Span, cover
from registry.rules.eligibility import decide
from registry.rules.facts import Facts
from registry.rules.findings import Finding
from registry.rules.languages import speaks_theirs
from registry.rules.questions import Question
from registry.rules.regions import site_name
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession
from registry.rules.wording import day_in_words, every

Days = tuple[date, date]


@dataclass
class Cover:
    """
    `working` are those who work there; `privileged` who may needle, by their numbers. `languages`
    of those who said which they speak.
    """

    place: Place
    names: dict[int, str]
    professions: dict[int, Profession]
    working: dict[int, Person]
    privileged: dict[int, Person]
    rulebook: Rulebook
    languages: dict[int, Collection[str]] = field(default_factory=dict)
    _facts: dict[int, Facts] = field(default_factory=dict)

    def may(self, practitioner_id: int, sites: Collection[str], days: Days) -> bool:
        people = self.privileged if sites else self.working
        if (person := people.get(practitioner_id)) is None:
            return False
        wanted = Span(*days)
        return all(cover(person.spans.get(site, ()), wanted) for site in sites or (NO_SITE,))

    def speaks(self, practitioner_id: int, language: str) -> bool:
        """A patient's, where it is not everybody's."""
        return speaks_theirs(language, self.languages.get(practitioner_id, ()))

    def works(self, practitioner_id: int, days: Days) -> bool:
        return self.may(practitioner_id, (), days)

    def asked(self, practitioner_id: int, sites: Collection[str], day: date) -> tuple[str, ...]:
        """What must be known of the patient before it is booked."""
        if not sites:
            return ()
        asked = AskedAtBooking(self.rulebook, self.place, sites, day)
        return asked.of(self.professions[practitioner_id])

    def sentence(self, practitioner_id: int, sites: Collection[str], days: Days) -> str:
        name, day = self.names[practitioner_id], day_in_words(days[0])
        if not sites:
            return f"{name} does not work at {self.place.name} on {day}."
        missing = [s for s in sites if not self.may(practitioner_id, (s,), days)]
        sites_named = every(f"the {site_name(site).lower()}" for site in missing)
        return f"{name} may not needle {sites_named} at {self.place.name} on {day}."

    def findings(
        self, practitioner_id: int, sites: Collection[str], days: Days
    ) -> tuple[Finding, ...]:
        """Every reason, from the facts themselves; these are read once for each practitioner."""
        if not sites:
            return ()
        if practitioner_id not in self._facts:
            self._facts |= facts_on_record(db.session(), [practitioner_id])
        facts = self._facts[practitioner_id]
        questions = (
            Question(self.place.id, self.place.jurisdiction, site, day)
            for site in sites
            for day in dict.fromkeys(days)
        )
        return reasons_of(decide(facts, self.rulebook, q) for q in questions)


def cover_of(
    place: Place,
    sites: Collection[str],
    days: Span,
    practitioner_ids: Collection[int] | None = None,
) -> Cover:
    """Of these practitioners, or of all who work there. Four statements, however many days."""
    working = _by_number(staff_for([place.id], (), days, practitioner_ids).get(place.id, ()))
    privileged = staff_for([place.id], sites, days, practitioner_ids) if sites else {}
    wanted = set(working) if practitioner_ids is None else set(practitioner_ids)
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name, Practitioner.profession, Practitioner.languages)
        .where(Practitioner.id.in_(wanted))
        .order_by(Practitioner.name, Practitioner.id)
    ).all()
    return Cover(
        place=place,
        names={row.id: row.name for row in rows},
        professions={row.id: row.profession for row in rows},
        working=working,
        privileged=_by_number(privileged.get(place.id, ())),
        rulebook=rulebook_on_record(db.session(), [place.jurisdiction]) if sites else Rulebook(),
        languages={row.id: row.languages for row in rows if row.languages},
    )


def _by_number(people: Iterable[Person]) -> dict[int, Person]:
    return {person.id: person for person in people}
