"""Pages ask the database as often for thirty rows as for three, the busiest six times at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.models import AuditEntry, Patient, db
from registry.rules.vocabulary import Role, VersionState
from tests import given
from tests.web.visits import visit

MOST = 6
DAY = (given.TODAY + timedelta(days=1)).isoformat()
BUSIEST = (
    "/roster/?clinic={clinic}",
    "/schedule/day?clinic={clinic}&day={day}",
    "/review/?clinic={clinic}",
    "/oversight/?clinic={clinic}",
    "/oversight/expiries?clinic={clinic}&days=90",
    "/setup/people?clinic={clinic}",
)
OTHERS = (
    "/schedule/week?clinic={clinic}&from={day}",
    "/schedule/board?clinic={clinic}&from={day}&days=7",
    "/schedule/board?clinic={clinic}&from={day}&days=7&columns=rooms",
    "/schedule/book?clinic={clinic}&treatment=needling&site=thigh&day={day}&minutes=30&patient=P",
    "/schedule/search?clinic={clinic}&treatment=needling&site=thigh&minutes=30&patient=P-",
    "/schedule/search?clinic={clinic}&treatment=needling&site=thigh&minutes=30",
    "/schedule/search?clinic={clinic}&treatment=needling&site=neck&minutes=30",
    "/schedule/search/days?clinic={clinic}&treatment=needling&site=thigh&minutes=30",
    "/schedule/practitioners/{whom}?from={day}",
    "/schedule/patients?clinic={clinic}&q=p",
    "/schedule/patients/{patient}",
    "/schedule/copy-week?clinic={clinic}&from={day}&to=2027-03-10",
    "/schedule/hand-over?clinic={clinic}&practitioner={whom}&from={day}&until=2027-03-10",
    "/roster/practitioners/{whom}",
    "/roster/reasons?clinic={clinic}&who={everybody}",
    "/roster/sheet?clinic={clinic}&day={day}&booked=yes",
    "/roster/sheet.html?clinic={clinic}&day={day}",
    "/my-credentials/for/{whom}",
    "/my-credentials/for/{whom}/what-it-takes?jurisdiction=US-GA",
    "/oversight/forecast?clinic={clinic}",
    "/oversight/forecast?clinic={clinic}&clinics=all",
    "/oversight/forecast.csv?clinic={clinic}&clinics=all",
    "/oversight/holds?clinic={clinic}",
    "/oversight/look-back?clinic={clinic}",
    "/oversight/expiries?clinic={clinic}&show=lapsed",
    "/oversight/expiries?clinic={clinic}&show=snoozed",
    "/oversight/repairs?clinic={clinic}",
    "/oversight/incidents?clinic={clinic}",
    "/roster/as-known?clinic={clinic}&practitioner={whom}&site=thigh",
    "/oversight/trail?clinic={clinic}",
    "/setup/practitioners",
    "/setup/clinics",
    "/setup/clinics/{clinic}",
    "/setup/treatments",
    "/setup/clinics/{clinic}/hours",
    "/setup/clinics/{clinic}/reminders",
    "/setup/clinics/{clinic}/holidays",
    "/setup/practitioners/{whom}/hours",
    "/setup/clinics/{clinic}/house-rules",
    "/requirements/",
    "/account",
    "/calendars/",
    "/letters/of/{whom}",
    "/setup/badge-issuers",
)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


def test_a_page_asks_as_often_for_thirty_rows_as_for_three(app, statements):
    harbour = given.clinic()
    people = [given.practitioner("Dana Okafor", at=harbour)]
    browser = visit(app, given.somebody(Role.MANAGER, harbour))
    _more(harbour, people, 2)
    few = _counts(browser, statements, harbour, people)
    _more(harbour, people, 27)
    many = _counts(browser, statements, harbour, people)
    assert many == few
    assert {page: many[page] for page in BUSIEST if many[page] > MOST} == {}


def _more(harbour, people, number):
    """As many colleagues with papers and bookings, and as many papers for the first."""
    for _ in range(number):
        whom = given.practitioner(f"Colleague {len(people)}", at=harbour)
        given.certified(whom, last_day=given.TODAY + timedelta(days=40))
        given.on_record(whom, given.Licence, _licence(len(people)), state=VersionState.SUBMITTED)
        given.on_record(people[0], given.Licence, _licence(len(people)))
        hour, minute = divmod(len(people) * 15, 60)
        when = given.slot(
            harbour, 8 + hour, minute, day=given.TODAY + timedelta(days=1), minutes=15
        )
        given.noted(given.booked(harbour, whom, when), "diabetes", "child")
        db.session.add(
            AuditEntry(
                at=given.NOW, action="x", subject="x", clinic_id=harbour.id, body="{}", leaf="0"
            )
        )
        db.session.commit()
        people.append(whom)


def _licence(number):
    known = dict(number=f"MT-9{number}", jurisdiction="US-MT", profession="PT")
    return known | dict(first_day=given.date(2020, 1, 1), last_day=None)


def _counts(browser, statements, harbour, people):
    known = dict(clinic=harbour.id, day=DAY, whom=people[0].id)
    known["patient"] = db.session.scalar(select(Patient.id).order_by(Patient.id))
    known["everybody"] = ",".join(str(one.id) for one in people)
    counts = {}
    for page in (*BUSIEST, *OTHERS):
        path = page.format(**known)
        assert browser.get(path).status_code == 200, path
        statements.clear()
        browser.get(path)
        counts[page] = len(statements)
    return counts
