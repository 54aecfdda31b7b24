"""No input gives a fault: every field of every form and every part of an address typed oddly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag

from registry.models import AuditEntry
from tests import given
from tests.factors import with_app
from tests.web.furnishing import addresses, asked_for, furnish
from tests.web.house import ADMINISTRATOR, HERE, House
from tests.web.visits import PASSWORD, with_password

#: What is always refused comes first, so that a form is still open for what may be let in.
ODD = {
    "a null byte": "a\x00b",
    "half a character": "\udc80",
    "100,000 letters": "x" * 100_000,
    "nothing": "",
    "a day in no month": "2027-02-30",
    "a day in no year": "0000-00-00",
    "a leap day": "2028-02-29",
    "the last day of all": "9999-12-31",
    "less than none": "-1",
    "none": "0",
    "more than can be": "1e999",
    "a very long number": "99999999999999999999",
    "letters turned round": "\u202egnp.exe",
    "a formula": "=1+1",
    "a header of a letter": "x\r\nBcc: y@test.example",
}
#: PostgreSQL has its own limits, and cannot keep a null byte at all.
SAMPLE = ("a null byte", "half a character", "the last day of all", "a very long number")
MOST_FIELDS = 14  # of a form in which each is tried alone
KINDS = ("licence", "certificate", "supervised_practice", "practice_hours", "degree")
FILLED = {
    "reason": "Agreed on the telephone.",
    "name": "Sam Roy",
    "email": "sam@test.example",
    "phone": "1234",
    "npi": "1234567893",
    "day": "2027-03-04",
    "time": "11:00",
    "minutes": "30",
    "patient": "REF-1",
    "reference": "a page",
    "method": "issuer_portal",
    "first_day": "2027-01-01",
    "last_day": "2027-06-01",
    "finished": "2026-05-01",
    "completed_on": "2026-05-01",
    "effective_from": "2027-03-01",
    "sessions": "4",
    "supervisor": "Ana Ruiz",
    "treatment": "exercise",
    "jurisdiction": "US-MT",
    "zone": "America/New_York",
    "profession": "PT",
    "old": "four grey geese over marl",
    "new": "four white geese over marl",
}
FILTERS = {
    "/roster/": "clinic day q page",
    "/requirements/": "profession status adopted",
    "/requirements/compare?a=US-MT": "b profession day",
    "/requirements/US-MT": "day",
    "/requirements/US-MT/versions/{version}": "clinic",
    "/my-credentials/for/{practitioner_id}/what-it-takes?jurisdiction=US-GA": (
        "jurisdiction site day"
    ),
    "/roster/reasons": "clinic day who",
    "/roster/sheet": "clinic day booked",
    "/roster/sheet.html": "clinic day booked",
    "/roster/decision?practitioner={practitioner_id}": "clinic site day",
    "/roster/decision": "practitioner",
    "/roster/as-known?practitioner={practitioner_id}": "clinic site day at",
    "/roster/as-known": "practitioner clinic",
    "/roster/as-known.json?practitioner={practitioner_id}": "clinic site day at",
    "/oversight/": "clinic",
    "/oversight/expiries": "clinic days page show",
    "/oversight/forecast": "clinic clinics region page",
    "/oversight/forecast.csv": "clinic clinics region",
    "/oversight/holds": "clinic page done",
    "/oversight/look-back": "clinic page",
    "/oversight/repairs": "clinic",
    "/oversight/incidents": "clinic page",
    "/oversight/incidents/{incident_id}": "page",
    "/oversight/trail": "who action practitioner clinic from to before_id",
    "/review/": "clinic page",
    "/schedule/day": "clinic day view columns who",
    "/schedule/week": "clinic from columns who",
    "/schedule/board": "clinic from days columns who",
    "/schedule/appointments/{appointment_id}/takers": "from days",
    "/schedule/appointments/{appointment_id}/rooms": "from days",
    "/schedule/practitioners/{practitioner_id}": "from",
    "/schedule/book?treatment=exercise": (
        "clinic treatment site day minutes patient usual time practitioner_id room_id"
    ),
    "/schedule/search?treatment=exercise": (
        "clinic treatment site minutes usual first last part patient who practitioner show say"
    ),
    "/schedule/search/days?treatment=exercise": "clinic first last part patient practitioner say",
    "/schedule/patients": "clinic q page",
    "/schedule/patients/new": "clinic",
    "/schedule/appointments/{appointment_id}/repeat": "every times until",
    "/schedule/appointments/{appointment_id}/repeat?every=1": "times until",
    "/schedule/copy-week?practitioner={practitioner_id}": "clinic from to",
    "/schedule/copy-week?to={day}": "practitioner",
    "/schedule/hand-over?practitioner={practitioner_id}": "clinic from until to",
    "/schedule/hand-over": "practitioner",
    "/setup/people": "clinic",
    "/setup/people/invite": "practitioner",
    "/setup/practitioners": "clinic",
    "/setup/clinics/{clinic_id}/house-rules/rule": "kind at draft",
    "/my-credentials/for/{practitioner_id}/add/cpr": "like paper syllabus",
    "/my-credentials/for/{practitioner_id}/paper": "kind like credential",
    "/check": "code",
    "/letters/{letter_id}/paper": "size",
    "/": "clinic",
    "/sign-in": "next",
}
PIECES = ("/calendars/{}.ics", "/calendars/of-clinic/{}", "/calendars/{}/withdraw")
PIECES += ("/check/{}", "/letters/{}", "/letters/of/{}", "/letters/{}/paper")
PIECES += ("/badges/status/{}", "/letters/1/badges/{}.png", "/letters/{}/badges")
PIECES += ("/my-credentials/badges/{}", "/setup/badge-issuers/{}")
PIECES += ("/calendars/letters/stop/{}", "/oversight/expiries/{}/snooze")
PIECES += ("/reset/{}", "/invitation/{}", "/requirements/{}", "/requirements/{}/adopt")
PIECES += ("/requirements/US-MT/versions/{}", "/requirements/{}/versions/1/activate")
PIECES += ("/oversight/repairs/{}",)
PIECES += ("/my-credentials/papers/{}/read",)
PIECES += ("/my-credentials/add/{}", "/my-credentials/{}", "/review/credentials/1/{}")
PIECES += (
    "/schedule/patients/{}",
    "/schedule/appointments/{}",
    "/schedule/changes/{}",
    "/setup/people/{}",
    "/documents/1/pages/{}.png",
    "/{}",
)


@dataclass(frozen=True)
class Form:
    action: str
    method: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def shape(self) -> tuple[str, str, tuple[str, ...]]:
        return self.method, re.sub(r"\d+", "0", self.action), tuple(n for n, _ in self.fields)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def house(app):
    return House(app)


@pytest.fixture
def known(house):
    return furnish(house, house.harbour, "Ordinary")


@pytest.fixture
def odd(database):
    return ODD if database.name == "sqlite" else _sample()


@pytest.mark.parametrize("seat", [HERE, ADMINISTRATOR])
def test_no_field_of_any_form_makes_a_fault(app, house, known, odd, seat):
    forms = _forms(house, seat, known)
    assert len(forms) > (20 if seat == HERE else 8)
    browser, wrong = house.browser(seat), []
    # What closes or ends something leaves less to send to: once it comes late, once early.
    for form in forms if seat == HERE else reversed(forms):
        for what, fields in _typed(form, odd if seat == HERE else _sample()):
            before = house.end_of_trail()
            answer = _send(browser, form, fields)
            if fault := _fault(answer, house.trail_after(before)):
                wrong.append(f"{form.method} {form.action} {what}: {fault}")
            if "/sign-in" in answer.headers.get("Location", ""):
                browser = house.browser(seat)
    assert not wrong, "\n".join(wrong[:40])


def test_nothing_in_an_address_makes_a_fault(app, house, known, odd):
    browser, wrong = house.browser(HERE), []
    for place, names in FILTERS.items():
        path = place.format(**known)
        for name in names.split():
            for what, typed in odd.items():
                joined = "&" if "?" in path else "?"
                pairs = [(name, typed), (name, "2")]
                answer = browser.get(path + joined + _encoded(pairs, longest=3000))
                if fault := _fault(answer, []):
                    wrong.append(f"{path} {name} {what}: {fault}")
    assert not wrong, "\n".join(wrong[:40])


def test_no_piece_of_an_address_makes_a_fault(app, house, odd):
    browser, wrong = house.browser(HERE), []
    for place in PIECES:
        for what, typed in odd.items():
            piece = quote(typed[:3000].encode("utf-8", "surrogatepass"), safe="")
            for method in ("GET", "POST"):
                answer = browser.open(place.format(piece), method=method)
                if fault := _fault(answer, []):
                    wrong.append(f"{place} {what}: {fault}")
    assert not wrong, "\n".join(wrong[:40])


def test_strangers_can_send_anything(app, house, odd):
    client, wrong = app.test_client(), []
    for path, names in {
        "/sign-in": ("email", "password"),
        "/forgotten-password": ("email",),
        "/sign-in/passkey": ("passkey-answer",),
        "/sign-in/passkey/options": ("passkey-answer",),
        "/check/badge": ("pasted",),
    }.items():
        for name in names:
            for what, typed in odd.items():
                told = dict.fromkeys(names, "sam@test.example") | {name: typed}
                answer = client.post(path, **_body(list(told.items())))
                if fault := _fault(answer, []):
                    wrong.append(f"{path} {name} {what}: {fault}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_halfway_can_send_anything(app, house, odd):
    who = house.people[HERE]
    email = with_password(who).email
    with_app(who)
    wrong = []
    for path, name in {
        "/sign-in/second-step": "app-code",
        "/sign-in/second-step/recovery-code": "recovery-code",
        "/sign-in/second-step/passkey": "passkey-answer",
    }.items():
        client = app.test_client()
        client.post("/sign-in", data={"email": email, "password": PASSWORD})
        for what, typed in odd.items():
            if fault := _fault(client.post(path, **_body([(name, typed)])), []):
                wrong.append(f"{path} {name} {what}: {fault}")
    assert not wrong, "\n".join(wrong)


def test_a_body_that_is_none_is_a_sentence_too(app, house):
    browser = house.browser(HERE)
    path = f"/setup/clinics/{house.harbour.id}/rooms"
    for kind, body in {
        "application/json": b'{"name": 1}',
        "multipart/form-data": b"no boundary",
        "multipart/form-data; boundary=x": b"--x\r\nnonsense",
        "application/x-www-form-urlencoded": b"%%%&=&%ff=%ff",
        "text/plain": b"\x00\xff",
    }.items():
        assert not _fault(browser.post(path, data=body, content_type=kind), []), kind


def _sample() -> dict[str, str]:
    return {name: ODD[name] for name in SAMPLE}


def _forms(house: House, seat: str, known: dict) -> list[Form]:
    """Every form this person is shown, once for each shape."""
    browser, found = house.browser(seat), {}
    pages = [p for kind in KINDS for p in addresses(house.app, known | {"kind": kind}, "GET")]
    for endpoint, path in dict.fromkeys(pages):
        for address in (path, f"{path}?{asked_for(endpoint, known)}"):
            answer = browser.get(address)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                for form in _forms_of(answer.text, path):
                    found.setdefault(form.shape, form)
            answer.close()
    return [form for form in found.values() if "sign-out" not in form.action]


def _forms_of(text: str, path: str) -> Iterator[Form]:
    for form in BeautifulSoup(text, "html.parser").select("main form"):
        fields: dict[str, list[str]] = {}
        for box in form.select("[name]"):
            values = fields.setdefault(str(box["name"]), [])
            values += _value_of(box)
        for name, values in fields.items():
            if not values and (first := form.select_one(f'[name="{name}"][value]')):
                values.append(str(first["value"]))
        listed = tuple((name, tuple(values)) for name, values in fields.items())
        yield Form(str(form.get("action") or path), str(form.get("method") or "get"), listed)


def _value_of(box: Tag) -> list[str]:
    name = str(box["name"]).split("-")[-1]
    if box.get("type") in ("checkbox", "radio"):
        return [str(box.get("value", "y"))] if "checked" in box.attrs else []
    if box.name == "select":
        chosen = box.select_one("option[selected]")
        return [str(chosen["value"])] if chosen else [FILLED.get(name, "")]
    value = str(box.get("value") or box.get_text())
    return [value or FILLED.get(name, "")]


def _typed(form: Form, odd: dict[str, str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The form with one field typed oddly; a long form with all of its fields."""
    plain = [(name, value) for name, values in form.fields for value in values]
    names = [name for name, _ in form.fields]
    alone = len(names) <= MOST_FIELDS
    for what, typed in odd.items():
        for some in [[name] for name in names] if alone else [names[:8], names[8:20], names[20:]]:
            rest = [(name, value) for name, value in plain if name not in some]
            yield f"{some[0]}: {what}", rest + [(name, typed) for name in some]
    yield "everything twice", plain + plain
    yield "nothing at all", []


def _send(browser, form: Form, fields: list[tuple[str, str]]):
    if form.method.lower() == "get":
        path = form.action.split("?")[0]
        return browser.get(f"{path}?{_encoded(fields, longest=3000)}")
    return browser.post(form.action, **_body(fields))


def _body(fields: list[tuple[str, str]]) -> dict[str, str]:
    return {"data": _encoded(fields), "content_type": "application/x-www-form-urlencoded"}


def _encoded(fields: list[tuple[str, str]], longest: int = 100_000) -> str:
    cut = [(name, value[:longest]) for name, value in fields]
    return urlencode(cut, encoding="utf-8", errors="surrogatepass")


def _fault(answer, trail: list[AuditEntry]) -> str:
    """What is wrong with an answer: a fault, a silent refusal, or something kept in spite of it."""
    if answer.status_code >= 500:
        return str(answer.status)
    if answer.status_code < 400:
        return ""
    kept = [one.action for one in trail if not one.action.startswith("refused:")]
    if kept:
        return f"{answer.status} but {kept}"
    says = answer.mimetype != "text/html" or 'role="alert"' in answer.text
    return "" if says else f"{answer.status} without a sentence"
