"""The review desk: what waits, what a check changes, and decisions that hold appointments."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.adapters.clock import now
from registry.models import (
    CredentialVersion,
    Letter,
    Privilege,
    Verification,
    db,
)
from registry.rules.facts import Cpr, Degree, Examination, PracticeHours
from registry.rules.vocabulary import (
    AppointmentState,
    DegreeLevel,
    Exam,
    ExamResult,
    Method,
    Outcome,
    Role,
    VersionState,
)
from tests import given
from tests.files import certificate_pdf
from tests.web.looking_first import after_a_look
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import visit

PDF = certificate_pdf()
CHECKED = {"method": str(Method.ISSUER_PORTAL), "reference": "https://lakeside.example/graduates"}


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


@pytest.fixture
def as_manager(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour, name="Mia Manager"))


def version_of(credential):
    db.session.rollback()
    wanted = select(CredentialVersion).where(CredentialVersion.credential_id == credential.id)
    return db.session.scalars(wanted.order_by(CredentialVersion.version)).all()[-1]


def waiting(whose, **known):
    """A certificate that waits; its version's number."""
    return version_of(given.certificate(whose, state=VersionState.SUBMITTED, **known)).id


def sites_of(practitioner):
    db.session.rollback()
    wanted = select(Privilege.site).where(Privilege.practitioner_id == practitioner.id)
    return set(db.session.scalars(wanted))


def words(page):
    return re.sub(r"\s+", " ", page.get_text(" ", strip=True))


def test_the_queue_shows_what_waits_the_oldest_first_and_how_long(as_manager, dana):
    given.licence(dana)
    first = waiting(dana, course="The older course")
    second = waiting(dana, course="The newer course")
    page = read(as_manager.get("/review/"), 200)
    said = words(page.main)
    assert "2 wait" in said
    assert said.index("The older course") < said.index("The newer course")
    links = [str(a["href"]) for a in page.main.select("a.btn")]
    assert links == [f"/review/versions/{first}", f"/review/versions/{second}"]


def test_an_empty_queue_says_so(as_manager):
    assert "Nothing waits" in words(read(as_manager.get("/review/"), 200))


def test_a_manager_sees_only_what_waits_at_their_clinics(app, dana, as_manager):
    waiting(given.practitioner("Zed Elsewhere", at=given.clinic("Hilltop", adopted=False)))
    assert "Zed Elsewhere" not in words(read(as_manager.get("/review/"), 200))


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.FRONT_DESK, 403),
        (Role.AUDITOR, 403),
        (Role.ADMINISTRATOR, 403),
        (Role.PRACTITIONER, 404),
    ],
)
def test_nobody_but_managers_works_at_the_desk(app, harbour, role, status):
    read(visit(app, given.somebody(role, harbour)).get("/review/"), status)


def test_the_desk_says_what_verifying_changes_before_it_is_done(as_manager, dana):
    given.licence(dana)
    page = read(as_manager.get(f"/review/versions/{waiting(dana)}"), 200)
    said = words(page.main)
    gained = r"May needle Thigh, Lower leg and foot and \d\d muscles at Harbour Clinic , from today"
    assert re.search(gained, said), said
    assert "Lakeside Institute" in said


@pytest.mark.parametrize(
    ("made", "known", "said"),
    [
        (
            PracticeHours,
            dict(hours=3900, where="Hill Clinic"),
            ("Hours of practice 3900", "Where Hill Clinic", "Attested Thu 2 January 2025"),
        ),
        (
            Degree,
            dict(level=DegreeLevel.DOCTORAL, title="Doctor of Physical Therapy", school="Willow"),
            ("Degree Doctor of Physical Therapy", "Level Doctoral", "Awarded Thu 2 January 2025"),
        ),
    ],
)
def test_what_was_typed_of_every_kind_is_shown_and_can_be_verified(
    as_manager, dana, made, known, said
):
    held = known | dict(first_day=date(2025, 1, 2), state=VersionState.SUBMITTED)
    version = version_of(given.on_record(dana, made, held))
    shown = words(read(as_manager.get(f"/review/versions/{version.id}"), 200).main)
    assert all(one in shown for one in said), shown
    assert as_manager.post(f"/review/versions/{version.id}/verify", data=CHECKED).status_code == 303
    assert version_of(version.credential).state is VersionState.VERIFIED


def test_the_desk_shows_how_an_examination_was_taken(as_manager, dana):
    exams = (
        Examination(Exam.WRITTEN, ExamResult.PASSED, in_person=False),
        Examination(Exam.FINAL_EVALUATION, ExamResult.FAILED),
    )
    number = waiting(dana, exams=exams, instructor_needling_years=7, hours_live_video=8)
    shown = words(read(as_manager.get(f"/review/versions/{number}"), 200).main)
    assert "Written passed online, final evaluation failed" in shown
    assert "Instructor had needled, years 7" in shown
    assert "Hours by live video 8" in shown


def test_the_desk_says_what_is_still_missing_where_nothing_is_gained(as_manager, dana):
    said = words(read(as_manager.get(f"/review/versions/{waiting(dana)}"), 200).main)
    assert "At Harbour Clinic it still takes:" in said


def test_the_desk_says_what_a_shorter_correction_takes_away(as_manager, dana, app):
    given.licence(dana)
    credential = given.certificate(dana)
    browser = visit(app, given.somebody(Role.PRACTITIONER, name="Dana", practises_as=dana))
    form = read(browser.get(f"/my-credentials/{credential.id}/correct"), 200)
    data = {
        "course": form.find(id="course")["value"],
        "provider": "Lakeside Institute",
        "kind": "dry_needling",
        "completed_on": "2022-05-02",
        "hours_total": "60",
        "hours_in_person": "60",
        "regions": ["thigh"],
        "exam_written": "passed",
        "exam_practical": "passed",
        "holder_matches": "y",
        "file": (io.BytesIO(PDF), "shorter.pdf"),
    }
    answer = browser.post(f"/my-credentials/{credential.id}/correct", data=data)
    assert answer.status_code == 303
    said = words(read(as_manager.get(f"/review/versions/{version_of(credential).id}"), 200).main)
    assert re.search(r"No longer Lower leg and foot and \d+ muscles at Harbour Clinic", said)
    assert "(before: Thigh, Lower leg and foot)" in said


def test_verifying_makes_it_count_and_leads_on_to_the_next(as_manager, dana):
    given.licence(dana)
    version = waiting(dana)
    answer = as_manager.post(f"/review/versions/{version}/verify", data=CHECKED)
    assert (answer.status_code, answer.location) == (303, "/review/")
    assert {"thigh", "leg_foot"} <= sites_of(dana)
    decision = db.session.scalars(select(Verification).order_by(Verification.id.desc())).first()
    assert (decision.outcome, decision.reference) == (Outcome.VERIFIED, CHECKED["reference"])


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"method": ""}, "method", "Say how you checked it."),
        ({"method": "hearsay"}, "method", "Not a valid choice."),
        ({"reference": ""}, "reference", "Say what you looked at"),
        ({"reference": "   "}, "reference", "Say what you"),
        ({"reference": "x" * 100_000}, "reference", "200 is the most"),
        ({"reference": "seen\0"}, "reference", "cannot be written"),
    ],
)
def test_a_check_without_its_grounds_changes_nothing(as_manager, dana, changed, field, sentence):
    version = waiting(dana)
    page = read(as_manager.post(f"/review/versions/{version}/verify", data=CHECKED | changed), 422)
    assert sentence in error_at(page, field)
    db.session.rollback()
    assert db.session.get(CredentialVersion, version).state is VersionState.SUBMITTED


def test_a_rejection_needs_a_reason_and_tells_the_holder(app, as_manager, dana):
    given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)
    version = waiting(dana)
    address = f"/review/versions/{version}/reject"
    page = read(as_manager.post(address, data={"reason": ""}), 422)
    assert "Give a reason" in error_at(page, "reason")
    assert as_manager.post(address, data={"reason": "Not legible."}).status_code == 303
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert (letter.template, "Not legible." in letter.particulars) == ("rejected", True)


def test_what_was_decided_already_is_a_conflict_with_its_reason(as_manager, dana):
    version = waiting(dana)
    as_manager.post(f"/review/versions/{version}/verify", data=CHECKED)
    page = read(as_manager.post(f"/review/versions/{version}/verify", data=CHECKED), 409)
    assert "verified already" in alert(page)


def test_nobody_checks_what_they_entered_themselves(app, harbour, dana):
    manager = given.somebody(Role.MANAGER, harbour)
    browser = visit(app, manager)
    data = {"first_day": "2026-01-01", "file": (io.BytesIO(PDF), "cpr.pdf")}
    assert browser.post(f"/my-credentials/for/{dana.id}/add/cpr", data=data).status_code == 303
    version = db.session.scalars(select(CredentialVersion.id)).one()
    assert "Somebody else must check this" in words(read(browser.get("/review/"), 200))
    page = read(browser.get(f"/review/versions/{version}"), 200)
    assert "Somebody else must check this" in words(page)
    assert not page.main.select("form")
    read(browser.post(f"/review/versions/{version}/verify", data=CHECKED), 403)
    other = visit(app, given.somebody(Role.MANAGER, harbour))
    assert other.post(f"/review/versions/{version}/verify", data=CHECKED).status_code == 303


def test_nobody_checks_their_own(app, harbour, dana):
    manager = given.somebody(Role.MANAGER, harbour, practises_as=dana)
    version = waiting(dana)
    browser = visit(app, manager)
    assert not read(browser.get(f"/review/versions/{version}"), 200).main.select("form")
    read(browser.post(f"/review/versions/{version}/verify", data=CHECKED), 403)


def test_a_manager_elsewhere_finds_no_such_version(app, dana):
    version = waiting(dana)
    browser = visit(app, given.somebody(Role.MANAGER, given.clinic("Hilltop", adopted=False)))
    read(browser.get(f"/review/versions/{version}"), 404)
    read(browser.post(f"/review/versions/{version}/verify", data=CHECKED), 404)


def test_the_very_same_file_under_another_name_is_pointed_out(app, as_manager, harbour, dana):
    luis = given.practitioner("Luis Prado", at=harbour)
    for whose, name in ((dana, "Dana Okafor"), (luis, "Luis Prado")):
        browser = visit(app, given.somebody(Role.PRACTITIONER, name=name, practises_as=whose))
        data = {"first_day": "2026-01-01", "file": (io.BytesIO(PDF), "cpr.pdf")}
        assert browser.post("/my-credentials/add/cpr", data=data).status_code == 303
    for version in db.session.scalars(select(CredentialVersion.id)).all():
        said = words(read(as_manager.get(f"/review/versions/{version}"), 200))
        assert "same file is on record under another practitioner" in said


def test_a_name_that_is_not_the_holders_is_pointed_out(as_manager, dana):
    version = waiting(dana, holder_matches=False)
    said = words(read(as_manager.get(f"/review/versions/{version}"), 200))
    assert "The name on it is not Dana Okafor" in said


@pytest.fixture
def booked(harbour, dana):
    credential = given.certified(dana)
    ahead = now().date() + timedelta(days=200)
    return credential, given.booked(harbour, dana, given.slot(harbour, day=ahead))


def test_revoking_holds_what_rests_on_it_and_lists_it_with_links(as_manager, booked):
    credential, appointment = booked
    address = f"/review/credentials/{credential.id}/revoked"
    page = read(as_manager.get(address), 200)
    assert "has 1 needling appointment from today on" in words(page)
    day = page.find(id="effective_from")["value"]
    answer = after_a_look(as_manager, address, {"effective_from": day, "reason": "Taken back."})
    assert answer.status_code == 303
    assert given.state_of(appointment) is AppointmentState.HELD
    page = read(as_manager.get(answer.location), 200)
    assert "1 appointment put on hold." in words(page)
    assert page.main.select(f'a[href="/schedule/appointments/{appointment}"]')
    assert "Revoked" in words(page)


def sent_at_once(client, path, data):
    return client.post(path, data=data)


def test_reinstating_says_how_many_stand_again(as_manager, booked):
    credential, appointment = booked
    for outcome, send in (("suspended", after_a_look), ("reinstated", sent_at_once)):
        address = f"/review/credentials/{credential.id}/{outcome}"
        day = read(as_manager.get(address), 200).find(id="effective_from")["value"]
        answer = send(as_manager, address, {"effective_from": day, "reason": "Seen again."})
    assert "1 appointment on hold restored." in words(read(as_manager.get(answer.location), 200))
    assert given.state_of(appointment) is AppointmentState.CONFIRMED


def test_what_was_revoked_is_reinstated_or_revoked_from_an_earlier_day(as_manager, booked):
    credential, _ = booked
    data = {"effective_from": "2026-11-01", "reason": "Taken back."}
    after_a_look(as_manager, f"/review/credentials/{credential.id}/revoked", data)
    page = read(as_manager.get(f"/review/credentials/{credential.id}"), 200)
    actions = [a.text.strip() for a in page.select(".page-head-actions a")]
    assert actions == ["Revoke from an earlier day", "Reinstate"]
    answer = as_manager.post(f"/review/credentials/{credential.id}/suspended", data=data)
    assert "cannot be suspended now" in alert(read(answer, 409))
    answer = as_manager.post(f"/review/credentials/{credential.id}/reinstated", data=data)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"effective_from": "2026-02-30"}, "effective_from"),
        ({"effective_from": ""}, "effective_from"),
        ({"effective_from": "0000-00-00"}, "effective_from"),
        ({"reason": "x" * 100_000}, "reason"),
    ],
)
def test_a_decision_without_its_grounds_changes_nothing(as_manager, booked, changed, field):
    credential, appointment = booked
    data = {"effective_from": "2026-11-01", "reason": "Taken back."} | changed
    page = read(as_manager.post(f"/review/credentials/{credential.id}/revoked", data=data), 422)
    assert error_at(page, field)
    assert given.state_of(appointment) is AppointmentState.CONFIRMED


def test_only_a_licence_can_be_restricted(as_manager, dana):
    licence, certificate = given.licence(dana), given.certificate(dana)
    data = {"effective_from": "2026-11-01", "reason": "By the board."}
    read(as_manager.post(f"/review/credentials/{certificate.id}/restricted", data=data), 404)
    answer = as_manager.post(f"/review/credentials/{licence.id}/restricted", data=data)
    assert answer.status_code == 303


def test_an_administrator_may_revoke_and_may_not_reinstate(app, booked):
    credential, _ = booked
    browser = visit(app, given.somebody(Role.ADMINISTRATOR))
    data = {"effective_from": "2026-11-01", "reason": "Asked by the board."}
    address = f"/review/credentials/{credential.id}"
    assert after_a_look(browser, f"{address}/revoked", data).status_code == 303
    read(browser.post(f"{address}/reinstated", data=data), 403)


@pytest.mark.parametrize("form", ["verify", "reject"])
def test_the_address_of_a_refused_form_opened_again_leads_to_its_page(as_manager, dana, form):
    version = waiting(dana)
    address = f"/review/versions/{version}"
    read(as_manager.post(f"{address}/{form}", data={}), 422)
    answer = as_manager.get(f"{address}/{form}")
    assert (answer.status_code, answer.location) == (302, address)


@pytest.mark.parametrize("address", ["versions/77", "credentials/77", "credentials/1/mislaid"])
def test_addresses_that_lead_nowhere_give_a_clear_page(as_manager, address):
    read(as_manager.get(f"/review/{address}"), 404)


@pytest.mark.parametrize("query", ["page=-1", "page=x", "clinic=%00", "clinic=1'", "page=0"])
def test_odd_queries_give_a_clear_page(as_manager, query):
    assert alert(read(as_manager.get(f"/review/?{query}"), 422))


@pytest.mark.usefixtures("csrf")
def test_every_form_carries_a_token(as_manager, dana, booked):
    version = waiting(dana)
    for address in (f"versions/{version}", f"credentials/{booked[0].id}/revoked"):
        carries_a_token_in_each_form(read(as_manager.get(f"/review/{address}"), 200))


@pytest.mark.parametrize("more", [0, 3])
def test_the_pages_ask_the_database_a_constant_number_of_things(as_manager, dana, statements, more):
    credential = given.certified(dana)
    version = waiting(dana)
    for number in range(more):
        given.on_record(dana, Cpr, {"first_day": date(2026, 1, 1 + number)})
        waiting(dana)
    addresses = ("", f"versions/{version}", f"credentials/{credential.id}")
    counts = []
    for address in (*addresses, f"credentials/{credential.id}/revoked"):
        statements.clear()
        as_manager.get(f"/review/{address}")
        counts.append(len(statements))
    assert counts == [3, 8, 6, 6]
