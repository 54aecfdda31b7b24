"""The pages of oversight. Each is about one clinic, the first of theirs unless the address says."""

from __future__ import annotations

from flask import render_template

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.audit_trail import Wanted, trail
from registry.queries.holds import to_look_back_upon
from registry.queries.oversight import attention_at, elsewhere, lapses_at
from registry.queries.rules_to_see_to import rules_to_see_to
from registry.queries.scope import clinics_seen
from registry.rules.access import Action, Subject, may
from registry.web.asked import asked_page
from registry.web.oversight.attention import needs
from registry.web.oversight.filters import trail_link, wanted_of_the_trail
from registry.web.oversight.neighbours import neighbours
from registry.web.pages import pages_for
from registry.web.shell import clinic_of_page
from registry.web.worker_late import worker_ran

pages = pages_for("oversight", __name__)


@pages.get("/")
def dashboard() -> str:
    moment = now()
    clinic = clinic_of_page(Action.SEE_EXPIRIES)
    found = attention_at(clinic, now=moment)
    lapses = lapses_at(clinic, today=clinic.day_at(moment))
    rules = rules_to_see_to(clinic.jurisdiction, today=clinic.day_at(moment), now=moment)
    return render_template(
        "oversight/dashboard.html",
        clinic=clinic,
        today=clinic.day_at(moment),
        found=found,
        lapses=lapses,
        worker_ran=worker_ran(moment),
        needs=needs(found, lapses, elsewhere(actor(), clinic), rules, clinic, moment),
    )


@pages.get("/look-back")
def look_back() -> str:
    """Treatments begun before it was known that their ground was missing, latest first."""
    clinic = clinic_of_page(Action.SEE_SCHEDULE)
    page = asked_page()
    found = to_look_back_upon(actor(), clinic, page=page)
    return render_template(
        "oversight/look_back.html",
        clinic=clinic,
        today=clinic.day_at(now()),
        found=found,
        may_see_incidents=may(actor(), Action.SEE_INCIDENT, Subject(frozenset({clinic.id}))),
        **neighbours("oversight.look_back", clinic.id, page, found.last < found.total),
    )


@pages.get("/trail", endpoint="trail")
def audit_trail() -> str:
    """Who did what, latest first, with filters that live in the address."""
    me, wanted = actor(), wanted_of_the_trail()
    clinics = clinics_seen(me, Action.SEE_CLINIC_EVENTS)
    zone = next((c.zone for c in clinics if wanted.clinic_id in (None, c.id)), "UTC")
    found = trail(me, wanted=wanted, zone=zone)
    return render_template(
        "oversight/trail.html",
        found=found,
        wanted=wanted,
        clinics=clinics,
        zone=zone,
        earlier=trail_link(wanted, found.earlier_from),
        latest=trail_link(wanted, None) if wanted.before_id else None,
        filtered=wanted != Wanted(),
    )
