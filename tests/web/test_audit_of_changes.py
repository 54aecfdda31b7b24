"""Every form that is carried out leaves an entry in the trail: who, when and from where."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from registry.adapters.one_time_codes import new_secret
from registry.adapters.sealing import Sealer
from registry.adapters.stop_links import stop_token
from registry.adapters.tokens import fingerprint, new_token
from registry.jobs.repairing import take_repair_step
from registry.models import (
    Account,
    Appointment,
    ClinicDay,
    Incident,
    PatientNote,
    ReminderAnswer,
    TimeOff,
    UndoStep,
    WorkingDay,
    WorkingWeek,
    db,
)
from registry.models.sign_ins import Purpose
from registry.queries.repairs import waiting_repair
from registry.queries.second_factors import factors_of
from registry.rules.access import Actor, Grant
from registry.rules.incidents import StepState, TreatmentFinding
from registry.rules.vocabulary import AppointmentState, Outcome, Role, VersionState
from registry.services.accounts import invite_account
from registry.services.archiving import archive_practitioner
from registry.services.authenticator_apps import seal_to_set_up
from registry.services.passkey_use import ask_for_passkey
from registry.services.passkeys import ask_to_add_passkey
from registry.services.patient_notes import change_notes
from tests import given
from tests.authenticator import Device
from tests.badges import School, brought, on_list
from tests.factors import HOUSE, SEALER, App, with_app, with_passkey
from tests.files import certificate_pdf
from tests.letters import letter_of, standing_letter
from tests.papering import brought_in
from tests.services.activating import being_activated
from tests.services.many import hold
from tests.web.furnishing import link_of
from tests.web.house import (
    ADMINISTRATOR,
    AUDITOR,
    DESK,
    ELSEWHERE,
    HERE,
    OTHER,
    OWNER,
    STRANGER,
    House,
)
from tests.web.matrix_requests import ON_FOOT, REQUESTS, Asked, decide_on
from tests.web.page import read
from tests.web.uploading import COURSE
from tests.web.visits import PASSWORD

PRACTICE = {"sessions": "40", "supervisor": "Ana Ruiz", "finished": "2024-02-01"}
NEW_PASSWORD = {"password": "nine red herons in the reeds"}
#: Every day from 7 to 19: nothing that is booked falls outside.
LONGER = {f"hours-opens_{n}": "07:00" for n in range(7)}
LONGER |= {f"hours-closes_{n}": "19:00" for n in range(7)}
#: A form of the matrix: the page that takes it, the row it is, the seat that may send it.
BY_THE_MATRIX = {
    "account.change_password": ("people", "change one's own password", OWNER),
    "calendars.of_practitioner": ("schedule", "export (CSV, calendar)", DESK),
    "my_credentials.withdraw": (
        "certificate",
        "withdraw an upload that nobody has verified",
        OWNER,
    ),
    "review.decide": ("certificate", "revoke, with a reason", HERE),
    "review.reject": ("certificate", "refuse, with a reason", HERE),
    "review.verify": ("certificate", "verify, as one who did not upload it", HERE),
    "schedule.cancel": ("schedule", "cancel", DESK),
    "schedule.confirm": ("schedule", "book needling, certificate valid", DESK),
    "schedule.done": ("schedule", "mark as done", DESK),
    "schedule.move": ("schedule", "move an appointment inside the cover", DESK),
    "setup.archive": ("practitioner", "archive", HERE),
    "setup.change_contact": ("practitioner", "change contact details", HERE),
    "setup.change_name": ("practitioner", "change legal name", HERE),
    "setup.add_time_off": ("practitioner", "change working hours and time off", HERE),
    "setup.edit_clinic": ("clinic", "change settings, time zone among them", HERE),
    "setup.invite": ("people", "add front-desk staff", HERE),
    "setup.new_clinic": ("clinic", "create a clinic", ADMINISTRATOR),
    "setup.new_practitioner": ("practitioner", "create", HERE),
    "setup.reset_factor": ("people", "reset somebody's second factor", ADMINISTRATOR),
    "setup.set_grants": ("people", "make somebody a manager", ADMINISTRATOR),
    "setup.sign_somebody_out": ("people", "end somebody's sessions", ADMINISTRATOR),
}
#: What changes nothing on record, and what other tests look at, for it needs a step before.
APART = {
    "account.options_to_add": "asks a browser for a passkey",
    "account.passkey_options": "asks a browser for a passkey",
    "account.second_step_options": "asks a browser for a passkey",
    "account.second_step": "tests/services/test_second_step.py",
    "account.second_step_by_passkey": "tests/services/test_second_step.py",
    "account.second_step_by_recovery_code": "tests/services/test_second_step.py",
    "my_credentials.begin_upload": "announces a file; tests/services/test_transfers.py",
    "requirements.drop_set": "tests/web/test_requirements_edit.py",
    "requirements.edit_days": "tests/web/test_requirements_edit.py",
    "requirements.further_set": "tests/web/test_requirements_edit.py",
    "requirements.edit_requirement": "tests/web/test_requirements_edit.py",
    "requirements.remove_requirement": "tests/web/test_requirements_edit.py",
    "privilege_letters.check_badge": "looks; tests/web/privilege_letters/test_badges.py",
    "setup.house_rule": "works a draft out; tests/web/test_house_rules_pages.py",
    "setup.house_rules_draft": "tests/services/test_house_rules.py",
    "setup.discard_house_rules_draft": "works a draft out; tests/web/test_house_rules_pages.py",
    "setup.remove_house_rule": "works a draft out; tests/web/test_house_rules_pages.py",
    "setup.work_out_house_rules": "works a draft out; tests/web/test_house_rules_pages.py",
}
TREATMENT = {"name": "Gym, an hour", "minutes": "60", "preparation": "5", "clean_up": "10"}
NEW_TREATMENT = {"name": "First visit", "kind": "needling"}
Builder = Callable[[House], Asked]
OTHERS: dict[str, tuple[str, Builder]] = {}


def form(endpoint: str, seat: str) -> Callable[[Builder], None]:
    def keep(builder: Builder) -> None:
        OTHERS[endpoint] = (seat, builder)

    return keep


def _to_book(house: House) -> Any:
    """Where somebody may needle it that day, it is booked like any other."""
    return REQUESTS["schedule", "book needling, certificate valid"](house, DESK).data


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def house(app):
    return House(app)


form("account.end_others", DESK)(lambda h: h.browser(DESK) and Asked("/account/end-others", {}))
form("account.sign_out", DESK)(lambda h: Asked("/sign-out", {}))
form("calendars.of_clinic", DESK)(
    lambda h: Asked(f"/calendars/of-clinic/{h.harbour.id}", {"name": "our screen"})
)
form("calendars.lapses_at", HERE)(
    lambda h: Asked(f"/calendars/lapses-at/{h.harbour.id}", {"name": "my phone"})
)
form("calendars.lapses_of", OWNER)(
    lambda h: Asked(f"/calendars/lapses-of/{h.dana.id}", {"name": "my phone"})
)
form("calendars.letters", OWNER)(lambda h: Asked("/calendars/letters", {"wanted": "y"}))
form("setup.take_provisional", HERE)(lambda h: _of_harbour(h, "provisional", {"takes": "yes"}))
form("schedule.book_past_last_day", DESK)(
    lambda h: Asked(f"/schedule/book/provisionally?clinic={h.harbour.id}", _to_book(h))
)
form("calendars.early_letters", HERE)(lambda h: Asked("/calendars/letters/early", {"early": "y"}))
form("my_credentials.acknowledge", OWNER)(
    lambda h: Asked(f"/my-credentials/{h.certificate_id}/acknowledge", _lapse(h))
)
form("oversight.acknowledge", HERE)(
    lambda h: Asked(
        f"/oversight/expiries/{h.certificate_id}/acknowledge?clinic={h.harbour.id}", _lapse(h)
    )
)
form("oversight.snooze", HERE)(
    lambda h: Asked(
        f"/oversight/expiries/{h.certificate_id}/snooze?clinic={h.harbour.id}",
        _lapse(h) | {"until": "2027-03-20", "owner": str(h.people[HERE].account_id)},
    )
)
form("setup.reminders", HERE)(
    lambda h: _of_harbour(
        h, "reminders", {"bands": "60, 30", "seen": json.dumps(h.harbour.reminder_bands)}
    )
)
form("setup.add_room", HERE)(lambda h: _of_harbour(h, "rooms", {"room-name": "Attic"}))
form("setup.change_room", HERE)(
    lambda h: _of_harbour(h, f"rooms/{given.rooms(h.harbour)[1]}", {"name": "The attic"})
)
form("setup.set_fitness", HERE)(
    lambda h: _of_harbour(
        h, f"rooms/{given.rooms(h.harbour)[1]}/fitness", {"fitness-fit_for": _exercise()}
    )
)
form("setup.new_treatment", ADMINISTRATOR)(
    lambda h: Asked(
        "/setup/treatments/new", TREATMENT | {"name": "First visit", "kind": "needling"}
    )
)
form("setup.change_treatment_type", ADMINISTRATOR)(
    lambda h: Asked(f"/setup/treatments/{_exercise()}", TREATMENT | {"seen_version": "1"})
)
form("setup.set_hours", HERE)(
    lambda h: _of_harbour(h, "hours", LONGER | _saw(h.harbour.hours, "hours-"))
)
form("setup.add_clinic_day", HERE)(
    lambda h: _of_harbour(h, "days/new", {"day": "2027-05-20", "name": "Fair"})
)
form("setup.remove_clinic_day", HERE)(
    lambda h: _of_harbour(h, f"days/{_clinic_day(h)}/remove", _saw({"2027-03-16": []}))
)
form("setup.holidays", HERE)(lambda h: _of_harbour(h, "holidays", {"days": "2027-12-25"}))
form("setup.set_working_week", HERE)(
    lambda h: _of_luis(
        h,
        f"hours/{h.harbour.id}",
        {"first_day": "2027-03-01", "when": "clinic"} | _saw(_weeks_of_luis(h)),
    )
)
form("setup.set_working_day", HERE)(
    lambda h: _of_luis(h, f"hours/{h.harbour.id}/day", {"day": "2027-03-09"})
)
form("setup.remove_working_week", HERE)(
    lambda h: _of_luis(
        h, f"hours/weeks/{_hours_of_luis(h, WorkingWeek)}/remove", _saw({"2027-04-01": None})
    )
)
form("setup.remove_working_day", HERE)(
    lambda h: _of_luis(
        h, f"hours/days/{_hours_of_luis(h, WorkingDay)}/remove", _saw({"2027-04-01": []})
    )
)
form("setup.remove_time_off", HERE)(
    lambda h: _of_luis(h, f"time-off/{_hours_of_luis(h, TimeOff)}/remove", {})
)
form("setup.record_npi", HERE)(lambda h: _of_luis(h, "npi", {"npi-npi": "1234567893"}))
form("setup.end", HERE)(
    lambda h: _of_luis(h, f"engagements/{h.luis.engagements[0].id}/end", {"last_day": "2030-01-01"})
)
form("setup.bring_back", HERE)(lambda h: _of_archived(h, "bring-back", {"reason": "Came back."}))
form("setup.engage", ADMINISTRATOR)(
    lambda h: _of_luis(
        h, "engage", {"engage-clinic_id": str(h.hill.id), "engage-first_day": "2027-01-01"}
    )
)
form("setup.close", ADMINISTRATOR)(lambda h: _of_newcomer(h, "close", {"reason": "Left."}))
form("setup.invite_again", HERE)(lambda h: _of_newcomer(h, "invitation", {}))
form("setup.confirm", ADMINISTRATOR)(lambda h: Asked(f"/setup/people/{_proposed()}/confirm", {}))
form("schedule.patients", DESK)(
    lambda h: Asked(
        f"/schedule/patients?clinic={h.harbour.id}",
        h.hour() | dict(treatment="exercise", minutes="30", name="Una New", reference="REF-NEW"),
    )
)
form("my_credentials.add", OWNER)(
    lambda h: Asked("/my-credentials/add/supervised_practice", PRACTICE)
)


form("my_credentials.bring_in", OWNER)(lambda h: Asked("/my-credentials/paper", _file()))
form("my_credentials.paper", OWNER)(lambda h: Asked(_paper(h, 2), _file(5)))
form("my_credentials.arrange_paper", OWNER)(
    lambda h: Asked(f"{_paper(h, 3)}/arrange", {"place-1": "2", "place-2": "1", "drop-3": "y"})
)
form("my_credentials.throw_away", OWNER)(lambda h: Asked(f"{_paper(h, 4)}/throw-away", {}))


def _file(pages: int = 1) -> dict[str, Any]:
    return {"file": (io.BytesIO(certificate_pdf(pages)), "dn.pdf")}


def _paper(house: House, pages: int) -> str:
    """The address of a paper of Dana's that was brought in and not sent."""
    number = brought_in(house.people[OWNER], house.dana, certificate_pdf(pages))
    return f"/my-credentials/papers/{number}"


def _exercise() -> str:
    return str(given.kind_of("exercise")["treatment_type_id"])


def _proposed() -> int:
    """Somebody whom another administrator proposed as one."""
    other = given.somebody(Role.ADMINISTRATOR, name="Ben Second")
    everywhere = [Grant(Role.ADMINISTRATOR)]
    return invite_account(
        actor=other, email="nell@test.example", name="Nell", grants=everywhere, now=given.NOW
    ).id


def _lapse(house: House) -> dict[str, str]:
    """The version that Dana's certificate counts by, and the last answer to a reminder of it."""
    last = db.session.scalar(select(func.max(ReminderAnswer.id)))
    return {"version": str(house.version(house.certificate_id).id), "seen": str(last or 0)}


@form("calendars.stop", STRANGER)
def stop(house: House) -> Asked:
    sealer = Sealer(house.app.config["SECRET_KEY"])
    token = stop_token(sealer, house.people[HERE].account_id)
    return Asked(f"/calendars/letters/stop/{token}", {"List-Unsubscribe": "One-Click"})


@form("account.sign_in", STRANGER)
def sign_in(house: House) -> Asked:
    house.with_password(HERE)
    return Asked("/sign-in", {"email": _account(house, HERE).email, "password": PASSWORD})


@form("account.sign_in_by_passkey", STRANGER)
def sign_in_by_passkey(house: House) -> Asked:
    device, _codes = with_passkey(_with_password(house, HERE))
    answer = device.use(ask_for_passkey(house=HOUSE, now=given.NOW))
    return Asked("/sign-in/passkey", {"passkey-answer": answer})


@form("account.add_a_passkey", OWNER)
def add_a_passkey(house: House) -> Asked:
    asked = ask_to_add_passkey(
        actor=_with_password(house, OWNER),
        password=PASSWORD,
        name="key",
        house=HOUSE,
        now=given.NOW,
    )
    answer = Device(HOUSE.origin).add(asked)
    return Asked("/account/passkeys/add", {"name": "key", "answer": answer})


@form("account.remove_a_passkey", OTHER)
def remove_a_passkey(house: House) -> Asked:
    who = _with_password(house, OTHER)
    with_passkey(who)
    number = factors_of(who).passkeys[0].id
    return Asked(f"/account/passkeys/{number}/remove", {"password": PASSWORD})


@form("account.set_up_an_app", DESK)
def set_up_an_app(house: House) -> Asked:
    secret = new_secret()
    whose = _with_password(house, DESK)
    sealed = seal_to_set_up(actor=whose, secret=secret, sealer=SEALER, now=given.NOW)
    told = {"sealed": sealed, "code": App(secret).code(given.NOW), "password": PASSWORD}
    return Asked("/account/app", told)


@form("account.remove_the_app", ELSEWHERE)
def remove_the_app(house: House) -> Asked:
    with_app(_with_password(house, ELSEWHERE))
    return Asked("/account/app/remove", {"password": PASSWORD})


@form("account.new_recovery_codes", AUDITOR)
def new_recovery_codes(house: House) -> Asked:
    with_app(_with_password(house, AUDITOR))
    return Asked("/account/recovery-codes", {"password": PASSWORD})


@form("account.ask_reset", STRANGER)
def ask_reset(house: House) -> Asked:
    house.with_password(HERE)
    return Asked("/forgotten-password", {"email": _account(house, HERE).email})


@form("account.invitation", STRANGER)
def invitation(house: House) -> Asked:
    return Asked(f"/invitation/{_link(house, Purpose.INVITATION)}", NEW_PASSWORD)


@form("account.reset", STRANGER)
def reset(house: House) -> Asked:
    return Asked(f"/reset/{_link(house, Purpose.RESET)}", NEW_PASSWORD)


@form("my_credentials.correct", OWNER)
def correct(house: House) -> Asked:
    house.browser(OWNER).post("/my-credentials/add/supervised_practice", data=PRACTICE)
    number = house.credential_of(house.dana)
    return Asked(f"/my-credentials/{number}/correct", PRACTICE | {"sessions": "41"})


@form("calendars.withdraw", HERE)
def withdraw_feed(house: House) -> Asked:
    of_clinic = f"/calendars/of-clinic/{house.harbour.id}"
    house.browser(DESK).post(of_clinic, data={"name": "our screen"})
    return Asked(f"/calendars/{house.feed_id()}/withdraw", {})


@form("privilege_letters.agree", OWNER)
def agree_to_a_letter(house: House) -> Asked:
    told = {"agreed": "y", "seen_version": "0", "shows": "regions"}
    return Asked(f"/letters/at/{house.harbour.id}", told)


@form("privilege_letters.propose", HERE)
def propose_a_letter(house: House) -> Asked:
    path = f"/letters/of/{house.luis.id}/at/{house.harbour.id}"
    return Asked(path, {"shows": "regions"})


@form("privilege_letters.withdraw", HERE)
def withdraw_a_letter(house: House) -> Asked:
    ana = given.practitioner("Ana Ruiz", at=house.harbour)
    herself = given.somebody(Role.PRACTITIONER, house.harbour, practises_as=ana)
    return Asked(f"/letters/{letter_of(herself, house.harbour).id}/withdraw", {})


@form("privilege_letters.make_badge", OWNER)
def make_badge(house: House) -> Asked:
    letter = standing_letter(house.dana, house.harbour)
    letter = letter or letter_of(house.people[OWNER], house.harbour)
    return Asked(f"/letters/{letter.id}/badges", {})


@form("my_credentials.add_badge", OWNER)
def add_badge(house: House) -> Asked:
    return Asked("/my-credentials/badges/add", {"pasted": School().badge()})


@form("my_credentials.enter_badge", OWNER)
def enter_badge(house: House) -> Asked:
    number = brought(house.people[OWNER], house.dana, School().badge())
    return Asked(f"/my-credentials/badges/{number}/enter", COURSE)


@form("my_credentials.attach", OWNER)
def attach_badge(house: House) -> Asked:
    paper = given.certificate(house.dana, state=VersionState.SUBMITTED)
    number = brought(house.people[OWNER], house.dana, School().badge())
    told = {"version_id": str(house.version(paper.id).id)}
    return Asked(f"/my-credentials/badges/{number}/attach", told)


ISSUER = {"name": "Lakeside", "accepted": "y", "counts": "y", "reason": "Keys compared."}


@form("setup.new_badge_issuer", ADMINISTRATOR)
def new_badge_issuer(house: House) -> Asked:
    school = School()
    told = {"identifier": school.identifier, "keys": school.pasted}
    return Asked("/setup/badge-issuers/new", ISSUER | told)


@form("setup.change_badge_issuer", ADMINISTRATOR)
def change_badge_issuer(house: House) -> Asked:
    number = on_list(School("did:web:a.example"))
    return Asked(f"/setup/badge-issuers/{number}/change", ISSUER | {"seen_number": "1"})


@form("setup.bring_status_list", ADMINISTRATOR)
def bring_status_list(house: House) -> Asked:
    school = School("did:web:b.example")
    path = f"/setup/badge-issuers/{on_list(school)}/status-list"
    return Asked(path, {"status_list": school.status_list(7)})


@form("requirements.adopt", ADMINISTRATOR)
def adopt(house: House) -> Asked:
    path = "/requirements/US-UT/adopt"
    page = read(house.browser(ADMINISTRATOR).get(path), 200)
    asked = [box["name"] for box in page.select("main textarea")]
    days = [box["name"] for box in page.select("main input[type=date]")]
    told = dict.fromkeys(asked, "As the source reads.") | dict.fromkeys(days, "2028-03-01")
    return Asked(path, told)


@form("requirements.ask", ADMINISTRATOR)
def ask(house: House) -> Asked:
    return Asked(f"{_proposal()}/what-if", {})


@form("requirements.activate", ADMINISTRATOR)
def activate(house: House) -> Asked:
    return Asked(f"{_proposal()}/activate", {})


@form("requirements.give_up", ADMINISTRATOR)
def give_up(house: House) -> Asked:
    version = being_activated("US-MT").version
    return Asked(f"/requirements/US-MT/versions/{version}/give-up", {"reason": "A mistake."})


@form("requirements.withdraw", ADMINISTRATOR)
def withdraw(house: House) -> Asked:
    return Asked(f"{_proposal()}/withdraw", {"reason": "A better reading came."})


@form("schedule.restore", DESK)
def restore(house: House) -> Asked:
    whom = house.colleague("Rita Restored")
    paper = given.certificate(whom).id
    number = house.appointment(whom)
    decide_on(paper, Outcome.SUSPENDED)
    assert given.state_of(number) is AppointmentState.HELD
    decide_on(paper, Outcome.REINSTATED)
    version = db.session.get_one(Appointment, number, populate_existing=True).version
    return Asked(f"/schedule/appointments/{number}/restore", {"seen_version": str(version)})


def _a_series(house: House) -> tuple[int, str]:
    """An appointment, and what is sent to book it again a week later."""
    number = house.appointment()
    booked = db.session.get_one(Appointment, number)
    later = int((booked.starts_at + timedelta(days=7)).timestamp())
    return number, f"{number}-{later}-{booked.room_id}"


@form("schedule.repeat", DESK)
def repeat(house: House) -> Asked:
    number, take = _a_series(house)
    told = {"take": take, "seen_version": "1"}
    return Asked(f"/schedule/appointments/{number}/repeat?every=1&times=1", told)


@form("schedule.cancel_series", DESK)
def cancel_series(house: House) -> Asked:
    number, take = _a_series(house)
    path = f"/schedule/appointments/{number}"
    told = {"take": take, "seen_version": "1"}
    house.browser(DESK).post(f"{path}/repeat?every=1&times=1", data=told)
    return Asked(f"{path}/cancel-rest", {"take": f"{number}-1-0", "reason": "Moved away."})


@form("schedule.copy_week", DESK)
def copy_week(house: House) -> Asked:
    _, take = _a_series(house)
    return Asked(f"/schedule/copy-week?clinic={house.harbour.id}", {"take": take})


@form("schedule.hand_over", DESK)
def hand_over(house: House) -> Asked:
    number = house.appointment(**ON_FOOT)
    told = {"take": f"{number}-1-{house.luis.id}"}
    return Asked(f"/schedule/hand-over?clinic={house.harbour.id}", told)


@form("oversight.holds", DESK)
def work_off_a_hold(house: House) -> Asked:
    number = house.appointment(**ON_FOOT)
    booked = db.session.get_one(Appointment, number)
    booked.state, booked.ground_lost_because = AppointmentState.HELD, "They left."
    db.session.commit()
    told = {"take": str(number), f"answer-{number}": "2-restore-0-0-0-0"}
    return Asked(f"/oversight/holds?clinic={house.harbour.id}", told)


@form("schedule.message", DESK)
def write_to_a_patient(house: House) -> Asked:
    number = house.appointment()
    patient = db.session.get_one(Appointment, number).patient
    patient.email, patient.letters = "peregrine@test.example", True
    db.session.commit()
    told = {"text": "Please ring us.", "seen_version": "1"}
    return Asked(f"/schedule/appointments/{number}/message", told)


@form("oversight.repair_all", DESK)
def repair_all(house: House) -> Asked:
    hold(house.appointment(**ON_FOOT))
    return Asked(f"/oversight/repairs?clinic={house.harbour.id}", {"practitioner": ""})


@form("oversight.repair", DESK)
def accept_repair(house: House) -> Asked:
    number = house.appointment(**ON_FOOT)
    hold(number)
    path = f"/oversight/repairs?clinic={house.harbour.id}"
    path = house.browser(DESK).post(path, data={"practitioner": ""}).location
    while (waiting := waiting_repair(given.NOW)) is not None:
        take_repair_step(repair_id=waiting, seconds=20, now=given.NOW)
    return Asked(path, {"take": str(number)})


@form("schedule.take_back", DESK)
def take_back(house: House) -> Asked:
    path = f"/schedule/appointments/{house.appointment()}/cancel"
    house.browser(DESK).post(path, data={"seen_version": "1", "reason": "Ill."})
    step = db.session.scalars(select(UndoStep.id).order_by(UndoStep.id.desc())).first()
    return Asked(f"/schedule/changes/{step}/undo", {})


def _incident(house: House) -> tuple[str, Incident]:
    """The address of one that nobody sees to yet, and all of it."""
    number = house.appointment()
    made = given.incident_of(number)
    return f"/oversight/incidents/{made.id}", made


@form("oversight.incident_owner", HERE)
def incident_owner(house: House) -> Asked:
    path, made = _incident(house)
    told = {"owner-owner": str(house.people[HERE].account_id)}
    return Asked(f"{path}/owner", told | {"owner-seen_version": str(made.version)})


@form("oversight.add_incident_step", HERE)
def add_incident_step(house: House) -> Asked:
    return Asked(f"{_incident(house)[0]}/steps", {"new-title": "Ring the insurer"})


@form("oversight.settle_incident_step", HERE)
def settle_incident_step(house: House) -> Asked:
    path, made = _incident(house)
    step = made.steps[0].id
    told = {f"step{step}-state": "done", f"step{step}-seen_version": "1"}
    return Asked(f"{path}/steps/{step}", told)


@form("oversight.record_incident_finding", HERE)
def record_incident_finding(house: House) -> Asked:
    path, made = _incident(house)
    one = made.treatments[0].id
    told = {f"treatment{one}-finding": "told", f"treatment{one}-seen_version": "1"}
    return Asked(f"{path}/treatments/{one}", told)


@form("oversight.close_incident", HERE)
def close_incident(house: House) -> Asked:
    path, made = _incident(house)
    made.steps[0].state, made.steps[0].settled_at = StepState.DONE, given.NOW
    made.treatments[0].finding = TreatmentFinding.TOLD
    made.treatments[0].found_at = given.NOW
    db.session.commit()
    told = {"close-conclusion": "All were told.", "close-seen_version": str(made.version)}
    return Asked(f"{path}/close", told)


form("oversight.export_incident", AUDITOR)(lambda h: Asked(f"{_incident(h)[0]}/export", {}))


@form("schedule.convert", DESK)
def convert(house: House) -> Asked:
    number = house.appointment()
    told = {"seen_version": "1", "treatment": ON_FOOT["treatment"].value}
    return Asked(f"/schedule/appointments/{number}/convert", told)


@form("schedule.reassign", DESK)
def reassign(house: House) -> Asked:
    number = house.appointment(**ON_FOOT)
    told = {"seen_version": "1", "practitioner_id": str(house.luis.id)}
    return Asked(f"/schedule/appointments/{number}/reassign", told)


@form("schedule.drop", DESK)
def drop(house: House) -> Asked:
    number = house.appointment(**ON_FOOT)
    told = house.hour() | {"seen_version": "1", "minutes": "45"}
    told["practitioner_id"] = str(house.luis.id)
    return Asked(f"/schedule/appointments/{number}/drop", told)


@form("schedule.arrive", DESK)
def arrive(house: House) -> Asked:
    number = house.appointment()
    starts = db.session.get_one(Appointment, number).starts_at
    asked = {"seen_version": "1"}
    return Asked(f"/schedule/appointments/{number}/check-in", asked, later=starts - given.NOW)


@form("schedule.leave_again", DESK)
def leave_again(house: House) -> Asked:
    number = house.appointment()
    asked = {"seen_version": str(given.checked_in(number))}
    return Asked(f"/schedule/appointments/{number}/undo-check-in", asked)


@form("schedule.no_show", DESK)
def no_show(house: House) -> Asked:
    number = house.appointment()
    starts = db.session.get_one(Appointment, number).starts_at
    asked = {"seen_version": "1"}
    return Asked(f"/schedule/appointments/{number}/no-show", asked, later=starts - given.NOW)


@form("schedule.they_came", DESK)
def they_came(house: House) -> Asked:
    number = house.appointment()
    missed = db.session.get_one(Appointment, number)
    missed.state, missed.missed_at = AppointmentState.NO_SHOW, missed.starts_at
    db.session.commit()
    asked = {"seen_version": str(missed.version)}
    return Asked(f"/schedule/appointments/{number}/undo-no-show", asked)


form("schedule.new_patient", DESK)(
    lambda h: Asked(
        f"/schedule/patients/new?clinic={h.harbour.id}", {"name": "Ned New", "reference": "REF-NED"}
    )
)
form("schedule.edit_patient", DESK)(
    lambda h: Asked(
        f"/schedule/patients/{h.patient.id}/edit",
        {"name": "Perry Whitlock", "seen_version": str(h.patient.version)},
    )
)
form("schedule.patient_notes", DESK)(
    lambda h: Asked(
        f"/schedule/patients/{given.patient(h.harbour).id}/notes",
        {"asks": ["diabetes"], "seen_note": "0"},
    )
)


@form("schedule.clear", DESK)
def clear(house: House) -> Asked:
    somebody = given.patient(house.harbour, "Nan Noted")
    number = house.appointment(patient_id=somebody.id)
    told = dict(actor=house.people[DESK], patient_id=somebody.id, words=["diabetes"])
    change_notes(seen_note=0, now=given.NOW, **told)
    noted = db.session.scalar(select(func.max(PatientNote.id)))
    told = {"seen_version": "1", "cleared": str(noted)}
    return Asked(f"/schedule/appointments/{number}/clear", told)


@form("schedule.record_before", DESK)
def record_before(house: House) -> Asked:
    asked = {"seen_record": "0", "delegated": "no", "note": "Form 12"}
    return Asked(f"/schedule/appointments/{house.appointment()}/before-needling", asked)


def test_every_address_that_takes_a_form_is_swept(app):
    taking = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert taking == {*BY_THE_MATRIX, *OTHERS, *APART}


def test_every_form_that_is_carried_out_leaves_an_entry(app, house):
    wrong = []
    for endpoint in sorted({*BY_THE_MATRIX, *OTHERS}):
        seat, asked = _asked(house, endpoint)
        try:
            _leaves_an_entry(house, seat, asked)
        except AssertionError as error:
            wrong.append(f"{endpoint}: {str(error)[:300]}")
    assert not wrong, "\n".join(wrong)


def test_what_is_kept_of_a_change_says_what_was_and_what_became(app, house):
    asked = REQUESTS["practitioner", "change legal name"](house, HERE)
    end = house.end_of_trail()
    house.browser(HERE).post(asked.path, data=asked.data)
    (body,) = [json.loads(one.body) for one in house.trail_after(end)]
    assert "Dana Okafor" in json.dumps(body["before"])
    assert "Dana Okafor-Bell" in json.dumps(body["after"])
    assert body["at"] == given.NOW.isoformat()
    assert body["by"]["from"] == "127.0.0.1"


def _asked(house: House, endpoint: str) -> tuple[str, Asked]:
    if endpoint in OTHERS:
        seat, builder = OTHERS[endpoint]
        return seat, builder(house)
    resource, action, seat = BY_THE_MATRIX[endpoint]
    return seat, REQUESTS[resource, action](house, seat)


def _leaves_an_entry(house: House, seat: str, asked: Asked) -> None:
    moment = given.NOW + asked.later
    with time_machine.travel(moment, tick=False):
        browser, end = house.browser(seat), house.end_of_trail()
        answer = browser.post(asked.path, data=asked.data)
        assert answer.status_code < 400, f"{answer.status} {answer.text[-1500:]}"
        entries = [one for one in house.trail_after(end) if not one.action.startswith("refused")]
    assert entries, "no entry"
    for one in entries:
        body = json.loads(one.body)
        assert one.at == moment
        assert body["by"]["name"], "nobody did it"
        if seat != STRANGER:
            assert one.account_id == house.people[seat].account_id
    assert any(json.loads(one.body)["by"]["from"] == "127.0.0.1" for one in entries), "from nowhere"


def _proposal() -> str:
    return f"/requirements/US-MT/versions/{given.proposed('US-MT').version}"


def _of_harbour(house: House, what: str, told: dict[str, str]) -> Asked:
    return Asked(f"/setup/clinics/{house.harbour.id}/{what}", told)


def _of_luis(house: House, what: str, told: dict[str, str]) -> Asked:
    return Asked(f"/setup/practitioners/{house.luis.id}/{what}", told)


def _saw(hours: object, prefix: str = "") -> dict[str, str]:
    """The hours that the page showed which is sent."""
    return {f"{prefix}seen_hours": json.dumps(hours)}


def _weeks_of_luis(house: House) -> dict[str, Any]:
    mine = select(WorkingWeek).where(WorkingWeek.practitioner_id == house.luis.id)
    return {row.first_day.isoformat(): row.week for row in db.session.scalars(mine)}


def _clinic_day(house: House) -> int:
    given.clinic_day(house.harbour, given.date(2027, 3, 16))
    wanted = select(ClinicDay.id).where(ClinicDay.day == given.date(2027, 3, 16))
    return int(db.session.scalars(wanted).one())


def _hours_of_luis(house: House, kind: Any) -> int:
    """The number of one more of that kind on record."""
    day = given.date(2027, 4, 1)
    if kind is WorkingWeek:
        given.working_week(house.luis, house.harbour, None, since=day)
    elif kind is WorkingDay:
        given.working_day(house.luis, house.harbour, day)
    else:
        given.time_off(house.luis, day)
    return int(db.session.scalars(select(kind.id).order_by(kind.id.desc())).first() or 0)


def _of_archived(house: House, what: str, told: dict[str, str]) -> Asked:
    whom = given.practitioner("Ari Archived", at=house.harbour)
    archive_practitioner(actor=house.people[HERE], practitioner_id=whom.id, now=given.NOW)
    return Asked(f"/setup/practitioners/{whom.id}/{what}", told)


def _of_newcomer(house: House, what: str, told: dict[str, str]) -> Asked:
    whom = given.somebody(Role.FRONT_DESK, house.harbour)
    return Asked(f"/setup/people/{whom.account_id}/{what}", told)


def _with_password(house: House, seat: str) -> Actor:
    house.with_password(seat)
    return house.people[seat]


def _account(house: House, seat: str) -> Account:
    return db.session.get_one(Account, house.people[seat].account_id)


def _link(house: House, purpose: Purpose) -> str:
    token = new_token()
    whom = given.somebody(Role.FRONT_DESK, house.harbour)
    db.session.add(link_of(whom, fingerprint(token), purpose))
    db.session.commit()
    return token
