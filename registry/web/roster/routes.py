"""The roster of a clinic, the decision behind each of its signs, and the dossier."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.decisions import explained_decision, gravest_reasons
from registry.queries.dossier import dossier_of
from registry.queries.roster import PEOPLE_A_PAGE, roster_on
from registry.rules.access import Action, Subject, may
from registry.rules.days import day_after, day_before
from registry.rules.regions import site_name
from registry.web.asked import asked_day, asked_number, asked_page, asked_text, record_number
from registry.web.pages import pages_for
from registry.web.roster.dossier import DossierPage
from registry.web.roster.grid import COLUMNS, grid_of
from registry.web.shell import clinic_of_page
from registry.web.sites import REGIONS_AND_MUSCLES

pages = pages_for("roster", __name__)


@pages.get("/")
def day() -> str:
    """Who may needle what here on this day."""
    place = clinic_of_page(Action.SEE_DIRECTORY)
    today = place.day_at(now())
    wanted = asked_day("day") or today
    name, page = asked_text("q"), asked_page()
    roster = roster_on(place, day=wanted, name=name, page=page)

    here = url_for("roster.day", clinic=place.id, q=name or None)

    def link(to: date, number: int | None = None) -> str:
        return f"{here}&day={to.isoformat()}" + (f"&page={number}" if number else "")

    return render_template(
        "roster/day.html",
        place=place,
        today=today,
        day=wanted,
        name=name,
        roster=roster,
        columns=COLUMNS,
        grid=grid_of(roster, place, wanted, today),
        earlier_day=link(day_before(wanted)),
        later_day=link(day_after(wanted)),
        first_page=link(wanted),
        may_book=may(actor(), Action.BOOK, Subject(frozenset({place.id}))),
        previous=link(wanted, page - 1) if page > 1 else None,
        following=link(wanted, page + 1) if roster.last < roster.total else None,
    )


@pages.get("/reasons")
def reasons() -> str:
    """The notes of a page of people, asked for once the page is there: working them out is slow."""
    place = clinic_of_page(Action.SEE_DIRECTORY)
    wanted = asked_day("day") or place.day_at(now())
    found = gravest_reasons(place, practitioner_ids=_people_asked(), day=wanted)
    return render_template("roster/reasons.html", place=place, day=wanted, reasons=found)


@pages.get("/decision")
def decision() -> str:
    """Every requirement for one practitioner, clinic, site and day."""
    who = asked_number("practitioner")
    if who is None:
        raise BadInput("Say which practitioner. Choose one from the roster.", field="practitioner")
    explained = explained_decision(
        actor(),
        practitioner_id=who,
        clinic_id=asked_number("clinic"),
        site=asked_text("site") or "neck",
        day=asked_day("day"),
        now=now(),
    )
    evidence = {
        paper: (words, url_for("my_credentials.credential", credential_id=paper[1]))
        for paper, words in explained.papers.items()
    }
    return render_template(
        "roster/decision.html",
        explained=explained,
        decision=explained.decision,
        question=explained.decision.question,
        site=site_name(explained.decision.question.site),
        evidence=evidence,
        sites=REGIONS_AND_MUSCLES,
    )


@pages.get("/practitioners/<int:practitioner_id>")
def practitioner(practitioner_id: int) -> str:
    """The dossier: what they may needle where until when, and why."""
    moment = now()
    dossier = dossier_of(actor(), practitioner_id=practitioner_id, now=moment)
    return render_template("roster/practitioner.html", page=DossierPage(dossier))


def _people_asked() -> list[int]:
    given = request.args.get("who", "").split(",")[:PEOPLE_A_PAGE]
    return [number for one in given if (number := record_number(one)) is not None]
