"""People, requirements, sets and rulebooks at random: of every kind, and mostly almost in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from registry.rules import (
    course_deadlines,
    course_levels,
    course_rules,
    experience,
    gates,
    hours,
    insurance,
    licensed_years,
    licensing,
    practice,
    requirements,
)
from registry.rules import coursework as training
from registry.rules.course_rules import CourseRule
from registry.rules.facts import Approval, Engagement, Examination
from registry.rules.house_rules import HOUSE_KINDS, HouseRules, OnlyForSites
from registry.rules.regions import REGIONS
from registry.rules.requirement_kinds import KINDS
from registry.rules.requirement_sets import ALWAYS_ASKED, RequirementSet
from registry.rules.rulebooks import Rulebook
from registry.rules.standing import StandingSince
from registry.rules.vocabulary import (
    CourseKind,
    DegreeLevel,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    RegistrationKind,
    Standing,
    VersionState,
    YearsCounted,
)
from tests.rules import given
from tests.rules.given import CLINIC, LONG_AGO, RULE, TODAY

PLACE, NEXT_STATE = "US-GA", "US-FL"
WATCHED = (*REGIONS, "scalenes", "rhomboids", "gluteus_medius", "no_such_site")
BODIES = ("APTA", "FSBPT", "Kansas board")
PT_ONLY = (Profession.PT,)
LEVELS = ("advanced", "foundation", "temporary limited scope", None)

days = st.one_of(
    st.dates(date(2023, 12, 28), date(2024, 3, 3)),
    st.dates(date(2018, 1, 1), date(2028, 12, 31)),
    st.sampled_from([date.min, LONG_AGO, date(2024, 2, 29), date(9999, 12, 30), date.max]),
)
last_days = st.none() | days
amounts = st.sampled_from([20, 30, 0, None, 60, given.ENOUGH])
sites = st.sampled_from(WATCHED[:-1])
several_sites = st.frozensets(sites, min_size=1)
HELD = dict(
    state=st.sampled_from(VersionState),
    first_day=last_days,
    last_day=last_days,
    decisions=st.lists(st.builds(StandingSince, days, st.sampled_from(Standing)), max_size=3).map(
        tuple
    ),
)
places = st.sampled_from([PLACE, NEXT_STATE])
exams = st.lists(
    st.builds(
        Examination, st.sampled_from(Exam), st.sampled_from(ExamResult), st.none() | st.booleans()
    ),
    max_size=3,
)
approvals = st.lists(st.builds(Approval, st.sampled_from(BODIES), last_days), max_size=2)

#: What may be out of the ordinary with anything on record.
ODDITIES = {
    given.licence: dict(
        HELD, jurisdiction=places, first_licensed=last_days, kind=st.sampled_from(LicenceKind)
    ),
    given.certificate: dict(
        HELD,
        kind=st.sampled_from(CourseKind),
        number=st.sampled_from(["N-1", "N-2", None]),
        level=st.sampled_from(LEVELS),
        hours_total=amounts,
        hours_in_person=amounts,
        hours_live_video=amounts,
        hours_didactic=amounts,
        hours_practical=amounts,
        hours_foundation=amounts,
        taught=several_sites,
        exams=exams.map(tuple),
        approvals=approvals.map(tuple),
        course_started=last_days,
        completed_on=last_days,
        issued_on=last_days,
        instructor_needling_years=st.sampled_from([None, 1, 3, 20]),
        in_degree=st.booleans(),
        holder_matches=st.booleans(),
    ),
    given.registration: dict(HELD, jurisdiction=places, kind=st.sampled_from(RegistrationKind)),
    given.practice: dict(
        HELD,
        sessions=st.sampled_from([10, 25, 250]),
        independent=st.booleans(),
        supervisor_needling_months=st.sampled_from([None, 8, 36]),
        started=last_days,
        finished=last_days,
    ),
    given.practice_hours: dict(HELD, hours=st.sampled_from([100, 2000, 9000])),
    given.degree: dict(HELD, level=st.sampled_from(DegreeLevel)),
    given.cpr: HELD,
    given.indemnity: HELD,
}
FIELDS = {
    "licences": given.licence,
    "certificates": given.certificate,
    "registrations": given.registration,
    "supervised": given.practice,
    "practice_hours": given.practice_hours,
    "degrees": given.degree,
    "cpr": given.cpr,
    "indemnities": given.indemnity,
}


@st.composite
def odd(draw, make, most=2, looks_at=()):
    """One on record that is ordinary but for a few parts, of those looked at if any are."""
    parts = ODDITIES[make]
    names = sorted(parts.keys() & set(looks_at)) or sorted(parts)
    chosen = draw(st.sets(st.sampled_from(names), min_size=1, max_size=most))
    values = {name: draw(parts[name]) for name in sorted(chosen)}
    if make is given.indemnity:
        return make(*draw(st.frozensets(sites, max_size=2)), **values)
    return make(**values)


@st.composite
def people(draw, fields=tuple(FIELDS), looks_at=()):
    """Somebody who would meet everything, but for some oddities among these fields."""
    most = draw(st.sampled_from([1, 2, 2 if looks_at else 9]))
    changed = draw(st.sets(st.sampled_from(sorted(fields)), min_size=1, max_size=3))
    changes = {}
    for name in sorted(changed):
        one = odd(FIELDS[name], most, looks_at)
        changes[name] = tuple(draw(st.lists(one, min_size=1, max_size=2)))
    if draw(st.integers(0, 7)) == 0:
        first, last = draw(days), draw(last_days)
        changes["engagements"] = (Engagement(CLINIC, first, last), Engagement(CLINIC, TODAY))
    return given.facts(PLACE, **changes)


@st.composite
def with_one_more(draw, known, fields=tuple(FIELDS), looks_at=()):
    """The same person with another credential on record, before or after the others."""
    name = draw(st.sampled_from(sorted(fields)))
    one = replace(draw(odd(FIELDS[name], 2, looks_at)), id=9)
    held = getattr(known, name)
    return replace(known, **{name: (one, *held) if draw(st.booleans()) else (*held, one)})


def _one(make, **values):
    return st.builds(make, citation=st.just(RULE), **values)


few_years, some_hours = st.integers(1, 5), st.sampled_from([20, 30, 50, 90])
yes_or_no, interim = st.booleans(), st.sampled_from([20, 20, None])
registers = [kind for kind in RegistrationKind if kind is not RegistrationKind.NOTIFICATION]
asked_at = st.sampled_from(gates.AskedAt)
tuples_of_sites = several_sites.map(sorted).map(tuple)
HOURS = dict(hours=some_hours)
INTERIM = dict(HOURS, interim_hours=interim, interim_years=few_years)

#: A strategy for each kind of requirement, by its word.
REQUIREMENTS = {
    "barred": _one(requirements.Barred),
    "not_yet_in_force": _one(requirements.NotYetInForce),
    "profession_allowed": _one(
        requirements.ProfessionAllowed,
        professions=st.sampled_from([(Profession.PT, Profession.OT)] * 9 + [(Profession.OT,)]),
    ),
    "licence": _one(licensing.LicenceHere, provisional_allowed=yes_or_no),
    "unrestricted": _one(licensing.Unrestricted),
    "years_licensed": _one(
        licensed_years.YearsLicensed,
        years=few_years,
        counted=st.sampled_from(YearsCounted),
        waived_in_degree=yes_or_no,
    ),
    "years_before_training": _one(course_deadlines.YearsBeforeTraining, years=few_years),
    "practice_hours": _one(experience.EnoughPracticeHours, hours=st.sampled_from([100, 3900])),
    "degree_rule": _one(
        experience.DegreeOrLongLicensed,
        degree=st.sampled_from(DegreeLevel),
        licensed_here_since=days,
    ),
    "dry_needling_certificate": _one(training.HoldsCertificate),
    "course_approved": _one(
        course_rules.CourseApproved,
        bodies=st.sampled_from([("APTA",), ("aptA", "Kansas board")]),
        granted=st.sampled_from(course_rules.Granted),
        or_in_degree=yes_or_no,
    ),
    "instructor_qualified": _one(course_rules.InstructorQualified, years=few_years),
    "in_person_share": _one(course_rules.InPersonShare, share=st.sampled_from(course_rules.Share)),
    "certificate_lapses": _one(
        course_deadlines.CertificateLapses,
        months=st.sampled_from([1, 18, 240]),
        level=st.sampled_from([None, "temporary_limited_scope"]),
    ),
    "total_hours": _one(hours.TotalHours, **INTERIM),
    "in_person_hours": _one(hours.InPersonHours, **INTERIM, live_video_counts=yes_or_no),
    "practical_hours": _one(hours.PracticalHours, **HOURS),
    "didactic_hours": _one(hours.DidacticHours, **HOURS),
    "foundation_hours": _one(hours.FoundationHours, **HOURS),
    "regions_taught": _one(training.RegionsTaught),
    "level_taught": _one(
        course_levels.LevelTaught,
        level=st.sampled_from(["introductory", "advanced"]),
        sites=tuples_of_sites,
    ),
    "examination": _one(
        training.ExaminationPassed, exam=st.sampled_from(Exam), in_person=yes_or_no
    ),
    "supervised_sessions": _one(
        practice.SupervisedSessions,
        sessions=st.sampled_from([1, 25, 250]),
        supervisor_months=st.sampled_from([None, 12]),
        independent_count=yes_or_no,
    ),
    "training_window": _one(
        practice.TrainingWindow, years=few_years, sessions=st.sampled_from([25, 250])
    ),
    "registration": _one(requirements.OnRegister, needs=st.sampled_from(registers)),
    "notification": _one(requirements.BoardNotified),
    "notification_within": _one(
        course_deadlines.NotifiedWithin, days=st.sampled_from([1, 30, 3000])
    ),
    "cpr": _one(insurance.CprCurrent),
    "indemnity": _one(insurance.Insured),
    "consent": _one(gates.PatientConsents, written=yes_or_no, asked_at=asked_at),
    "referral": _one(gates.Referred, asked_at=asked_at),
    "physician_contact": _one(gates.PhysicianContacted, if_referred=yes_or_no, asked_at=asked_at),
    "not_delegated": _one(gates.NotDelegated),
    "open_question": _one(requirements.OpenQuestion, code=st.just("a"), question=st.just("A?")),
}
ALWAYS = tuple(always.kind for always in ALWAYS_ASKED)
NEVER = ("barred", "not_yet_in_force", "open_question")
MORE = tuple(kind for kind in KINDS if kind not in (*ALWAYS, *NEVER))


#: The records and the parts of them that a kind looks at.
SPAN, FILED, EACH = "first_day last_day state", "kind jurisdiction", "number last_day"
ON_RECORD = {
    "unrestricted": ("licences", f"{SPAN} decisions kind"),
    "years_licensed": ("licences certificates", f"{SPAN} decisions first_licensed in_degree"),
    "years_before_training": (
        "licences certificates",
        "first_day last_day decisions first_licensed course_started completed_on",
    ),
    "practice_hours": ("practice_hours", f"{SPAN} hours"),
    "degree_rule": ("degrees licences", f"{SPAN} decisions level"),
    "course_approved": ("certificates", f"{EACH} approvals course_started completed_on in_degree"),
    "instructor_qualified": ("certificates", f"{EACH} instructor_needling_years"),
    "in_person_share": ("certificates", f"{EACH} hours_total hours_in_person"),
    "certificate_lapses": ("certificates", "first_day last_day issued_on level"),
    "total_hours": ("certificates", f"{EACH} hours_total course_started completed_on"),
    "in_person_hours": (
        "certificates",
        f"{EACH} hours_in_person hours_live_video course_started completed_on",
    ),
    "practical_hours": ("certificates", f"{EACH} hours_practical"),
    "didactic_hours": ("certificates", f"{EACH} hours_didactic"),
    "foundation_hours": ("certificates", f"{EACH} hours_foundation"),
    "level_taught": ("certificates", f"{EACH} level taught"),
    "examination": ("certificates", f"{EACH} exams"),
    "supervised_sessions": (
        "supervised",
        f"{SPAN} sessions independent supervisor_needling_months",
    ),
    "training_window": (
        "supervised certificates",
        "sessions independent started finished course_started completed_on",
    ),
    "registration": ("registrations", f"{SPAN} {FILED}"),
    "notification": ("registrations", f"{SPAN} {FILED}"),
    "notification_within": ("registrations certificates", f"{SPAN} {FILED} completed_on"),
    "cpr": ("cpr", SPAN),
    "indemnity": ("indemnities", SPAN),
}


def on_record(kind):
    """For gates, which look at nothing on record, certificates of any sort will do."""
    fields, parts = ON_RECORD.get(kind, ("certificates", ""))
    return fields.split(), parts.split()


def _always(professions=(Profession.PT, Profession.OT), provisional_allowed=False):
    return (
        requirements.ProfessionAllowed(professions, citation=RULE),
        licensing.LicenceHere(provisional_allowed, citation=RULE),
        training.HoldsCertificate(citation=RULE),
        training.RegionsTaught(citation=RULE),
    )


#: In most of the others something stands in everybody's way, or does for a time.
ORDINARY_FRAME = dict(profession=Profession.PT, first_day=LONG_AGO, last_day=None, settled="a")
FRAMES = (
    dict(ORDINARY_FRAME, first_day=TODAY),
    dict(ORDINARY_FRAME, first_day=date(2024, 3, 1), last_day=date(2026, 12, 31)),
    dict(ORDINARY_FRAME, last_day=date.max),
    dict(ORDINARY_FRAME, profession=Profession.OT),
    dict(ORDINARY_FRAME, settled=""),
)
frames = st.sampled_from([*[ORDINARY_FRAME] * 3, *FRAMES])
always = st.sampled_from([*[_always()] * 8, _always((Profession.OT,)), _always(PT_ONLY, True)])
never = st.sampled_from([*[()] * 25, NEVER[:1], NEVER[1:2]])
THE_QUESTION = requirements.OpenQuestion("a", "A?", citation=RULE)


@st.composite
def requirement_sets(draw, kinds=None):
    """What is asked everywhere, and a little of everything besides; sometimes nothing helps."""
    more = draw(st.lists(st.sampled_from(MORE), max_size=3)) if kinds is None else kinds
    frame = dict(draw(frames))
    return RequirementSet(
        jurisdiction=PLACE,
        place="Georgia",
        version=draw(st.integers(1, 3)),
        requirements=(
            *draw(always),
            *(draw(REQUIREMENTS[kind]) for kind in (*more, *draw(never))),
        ),
        open_questions=(THE_QUESTION,),
        settled=frozenset(frame.pop("settled")),
        **frame,
    )


def adoptions(sets, most=2):
    return st.lists(
        st.lists(sets, min_size=1, max_size=most).map(tuple), min_size=1, max_size=most
    ).map(tuple)


@st.composite
def house_rules(draw, kinds=HOUSE_KINDS):
    """A clinic's own: any kind that a clinic may ask, for all sites or for some."""
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=min(2, len(kinds))))
    asked = [draw(REQUIREMENTS[kind]) for kind in chosen]
    for index, one in enumerate(asked):
        if not isinstance(one, CourseRule) and draw(st.booleans()):
            asked[index] = OnlyForSites(draw(tuples_of_sites), one, citation=RULE)
    clinic = draw(st.sampled_from([CLINIC, CLINIC, CLINIC, 2]))
    first_day = draw(st.sampled_from([LONG_AGO, TODAY]))
    last_day = draw(st.sampled_from([None, None, date(2026, 12, 31)]))
    return HouseRules(clinic, first_day, last_day, tuple(asked))


several_house_rules = st.lists(house_rules(), max_size=2).map(tuple)


@st.composite
def rulebooks(draw):
    some = adoptions(requirement_sets())
    coming = draw(st.sampled_from([False, False, True]))
    return Rulebook(draw(some), draw(some) if coming else (), draw(several_house_rules))


@st.composite
def worlds(draw, kind=None):
    """
    Somebody, the same person with one credential more, and rules: what is adopted, what may be
    coming, a clinic's own. With a kind, all of it turns on that kind.
    """
    if kind is None:
        known, sets = draw(people()), requirement_sets()
        more, own = draw(with_one_more(known)), draw(several_house_rules)
        return known, more, draw(adoptions(sets)), draw(adoptions(sets)), own
    known = draw(people(*on_record(kind)))
    more = draw(with_one_more(known, *on_record(kind)))
    before, coming = (((draw(requirement_sets(draw(kinds_or_none(kind)))),),) for _ in "bc")
    own = (draw(house_rules([kind])),) if kind in HOUSE_KINDS else ()
    return known, more, before, coming, own


def kinds_or_none(kind):
    return st.sampled_from([[kind], [kind], []])
