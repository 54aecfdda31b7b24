"""For each appointment on hold: the ways to settle it, so that nobody is proposed twice at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from registry.models import Appointment, db
from registry.queries.hand_over import Handing, Trial, trial_of
from registry.queries.hold_ways import (
    CANCELLED,
    Way,
    converting,
    days_around,
    giving,
    moving,
    restoring,
)
from registry.queries.premises import Place
from registry.queries.restoring import AsItStands
from registry.queries.standing_work import Work
from registry.queries.taken import Booked
from registry.queries.treatments import TreatmentLine, every_treatment
from registry.rules.contraindications import Note, uncleared
from registry.rules.diary import Slot
from registry.rules.holds import Settling
from registry.rules.vocabulary import AppointmentState

#: What may be proposed; the others change what is done, or that it is, and somebody decides.
PROPOSED = (Settling.RESTORE, Settling.GIVE, Settling.MOVE)
Held = tuple[Work, AsItStands]


class Proposal(NamedTuple):
    """
    `ways` are the best first; `reasons`: why nobody takes it at its time.

    Whoever is to treat must be asked about `to_clear` first.
    """

    ways: tuple[Way, ...] = ()
    reasons: tuple[str, ...] = ()
    to_clear: tuple[Note, ...] = ()

    @property
    def best(self) -> Way | None:
        first = self.ways[0] if self.ways else None
        return first if first and first.settling in PROPOSED else None

    @property
    def is_ready(self) -> bool:
        """Nobody need be asked first: neither the patient nor whoever treats them."""
        return self.best is not None and self.best.keeps_time and not self.to_clear


NO_WAYS = Proposal()


def proposals(place: Place, held: Sequence[Held], now: datetime) -> dict[int, Proposal]:
    """
    By number. Seventeen statements at most, however many.

    Whoever calls it may move appointments there, and see its patients' records.
    """
    days = sorted({day for work, _ in held for day in _days(place, work)})
    trial = _trial(place, [work for work, _ in held], days)
    handed: dict[int, Handing] = {}
    for some in _needing_first(held):
        handed |= {each.work.pattern.id: each for each in trial.proposed(some)}
    stuck = [each for each in held if _is_stuck(each, handed)]
    times = _other_times(place, trial, stuck, handed, now) if stuck else {}
    types = every_treatment()
    return {
        work.pattern.id: _proposal(work, stands, trial, handed, times, types)
        for work, stands in held
    }


def _needing_first(held: Sequence[Held]) -> Iterator[list[Work]]:
    """Whoever is proposed for what can only be given away is not proposed elsewhere."""
    yield [work for work, stands in held if not stands.restorable and not stands.passed]
    yield [work for work, stands in held if stands.restorable]


def _is_stuck(held: Held, handed: Mapping[int, Handing]) -> bool:
    """Neither to be restored nor for anybody at its own time."""
    work, stands = held
    handing = handed.get(work.pattern.id)
    return not stands.restorable and not (handing and handing.takers)


def _proposal(
    work: Work,
    stands: AsItStands,
    trial: Trial,
    handed: Mapping[int, Handing],
    times: Mapping[int, Sequence[Way]],
    types: Collection[TreatmentLine],
) -> Proposal:
    number, pattern = work.pattern.id, work.pattern
    handing = handed.get(number)
    ways = (
        *restoring(work, stands),
        *giving(handing),
        *times.get(number, ()),
        *converting(trial, work, stands, types),
        CANCELLED,
    )
    noted = trial.notes.get(pattern.patient_id, ()) if pattern.needles else ()
    asks = not stands.restorable and ways[0].settling in PROPOSED
    to_clear = tuple(uncleared(noted, (), 0, pattern.sites)) if asks else ()
    return Proposal(ways, handing.reasons if handing else (), to_clear)


def _other_times(
    place: Place,
    trial: Trial,
    stuck: Sequence[Held],
    handed: Mapping[int, Handing],
    now: datetime,
) -> dict[int, list[Way]]:
    """Nobody and no room is proposed for two of them at once."""
    today = place.today(now)
    days = {day for work, _ in stuck for day in days_around(_days(place, work)[0], today)}
    wider = _trial(place, [work for work, _ in stuck], sorted(days))
    for each in handed.values():
        if each.takers:
            _keep(wider, each.work, each.takers[0].id, each.work.pattern.slot.starts_at, None)
    found: dict[int, list[Way]] = {}
    for work, stands in stuck:
        if stands.forbids:  # at any time, with anybody
            continue
        found[work.pattern.id] = ways = moving(wider, work, now)
        for way in ways[:1]:
            if way.practitioner_id is not None and way.starts_at is not None:
                _keep(wider, work, way.practitioner_id, way.starts_at, way.room_id)
    return found


def _keep(trial: Trial, work: Work, who: int, starts: datetime, room_id: int | None) -> None:
    pattern = work.pattern
    slot = Slot(starts, starts + pattern.slot.length)
    whose = (who, room_id or pattern.room_id, pattern.patient_id)
    trial.taken.add(Booked.as_of(slot, pattern.needs.busy(slot), pattern.id, *whose))


def _trial(place: Place, works: Sequence[Work], days: Sequence[date]) -> Trial:
    trial = trial_of(place, works, days)
    trial.known = _known(place, {work.pattern.patient_id for work in works})
    return trial


def _known(place: Place, patient_ids: Collection[int]) -> dict[int, set[int]]:
    """By patient, who has treated them there. One statement."""
    rows = db.session.execute(
        select(Appointment.patient_id, Appointment.practitioner_id)
        .where(
            Appointment.clinic_id == place.id,
            Appointment.patient_id.in_(patient_ids),
            Appointment.state == AppointmentState.DONE,
        )
        .distinct()
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for patient_id, practitioner_id in rows:
        found[patient_id].add(practitioner_id)
    return dict(found)


def _days(place: Place, work: Work) -> tuple[date, date]:
    return work.pattern.slot.days_in(place.zone)
