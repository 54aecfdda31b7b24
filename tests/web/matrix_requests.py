"""The access matrix as requests: one builder for each of its rows that pages can do so far."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from registry.rules.calendars import FeedKind
from registry.rules.vocabulary import CourseKind, Outcome, Role, Treatment, VersionState
from registry.services.calendars import make_feed, withdraw_feed
from registry.services.verification import decide_standing
from tests import given
from tests.factors import with_app
from tests.files import certificate_pdf
from tests.letters import code_of_letter, letter_of, standing_letter
from tests.web.house import (
    ADMINISTRATOR,
    COVERED_DAYS,
    DESK,
    ELSEWHERE,
    HERE,
    OTHER,
    OWNER,
    PATIENT,
    STRANGER,
    House,
)
from tests.web.visits import PASSWORD, with_password

Key = tuple[str, str]
ON_FOOT = dict(treatment=Treatment.MANUAL_THERAPY, sites=())
REASON = "It was agreed on the telephone."


@dataclass(frozen=True, slots=True)
class Asked:
    """
    `data` is a form to send, None to look. `full` is what a full view says and a narrower one
    does not. `no_such` is the same for a record that does not exist, where the address cannot
    tell. `later` is how long after the scene it is asked. `part`: the row is about a part of a
    page, so leaving that part out refuses or hides it.
    """

    path: str
    data: dict[str, Any] | None = None
    full: tuple[str, ...] = ()
    no_such: dict[str, Any] | None = None
    later: timedelta = timedelta(0)
    part: bool = False


Builder = Callable[[House, str], Asked]
REQUESTS: dict[Key, Builder] = {}


def row(resource: str, action: str) -> Callable[[Builder], Builder]:
    def keep(builder: Builder) -> Builder:
        REQUESTS[resource, action] = builder
        return builder

    return keep


def seen(
    resource: str, action: str, *full: str, part: bool = False
) -> Callable[[Callable[[House], str]], None]:
    """A row that is only a page to look at, of the same address for everybody."""

    def keep(path: Callable[[House], str]) -> None:
        REQUESTS[resource, action] = lambda house, _seat: Asked(path(house), full=full, part=part)

    return keep


seen("public", "open the sign-in page")(lambda h: "/sign-in")
seen("public", "health check (no version, no data)", "0.1", "Harbour")(lambda h: "/healthz")
seen("practitioner", "see the clinic's directory")(lambda h: f"/roster/?clinic={h.harbour.id}")
seen("practitioner", "see the full profile", "Lakeside Institute", part=True)(
    lambda h: f"/roster/practitioners/{h.dana.id}"
)
seen("certificate", "see number, issuer, dates, status", "Lakeside Institute")(
    lambda h: f"/my-credentials/{h.certificate_id}"
)
seen("schedule", "see this practitioner's day")(lambda h: f"/schedule/practitioners/{h.dana.id}")
seen("schedule", "see the patient's name on an appointment", PATIENT, part=True)(
    lambda h: f"/schedule/appointments/{h.appointment()}"
)
seen("clinic", "see settings")(lambda h: f"/setup/clinics/{h.harbour.id}")
seen("audit", "see the events of this practitioner", "Dana Okafor", part=True)(
    lambda h: h.trail_with_dana_in_it()
)
seen("audit", "see the clinic's events")(lambda h: f"/oversight/trail?clinic={h.harbour.id}")
seen("reports", "who expires in 90 days", "Lakeside Institute")(
    lambda h: f"/oversight/expiries?clinic={h.harbour.id}&days=90"
)


@row("public", "check a certificate by its public code (status and dates only)")
def check_by_code(house: House, seat: str) -> Asked:
    """Everybody sees the same narrow view: no course, no number, no way to reach her."""
    letter = standing_letter(house.dana, house.harbour)
    letter = letter or letter_of(house.people[OWNER], house.harbour)
    full = ("Lakeside Institute", "dana.contact@test.example")
    return Asked(f"/check/{code_of_letter(letter)}", full=full)


seen("incident", "see the incident")(lambda h: f"/oversight/incidents/{h.incident()}")


@row("incident", "settle the incident")
def settle_incident(house: House, seat: str) -> Asked:
    return Asked(f"/oversight/incidents/{house.incident()}/steps", {"new-title": "Ring them"})


@row("practitioner", "change contact details")
def contact(house: House, seat: str) -> Asked:
    return _of_dana(house, "contact", {"contact-email": f"{seat[:3]}@new.example"})


@row("practitioner", "change legal name")
def legal_name(house: House, seat: str) -> Asked:
    return _of_dana(house, "name", {"name-name": "Dana Okafor-Bell"})


@row("practitioner", "create")
def create(house: House, seat: str) -> Asked:
    told = {"name": f"New {seat}", "profession": "PT", "first_day": "2027-01-01"}
    nowhere = told | {"clinic_ids": "777"}
    asked = told | {"clinic_ids": str(house.harbour.id)}
    return Asked("/setup/practitioners/new", asked, no_such=nowhere)


@row("practitioner", "archive")
def archive(house: House, seat: str) -> Asked:
    mine = seat == OWNER
    whom = house.dana if mine else given.practitioner(f"Leaving {seat}", at=house.harbour)
    return Asked(f"/setup/practitioners/{whom.id}/archive", {"reason": REASON})


seen("practitioner", "see the working hours")(lambda h: f"/setup/practitioners/{h.dana.id}/hours")


@row("practitioner", "change working hours and time off")
def time_off(house: House, seat: str) -> Asked:
    day = given.TODAY + timedelta(days=100 + house.end_of_trail() % 600)
    return Asked(f"/setup/practitioners/{house.dana.id}/time-off", {"first_day": day.isoformat()})


@row("certificate", "open the uploaded file")
def open_file(house: House, seat: str) -> Asked:
    return Asked(f"/documents/{house.document(house.dana, house.people[OWNER])}/file")


@row("certificate", "upload for this practitioner")
def upload(house: House, seat: str) -> Asked:
    number = house.end_of_trail() % 7 + 1
    told = {
        "first_day": "2026-01-01",
        "file": (io.BytesIO(certificate_pdf(number)), "cpr.pdf"),
    }
    return Asked(f"/my-credentials/for/{house.dana.id}/add/cpr", told)


@row("certificate", "withdraw an upload that nobody has verified")
def withdraw(house: House, seat: str) -> Asked:
    one = house.held(house.dana, VersionState.SUBMITTED)
    return Asked(f"/my-credentials/{one}/versions/{house.version(one).id}/withdraw", {})


@row("certificate", "verify, as one who did not upload it")
def verify(house: House, seat: str) -> Asked:
    return _on_version(house, house.held(house.dana, VersionState.SUBMITTED), "verify")


@row("certificate", "verify, as the one who uploaded it")
def verify_uploaded(house: House, seat: str) -> Asked:
    uploader = house.people.get(seat)
    return _on_version(house, house.held(house.dana, VersionState.SUBMITTED, uploader), "verify")


@row("certificate", "verify one's own (the manager is a practitioner too)")
def verify_own(house: House, seat: str) -> Asked:
    if seat == HERE:
        herself = given.practitioner("Mara Manager", at=house.harbour)
        house.people[HERE] = given.somebody(Role.MANAGER, house.harbour, practises_as=herself)
        return _on_version(house, house.held(herself, VersionState.SUBMITTED), "verify")
    return verify(house, seat)


@row("certificate", "refuse, with a reason")
def reject(house: House, seat: str) -> Asked:
    one = house.held(house.dana, VersionState.SUBMITTED)
    return Asked(f"/review/versions/{house.version(one).id}/reject", {"reason": REASON})


@row("certificate", "revoke, with a reason")
def revoke(house: House, seat: str) -> Asked:
    return _revoke(house, REASON)


@row("certificate", "revoke without a reason")
def revoke_without_a_reason(house: House, seat: str) -> Asked:
    return _revoke(house, "")


@row("certificate", "reinstate (two persons)")
def reinstate(house: House, seat: str) -> Asked:
    one = house.held(house.dana, VersionState.VERIFIED)
    decide_on(one, Outcome.SUSPENDED)
    told = {"effective_from": given.TODAY.isoformat(), "reason": REASON}
    return Asked(f"/review/credentials/{one}/reinstated", told)


@row("schedule", "export (CSV, calendar)")
def take_along(house: House, seat: str) -> Asked:
    return Asked(f"/calendars/of-practitioner/{house.dana.id}", {"name": "my phone"})


@row("schedule", "calendar feed with a withdrawn token")
def withdrawn_feed(house: House, seat: str) -> Asked:
    maker, kind = house.people[HERE], FeedKind.CLINIC
    made = dict(actor=maker, kind=kind, number=house.harbour.id, name="my phone")
    token = make_feed(**made, now=given.NOW)
    withdraw_feed(actor=maker, feed_id=house.feed_id(), now=given.NOW)
    return Asked(f"/calendars/{token}.ics")


@row("schedule", "book needling, certificate valid")
def book(house: House, seat: str) -> Asked:
    return _book(house, house.dana)


@row("schedule", "book needling, certificate missing")
def book_uncertified(house: House, seat: str) -> Asked:
    return _book(house, house.colleague())


@row("schedule", "book needling, certificate expired")
def book_expired(house: House, seat: str) -> Asked:
    return _book_with(house, last_day=given.TODAY)


@row("schedule", "book needling, certificate revoked a second ago")
def book_revoked(house: House, seat: str) -> Asked:
    whom = house.colleague()
    decide_on(given.certificate(whom).id, Outcome.REVOKED)
    return _book(house, whom)


@row("schedule", "book needling, certificate uploaded but not verified")
def book_unverified(house: House, seat: str) -> Asked:
    return _book_with(house, state=VersionState.SUBMITTED)


@row("schedule", "book needling, acupuncture credential only")
def book_acupuncturist(house: House, seat: str) -> Asked:
    return _book_with(house, kind=CourseKind.ACUPUNCTURE)


@row("schedule", "book another treatment")
def book_other(house: House, seat: str) -> Asked:
    return _book(house, house.luis, treatment="exercise")


@row("schedule", "book over an existing appointment")
def book_over(house: House, seat: str) -> Asked:
    when = house.hour()
    slot = given.slot(
        house.harbour, int(when["time"][:2]), day=given.date.fromisoformat(when["day"])
    )
    given.booked(house.harbour, house.dana, slot)
    return _book(house, house.dana, **when)


@row("schedule", "move an appointment inside the cover")
def move(house: House, seat: str) -> Asked:
    told = house.hour() | {"minutes": "30", "room_id": "", "seen_version": "1"}
    return _on_appointment(house.appointment(), "move", **told)


@row("schedule", "move an appointment past the cover")
def move_past_the_cover(house: House, seat: str) -> Asked:
    after = given.TODAY + timedelta(days=COVERED_DAYS + 1)
    told = house.hour() | {"day": after.isoformat(), "minutes": "30", "room_id": ""}
    return _on_appointment(house.appointment(), "move", **told)


@row("schedule", "turn another treatment into needling, no certificate")
def convert(house: House, seat: str) -> Asked:
    whom = house.dana if seat in (OWNER, OTHER) else house.luis
    site = "neck" if seat in (OWNER, OTHER) else "thigh"
    one = house.appointment(whom, **ON_FOOT)
    return _on_appointment(one, "convert", treatment="needling", site=[site])


@row("schedule", "give a needling appointment to an uncertified colleague")
def reassign(house: House, seat: str) -> Asked:
    return _on_appointment(house.appointment(), "reassign", practitioner_id=str(house.luis.id))


@row("schedule", "cancel")
def cancel(house: House, seat: str) -> Asked:
    return _on_appointment(house.appointment(), "cancel", reason=REASON)


@row("schedule", "mark as done")
def done(house: House, seat: str) -> Asked:
    number = house.appointment()
    asked = _on_appointment(number, "done", seen_version=str(given.checked_in(number)))
    return Asked(asked.path, asked.data, later=timedelta(days=COVERED_DAYS))


@row("clinic", "change settings, time zone among them")
def change_clinic(house: House, seat: str) -> Asked:
    told = dict(name=f"Harbour {seat}", address="2 Quay", jurisdiction="US-MT")
    return Asked(f"/setup/clinics/{house.harbour.id}/edit", told | {"zone": "America/Toronto"})


@row("clinic", "create a clinic")
def create_clinic(house: House, seat: str) -> Asked:
    told = dict(name=f"Isle {seat}", address="3 Quay", jurisdiction="US-MT")
    return Asked("/setup/clinics/new", told | {"zone": "America/New_York"})


@row("people", "add front-desk staff")
def add_front_desk(house: House, seat: str) -> Asked:
    told = {"name": "Fay Desk", "email": f"fay{house.end_of_trail()}@test.example"}
    asked = told | {"grants": f"front_desk:{house.harbour.id}"}
    return Asked("/setup/people/invite", asked, no_such=told | {"grants": "front_desk:777"})


@row("people", "make somebody a manager")
def make_manager(house: House, seat: str) -> Asked:
    return _grants(house, seat, f"manager:{house.harbour.id}")


@row("people", "make somebody an administrator (second administrator confirms)")
def make_administrator(house: House, seat: str) -> Asked:
    return _grants(house, seat, "administrator:")


@row("people", "raise one's own role")
def raise_own_role(house: House, seat: str) -> Asked:
    own = house.people[DESK if seat == STRANGER else seat]
    higher = f"auditor:{house.harbour.id}" if seat == ADMINISTRATOR else "administrator:"
    kept = [f"{grant.role}:{grant.clinic_id or ''}" for grant in own.grants]
    return Asked(f"/setup/people/{own.account_id}/grants", {"grants": [*kept, higher]})


@row("people", "change one's own password")
def change_password(house: House, seat: str) -> Asked:
    house.with_password(seat)
    return Asked("/account/password", {"old": PASSWORD, "new": "seven wet otters by the weir"})


@row("people", "reset somebody's second factor")
def reset_second_factor(house: House, seat: str) -> Asked:
    whose = given.somebody(Role.FRONT_DESK, house.harbour)
    with_password(whose)
    with_app(whose)
    house.with_password(seat)
    told = {"reason": REASON, "password": PASSWORD}
    return Asked(f"/setup/people/{whose.account_id}/second-factor", told)


@row("people", "end somebody's sessions")
def end_sessions(house: House, seat: str) -> Asked:
    whose = house.people[OWNER if seat == OWNER else DESK]
    if seat == OTHER:
        whose = given.somebody(Role.FRONT_DESK, house.harbour)
    house.browser(OWNER if seat == OWNER else DESK)
    return Asked(f"/setup/people/{whose.account_id}/end-sessions", {})


def _of_dana(house: House, form: str, told: dict[str, str]) -> Asked:
    return Asked(f"/setup/practitioners/{house.dana.id}/{form}", told)


def _on_version(house: House, credential_id: int, what: str) -> Asked:
    told = {"method": "issuer_portal", "reference": "the issuer's page"}
    return Asked(f"/review/versions/{house.version(credential_id).id}/{what}", told)


def _revoke(house: House, reason: str) -> Asked:
    one = house.held(house.dana, VersionState.VERIFIED)
    told = {"effective_from": given.TODAY.isoformat(), "reason": reason}
    return Asked(f"/review/credentials/{one}/revoked", told)


def decide_on(credential_id: int, outcome: Outcome) -> None:
    decide_standing(
        actor=given.somebody(Role.MANAGER),
        credential_id=credential_id,
        outcome=outcome,
        effective_from=given.TODAY,
        reason=REASON,
        now=given.NOW,
    )


def _book(house: House, whom: Any, **known: Any) -> Asked:
    told = house.hour() | dict(
        treatment="needling",
        site=["thigh"],
        minutes="30",
        patient=house.patient.reference,
        practitioner_id=str(whom.id),
        room_id=str(given.rooms(house.harbour)[0]),
    )
    return Asked(f"/schedule/book?clinic={house.harbour.id}", told | known)


def _book_with(house: House, **known: Any) -> Asked:
    whom = house.colleague()
    given.certificate(whom, **known)
    return _book(house, whom)


def _on_appointment(number: int, job: str, **told: Any) -> Asked:
    return Asked(f"/schedule/appointments/{number}/{job}", {"seen_version": "1"} | told)


def _grants(house: House, seat: str, added: str, role: Role = Role.FRONT_DESK) -> Asked:
    where = house.hill if seat == ELSEWHERE else house.harbour
    whom = given.somebody(role, where)
    kept = f"{role}:{where.id}"
    return Asked(f"/setup/people/{whom.account_id}/grants", {"grants": [kept, added]})
