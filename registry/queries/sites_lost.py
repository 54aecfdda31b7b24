"""Sites lost: what somebody could needle at a clinic and no longer can, and from which day on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from registry.models.derived_privileges import Spans, uncovered_from
from registry.rules.days import Span, cover
from registry.rules.regions import MUSCLES, REGIONS


def sites_lost(old: Spans, new: Spans, today: Mapping[int, date]) -> Mapping[int, dict[str, date]]:
    """By clinic, the sites of which `new` leaves out a day that `old` has; the first from today."""
    lost: defaultdict[int, dict[str, date]] = defaultdict(dict)
    for (clinic_id, site), days in old.items():
        kept = new.get((clinic_id, site), ())
        ahead = [Span(max(one.first, today[clinic_id]), one.last) for one in days]
        left_out = [
            uncovered_from(one, kept)
            for one in ahead
            if one.first <= one.last and not cover(kept, one)
        ]
        if left_out:
            lost[clinic_id][site] = min(left_out)
    return lost


def folded(sites: Collection[str]) -> list[str]:
    """Regions, and muscles only where their region does not say it already."""
    regions = [region for region in REGIONS if region in sites]
    muscles = (muscle for muscle in MUSCLES.values() if muscle.code in sites)
    return regions + [m.code for m in muscles if m.pleural or not m.regions & set(sites)]
