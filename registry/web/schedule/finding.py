"""What a search found: the offers by day, or why there are none and what is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import url_for

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.queries.clinics import ClinicName, clinics_of
from registry.queries.contraindications import notes_for_booking
from registry.queries.no_offers import Nearest, NoOffers, no_offers
from registry.queries.offers import Offer, offers
from registry.queries.patients import PatientThere, patients_among
from registry.queries.searched_days import Search
from registry.queries.treatments import every_treatment
from registry.rules.access import Action, Actor, Subject
from registry.rules.contraindications import Note, forbidding
from registry.rules.day_choices import DayChoice, days_of
from registry.rules.hindrances import Looked, why_nothing
from registry.rules.parts_of_day import starts_within
from registry.web.asked import asked_number, asked_text, record_number
from registry.web.schedule.door import WHO_BOOKS, clinic_asked
from registry.web.schedule.search_form import SearchForm, asked_for, heard_in_words
from registry.web.schedule.times import clock_value
from registry.web.shell import is_about

A_PAGE = 20
MOST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class OfferDay:
    """`known`: with whoever has treated this patient before."""

    day: date
    known: bool
    offers: list[Offer]


class Finding:
    """One visit to the search. Raises NotAllowed, NotFound for a clinic they do not book for."""

    def __init__(self, asking: Actor, at: datetime) -> None:
        here = clinic_asked(asking, *WHO_BOOKS)
        require(asking, Action.BOOK, Subject(frozenset({here})))
        is_about(here)
        self.asking, self.at = asking, at
        self.clinics = clinics_of(asking, *WHO_BOOKS)
        today = min(at.astimezone(ZoneInfo(each.zone)).date() for each in self.clinics)
        types, asked, self.say = every_treatment(), asked_for(), asked_text("say")
        self.unheard: list[str] = []
        if self.say:
            asked, self.unheard = heard_in_words(self.say, today, self.clinics, types)
        self.chosen = self._chosen(asked.getlist("clinic")) or [here]
        self.form = SearchForm(asked, today, types, self.clinics, self.chosen)
        self.is_good = self.form.is_good()
        self.shown = _shown()

    @cached_property
    def names(self) -> dict[int, ClinicName]:
        return {each.id: each for each in self.clinics}

    @property
    def zones(self) -> set[str]:
        """Of the clinics asked: where there are several, each time needs its own."""
        return {self.names[each].zone for each in self.chosen}

    @cached_property
    def patients(self) -> list[PatientThere]:
        """Those whom the words fit, at the clinics asked; the one chosen of them, if one was."""
        words = self.form.patient.data or ""
        if self.form.patient.errors or not words:
            return []
        found = patients_among(self.asking, self.chosen, words)
        chosen = [one for one in found if str(one.id) == self.form.who.data]
        return chosen or found

    @property
    def patient(self) -> PatientThere | None:
        return self.patients[0] if len(self.patients) == 1 else None

    @cached_property
    def forbidding(self) -> list[Note]:
        """What is noted that forbids needling this patient: then nothing is looked for."""
        if self.patient is None or not self.form.needles:
            return []
        at = self.patient.clinic_id
        return forbidding(notes_for_booking(self.asking, at, self.patient.id))

    @property
    def waits_for_patient(self) -> bool:
        """Words were typed that fit nobody, or several."""
        return bool(self.form.patient.data) and self.patient is None

    @property
    def search(self) -> Search:
        """Once the form is good."""
        form = self.form
        return Search(
            clinic_ids=tuple(self.chosen),
            sites=form.sites,
            minutes=int(form.minutes.number or 0),
            days=form.days,
            after=self.at,
            needs=form.what.needs,
            parts=starts_within(form.parts),
            patient_id=self.patient.id if self.patient else None,
            named=form.practitioner.data or "",
            until=form.what.closed_from,
        )

    @property
    def is_ready(self) -> bool:
        return self.is_good and not self.waits_for_patient and not self.forbidding

    @cached_property
    def offers(self) -> list[Offer]:
        """One more than is shown, to know whether there are more."""
        return offers(self.asking, self.search, self.shown + 1) if self.is_ready else []

    @property
    def days(self) -> list[OfferDay]:
        some = self.offers[: self.shown]
        keyed = groupby(some, lambda one: (one.known, one.day))
        return [OfferDay(day, known, list(ones)) for (known, day), ones in keyed]

    @cached_property
    def nothing(self) -> NoOffers | None:
        if not self.is_ready or self.offers:
            return None
        return no_offers(self.asking, self.search, [each.id for each in self.clinics])

    @property
    def why_nothing(self) -> str:
        """Once there is nothing."""
        found, form = self.nothing, self.form
        assert found is not None  # noqa: S101 - it is asked only then
        return why_nothing(
            found.hindrance,
            Looked(
                clinics=[self.names[each].name for each in self.chosen],
                sites=form.sites,
                minutes=self.search.minutes,
                days=form.days,
                parts=form.parts,
                named=form.practitioner.data or "",
                people=found.people,
                patient=self.patient.name if self.patient else "",
            ),
        )

    def link(self, endpoint: str = "schedule.search", **changed: object) -> str:
        """The same search, with something changed, as an address."""
        return url_for(endpoint, **{**self.form.address, **changed})

    def is_for(self, choice: DayChoice) -> bool:
        return self.form.days == days_of(choice, self.form.today)

    def link_to_days(self, choice: DayChoice) -> str:
        first, last = days_of(choice, self.form.today)
        return self.link(first=first.isoformat(), last=last.isoformat())

    def link_to_nearest(self, one: Nearest) -> str:
        """To the search that finds it, and the day on which it does."""
        whole = one.search.parts != self.search.parts
        day = one.offer.day.isoformat()
        return self.link(
            clinic=list(one.search.clinic_ids),
            first=day,
            last=day,
            part=None if whole else self.form.part.data,
            practitioner=one.search.named or None,
        )

    def link_to_book(self, offer: Offer) -> str:
        """All of it filled in; the patient only where they are on record."""
        form, clinic = self.form, self.names[offer.clinic_id]
        patient = self.patient if self.is_known_at(offer.clinic_id) else None
        return url_for(
            "schedule.book",
            clinic=offer.clinic_id,
            day=offer.day.isoformat(),
            treatment=form.treatment.data,
            site=list(form.sites),
            minutes=form.minutes.data,
            patient=patient.reference if patient else None,
            practitioner_id=offer.practitioner_id,
            time=clock_value(offer.starts_at, ZoneInfo(clinic.zone)),
            room_id=offer.room_id,
        )

    def is_known_at(self, clinic_id: int) -> bool:
        return self.patient is not None and self.patient.clinic_id == clinic_id

    def _chosen(self, typed: Sequence[str]) -> list[int]:
        """Each once. Raises BadInput, NotFound."""
        found = list[int]()
        for one in typed:
            if (number := record_number(one)) is None:
                raise BadInput(f"“{one[:40]}” is not a number of the registry.", field="clinic")
            if number not in self.names:
                raise NotFound("There is no such record.")
            if number not in found:
                found.append(number)
        return found


def _shown() -> int:
    """How many to show: whole pages. Raises BadInput."""
    asked = asked_number("show") or A_PAGE
    return min(max(asked // A_PAGE, 1) * A_PAGE, MOST_SHOWN)
