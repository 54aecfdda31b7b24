"""What would it take for me to needle there? Asked of any place, by me or by my manager."""

from __future__ import annotations

from flask import render_template, url_for

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.queries.requirement_sets import shipped
from registry.queries.what_it_takes import WhatItTakes, record_for_question
from registry.queries.what_it_takes import what_it_takes as asked_of
from registry.rules.regions import site_name
from registry.web.asked import asked_day, asked_text
from registry.web.my_credentials.routes import pages
from registry.web.shell import is_about_another
from registry.web.sites import REGIONS_AND_MUSCLES


@pages.get("/what-it-takes")
@pages.get("/for/<int:practitioner_id>/what-it-takes")
def what_it_takes(practitioner_id: int | None = None) -> str:
    """Without a place in the address it only asks for one."""
    me = actor()
    whose = practitioner_id or me.practitioner_id
    if whose is None:
        raise NotFound("You are not on record as a practitioner, so there is nothing to compare.")
    if whose != me.practitioner_id:
        is_about_another()
    record = record_for_question(me, whose)
    place, site, day = asked_text("jurisdiction"), asked_text("site") or "neck", asked_day("day")
    found = None
    if place:
        found = asked_of(me, record, jurisdiction=place, site=site, day=day, now=now())
    return render_template(
        "my_credentials/what_it_takes.html",
        record=record,
        found=found,
        own=whose == me.practitioner_id,
        place=place,
        site=site,
        site_words=site_name(site).lower(),
        day=day or record.today(now()),
        evidence=_evidence(found) if found else {},
        places=[("", "Choose a place"), *_places()],
        sites=REGIONS_AND_MUSCLES,
    )


def _places() -> list[tuple[str, str]]:
    return sorted(((code, file.name) for code, file in shipped().items()), key=lambda one: one[1])


def _evidence(found: WhatItTakes) -> dict[object, tuple[str, str]]:
    return {
        paper: (words, url_for("my_credentials.credential", credential_id=paper[1]))
        for paper, words in found.papers.items()
    }
