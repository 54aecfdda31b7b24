"""The words of the field. Each is used the same way in code, database, pages and docs."""

from __future__ import annotations

from enum import StrEnum


class Profession(StrEnum):
    """What a practitioner is licensed as. Codes as in the research on jurisdictions."""

    PT = "PT"
    PTA = "PTA"
    SPT = "SPT"
    PT_AIDE = "PT_AIDE"
    OT = "OT"
    OTA = "OTA"
    AT = "AT"
    DC = "DC"
    MD = "MD"
    DO = "DO"
    LAC = "LAC"
    LMT = "LMT"
    PHYSIO = "PHYSIO"
    PHYSIO_PROVISIONAL = "PHYSIO_PROVISIONAL"
    OSTEOPATH = "OSTEOPATH"

    @property
    def title(self) -> str:  # type: ignore[override]
        return PROFESSION_TITLES[self]


PROFESSION_TITLES = {
    Profession.PT: "physical therapist",
    Profession.PTA: "physical therapist assistant",
    Profession.SPT: "student physical therapist",
    Profession.PT_AIDE: "physical therapy aide",
    Profession.OT: "occupational therapist",
    Profession.OTA: "occupational therapy assistant",
    Profession.AT: "athletic trainer",
    Profession.DC: "chiropractor",
    Profession.MD: "physician (MD)",
    Profession.DO: "physician (DO)",
    Profession.LAC: "licensed acupuncturist",
    Profession.LMT: "massage therapist",
    Profession.PHYSIO: "physiotherapist",
    Profession.PHYSIO_PROVISIONAL: "physiotherapist intern",
    Profession.OSTEOPATH: "osteopath",
}


class CredentialKind(StrEnum):
    """Anything dated that a practitioner holds."""

    LICENCE = "licence"
    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    SUPERVISED_PRACTICE = "supervised_practice"
    PRACTICE_HOURS = "practice_hours"
    DEGREE = "degree"
    CPR = "cpr"
    INDEMNITY = "indemnity"

    @property
    def title(self) -> str:  # type: ignore[override]
        return CREDENTIAL_TITLES[self]


CREDENTIAL_TITLES = {
    CredentialKind.LICENCE: "licence",
    CredentialKind.CERTIFICATE: "certificate",
    CredentialKind.REGISTRATION: "registration",
    CredentialKind.SUPERVISED_PRACTICE: "supervised practice",
    CredentialKind.PRACTICE_HOURS: "practice hours",
    CredentialKind.DEGREE: "degree",
    CredentialKind.CPR: "CPR card",
    CredentialKind.INDEMNITY: "indemnity cover",
}


class LicenceKind(StrEnum):
    FULL = "full"
    PROVISIONAL = "provisional"
    COMPACT_PRIVILEGE = "compact_privilege"


class CourseKind(StrEnum):
    """What a certificate of training is for. Acupuncture is not dry needling."""

    DRY_NEEDLING = "dry_needling"
    ACUPUNCTURE = "acupuncture"
    OTHER = "other"


class RegistrationKind(StrEnum):
    """What was settled with a board: on its register, or merely sent to it."""

    REGISTRATION = "registration"
    AUTHORISATION = "authorisation"
    ENDORSEMENT = "endorsement"
    ROSTER = "roster"
    APPROVAL = "approval"
    CERTIFICATION = "certification"
    NOTIFICATION = "notification"

    @property
    def noun(self) -> str:
        """What somebody has when it is settled."""
        return "roster entry" if self is RegistrationKind.ROSTER else self.value


class Exam(StrEnum):
    WRITTEN = "written"
    PRACTICAL = "practical"
    FINAL_EVALUATION = "final_evaluation"
    SKILLS_ASSESSMENT = "skills_assessment"
    COMPETENCY = "competency"


class ExamResult(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_TAKEN = "not_taken"


class DegreeLevel(StrEnum):
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTORAL = "doctoral"


class Consent(StrEnum):
    """How a patient agreed. A general consent to treatment is not one to dry needling."""

    NONE = "none"
    GENERAL = "general"
    VERBAL = "verbal"
    WRITTEN = "written"


class Confidence(StrEnum):
    """High: the text of law or regulator. Medium: a faithful copy, or seen in part. Low: a list."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class YearsCounted(StrEnum):
    """Which licensed time counts towards the years that a rule asks for."""

    ANYWHERE = "anywhere"
    HERE = "here"
    UNRESTRICTED_IMMEDIATELY_BEFORE = "unrestricted_immediately_before"


class VersionState(StrEnum):
    """What became of one version of a credential. Lapsing is not a state: it follows from dates."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Outcome(StrEnum):
    """What somebody decided about a credential."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    RESTRICTED = "restricted"
    REVOKED = "revoked"
    REINSTATED = "reinstated"


class Standing(StrEnum):
    """What a verified credential is worth on a day, its dates apart."""

    IN_FORCE = "in_force"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Method(StrEnum):
    """How a credential was checked against its source."""

    ISSUER_PORTAL = "issuer_portal"
    ISSUER_PHONED = "issuer_phoned"
    ISSUER_WROTE = "issuer_wrote"
    BOARD_ROSTER = "board_roster"
    ORIGINAL_SEEN = "original_seen"
    SIGNED_CREDENTIAL = "signed_credential"


class Role(StrEnum):
    PRACTITIONER = "practitioner"
    FRONT_DESK = "front_desk"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Treatment(StrEnum):
    """What an appointment is for. Only needling asks for a privilege."""

    NEEDLING = "needling"
    MANUAL_THERAPY = "manual_therapy"
    EXERCISE = "exercise"
    ASSESSMENT = "assessment"


class AppointmentState(StrEnum):
    """
    Where an appointment stands.

    Held: it lost its ground, its slot is kept, a person must act. Provisional: it has no ground
    yet, its slot is kept until the renewal it waits for was checked. Begun: its start has passed.
    No-show: its start has passed, and the patient did not come.
    """

    CONFIRMED = "confirmed"
    HELD = "held"
    PROVISIONAL = "provisional"
    BEGUN = "begun"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


#: Still to be given, or to be seen to: it can be changed, and keeps its slot.
KEEPS_ITS_SLOT = (
    AppointmentState.CONFIRMED,
    AppointmentState.HELD,
    AppointmentState.PROVISIONAL,
)
#: Of these, what is not on hold.
STANDS = (AppointmentState.CONFIRMED, AppointmentState.PROVISIONAL)
#: What a loss of ground concerns: work ahead, and treatments already given.
AT_STAKE = (AppointmentState.CONFIRMED, AppointmentState.BEGUN, AppointmentState.DONE)
