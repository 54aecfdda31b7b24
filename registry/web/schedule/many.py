"""Many appointments at once: what was chosen on a page, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotCleared
from registry.identity import actor
from registry.queries.candidates import reasons_of
from registry.queries.fitting import Fit
from registry.queries.free_starts import Start
from registry.queries.premises import Place
from registry.queries.undo_steps import step_page
from registry.rules.wording import count
from registry.services.copying import Copy
from registry.services.on_its_own import NotDone, Outcome
from registry.web.schedule.clearing import box_of, sent_with_it
from registry.web.schedule.desk import Reasons

CHOSEN = re.compile(r"([0-9]{1,9})-([0-9]{1,11})-([0-9]{1,9})")
Answer = Response | tuple[str, int]


class Box(NamedTuple):
    """To be ticked once somebody was asked, before what `starts` then is tried once more."""

    field: str
    refusal: NotCleared
    starts: list[datetime]


def key_of(fit: Fit, start: Start | None = None) -> str:
    """How a date that fits, or a start near one that does not, is sent back."""
    if start is None:
        assert fit.when.slot is not None and fit.room is not None  # noqa: S101, PT018 - it fits
        start = Start(fit.when.slot.starts_at, fit.room)
    return f"{fit.pattern.id}-{int(start.starts_at.timestamp())}-{start.room.id}"


def copies_chosen() -> list[Copy]:
    """Raises BadInput for what no page of ours sends."""
    return [
        Copy(first, datetime.fromtimestamp(second, UTC), third)
        for first, second, third in triples()
    ]


def triples() -> Iterator[tuple[int, int, int]]:
    """The numbers of each thing chosen; what was left out is sent empty."""
    for value in request.form.getlist("take"):
        if not value:
            continue
        if (found := CHOSEN.fullmatch(value)) is None:
            raise BadInput("Something was chosen that is not on this page. Choose again.")
        yield int(found[1]), int(found[2]), int(found[3])


def told_of(outcome: Outcome, place: Place, did: str, back: str) -> Answer:
    """On to what was done; or, where something was refused, a page that says what and why."""
    if not outcome.refused and outcome.step_id is not None:
        flash(f"{count(len(outcome.done), 'appointment')} {did}.", "success")
        return redirect(url_for("schedule.step", step_id=outcome.step_id), 303)
    if not outcome.refused:
        flash("This was done already; nothing was done twice.", "success")
        return redirect(back, 303)
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
