"""A repair as it can be kept in a row between two steps: lists of lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.rules.repair import Item, Nobody, Option, Problem


def as_kept(problem: Problem) -> dict[str, Any]:
    """As it can be kept in a row."""
    items = [
        [one.id, one.version, one.patient_id, one.starts, list(map(list, one.options)), one.nobody]
        for one in problem.items
    ]
    return {"items": items, "loads": sorted(map(list, problem.loads.items()))}


def problem_kept(kept: Mapping[str, Any]) -> Problem:
    items = tuple(
        Item(
            number,
            version,
            patient_id,
            starts,
            tuple(Option(*row) for row in options),
            Nobody(nobody) if nobody else None,
        )
        for number, version, patient_id, starts, options, nobody in kept["items"]
    )
    return Problem(items, dict(kept["loads"]))
