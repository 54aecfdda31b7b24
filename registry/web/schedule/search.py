"""Find a time: who can take it, in which days and parts of them, at one clinic or several."""

from __future__ import annotations

from typing import Any

from flask import render_template

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.offers import OpenDay, open_days
from registry.rules.day_choices import DayChoice
from registry.web.schedule.door import pages
from registry.web.schedule.finding import A_PAGE, MOST_SHOWN, Finding
from registry.web.schedule.forms import MUSCLES_BY_REGION, REGION_CHOICES


@pages.get("/search")
def search() -> tuple[str, int]:
    """The best twenty, then more; as one types, or with a button."""
    finding = Finding(actor(), now())
    return _page("schedule/search.html", finding)


@pages.get("/search/days")
def search_days() -> tuple[str, int]:
    """How many can take it on each of the days."""
    finding = Finding(actor(), now())
    days = open_days(finding.asking, finding.search) if finding.is_ready else list[OpenDay]()
    return _page("schedule/search_days.html", finding, days=days)


def _page(template: str, finding: Finding, **more: Any) -> tuple[str, int]:
    page = render_template(
        template,
        finding=finding,
        form=finding.form,
        region_choices=REGION_CHOICES,
        muscles_by_region=MUSCLES_BY_REGION,
        quick_days=list(DayChoice),
        a_page=A_PAGE,
        most_shown=MOST_SHOWN,
        **more,
    )
    return page, 422 if finding.form.wanted and finding.form.errors else 200
