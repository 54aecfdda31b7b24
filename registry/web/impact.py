"""What a change does to the appointment book: shown first, then done with one more press."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import HiddenField

from registry.adapters.clock import now
from registry.identity import actor
from registry.models import rehearsed
from registry.models.derived_privileges import Spans
from registry.queries.impact import Impact, held_privileges, impact_of
from registry.queries.what_if_answers import ClinicThen
from registry.rules.wording import count
from registry.services.holds import LostGround
from registry.web.formats import in_days, stamp
from registry.web.refusals import carried_out


class ForeseeingForm(FlaskForm):
    """`foreseen` stands for what `impact` showed; `overtaken`: by now it is something else."""

    foreseen = HiddenField()
    impact: Impact | None = None
    overtaken = False

    @property
    def status(self) -> int:
        return 409 if self.overtaken else 422 if self.errors else 200

    @property
    def in_short(self) -> str:
        return in_short(self.impact) if self.impact else ""

    def press(self, words: str) -> str:
        """The words of its button, which say what it does once that was shown."""
        if self.impact is None:
            return words
        held = self.impact.held.total + self.impact.held.elsewhere
        begun = self.impact.begun.total + self.impact.begun.elsewhere
        return f"{words}, put {held} on hold" if held else f"{words}, look back on {begun}"


Marking = Callable[[list[LostGround]], str]


def carried_out_as_foreseen(
    form: ForeseeingForm,
    use_case: Callable[[], list[LostGround]],
    about: Collection[int] = (),
    marking: Marking | None = None,
) -> list[LostGround] | None:
    """What lost its ground, once it is done; None while the form says why not, or what it does."""
    lost: list[LostGround] = []
    if not carried_out(form, lambda: lost.extend(as_foreseen(form, use_case, about, marking))):
        return None
    return None if form.impact else lost


def as_foreseen(
    form: ForeseeingForm,
    use_case: Callable[[], list[LostGround]],
    about: Collection[int] = (),
    marking: Marking | None = None,
) -> list[LostGround]:
    """
    Done at once where it takes the ground from nothing, or from just what the form showed.

    Else all of it is undone, and the form shows what it does. `about` are the practitioners whose
    sites are told. `marking` is for a form that showed it otherwise: see `mark_of_answer`.
    """
    with rehearsed() as rehearsal:
        before = held_privileges(about) if about else None
        lost = use_case()
        left = held_privileges(about) if lost and about else {}
        mark = marking(lost) if marking else _mark(lost, left)
        if not lost or mark == form.foreseen.data:
            rehearsal.go_ahead()
            return lost
        form.impact = impact_of(actor(), lost, now(), before)
    form.overtaken = bool(form.foreseen.data)
    form.foreseen.data = mark
    return []


def _mark(lost: list[LostGround], left: Mapping[int, Spans]) -> str:
    """The same for the same appointments held and begun, and the same days left to needle on."""
    held = sorted((one.id, one.starts_at, one.begun) for one in lost)
    told = (held, [(who, sorted(spans.items())) for who, spans in sorted(left.items())])
    return sha256(repr(told).encode()).hexdigest()[:32]


def mark_of_answer(clinics: Iterable[ClinicThen]) -> str:
    """What a what-if showed, so that what is then done can be held against it."""
    shown = list(clinics)
    held = [one.appointment_id for at in shown for one in at.held]
    return _mark_of_what_if(held, sum(at.begun for at in shown))


def as_answered(lost: list[LostGround]) -> str:
    """The same for what a use case did: how many had begun, since an answer does not say which."""
    return _mark_of_what_if([one.id for one in lost if not one.begun], sum(o.begun for o in lost))


def _mark_of_what_if(held: Collection[int], begun: int) -> str:
    return sha256(repr((sorted(held), begun)).encode()).hexdigest()[:32]


def in_short(impact: Impact) -> str:
    """14 appointments, 9 patients, first Tue 2 March 2027, 08:30 EST (tomorrow); 11 can be ..."""
    if not impact.held.total:
        return ""
    held, first = impact.held, impact.held.lines[0]
    told = who_and_when(held.total, held.patients, first.starts_at, first.zone, first.today)
    return f"{told}; {_movable(impact)} moved without changing the time."


def who_and_when(
    total: int, patients: int, first: datetime, zone: str | ZoneInfo, today: date
) -> str:
    """14 appointments, 9 patients, first Tue 2 March 2027, 08:30 EST (tomorrow)"""
    clock = zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
    when = f"{stamp(first, clock)} ({in_days(first.astimezone(clock).date(), today)})"
    told = f"{count(total, 'appointment')}, {count(patients, 'patient')}"
    return f"{told}, {'first ' if total > 1 else ''}{when}"


def held_in_short(at: ClinicThen, zone: str, as_of: datetime) -> str:
    """The same of rules that somebody only asks about; who could take them is not asked then."""
    if not at.held:
        return ""
    first, today = at.held[0].starts_at, as_of.astimezone(ZoneInfo(zone)).date()
    return f"{who_and_when(len(at.held), at.patients, first, zone, today)}."


def _movable(impact: Impact) -> str:
    if impact.held.total == 1:
        return "it can be" if impact.movable else "it cannot be"
    if impact.asked < impact.held.total:
        return f"of the first {impact.asked}, {impact.movable or 'none'} can be"
    return f"{impact.movable or 'none'} can be"
