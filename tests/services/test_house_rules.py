"""A clinic's own rules: stricter from a day on, never looser, never rewritten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, Overtaken
from registry.models import AuditEntry, HouseRulesVersion, Privilege, db
from registry.rules.vocabulary import Role
from registry.services.house_rules import set_house_rules
from tests import given
from tests.services.activating import asking, derived, stored, within

HOURS = {"kind": "total_hours", "hours": 80}
TOMORROW = given.TODAY + timedelta(days=1)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    """Sixty hours of training, enough for Montana."""
    made = given.practitioner(at=harbour)
    given.certified(made)
    return made


def setting(harbour, *requirements, first_day=given.TODAY, by=None, now=given.NOW):
    return set_house_rules(
        actor=by or given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        requirements=requirements,
        first_day=first_day,
        reason="We want more practice.",
        now=now,
    )


def versions():
    db.session.rollback()
    rows = select(HouseRulesVersion).order_by(HouseRulesVersion.version)
    return [(one.version, one.first_day, one.content) for one in db.session.scalars(rows)]


def sites_on(whom, day):
    db.session.rollback()
    return set(
        db.session.scalars(
            select(Privilege.site).where(
                Privilege.practitioner_id == whom.id,
                Privilege.first_day <= day,
                Privilege.last_day >= day,
            )
        )
    )


def test_from_their_first_day_on_whoever_falls_short_is_held(harbour, dana):
    before = stored([dana.id])
    today = given.booked(harbour, dana)
    later = given.booked(harbour, dana, given.slot(harbour, 10, day=TOMORROW))
    [lost] = setting(harbour, HOURS, first_day=TOMORROW)
    assert lost.id == later
    assert given.state_of(today) == "confirmed"
    assert sites_on(dana, given.TODAY)
    assert sites_on(dana, TOMORROW) == set()
    assert stored([dana.id]) == derived([dana.id])
    assert within(stored([dana.id])[dana.id], before[dana.id])


def test_other_clinics_are_left_alone(harbour, dana):
    hill = given.clinic("Hill Clinic", adopted=False)
    sam = given.practitioner("Sam Roy", at=hill)
    given.certified(sam)
    setting(harbour, HOURS)
    assert sites_on(sam, given.TODAY)


def test_a_rule_may_be_for_some_sites_only(harbour, dana):
    setting(harbour, {**HOURS, "only_sites": ["thigh"]})
    assert "thigh" not in sites_on(dana, given.TODAY)
    assert "leg_foot" in sites_on(dana, given.TODAY)


def test_a_later_version_follows_and_the_earlier_one_is_kept(harbour, dana):
    setting(harbour, HOURS)
    setting(harbour, first_day=TOMORROW)
    assert sites_on(dana, given.TODAY) == set()
    assert sites_on(dana, TOMORROW)
    assert [(number, day) for number, day, _ in versions()] == [(1, given.TODAY), (2, TOMORROW)]
    assert versions()[0][2][0]["hours"] == 80
    assert versions()[0][2][0]["source_url"] == "Harbour Clinic's own rules"


def test_no_rule_reaches_into_the_past(harbour):
    with pytest.raises(BadInput, match="begin today") as caught:
        setting(harbour, HOURS, first_day=given.TODAY - timedelta(days=1))
    assert caught.value.field == "first_day"
    with pytest.raises(BadInput):  # it is still the day before in New York
        setting(harbour, HOURS, first_day=date(2027, 3, 1), now=given.NOW + timedelta(days=1))
    assert versions() == []


@pytest.mark.parametrize(
    ("rule", "field", "said"),
    [
        ({"kind": "barred"}, "kind", "nothing a clinic decides"),
        ({"kind": "licence"}, "kind", "nothing a clinic decides"),
        ({"kind": "open_question", "code": "x", "question": "?"}, "kind", "nothing a clinic"),
        ({"kind": "total_hours"}, "hours", "hours is missing"),
        ({"kind": "total_hours", "hours": -1}, "hours", "above 0"),
        ({"kind": "sleep"}, "kind", "nothing a clinic decides"),
        ({}, "kind", "kind is missing"),
        ({**HOURS, "only_sites": ["tail"]}, "only_sites", "no region or muscle"),
        ({**HOURS, "minutes": 3}, "minutes", "not known here"),
        ({**HOURS, "interim_hours": 10}, "interim_years", "for how many years"),
        ({**HOURS, "interim_years": 2}, "interim_hours", "how many hours are enough"),
        ({**HOURS, "interim_hours": 80, "interim_years": 2}, "interim_hours", "less than the 80"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(harbour, rule, field, said):
    with pytest.raises(BadInput, match=said) as caught:
        setting(harbour, rule)
    assert caught.value.field == field
    assert versions() == []


def test_a_number_below_the_jurisdictions_is_refused(harbour):
    given.adopt("US-MT", asking(50))
    with pytest.raises(
        BadInput, match=r"Montana asks for 50 hours already.*40 would change nothing"
    ):
        setting(harbour, {**HOURS, "hours": 40})
    with pytest.raises(BadInput, match="Montana asks for 50"):
        setting(harbour, {**HOURS, "hours": 49, "only_sites": ["thigh"]})
    setting(harbour, {"kind": "supervised_sessions", "sessions": 1})
    assert len(versions()) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {**HOURS, "hours": 50},
        {**HOURS, "hours": 50, "only_sites": ["thigh"]},
        {"kind": "profession_allowed", "professions": ["PT", "OT"]},
        {"kind": "regions_taught"},
    ],
)
def test_what_the_jurisdiction_asks_already_is_refused_for_it_changes_nothing(harbour, rule):
    given.adopt("US-MT", asking(50))
    with pytest.raises(BadInput, match="Montana asks for this already"):
        setting(harbour, rule)
    setting(harbour, {**HOURS, "hours": 51})
    assert len(versions()) == 1


def test_only_those_who_may_change_the_clinic_set_its_rules(harbour):
    hill = given.clinic("Hill Clinic", adopted=False)
    for role in (Role.FRONT_DESK, Role.PRACTITIONER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            setting(harbour, HOURS, by=given.somebody(role, harbour))
    with pytest.raises(NotFound):
        setting(harbour, HOURS, by=given.somebody(Role.MANAGER, hill))
    setting(harbour, HOURS, by=given.somebody(Role.ADMINISTRATOR))
    assert len(versions()) == 1


def test_the_audit_trail_tells_of_them(harbour):
    setting(harbour, HOURS)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "change house rules")
    ).one()
    assert (entry.subject, entry.clinic_id) == (f"clinic:{harbour.id}", harbour.id)
    assert "We want more practice." in entry.body


def test_a_clinics_rule_never_cites_the_registry_but_a_source_of_its_own_stays(harbour):
    setting(harbour, {**HOURS, "source": "house rule"})
    law = {"source_url": "https://board.example", "source_date": "2027", "confidence": "high"}
    setting(harbour, {**HOURS, **law})
    cited = [content[0]["source_url"] for *_, content in versions()]
    assert cited == ["Harbour Clinic's own rules", "https://board.example"]
    assert all("source" not in content[0] for *_, content in versions())


def test_a_rule_that_was_surpassed_since_does_not_stand_in_the_way_of_others(harbour):
    setting(harbour, {**HOURS, "hours": 40})
    given.adopt("US-MT", asking(50))
    kept = versions()[0][2]
    setting(harbour, *kept, {"kind": "cpr"})
    assert len(versions()) == 2
    with pytest.raises(BadInput, match="Montana asks for 50"):
        setting(harbour, {**HOURS, "hours": 45})


def test_only_the_newest_version_is_changed(harbour):
    actor = given.somebody(Role.MANAGER, harbour)
    known = dict(actor=actor, clinic_id=harbour.id, first_day=given.TODAY, now=given.NOW)
    for after in (0, 1):
        set_house_rules(**known, requirements=[HOURS], reason="So.", after_version=after)
    with pytest.raises(Overtaken):
        set_house_rules(**known, requirements=[], reason="So.", after_version=1)
    assert len(versions()) == 2
