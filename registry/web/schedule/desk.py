"""The booking desk: what was asked for, who can take it, and what went wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property

from flask import render_template, url_for
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]

from registry.errors import BadInput, Refused
from registry.leave import require
from registry.queries.bookings import free_room
from registry.queries.candidates import candidates_on
from registry.queries.clinics import clinics_of
from registry.queries.colleagues import Candidates, Wish
from registry.queries.contraindications import notes_for_booking
from registry.queries.diary import treatment_in_words
from registry.queries.openings import Opening, free_openings
from registry.queries.patients import PatientName, find_patients, usual_practitioner
from registry.queries.premises import Place, place
from registry.queries.provisional import may_be_provisional
from registry.queries.treatments import every_treatment
from registry.rules.access import Action, Actor, Subject
from registry.rules.contraindications import Note, forbidding
from registry.rules.diary import Slot
from registry.rules.treatments import Needs
from registry.services.booking_checks import Booking
from registry.web.asked import record_number
from registry.web.clearing import sent_as_it_was, sent_with_it, to_clear
from registry.web.outcomes import Reasons
from registry.web.refusals import put_at_field
from registry.web.schedule.chosen import CHOSEN, ChosenPlace, chosen_before, chosen_place
from registry.web.schedule.door import WHO_BOOKS, number_typed
from registry.web.schedule.forms import (
    MUSCLES_BY_REGION,
    REGION_CHOICES,
    PatientForm,
    WhoAndWhenForm,
    WishForm,
    room_choices,
)
from registry.web.schedule.gate_form import GateForm
from registry.web.schedule.starts import SEARCHED_AHEAD, by_part_of_day
from registry.web.schedule.times import WhichPassing, clock_value, typed_moment

#: Fields of a booking, by the names that the form gives them.
FIELDS = {"starts_at": "time", "sites": "site"}


class Desk:
    """One visit to the booking page. Raises NotAllowed, NotFound for who does not book there."""

    def __init__(self, asking: Actor, clinic_id: int, at: datetime) -> None:
        require(asking, Action.BOOK, Subject(frozenset({clinic_id})))
        self.asking, self.at = asking, at
        self.place: Place = place(clinic_id)
        self.wish = WishForm(self.place.today(at), every_treatment())
        self.is_good = self.wish.is_good()
        self.choice = WhoAndWhenForm(data=chosen_before())
        self.gates = GateForm(meta={"csrf": False})
        self.new_patient = PatientForm(formdata=None)
        self.refused: Refused | None = None
        self.passings: list[tuple[str, str]] = []

    @cached_property
    def patients(self) -> list[PatientName]:
        if self.wish.patient.errors:
            return []
        return find_patients(self.asking, self.place.id, self.wish.patient.data or "")

    @property
    def patient(self) -> PatientName | None:
        return self.patients[0] if len(self.patients) == 1 else None

    @cached_property
    def notes(self) -> list[Note]:
        """What is noted of the patient; nothing where nothing is to be needled."""
        if self.patient is None or not self.wish.needles:
            return []
        return notes_for_booking(self.asking, self.place.id, self.patient.id)

    @property
    def forbidding(self) -> list[Note]:
        return forbidding(self.notes)

    @property
    def what(self) -> str:
        return treatment_in_words(self.wish.what.name, self.wish.sites)

    @cached_property
    def candidates(self) -> Candidates | None:
        """None until it is known what is to be booked."""
        if not self.is_good or self.wish.day.data is None:
            return None
        wish = Wish(
            self.wish.sites, self._minutes, self.wish.day.data, self.wish.what.needs, self._whom
        )
        found = candidates_on(self.asking, self.place, wish, self.at)
        return replace(found, ready=sorted(found.ready, key=lambda one: one.id != self.usual))

    @cached_property
    def chosen_place(self) -> ChosenPlace | None:
        """What they came to book; nothing once that was refused, which says why itself."""
        found, whom = self.candidates, self.patient
        if found is None or whom is None or self.refused or self.choice.errors:
            return None
        return chosen_place(self.place, self.wish, self.choice, whom, found.everybody, self.at)

    @cached_property
    def provisional(self) -> bool:
        """Whether what was refused could be booked provisionally."""
        whom = record_number(self.choice.practitioner_id.data or "")
        if self.refused is None or whom is None:
            return False
        sites, refused = self.wish.sites, self.refused
        return may_be_provisional(self.asking, self.place.id, whom, sites, refused, self.at)

    @cached_property
    def usual(self) -> int | None:
        """Who sees this patient usually: they come first."""
        if self.patient is None:
            return None
        return usual_practitioner(self.asking, self.place.id, self.patient.id)

    @cached_property
    def later(self) -> list[Opening]:
        """Where nobody can take it that day: the next openings after it."""
        if self.candidates is None or self.candidates.ready or self.wish.day.data is None:
            return []
        tomorrow = self.wish.day.data + timedelta(days=1)
        return free_openings(
            [self.place.id],
            self.wish.sites,
            self._minutes,
            tomorrow,
            tomorrow + SEARCHED_AHEAD,
            limit=5,
            needs=self.wish.what.needs,
            patient_id=self._whom,
        )

    def booking(self) -> Booking:
        """What the forms ask for; room 0 where any will do. Raises BadInput at a field."""
        if self.patient is None:
            raise BadInput(self._who_then(), field="patient")
        day = self.wish.day.data or date.max
        starts = typed_moment(day, self.choice.time.data or "", self.place.zone)
        slot = Slot(starts, starts + timedelta(minutes=self._minutes))
        return Booking(
            clinic_id=self.place.id,
            room_id=number_typed(self.choice.room_id.data or "0"),
            practitioner_id=number_typed(self.choice.practitioner_id.data),
            patient_id=self.patient.id,
            treatment=self.wish.what.kind,
            treatment_type_id=self.wish.what.id,
            sites=self.wish.sites,
            slot=slot,
        )

    def complain(self, wrong: BadInput) -> None:
        """Put the sentence where it belongs, in whichever form has the field."""
        if isinstance(wrong, WhichPassing):
            self.passings = wrong.choices
        wrong.field = FIELDS.get(wrong.field or "", wrong.field)
        in_wish = wrong.field in self.wish._fields
        put_at_field(self.wish if in_wish else self.choice, wrong)

    def refusal(self, no: BadInput | Refused) -> tuple[str, int]:
        """The desk again, with what is wrong at its field or every reason on top."""
        if isinstance(no, BadInput):
            self.complain(no)
        else:
            self.refused = no
        return self.page(no.status)

    def page(self, status: int | None = None) -> tuple[str, int]:
        found = self.candidates
        day = self.wish.day.data or self.place.today(self.at)
        wanted = self.wish.chosen.id if self.wish.chosen else None
        self.choice.room_id.choices = room_choices(self.place.rooms_on(day, wanted))
        people = found.everybody if found else []
        self.choice.practitioner_id.choices = [
            Choice("", "Choose somebody"),
            *(Choice(str(one.id), f"{one.name}, {one.profession}") for one in people),
        ]
        page = render_template(
            "schedule/book.html",
            desk=self,
            found=found,
            clinics=[(each.id, each.name) for each in clinics_of(self.asking, *WHO_BOOKS)],
            reasons=Reasons.of(self.refused),
            region_choices=REGION_CHOICES,
            muscles_by_region=MUSCLES_BY_REGION,
            clock_value=clock_value,
            by_part_of_day=by_part_of_day,
            to_clear=to_clear(self.refused),
            sent_with_it=sent_with_it(),
            sent_as_it_was=sent_as_it_was(),
        )
        return page, status or (422 if self.wish.wanted and self.wish.errors else 200)

    def link(self, **changed: object) -> str:
        """The same wish, with something changed, as an address."""
        kept = {"clinic": self.place.id, **self.wish.address, **dict(self.chosen), **changed}
        return url_for("schedule.book", **kept)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Whom, when and where an empty place on the board stood for, to be carried along."""
        return [(name, self.choice[name].data) for name in CHOSEN if self.choice[name].data]

    def _who_then(self) -> str:
        typed = self.wish.patient.data
        if not typed or self.patients or self.wish.patient.errors:
            return "Choose the patient first."
        return f"No patient has the reference “{typed}” at {self.place.name}."

    @property
    def _whom(self) -> int | None:
        return self.patient.id if self.patient else None

    @property
    def _minutes(self) -> int:
        return int(self.wish.minutes.number or 0)


def with_room(place: Place, booking: Booking, needs: Needs) -> Booking:
    """The same in any fit room, if none was chosen. Raises BadInput at `room_id`."""
    if booking.room_id:
        return booking
    return booking._replace(room_id=any_room(place, booking.slot, needs))


def any_room(place: Place, slot: Slot, needs: Needs, but: int | None = None) -> int:
    """Raises BadInput at `room_id`."""
    if (found := free_room(place, slot, needs, but)) is None:
        _, last_day = slot.days_in(place.zone)
        fit = len(place.rooms_on(last_day, needs.type_id)) == len(place.rooms_on(last_day))
        what = "No room" if fit else "No room that is fit for it"
        raise BadInput(f"{what} is free at that time.", field="room_id")
    return found
