"""Many appointments at once: what was chosen on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import request

from registry.errors import BadInput
from registry.queries.fitting import Fit
from registry.queries.free_starts import Start
from registry.services.copying import Copy

CHOSEN = re.compile(r"([0-9]{1,9})-([0-9]{1,11})-([0-9]{1,9})")


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
