"""Privilege letters: only whom it is of agrees; what it shows is what holds at that moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from registry.adapters.sealing import Sealer
from registry.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotInThatState,
    Overtaken,
    TooManyTries,
)
from registry.models import AuditEntry, Engagement, PrivilegeLetter, WrongTries, db
from registry.models.derived_privileges import stored_privileges
from registry.queries.letters_checked import letter_behind, letter_to_print
from registry.queries.privilege_letters import letters_of
from registry.rules.letter_codes import CODE
from registry.rules.privilege_letters import LetterPart
from registry.rules.vocabulary import Outcome, Role
from registry.services.activations import activate_adoption
from registry.services.archiving import archive_practitioner
from registry.services.engagements import end_engagement
from registry.services.privilege_letters import (
    agree_to_letter,
    propose_letter,
    withdraw_letter,
)
from registry.services.verification import decide_standing
from registry.services.wrong_codes import count_wrong_code, wait_after_wrong_codes
from tests import given
from tests.factors import SEALER
from tests.given import NOW, TODAY
from tests.letters import EVERYTHING, code_of_letter, letter_of
from tests.services.activating import asking, few_at_a_time

HERE = "192.0.2.7"


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.licence(dana)
    return dana


@pytest.fixture
def paper(dana):
    return given.certificate(dana)


@pytest.fixture
def herself(dana, harbour, paper):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Boss")


def looked_up(code, now=NOW):
    return letter_behind(mark=SEALER.mark(code, CODE), now=now)


def agreed(who, at, **known):
    told = dict(shows=["regions"], agreed=True, seen_version=0, sealer=SEALER, now=NOW) | known
    return agree_to_letter(actor=who, clinic_id=at.id, **told)


def told_of(letter_id):
    wanted = select(AuditEntry).where(AuditEntry.subject == f"privilege_letter:{letter_id}")
    return list(db.session.scalars(wanted.order_by(AuditEntry.id)))


def test_whoever_has_the_code_sees_what_was_agreed_to(harbour, herself):
    shown = looked_up(code_of_letter(letter_of(herself, harbour)))
    assert (shown.name, shown.clinic, shown.may_needle) == ("Dana Okafor", "Harbour Clinic", True)
    assert shown.until == date(2028, 12, 31)
    assert [one.sites_in_words for one in shown.sites] == ["Thigh; Lower leg and foot"]
    assert shown.profession == "physical therapist"
    assert (shown.licence.jurisdiction, shown.licence.last_day) == ("US-MT", date(2028, 12, 31))


def activating(monkeypatch, hours):
    """Begun; nobody is judged anew yet."""
    few_at_a_time(monkeypatch, 0)
    made = given.proposed("US-MT", asking(hours))
    known = dict(actor=given.adopter(), adoption_id=made.id, now=NOW)
    assert activate_adoption(**known).in_background
    db.session.rollback()


def test_what_rules_being_activated_take_away_is_not_shown_before_all_are_judged(
    harbour, dana, herself, monkeypatch
):
    code = code_of_letter(letter_of(herself, harbour))
    activating(monkeypatch, 80)
    assert stored_privileges(db.session(), [dana.id])[dana.id]
    shown = looked_up(code)
    assert (shown.may_needle, shown.until, shown.sites) == (False, None, ())


def test_what_rules_being_activated_leave_is_shown_as_before(harbour, herself, monkeypatch):
    code = code_of_letter(letter_of(herself, harbour))
    before = looked_up(code)
    activating(monkeypatch, 50)
    assert looked_up(code) == before
    assert before.may_needle


@pytest.mark.parametrize("part", list(LetterPart))
def test_what_was_not_agreed_to_is_not_even_read(harbour, herself, part):
    shown = looked_up(code_of_letter(letter_of(herself, harbour, [part])))
    there = {
        LetterPart.REGIONS: bool(shown.sites),
        LetterPart.PROFESSION: bool(shown.profession),
        LetterPart.LICENCE: bool(shown.licence),
    }
    assert there == {each: each is part for each in LetterPart}


def test_only_its_practitioner_agrees(harbour, herself, mara, dana):
    luis = given.practitioner("Luis Prado", at=harbour)
    other = given.somebody(Role.PRACTITIONER, harbour, practises_as=luis)
    agreed(other, harbour)  # to one of their own
    for nobody in (mara, given.somebody(Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            agreed(nobody, harbour)
    whose = db.session.scalars(select(PrivilegeLetter.practitioner_id)).all()
    assert dana.id not in whose


def test_without_the_tick_nothing_is_agreed_to(harbour, herself):
    with pytest.raises(BadInput) as refusal:
        agreed(herself, harbour, agreed=False)
    assert refusal.value.field == "agreed"
    assert db.session.scalars(select(PrivilegeLetter)).all() == []


def test_a_manager_proposes_and_nothing_is_shown_until_its_practitioner_agrees(
    harbour, dana, herself, mara
):
    number = propose_letter(
        actor=mara, practitioner_id=dana.id, clinic_id=harbour.id, shows=["licence"], now=NOW
    )
    letter = db.session.get_one(PrivilegeLetter, number)
    assert (letter.code_mark, letter.code_sealed, letter.agreed_at) == (None, None, None)
    with pytest.raises(NotFound):
        letter_to_print(actor=herself, letter_id=number, now=NOW)

    assert agreed(herself, harbour, shows=["profession"], seen_version=1) == number
    letter = db.session.get_one(PrivilegeLetter, number, populate_existing=True)
    shown = looked_up(code_of_letter(letter))
    assert (shown.profession, shown.licence) == ("physical therapist", None)
    assert [one.action for one in told_of(number)] == [
        "propose a privilege letter",
        "agree to a privilege letter",
    ]


def test_what_is_shown_changes_at_once_and_the_code_stays(harbour, herself):
    letter = letter_of(herself, harbour)
    code = code_of_letter(letter)
    agreed(herself, harbour, shows=[], seen_version=letter.version, now=NOW + timedelta(days=1))
    shown = looked_up(code)
    assert (shown.sites, shown.profession, shown.licence) == ((), "", None)
    assert told_of(letter.id)[-1].action == "change what a privilege letter shows"


def test_what_changed_meanwhile_is_not_agreed_to_unseen(harbour, herself, dana, mara):
    with pytest.raises(Overtaken):
        agreed(herself, harbour, seen_version=1)
    propose_letter(
        actor=mara, practitioner_id=dana.id, clinic_id=harbour.id, shows=EVERYTHING, now=NOW
    )
    with pytest.raises(Overtaken):
        agreed(herself, harbour)


@pytest.mark.parametrize("by_manager", [True, False])
def test_a_withdrawn_letter_shows_nothing_and_its_code_is_kept_by_nobody(
    harbour, herself, mara, by_manager
):
    letter = letter_of(herself, harbour)
    code = code_of_letter(letter)
    withdraw_letter(actor=mara if by_manager else herself, letter_id=letter.id, now=NOW)
    assert looked_up(code) is None
    kept = db.session.get_one(PrivilegeLetter, letter.id, populate_existing=True)
    assert kept.code_sealed is None
    assert told_of(letter.id)[-1].action == "withdraw a privilege letter"
    with pytest.raises(NotInThatState):
        withdraw_letter(actor=herself, letter_id=letter.id, now=NOW)
    with pytest.raises(NotFound):
        letter_to_print(actor=herself, letter_id=letter.id, now=NOW)
    assert code_of_letter(letter_of(herself, harbour)) != code


def test_one_letter_stands_for_a_clinic_at_a_time(harbour, dana, herself, mara):
    letter_of(herself, harbour)
    with pytest.raises(NotInThatState):
        propose_letter(actor=mara, practitioner_id=dana.id, clinic_id=harbour.id, shows=[], now=NOW)
    row = "SELECT practitioner_id, clinic_id, '[]', made_by, made_at, 1 FROM privilege_letters"
    into = "practitioner_id, clinic_id, shows, made_by, made_at, version"
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"INSERT INTO privilege_letters ({into}) {row}"))
    db.session.rollback()


@pytest.mark.parametrize(
    "change", ["agreed_at = NULL", "agreed_by = NULL", "code_mark = NULL", "withdrawn_by = 1"]
)
def test_no_sql_makes_a_code_that_nobody_agreed_to(harbour, herself, change):
    letter_of(herself, harbour)
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"UPDATE privilege_letters SET {change}"))
    db.session.rollback()


def test_rights_over_letters(harbour, dana, herself, mara):
    hill = given.clinic("Hill Clinic")
    elsewhere = given.somebody(Role.MANAGER, hill)
    luis = given.practitioner("Luis Prado", at=harbour)
    other = given.somebody(Role.PRACTITIONER, harbour, practises_as=luis)
    desk, auditor = (given.somebody(role, harbour) for role in (Role.FRONT_DESK, Role.AUDITOR))
    told = dict(practitioner_id=dana.id, clinic_id=harbour.id, shows=[], now=NOW)
    for who, refusal in (
        (herself, NotAllowed),
        (other, NotFound),
        (desk, NotAllowed),
        (elsewhere, NotFound),
        (auditor, NotAllowed),
    ):
        with pytest.raises(refusal):
            propose_letter(actor=who, **told)
    letter = letter_of(herself, harbour)
    for who, refusal in ((other, NotFound), (desk, NotAllowed), (elsewhere, NotFound)):
        with pytest.raises(refusal):
            withdraw_letter(actor=who, letter_id=letter.id, now=NOW)
        with pytest.raises(refusal):
            letters_of(actor=who, practitioner_id=dana.id, now=NOW)
    for who in (mara, desk, auditor):
        with pytest.raises(NotAllowed):
            letter_to_print(actor=who, letter_id=letter.id, now=NOW)
    for who in (mara, auditor):
        (line,) = letters_of(actor=who, practitioner_id=dana.id, now=NOW).lines
        assert (line.id, line.code_sealed) == (letter.id, "")


def test_a_manager_sees_only_letters_for_their_own_clinics(harbour, dana, herself, mara):
    hill = given.clinic("Hill Clinic")
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=TODAY))
    db.session.commit()
    given.also(mara, Role.FRONT_DESK, hill)
    seen = letters_of(actor=mara, practitioner_id=dana.id, now=NOW)
    assert [line.clinic for line in seen.lines] == ["Harbour Clinic"]
    assert len(letters_of(actor=herself, practitioner_id=dana.id, now=NOW).lines) == 2


def test_nobody_has_a_letter_for_where_they_do_not_work(harbour, herself, dana):
    hill = given.clinic("Hill Clinic")
    boss = given.somebody(Role.MANAGER, hill)
    for number in (hill.id, 777):
        with pytest.raises(NotInThatState):
            agree_to_letter(
                actor=herself,
                clinic_id=number,
                shows=[],
                agreed=True,
                seen_version=0,
                sealer=SEALER,
                now=NOW,
            )
    with pytest.raises((NotFound, NotInThatState)):
        propose_letter(actor=boss, practitioner_id=dana.id, clinic_id=hill.id, shows=[], now=NOW)


def test_what_is_no_part_of_a_letter_is_refused_at_its_field(harbour, herself):
    with pytest.raises(BadInput) as refusal:
        agreed(herself, harbour, shows=["email"])
    assert refusal.value.field == "shows"


@pytest.mark.parametrize("outcome", [Outcome.REVOKED, Outcome.SUSPENDED])
def test_the_page_says_no_as_soon_as_the_paper_is_taken(harbour, herself, mara, paper, outcome):
    code = code_of_letter(letter_of(herself, harbour))
    decide_standing(
        actor=mara,
        credential_id=paper.id,
        outcome=outcome,
        effective_from=TODAY,
        reason="The provider says it is forged.",
        now=NOW,
    )
    shown = looked_up(code)
    assert shown.may_needle is False
    assert (shown.until, shown.sites, shown.profession, shown.licence) == (None, (), "", None)


def test_the_page_says_yes_again_when_the_paper_is_reinstated(harbour, herself, mara, paper):
    code = code_of_letter(letter_of(herself, harbour))
    for outcome, may in ((Outcome.SUSPENDED, False), (Outcome.REINSTATED, True)):
        decide_standing(
            actor=mara,
            credential_id=paper.id,
            outcome=outcome,
            effective_from=TODAY,
            reason="As agreed.",
            now=NOW,
        )
        assert looked_up(code).may_needle is may


def test_a_lapse_shows_at_midnight_on_the_clinics_clock(app):
    auckland = given.clinic("Bay", zone="Pacific/Auckland")
    whom = given.practitioner("Ana Ruiz", at=auckland)
    given.certified(whom, last_day=date(2027, 3, 10))
    ana = given.somebody(Role.PRACTITIONER, auckland, practises_as=whom)
    code = code_of_letter(letter_of(ana, auckland))
    last_second = datetime(2027, 3, 10, 10, 59, 59, tzinfo=UTC)  # 23:59:59 there
    shown = looked_up(code, last_second)
    assert (shown.may_needle, shown.until) == (True, date(2027, 3, 10))
    after = looked_up(code, last_second + timedelta(seconds=1))
    assert (after.may_needle, after.today) == (False, date(2027, 3, 11))


def test_who_left_the_clinic_may_not_from_the_day_after(harbour, dana, herself, mara):
    code = code_of_letter(letter_of(herself, harbour))
    end_engagement(
        actor=mara,
        engagement_id=dana.engagements[0].id,
        last_day=TODAY,
        now=NOW,
    )
    shown = looked_up(code)
    assert (shown.may_needle, shown.until) == (True, TODAY)
    assert {one.last_day for one in shown.sites} == {TODAY}
    assert looked_up(code, NOW + timedelta(days=1)).may_needle is False


def test_who_is_archived_may_not(harbour, dana, herself, mara):
    code = code_of_letter(letter_of(herself, harbour))
    archive_practitioner(actor=mara, practitioner_id=dana.id, reason="Left us.", now=NOW)
    shown = looked_up(code)
    assert shown is None or shown.may_needle is False


def test_a_letter_is_of_one_clinic_only(harbour, dana, herself):
    hill = given.clinic("Hill Clinic", jurisdiction="US-MT")
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=TODAY))
    db.session.commit()
    shown = looked_up(code_of_letter(letter_of(herself, harbour)))
    assert shown.clinic == "Harbour Clinic"


def test_neither_the_database_nor_the_trail_gives_a_code_away(harbour, herself):
    letter = letter_of(herself, harbour)
    code = code_of_letter(letter)
    row = db.session.execute(text("SELECT * FROM privilege_letters")).one()
    trail = " ".join(one.body for one in told_of(letter.id))
    for kept in (*map(str, row), trail):
        assert code not in kept
    with_another_secret = Sealer("another secret, of another house altogether")
    assert with_another_secret.mark(code, CODE) != letter.code_mark
    assert SEALER.mark(code, "something else") != letter.code_mark


def test_wrong_codes_wait_ever_longer_and_one_address_shuts_out_no_other(app):
    now, waits = NOW, []
    for _ in range(1000):
        try:
            wait_after_wrong_codes(address=HERE, now=now)
        except TooManyTries as refusal:
            waits.append(refusal.seconds)
            now += timedelta(seconds=refusal.seconds)
        count_wrong_code(address=HERE, now=now)
    assert waits[0] == 3  # two, and the one begun
    assert max(waits) == waits[-1] == 15 * 60 + 1
    assert now - NOW > timedelta(days=9)
    wait_after_wrong_codes(address="192.0.2.8", now=now)
    with pytest.raises(TooManyTries):
        wait_after_wrong_codes(address=HERE, now=now)


def test_an_address_is_forgotten_after_a_day_however_often_it_was_wrong(app):
    for _ in range(150):
        count_wrong_code(address=HERE, now=NOW)
    count_wrong_code(address="192.0.2.8", now=NOW + timedelta(days=1, seconds=1))
    assert len(db.session.scalars(select(WrongTries)).all()) == 1
    wait_after_wrong_codes(address=HERE, now=NOW + timedelta(minutes=16))
