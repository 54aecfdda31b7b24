"""Every cell of the access matrix that exists so far, against the rules that decide."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from registry.rules.access import (
    MATRIX,
    Action,
    Actor,
    Answer,
    Grant,
    Seat,
    Subject,
    answer,
    may,
)
from registry.rules.vocabulary import Role

HERE, ELSEWHERE = 1, 2
DANA = 10
SUBJECT = Subject(frozenset({HERE}), DANA)

PEOPLE = {
    "practitioner (owner)": Actor(1, "Dana", (Grant(Role.PRACTITIONER, HERE),), DANA),
    "practitioner (other)": Actor(2, "Luis", (Grant(Role.PRACTITIONER, HERE),), 11),
    "front desk": Actor(3, "Fay", (Grant(Role.FRONT_DESK, HERE),)),
    "manager here": Actor(4, "Mara", (Grant(Role.MANAGER, HERE),)),
    "manager elsewhere": Actor(5, "Otto", (Grant(Role.MANAGER, ELSEWHERE),)),
    "administrator": Actor(6, "Ada", (Grant(Role.ADMINISTRATOR),)),
    "auditor": Actor(7, "Aud", (Grant(Role.AUDITOR),)),
}
#: The matrix's words for what the rules call an action. A "c" there is an "a" here: whoever may
#: ask is told by other rules why not.
ACTIONS = {
    ("practitioner", "see the clinic's directory"): Action.SEE_DIRECTORY,
    ("practitioner", "see the full profile"): Action.SEE_PROFILE,
    ("practitioner", "change contact details"): Action.CHANGE_CONTACT,
    ("practitioner", "change legal name"): Action.CHANGE_NAME,
    ("practitioner", "create"): Action.ADD_PRACTITIONER,
    ("practitioner", "archive"): Action.ARCHIVE_PRACTITIONER,
    ("practitioner", "see the working hours"): Action.SEE_HOURS,
    ("practitioner", "change working hours and time off"): Action.CHANGE_HOURS,
    ("certificate", "see number, issuer, dates, status"): Action.SEE_CREDENTIAL,
    ("certificate", "open the uploaded file"): Action.OPEN_DOCUMENT,
    ("certificate", "upload for this practitioner"): Action.UPLOAD_CREDENTIAL,
    ("certificate", "withdraw an upload that nobody has verified"): Action.WITHDRAW_CREDENTIAL,
    ("certificate", "verify, as one who did not upload it"): Action.VERIFY_CREDENTIAL,
    ("certificate", "refuse, with a reason"): Action.REJECT_CREDENTIAL,
    ("certificate", "revoke, with a reason"): Action.REVOKE_CREDENTIAL,
    ("certificate", "revoke without a reason"): Action.REVOKE_CREDENTIAL,
    ("certificate", "reinstate (two persons)"): Action.REINSTATE_CREDENTIAL,
    ("certificate", "record a check with the issuer"): Action.VERIFY_CREDENTIAL,
    ("schedule", "see this practitioner's day"): Action.SEE_SCHEDULE,
    ("schedule", "see the patient's name on an appointment"): Action.SEE_PATIENT,
    ("schedule", "book needling, certificate valid"): Action.BOOK,
    ("schedule", "book needling, certificate missing"): Action.BOOK,
    ("schedule", "book needling, certificate expired"): Action.BOOK,
    ("schedule", "book needling, certificate revoked a second ago"): Action.BOOK,
    ("schedule", "book needling, certificate uploaded but not verified"): Action.BOOK,
    ("schedule", "book needling, acupuncture credential only"): Action.BOOK,
    ("schedule", "book another treatment"): Action.BOOK,
    ("schedule", "book over an existing appointment"): Action.BOOK,
    ("schedule", "move an appointment inside the cover"): Action.MOVE,
    ("schedule", "move an appointment past the cover"): Action.MOVE,
    ("schedule", "turn another treatment into needling, no certificate"): Action.MOVE,
    ("schedule", "give a needling appointment to an uncertified colleague"): Action.MOVE,
    ("schedule", "cancel"): Action.CANCEL,
    ("schedule", "mark as done"): Action.MARK_DONE,
    ("schedule", "export (CSV, calendar)"): Action.EXPORT_SCHEDULE,
    ("clinic", "see settings"): Action.SEE_CLINIC,
    ("clinic", "change settings, time zone among them"): Action.CHANGE_CLINIC,
    ("clinic", "create a clinic"): Action.CREATE_CLINIC,
    ("people", "add front-desk staff"): Action.ADD_FRONT_DESK,
    ("people", "make somebody a manager"): Action.MAKE_MANAGER,
    (
        "people",
        "make somebody an administrator (second administrator confirms)",
    ): Action.MAKE_ADMINISTRATOR,
    ("people", "raise one's own role"): Action.RAISE_OWN_ROLE,
    ("people", "change one's own password"): Action.CHANGE_OWN_PASSWORD,
    ("people", "reset somebody's second factor"): Action.RESET_SECOND_FACTOR,
    ("people", "end somebody's sessions"): Action.END_SESSIONS,
    ("audit", "see the events of this practitioner"): Action.SEE_PRACTITIONER_EVENTS,
    ("audit", "see the clinic's events"): Action.SEE_CLINIC_EVENTS,
    ("reports", "who expires in 90 days"): Action.SEE_EXPIRIES,
    ("incident", "see the incident"): Action.SEE_INCIDENT,
    ("incident", "settle the incident"): Action.SETTLE_INCIDENT,
}


def _rows():
    with Path(__file__).with_name("access_matrix.csv").open(newline="") as file:
        return {(row["resource"], row["action"]): row for row in csv.DictReader(file)}


CELLS = [
    (known, who, row[who]) for known, row in _rows().items() if known in ACTIONS for who in PEOPLE
]


@pytest.mark.parametrize(("known", "who", "letter"), CELLS)
def test_every_cell_of_the_matrix_is_what_the_rules_say(known, who, letter):
    expected = Answer.ALLOWED if letter == "c" else Answer(letter)
    assert answer(PEOPLE[who], ACTIONS[known], SUBJECT) is expected


def test_every_row_named_here_is_in_the_matrix():
    assert not ACTIONS.keys() - _rows().keys()


def test_every_action_has_a_letter_for_every_seat():
    assert MATRIX.keys() == set(Action)
    assert {len(letters) for letters in MATRIX.values()} == {len(Seat)}


def test_nobody_who_holds_nothing_may_do_anything():
    nobody = Actor(9, "Nobody")
    assert not [action for action in Action if may(nobody, action, SUBJECT)]


@pytest.mark.parametrize(
    "action", [Action.VERIFY_CREDENTIAL, Action.REJECT_CREDENTIAL, Action.REINSTATE_CREDENTIAL]
)
def test_whoever_uploaded_it_does_not_decide_on_it(action):
    mara = PEOPLE["manager here"]
    uploaded = Subject(frozenset({HERE}), DANA, frozenset({mara.account_id}))
    assert may(mara, action, SUBJECT)
    assert answer(mara, action, uploaded) is Answer.REFUSED


@pytest.mark.parametrize(
    "action",
    [
        Action.VERIFY_CREDENTIAL,
        Action.REJECT_CREDENTIAL,
        Action.REINSTATE_CREDENTIAL,
        Action.SUSPEND_CREDENTIAL,
        Action.REVOKE_CREDENTIAL,
        Action.SETTLE_INCIDENT,
    ],
)
def test_a_manager_who_also_needles_does_not_decide_on_their_own_papers(action):
    mo = Actor(8, "Mo", (Grant(Role.MANAGER, HERE), Grant(Role.PRACTITIONER, HERE)), DANA)
    assert answer(mo, action, SUBJECT) is Answer.REFUSED


def test_of_several_grants_any_that_allows_allows():
    both = Actor(8, "Mo", (Grant(Role.FRONT_DESK, HERE), Grant(Role.MANAGER, ELSEWHERE)))
    assert may(both, Action.BOOK, SUBJECT)
    assert answer(both, Action.REVOKE_CREDENTIAL, SUBJECT) is Answer.REFUSED


def test_a_grant_everywhere_reaches_every_clinic():
    everywhere = Actor(8, "Mo", (Grant(Role.MANAGER, None),))
    assert may(everywhere, Action.VERIFY_CREDENTIAL, SUBJECT)
    assert everywhere.clinics(Role.MANAGER) is None
