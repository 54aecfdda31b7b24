"""May this practitioner needle this site, here, on this day? And if not: why not, all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.rules.coursework import not_covered
from registry.rules.facts import Engagement, Examination
from registry.rules.questions import Circumstances
from registry.rules.reasons import Reason, Verdict
from registry.rules.vocabulary import (
    Consent,
    CourseKind,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    VersionState,
)
from tests.rules.given import (
    CLINIC,
    LONG_AGO,
    NOTHING_AMISS,
    TODAY,
    certificate,
    decided,
    facts,
    licence,
    only_set,
    practice,
    reasons,
    registration,
    restricted,
    revoked,
    suspended,
)

PENDING = VersionState.SUBMITTED
YESTERDAY, TOMORROW = date(2026, 6, 29), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("jurisdiction", "profession"),
    [
        ("US-GA", Profession.PT),
        ("US-UT", Profession.PT),
        ("US-UT", Profession.OT),
        ("US-FL", Profession.PT),
        ("US-FL", Profession.DC),
        ("US-MT", Profession.PT),
        ("CA-AB", Profession.PHYSIO),
    ],
)
def test_who_meets_everything_may_needle(jurisdiction, profession):
    known = facts(jurisdiction, profession)
    assert decided(known, jurisdiction, given=NOTHING_AMISS).eligible


def test_a_physical_therapist_may_not_needle_where_they_are_barred():
    assert reasons(facts("US-CA"), "US-CA") == {"JURISDICTION_BARRED"}


def test_nobody_may_needle_where_nobody_adopted_the_rules():
    decision = decided(facts("US-XX"), "US-XX")
    assert decision.reasons == {Reason.JURISDICTION_NOT_ADOPTED}
    assert decision.findings[0].verdict is Verdict.UNKNOWN


def test_nobody_may_needle_before_the_set_is_in_force():
    known = facts("US-FL")
    assert reasons(known, "US-FL", day=date(2021, 4, 18)) == {"JURISDICTION_NOT_ADOPTED"}
    assert "JURISDICTION_NOT_ADOPTED" not in reasons(known, "US-FL", day=date(2021, 4, 19))


def test_an_open_question_refuses_until_it_is_settled():
    asks = replace(only_set("US-GA"), settled=frozenset())
    assert reasons(facts(), sets=[asks]) == {"OPEN_QUESTION"}
    *others, last = [item.code for item in asks.open_items]
    assert reasons(facts(), sets=[asks.settling(others)]) == {"OPEN_QUESTION"}
    assert decided(facts(), sets=[asks.settling([*others, last])]).eligible


def test_the_latest_version_in_force_on_the_day_of_service_is_judged_by():
    georgia = only_set("US-GA")
    hours = [replace(r, hours=400) if r.kind == "total_hours" else r for r in georgia.requirements]
    stricter = replace(georgia, version=2, first_day=TODAY, requirements=tuple(hours))
    sets = [stricter, georgia]
    assert reasons(facts(), sets=sets, day=YESTERDAY) == set()
    assert reasons(facts(), sets=sets, day=TODAY) == {"HOURS_SHORT"}


def test_only_who_works_at_the_clinic_on_the_day_may_needle_there():
    until_yesterday = (Engagement(CLINIC, LONG_AGO, YESTERDAY), Engagement(2, LONG_AGO))
    known = facts(engagements=until_yesterday)
    assert reasons(known) == {"NOT_AT_CLINIC"}
    assert reasons(known, day=YESTERDAY) == set()


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ([], "LICENCE_MISSING"),
        ([licence(jurisdiction="US-AL")], "LICENCE_MISSING"),
        ([licence(profession=Profession.PTA)], "LICENCE_MISSING"),
        ([licence(state=PENDING)], "LICENCE_PENDING"),
        ([licence(last_day=YESTERDAY)], "LICENCE_LAPSED"),
        ([licence(first_day=TOMORROW)], "LICENCE_NOT_STARTED"),
        ([licence(decisions=(suspended(TODAY),))], "LICENCE_SUSPENDED"),
        ([licence(decisions=(revoked(TODAY),))], "LICENCE_SUSPENDED"),
        ([licence(kind=LicenceKind.PROVISIONAL)], "PROVISIONAL_REGISTRATION"),
        ([licence(last_day=YESTERDAY), licence(state=PENDING)], "LICENCE_PENDING"),
    ],
)
def test_without_a_licence_that_counts_the_nearest_miss_is_named(held, reason):
    assert reasons(facts(licences=tuple(held))) == {reason}


def test_a_restricted_licence_is_refused_only_where_the_rule_asks_for_an_unrestricted_one():
    [georgian] = [licence(decisions=(restricted(TODAY),))]
    utahn = replace(georgian, jurisdiction="US-UT")
    assert reasons(facts(licences=(georgian,))) == set()
    assert reasons(facts("US-UT", licences=(utahn,)), "US-UT") == {
        "LICENCE_RESTRICTED",
        "YEARS_SHORT",
    }


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ([], "CERT_NONE"),
        ([certificate(kind=CourseKind.ACUPUNCTURE)], "CERT_NOT_DRY_NEEDLING"),
        ([certificate(state=PENDING)], "CERT_PENDING"),
        ([certificate(state=VersionState.REJECTED)], "CERT_REJECTED"),
        ([certificate(state=VersionState.WITHDRAWN)], "CERT_NONE"),
        ([certificate(last_day=YESTERDAY)], "CERT_EXPIRED"),
        ([certificate(first_day=TOMORROW)], "CERT_NOT_YET_ISSUED"),
        ([certificate(decisions=(suspended(TODAY),))], "CERT_SUSPENDED"),
        ([certificate(decisions=(revoked(TODAY),))], "CERT_REVOKED"),
        ([certificate(holder_matches=False)], "CERT_HOLDER_MISMATCH"),
        ([certificate(last_day=YESTERDAY), certificate(state=PENDING)], "CERT_PENDING"),
    ],
)
def test_without_a_certificate_that_counts_one_code_the_nearest_miss_is_named(held, reason):
    assert reasons(facts(certificates=tuple(held))) == {reason}


def test_hours_of_a_pending_certificate_are_judged_as_if_it_counted():
    pending = certificate(state=PENDING, hours_total=20, hours_in_person=20)
    assert reasons(facts(certificates=(pending,))) == {
        "CERT_PENDING",
        "HOURS_SHORT",
        "IN_PERSON_HOURS_SHORT",
    }


def test_hours_without_any_certificate_are_not_known_and_add_no_reason():
    decision = decided(facts(certificates=()))
    hours = [f for f in decision.findings if f.requirement.kind == "total_hours"]
    assert [(f.verdict, f.reasons) for f in hours] == [(Verdict.UNKNOWN, ())]


def test_hours_of_an_expired_certificate_do_not_count_and_it_is_named():
    known = facts(
        certificates=(
            certificate(hours_total=27, hours_in_person=50),
            certificate(id=2, number="N-2", hours_total=27, last_day=YESTERDAY),
        )
    )
    assert reasons(known) == {"HOURS_SHORT", "CERT_EXPIRED"}
    assert reasons(known, day=YESTERDAY) == set()


def test_hours_a_certificate_does_not_state_are_not_known_rather_than_none():
    decision = decided(facts(certificates=(certificate(hours_in_person=None),)))
    [refusal] = decision.refusals
    assert refusal.verdict is Verdict.UNKNOWN
    assert refusal.reasons == (Reason.IN_PERSON_HOURS_SHORT,)
    assert refusal.remedy == "Ask the provider for the hours and record them."


def test_a_region_taught_only_by_a_certificate_that_expired_is_not_covered():
    known = facts(
        certificates=(
            certificate(taught=frozenset({"thigh"})),
            certificate(id=2, number="N-2", taught=frozenset({"neck"}), last_day=YESTERDAY),
        )
    )
    assert reasons(known, site="thigh") == set()
    assert reasons(known, site="neck") == {"REGION_NOT_COVERED", "CERT_EXPIRED"}
    assert reasons(known, site="arm") == {"REGION_NOT_COVERED"}


def test_a_certificate_that_cannot_be_cured_is_not_offered_as_help():
    known = facts(
        certificates=(
            certificate(taught=frozenset({"thigh"})),
            certificate(id=2, number="N-2", decisions=(revoked(TODAY),)),
        )
    )
    assert reasons(known, site="neck") == {"REGION_NOT_COVERED"}


def test_each_course_must_name_the_thorax_itself_for_its_pleural_risk_muscles():
    apart = facts(
        certificates=(
            certificate(taught=frozenset({"neck"})),
            certificate(id=2, number="N-2", taught=frozenset({"thorax"})),
        )
    )
    assert reasons(apart, site="scalenes") == {"REGION_NOT_COVERED"}
    together = facts(certificates=(certificate(taught=frozenset({"neck", "thorax"})),))
    assert reasons(together, site="scalenes") == set()


@pytest.mark.parametrize(
    ("sites", "sentence"),
    [
        (["neck"], "Neck is not covered by the training on record."),
        (["neck", "arm", "thigh"], "Neck, upper arm and thigh are not covered by the training on"),
        (
            ["neck", "arm", "thigh", "thorax"],
            "4 regions are not covered by the training on record.",
        ),
    ],
)
def test_several_sites_not_covered_are_named_or_where_they_are_many_counted(sites, sentence):
    assert not_covered(sites).startswith(sentence)


def test_an_examination_failed_on_one_course_and_passed_on_another_is_passed():
    failed = certificate(exams=(Examination(Exam.WRITTEN, ExamResult.FAILED),))
    known = facts("US-MT", certificates=(failed,))
    assert reasons(known, "US-MT") == {"EXAM_MISSING"}
    sentences = [finding.sentence for finding in decided(known, "US-MT").findings]
    assert "The written examination was not passed." in sentences
    known = facts("US-MT", certificates=(failed, certificate(id=2, number="N-2")))
    assert reasons(known, "US-MT") == set()


def test_supervised_and_independent_sessions_are_not_added_up():
    halves = (practice(sessions=13), practice(id=2, sessions=13, independent=True))
    assert reasons(facts("US-FL", supervised=halves), "US-FL") == {"SESSIONS_SHORT"}


def test_sessions_that_await_verification_do_not_count():
    known = facts("US-UT", supervised=(practice(state=PENDING),))
    assert reasons(known, "US-UT") == {"SESSIONS_SHORT"}


def test_training_that_took_exactly_the_time_allowed_is_in_time():
    def taking_until(day):
        course = certificate(course_started=date(2021, 1, 10), completed_on=date(2021, 6, 1))
        log = practice(started=date(2021, 7, 1), finished=day)
        return reasons(facts("US-UT", certificates=(course,), supervised=(log,)), "US-UT")

    assert taking_until(date(2024, 1, 10)) == set()
    assert taking_until(date(2024, 1, 11)) == {"TRAINING_WINDOW_EXCEEDED"}


def test_a_registration_that_awaits_verification_is_missing():
    known = facts(registrations=(registration(state=PENDING),))
    [refusal] = decided(known).refusals
    assert refusal.reasons == (Reason.NOTIFICATION_MISSING,)
    assert refusal.sentence == "Notification with the board awaits verification."


def test_a_filing_elsewhere_is_no_filing_here():
    known = facts(registrations=(registration(jurisdiction="US-FL"),))
    assert reasons(known) == {"NOTIFICATION_MISSING"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, set()),
        (Circumstances(Consent.VERBAL), set()),
        (Circumstances(Consent.GENERAL), {"CONSENT_MISSING"}),
        (Circumstances(Consent.NONE), {"CONSENT_MISSING"}),
        (Circumstances(Consent.WRITTEN, delegated=True), {"DELEGATION_FORBIDDEN"}),
    ],
)
def test_gates_are_judged_only_when_the_circumstances_are_given(given, expected):
    assert reasons(facts("US-FL"), "US-FL", given=given) == expected


def test_whether_a_physician_was_consulted_is_not_known_until_said():
    [refusal] = decided(facts(), given=Circumstances()).refusals
    assert refusal.verdict is Verdict.UNKNOWN
    assert refusal.reasons == (Reason.PHYSICIAN_CONTACT_MISSING,)


def test_a_refusal_holds_every_reason_nearest_to_a_cure_first():
    known = facts(
        licences=(licence(last_day=YESTERDAY),),
        certificates=(certificate(state=PENDING, hours_total=27, taught=frozenset({"arm"})),),
        registrations=(),
    )
    decision = decided(known)
    assert [finding.reasons[0] for finding in decision.refusals] == [
        Reason.CERT_PENDING,
        Reason.LICENCE_LAPSED,
        Reason.HOURS_SHORT,
        Reason.REGION_NOT_COVERED,
        Reason.NOTIFICATION_MISSING,  # the papers show the rest, so they go last
    ]
    assert decision.gravest.reasons[0] is Reason.HOURS_SHORT
    assert decision.findings[: len(decision.refusals)] == decision.refusals


def test_what_only_waits_for_a_check_is_nearer_than_what_must_still_be_got():
    known = facts(
        licences=(licence(last_day=YESTERDAY),),
        registrations=(registration(state=PENDING),),
    )
    assert [finding.reasons[0] for finding in decided(known).refusals] == [
        Reason.NOTIFICATION_MISSING,
        Reason.LICENCE_LAPSED,
    ]
    unfiled = replace(known, registrations=())
    assert decided(unfiled).refusals[0].reasons == (Reason.LICENCE_LAPSED,)
    both = facts(registrations=known.registrations, certificates=(certificate(state=PENDING),))
    assert decided(both).gravest.reasons == (Reason.CERT_PENDING,)


def test_sessions_that_would_do_once_checked_wait_and_others_must_still_be_done():
    def nearest(sessions):
        log = practice(state=PENDING, sessions=sessions)
        lapsed = licence(jurisdiction="US-UT", last_day=YESTERDAY)
        known = facts("US-UT", supervised=(log,), licences=(lapsed,))
        return decided(known, "US-UT").refusals[0].reasons

    assert nearest(250) == (Reason.SESSIONS_SHORT,)
    assert nearest(249) == (Reason.LICENCE_LAPSED,)


def test_a_certificate_is_named_once_in_what_it_lacks_and_what_cures_it():
    [refusal] = decided(facts(certificates=(certificate(state=PENDING),))).refusals
    assert refusal.sentence == "Certificate “DN-1” of Needle School awaits verification."
    assert refusal.remedy == "Have the certificate verified."


def test_where_there_is_room_for_one_reason_the_gravest_of_every_site_is_named():
    little = certificate(hours_total=27, taught=frozenset({"arm"}))
    inquiry = licence(decisions=(suspended(YESTERDAY),))
    known = facts(licences=(inquiry,), certificates=(little,), registrations=())
    decision = decided(known)
    assert decision.gravest.reasons == (Reason.LICENCE_SUSPENDED,)
    assert decision.findings[0] is not decision.gravest
    only_the_site = decided(facts(certificates=(certificate(taught=frozenset({"arm"})),)))
    assert only_the_site.gravest.reasons == (Reason.REGION_NOT_COVERED,)
    assert decided(facts()).gravest is None


def test_a_finding_says_what_is_wrong_what_cures_it_on_what_evidence_and_by_what_source():
    [refusal] = decided(facts(licences=(licence(id=7, last_day=YESTERDAY),))).refusals
    assert refusal.sentence == "The licence for Georgia lapsed on Mon 29 June 2026."
    assert refusal.remedy == "Renew the Georgia licence and have it verified."
    assert refusal.evidence == (("licence", 7),)
    assert refusal.citation.source_url.startswith("https://")


def test_a_renewal_that_nobody_checked_is_not_said_to_start_by_itself():
    [refusal] = decided(facts(licences=(licence(state=PENDING, first_day=TOMORROW),))).refusals
    assert "awaits verification" in refusal.sentence
    assert (
        refusal.remedy == "Have the licence for Georgia verified, and book from Wed 1 July 2026 on."
    )


def test_a_shortage_is_given_in_numbers():
    short = certificate(hours_total=50, hours_in_person=36)
    [refusal] = decided(facts(certificates=(short,))).refusals
    assert (refusal.have, refusal.need) == (36, 50)
    assert refusal.remedy == "14 more in-person hours of dry-needling training."


@pytest.mark.parametrize("jurisdiction", ["US-GA", "US-UT", "US-FL", "US-CA", "CA-AB", "US-XX"])
@pytest.mark.parametrize("profession", list(Profession))
def test_every_finding_has_a_sentence_and_every_refusal_a_remedy(jurisdiction, profession):
    nobody = facts(licences=(), certificates=(), registrations=(), supervised=(), engagements=())
    for known in (facts(jurisdiction, profession), replace(nobody, profession=profession)):
        for finding in decided(known, jurisdiction, given=Circumstances()).findings:
            assert finding.sentence.endswith((".", "?"))
            assert bool(finding.remedy) == (not finding.met)
