"""Every kind of requirement, by the word that files and the database know it by."""

from __future__ import annotations

from registry.rules.course_deadlines import (
    CertificateLapses,
    NotifiedWithin,
    YearsBeforeTraining,
)
from registry.rules.course_levels import LevelTaught
from registry.rules.course_rules import CourseApproved, InPersonShare, InstructorQualified
from registry.rules.coursework import ExaminationPassed, HoldsCertificate, RegionsTaught
from registry.rules.experience import DegreeOrLongLicensed, EnoughPracticeHours
from registry.rules.findings import Requirement
from registry.rules.gates import NotDelegated, PatientConsents, PhysicianContacted, Referred
from registry.rules.hours import (
    DidacticHours,
    FoundationHours,
    InPersonHours,
    PracticalHours,
    TotalHours,
)
from registry.rules.insurance import CprCurrent, Insured
from registry.rules.licensed_years import YearsLicensed
from registry.rules.licensing import LicenceHere, Unrestricted
from registry.rules.practice import SupervisedSessions, TrainingWindow
from registry.rules.requirements import (
    Barred,
    BoardNotified,
    NotYetInForce,
    OnRegister,
    OpenQuestion,
    ProfessionAllowed,
)

KINDS: dict[str, type[Requirement]] = {
    requirement.kind: requirement
    for requirement in (
        Barred,
        NotYetInForce,
        ProfessionAllowed,
        LicenceHere,
        Unrestricted,
        YearsLicensed,
        YearsBeforeTraining,
        EnoughPracticeHours,
        DegreeOrLongLicensed,
        HoldsCertificate,
        CourseApproved,
        InstructorQualified,
        InPersonShare,
        CertificateLapses,
        TotalHours,
        InPersonHours,
        PracticalHours,
        DidacticHours,
        FoundationHours,
        RegionsTaught,
        LevelTaught,
        ExaminationPassed,
        SupervisedSessions,
        TrainingWindow,
        OnRegister,
        BoardNotified,
        NotifiedWithin,
        CprCurrent,
        Insured,
        PatientConsents,
        Referred,
        PhysicianContacted,
        NotDelegated,
        OpenQuestion,
    )
}
