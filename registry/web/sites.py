"""Every region, and under it its muscles, as a list to choose from."""

from __future__ import annotations

from collections.abc import Iterator

from registry.rules.regions import MUSCLES, REGIONS


def _listed() -> Iterator[tuple[str, str]]:
    """Each muscle once, under the first of its regions."""
    listed: set[str] = set()
    for region in REGIONS.values():
        yield region.code, region.name
        for muscle in MUSCLES.values():
            if region.code in muscle.regions and muscle.code not in listed:
                listed.add(muscle.code)
                yield muscle.code, f"{region.name}: {muscle.name.lower()}"


REGIONS_AND_MUSCLES = tuple(_listed())
