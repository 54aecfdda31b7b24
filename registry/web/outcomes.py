"""What came of many appointments at once: on to what was done, or what was not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotCleared, NotPrivileged, Refused
from registry.identity import actor
from registry.queries.candidates import reasons_of
from registry.queries.premises import Place
from registry.queries.undo_steps import step_page
from registry.rules.findings import Finding
from registry.rules.wording import count
from registry.services.on_its_own import NotDone, Outcome
from registry.web.clearing import box_of, sent_with_it

Answer = Response | tuple[str, int]
DONE_ALREADY = "This was done already; nothing was done twice."


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a refusal of several sites or days comes to, each reason once."""

    refusals: tuple[Finding, ...]

    @classmethod
    def of(cls, refused: Refused | None) -> Reasons | None:
        decisions = refused.decisions if isinstance(refused, NotPrivileged) else ()
        return cls(reasons_of(decisions)) if decisions else None


class Box(NamedTuple):
    """To be ticked once somebody was asked, before what `starts` then is tried once more."""

    field: str
    refusal: NotCleared
    starts: list[datetime]


def told_of(outcome: Outcome, place: Place, did: str, back: str) -> Answer:
    """On to what was done; or, where something was refused, a page that says what and why."""
    if not outcome.refused and outcome.step_id is not None:
        flash(f"{count(len(outcome.done), 'appointment')} {did}.", "success")
        return redirect(url_for("schedule.step", step_id=outcome.step_id), 303)
    if not outcome.refused:
        flash(DONE_ALREADY, "success")
        return redirect(back, 303)
    return what_was_refused(outcome, place, did, back)


def what_was_refused(outcome: Outcome, place: Place, did: str, back: str) -> tuple[str, int]:
    page = render_template(
        "schedule/outcome.html",
        outcome=outcome,
        place=place,
        did=did,
        back=back,
        reasons_of=_reasons_of,
        step=step_page(actor(), outcome.step_id) if outcome.step_id else None,
        to_clear=_to_clear(outcome),
        sent_with_it=sent_with_it(),
        at=now(),
    )
    return page, 200 if outcome.done or outcome.already else 409


def try_it(act: Callable[[], Answer], again: Callable[[str], Answer]) -> Answer:
    """Shown again with the sentence where the form as a whole cannot be."""
    try:
        return act()
    except BadInput as wrong:
        return again(wrong.message)


def _to_clear(outcome: Outcome) -> list[Box]:
    """A box for each appointment; one for all the dates of a series, which is one to ask about."""
    found: dict[tuple[int, str], Box] = {}
    for one in outcome.refused:
        if (no := one.to_clear) is not None:
            box = Box(box_of(one.appointment_id), no, [])
            found.setdefault((one.appointment_id, no.message), box).starts.append(one.starts_at)
    return list(found.values())


def _reasons_of(one: NotDone) -> Reasons | None:
    return Reasons(reasons_of(one.decisions)) if one.decisions else None
