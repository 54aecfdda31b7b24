"""A scenario's few stated facts set among ordinary ones, each of them heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from registry.rules.course_levels import rank_of
from registry.rules.days import years_after
from registry.rules.diary import Slot
from registry.rules.facts import Approval, Examination
from registry.rules.findings import HOUSE_RULE
from registry.rules.house_rules import HouseRules
from registry.rules.insurance import Insured
from registry.rules.questions import Circumstances
from registry.rules.regions import SITES, regions_of
from registry.rules.vocabulary import (
    Consent,
    CourseKind,
    DegreeLevel,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    RegistrationKind,
    VersionState,
)
from tests.rules import given

STATES = {"pending": VersionState.SUBMITTED, "active": VersionState.VERIFIED}
COURSE_KINDS = {"acupuncture": CourseKind.ACUPUNCTURE}
REGISTERS = {
    "full": LicenceKind.FULL,
    "general": LicenceKind.FULL,
    "interim": LicenceKind.PROVISIONAL,
    "provisional": LicenceKind.PROVISIONAL,
}
DEGREES = {"MPT": DegreeLevel.MASTER, "BSPT": DegreeLevel.BACHELOR}
ISSUED = date(2016, 6, 1)
#: What settles each kind of entry with a board, and what says that there is none.
FILINGS = {
    "documentation_submitted": RegistrationKind.NOTIFICATION,
    "board_acknowledgement": RegistrationKind.NOTIFICATION,
    "proof_filed": RegistrationKind.NOTIFICATION,
    "board_filing": RegistrationKind.NOTIFICATION,
    "permit_authorisation": RegistrationKind.AUTHORISATION,
    "registered": RegistrationKind.REGISTRATION,
    "board_approval": RegistrationKind.APPROVAL,
    "endorsement": RegistrationKind.ENDORSEMENT,
    "roster": RegistrationKind.ROSTER,
}
PENDING = ("applied",)
MISSING = (False, "none")
CSP_LEAVES_OUT_THE_THORAX = date(2024, 7, 1)
POLICIES = {
    "CSP PLI": [
        given.indemnity(last_day=date(2024, 6, 30)),
        given.indemnity("thorax", id=2, first_day=CSP_LEAVES_OUT_THE_THORAX),
    ],
    "separate policy covering thorax": [given.indemnity(id=3)],
}


class Stated:
    """Facts as a scenario states them; whoever asks for one has heard it."""

    def __init__(self, values):
        self.values = {
            key: Stated(value) if isinstance(value, dict) else value
            for key, value in values.items()
        }
        self.heard = set()

    def get(self, key, otherwise=None):
        self.heard.add(key)
        return self.values.get(key, otherwise)

    def unheard(self):
        left = set(self.values) - self.heard
        for key, value in self.values.items():
            if isinstance(value, Stated):
                left |= {f"{key}.{part}" for part in value.unheard()}
        return left


class Told:
    def __init__(self, scenario):
        self.jurisdiction, self.day = scenario["jurisdiction"], scenario["day"]
        self.stated = Stated(scenario["facts"])
        self.get = self.stated.get
        self.profession = Profession(self.get("profession"))

    def facts(self):
        changes = dict(
            licences=tuple(self.licences()),
            certificates=tuple(self.certificates()),
            supervised=tuple(self.practice()),
            registrations=tuple(self.registrations()),
            practice_hours=(given.practice_hours(self.get("practice_hours", 9000)),),
            degrees=(self.degree(),),
            cpr=(given.cpr(last_day=self.get("cpr_expires")),),
            indemnities=tuple(self.indemnities()),
        )
        return given.facts(self.jurisdiction, self.profession, **changes)

    def licences(self):
        stated = self.get("licence", Stated({}))
        first_licensed = self.get("first_licensed")
        years = self.get("years")
        if years is not None:
            first_licensed = years_after(self.day, -years)
        began = self.get("licensed_in_NJ_since", first_licensed or given.LONG_AGO)
        restricted = stated.get("restricted", False)
        yield given.licence(
            state=STATES[stated.get("status", "active")],
            jurisdiction=stated.get("jurisdiction", self.jurisdiction),
            profession=self.profession,
            first_day=stated.get("issued", began),
            first_licensed=first_licensed,
            last_day=stated.get("expires"),
            kind=LicenceKind(stated.get("kind", REGISTERS[self.get("register", "full")])),
            decisions=(given.restricted(date(2023, 1, 1)),) if restricted else (),
        )
        if home := stated.get("home"):
            yield given.licence(id=2, jurisdiction=home, profession=self.profession)

    def degree(self):
        title = self.get("degree", "DPT")
        return given.degree(title=title, level=DEGREES.get(title, DegreeLevel.DOCTORAL))

    def certificates(self):
        one = self.get("certificate", Stated({}))
        if one == "none" or self.get("coursework") is False:
            return
        courses = [Stated({"course": name}) for name in self.get("courses", [])]
        several = [Stated(values) for values in self.get("certificates", [])]
        for number, stated in enumerate(several or courses or [one], start=1):
            yield self.certificate(stated, number)
            assert not stated.unheard()

    def certificate(self, stated, number):
        kind = stated.get("kind", "dry_needling")
        done = self.get("course_completed", ISSUED)
        started = self.get("course_started", date(done.year - 1, done.month, 1))
        issued = stated.get("issued", max(done, started + timedelta(days=150)))
        revoked = stated.get("revoked")
        # That a provider is certified no more changes nothing on the paper it once issued.
        self.get("provider_certification_withdrawn")
        return given.certificate(
            id=number,
            provider=stated.get("body", "Needle School"),
            course=stated.get("course", "DN-1"),
            number=stated.get("number", f"N-{number}"),
            state=STATES[stated.get("state", "active")],
            first_day=issued,
            completed_on=min(issued, done) if self.get("course_completed") else issued,
            course_started=min(started, issued),
            last_day=stated.get("expires"),
            kind=COURSE_KINDS.get(kind, CourseKind.DRY_NEEDLING),
            level=kind
            if kind == "temporary_limited_scope"
            else self.get("highest_level", "advanced"),
            holder_matches=stated.get("holder") is None,
            decisions=(given.revoked(revoked),) if revoked else (),
            taught=self.taught(stated),
            exams=tuple(self.exams()),
            approvals=self.approvals(),
            in_degree=bool(self.get("learned_in_degree") or self.get("prelicensure_coursework")),
            instructor_needling_years=self.get("instructor_needling_years", 20),
            **self.hours(stated),
        )

    def hours(self, stated):
        """Where only the in-person hours are told, there are no others."""
        in_person = self.get("hours_in_person", stated.get("hours_in_person"))
        total = self.get("hours_total", stated.get("pda_points", in_person))
        practical = self.get("practicum_hours", self.get("hours_practical", given.ENOUGH))
        hours = dict(hours_total=total, hours_in_person=in_person, hours_practical=practical)
        if self.get("theory_mode") == "real-time webinar":
            live = total - practical
            hours |= dict(hours_in_person=practical, hours_live_video=live, hours_didactic=live)
        hours |= dict(hours_foundation=self.get("foundation_hours", given.ENOUGH))
        hours.setdefault("hours_didactic", self.get("didactic_hours", given.ENOUGH))
        return {sort: given.ENOUGH if value is None else value for sort, value in hours.items()}

    def taught(self, stated):
        """A course of a lower level does not teach what is taught at a higher one only."""
        taught = frozenset(self.get("regions", stated.get("regions", SITES)))
        highest, asked = self.get("highest_level"), self.get("region_level")
        if highest and rank_of(highest) < rank_of(asked):
            return frozenset(site for site in taught if "thorax" not in regions_of(site))
        return taught

    def exams(self):
        in_person = self.get("exam_mode", "in person") != "online"
        for exam in Exam:
            key = "competency_exam" if exam is Exam.COMPETENCY else f"{exam}_exam"
            said = self.get(key, "passed")
            result = ExamResult.NOT_TAKEN if said == "none" else ExamResult(said)
            yield Examination(exam, result, in_person)

    def approvals(self):
        given_on = self.get("apta_approval")
        if given_on is not None:
            return (Approval("APTA", given_on),)
        if self.get("board_approved_course") is False:
            return ()
        return given.certificate().approvals

    def practice(self):
        ordinary = dict(started=ISSUED, finished=date(2017, 1, 1), first_day=date(2017, 1, 1))
        if self.get("sessions_finished"):
            finished = self.get("sessions_finished")
            ordinary |= dict(started=finished, finished=finished, first_day=finished)
        yield given.practice(
            **ordinary,
            sessions=self.get("supervised_sessions", 250),
            independent=self.get("supervised_practical", self.get("supervised", True)) is False,
            supervisor_needling_months=self.get("supervisor_needling_months", 36),
            mode=self.get("supervision_mode", "in person"),
        )
        alone = self.get("independent_sessions_as_licensed_pt")
        if alone is not None:
            yield given.practice(id=2, **ordinary, sessions=alone, independent=True)

    def registrations(self):
        said = {
            kind: self.get(fact) for fact, kind in FILINGS.items() if self.get(fact) is not None
        }
        for kind in RegistrationKind:
            answer = said.get(kind)
            if answer not in MISSING or answer is None:
                state = VersionState.SUBMITTED if answer in PENDING else VersionState.VERIFIED
                known = dict(jurisdiction=self.jurisdiction, state=state)
                if kind is RegistrationKind.NOTIFICATION:
                    known["first_day"] = self.last_completion()
                yield given.registration(kind, **known)

    def last_completion(self):
        """Papers are filed once the course is done."""
        done = (course.completed_on for course in self.certificates())
        return max((day for day in done if day), default=ISSUED)

    def indemnities(self):
        policies = self.get("indemnity")
        if policies is None:
            return (given.indemnity(),)
        return [cover for policy in policies for cover in POLICIES[policy]]

    def circumstances(self):
        consent = self.get("consent", "written")
        return Circumstances(
            consent=Consent(consent.split()[0]),
            physician_contacted=self.get("physician_contacted", True),
            delegated=self.get("delegated_by") is not None,
            referral=self.get("referral", True),
            referred=self.get("patient_referred", True),
            physician_contraindicates=self.get("physician_says") == "contraindicated",
        )

    def sets(self):
        """Those that ship, settled but for what the scenario says nobody has settled."""
        left = frozenset(self.get("unsettled", ()))
        here = [one for one in given.shipped() if one.jurisdiction == self.jurisdiction]
        assert left <= {code for one in here for code in one.settled}
        return [replace(one, settled=one.settled - left) for one in here]

    def house_rules(self):
        if not self.get("clinic_requires_cover"):
            return ()
        asked = (Insured(citation=HOUSE_RULE),)
        return (HouseRules(given.CLINIC, given.LONG_AGO, None, asked),)

    def days(self):
        """Every local day that the session touches."""
        session = self.get("session")
        if session is None:
            return {self.day}
        zone = ZoneInfo(session.get("zone"))
        starts = datetime.fromisoformat(session.get("starts")).replace(tzinfo=zone)
        slot = Slot(starts, starts + timedelta(minutes=session.get("minutes")))
        assert slot.days_in(zone)[0] == self.day
        return set(slot.days_in(zone))
