"""The pages of oversight. Each is about one clinic, the first of theirs unless the address says."""

from __future__ import annotations

from flask import render_template, url_for

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.audit_trail import Wanted, trail
from registry.queries.expiries import WINDOWS, expiries_at
from registry.queries.holds import Groundless, on_hold_at, to_look_back_upon
from registry.queries.oversight import attention_at, elsewhere, lapses_at
from registry.queries.rules_to_see_to import rules_to_see_to
from registry.queries.scope import ClinicSeen, clinics_seen
from registry.rules.access import Action, Answer, Subject, answer, may
from registry.web.asked import asked_number, asked_page
from registry.web.oversight.attention import needs
from registry.web.oversight.filters import trail_link, wanted_of_the_trail
from registry.web.pages import pages_for
from registry.web.shell import clinic_of_page

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
        needs=needs(found, lapses, elsewhere(actor(), clinic), rules, clinic, moment),
    )


@pages.get("/expiries")
def expiries() -> str:
    """What lapses at a clinic in the days to come, and the work that rests on it."""
    me = actor()
    clinic = clinic_of_page(Action.SEE_EXPIRIES)
    days = asked_number("days") or WINDOWS[0]
    if days not in WINDOWS:
        raise BadInput("Choose 30, 60 or 90 days.", field="days")
    page, today = asked_page(), clinic.day_at(now())
    view = answer(me, Action.SEE_EXPIRIES, Subject(frozenset({clinic.id})))
    in_full = view is Answer.ALLOWED
    found = expiries_at(clinic, today=today, days=days, page=page, in_full=in_full)
    return render_template(
        "oversight/expiries.html",
        clinic=clinic,
        today=today,
        days=days,
        windows=WINDOWS,
        found=found,
        in_full=in_full,
        **neighbours("oversight.expiries", clinic.id, page, found.last < found.total, days=days),
    )


@pages.get("/holds")
def holds() -> str:
    """Appointments that lost their ground, soonest first."""
    clinic = clinic_of_page(Action.SEE_SCHEDULE)
    page = asked_page()
    return _groundless("holds", clinic, page, on_hold_at(actor(), clinic, page=page, now=now()))


@pages.get("/look-back")
def look_back() -> str:
    """Treatments begun before it was known that their ground was missing, latest first."""
    clinic = clinic_of_page(Action.SEE_SCHEDULE)
    page = asked_page()
    return _groundless("look_back", clinic, page, to_look_back_upon(actor(), clinic, page=page))


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


def _groundless(view: str, clinic: ClinicSeen, page: int, found: Groundless) -> str:
    return render_template(
        f"oversight/{view}.html",
        clinic=clinic,
        today=clinic.day_at(now()),
        found=found,
        may_see_incidents=may(actor(), Action.SEE_INCIDENT, Subject(frozenset({clinic.id}))),
        **neighbours(f"oversight.{view}", clinic.id, page, found.last < found.total),
    )


def neighbours(
    endpoint: str, clinic_id: int, page: int, more: bool, **kept: int
) -> dict[str, str | None]:
    def link(number: int) -> str:
        return url_for(endpoint, clinic=clinic_id, page=number, **kept)  # type: ignore[arg-type]

    return {
        "previous": link(page - 1) if page > 1 else None,
        "following": link(page + 1) if more else None,
    }
