"""What is on record: the tables and their constraints; no use cases, no pages."""

from registry.models.activations import Activation, ActivationGivenUp, Phase, WhatIf, WhatIfPart
from registry.models.appointments import Appointment
from registry.models.badges import (
    Badge,
    BadgeBehind,
    BadgeIssuer,
    BadgeIssuerVersion,
    BadgeProof,
    StatusListCopy,
)
from registry.models.base import db, transaction
from registry.models.calendars import CalendarFeed
from registry.models.clinics import Clinic, Room, ZoneOffset
from registry.models.contraindications import NoteChange, NoteClearance, PatientNote
from registry.models.credentials import Credential, CredentialVersion
from registry.models.documents import Document, DocumentPage
from registry.models.extracts import DocumentExtract, VersionSyllabus
from registry.models.heartbeats import Heartbeat
from registry.models.hours import ClinicDay, TimeOff, WorkingDay, WorkingWeek
from registry.models.incidents import Incident, IncidentStep, IncidentTreatment
from registry.models.issued_badges import IssuedBadge, SigningKey
from registry.models.journal import AuditEntry, Letter
from registry.models.knowledge import KnownPersonRow, KnownPlaceRow
from registry.models.people import Account, AccountGrant, Engagement, Patient, Practitioner
from registry.models.privilege_letters import PrivilegeLetter
from registry.models.privileges import Privilege
from registry.models.rehearsal import Rehearsal, rehearsed
from registry.models.reminders import Reminder, ReminderAnswer
from registry.models.repairs import Repair, RepairPhase
from registry.models.requirement_sets import (
    Adoption,
    AdoptionState,
    HouseRulesVersion,
    StoredRequirementSet,
)
from registry.models.second_factors import (
    AuthenticatorApp,
    Challenge,
    ChallengePurpose,
    Passkey,
    RecoveryCode,
    SecondStep,
)
from registry.models.series import Series
from registry.models.sign_ins import AccountLink, Purpose, SignIn, WrongTries
from registry.models.transfers import Transfer
from registry.models.treatments import TreatmentType
from registry.models.undo_steps import UndoLine, UndoStep
from registry.models.verifications import Verification

__all__ = [
    "Account",
    "AccountGrant",
    "AccountLink",
    "Activation",
    "ActivationGivenUp",
    "Adoption",
    "AdoptionState",
    "Appointment",
    "AuditEntry",
    "AuthenticatorApp",
    "Badge",
    "BadgeBehind",
    "BadgeIssuer",
    "BadgeIssuerVersion",
    "BadgeProof",
    "CalendarFeed",
    "Challenge",
    "ChallengePurpose",
    "Clinic",
    "ClinicDay",
    "Credential",
    "CredentialVersion",
    "Document",
    "DocumentExtract",
    "DocumentPage",
    "Engagement",
    "Heartbeat",
    "HouseRulesVersion",
    "Incident",
    "IncidentStep",
    "IncidentTreatment",
    "IssuedBadge",
    "KnownPersonRow",
    "KnownPlaceRow",
    "Letter",
    "NoteChange",
    "NoteClearance",
    "Passkey",
    "Patient",
    "PatientNote",
    "Phase",
    "Practitioner",
    "Privilege",
    "PrivilegeLetter",
    "Purpose",
    "RecoveryCode",
    "Rehearsal",
    "Reminder",
    "ReminderAnswer",
    "Repair",
    "RepairPhase",
    "Room",
    "SecondStep",
    "Series",
    "SignIn",
    "SigningKey",
    "StatusListCopy",
    "StoredRequirementSet",
    "TimeOff",
    "Transfer",
    "TreatmentType",
    "UndoLine",
    "UndoStep",
    "Verification",
    "VersionSyllabus",
    "WhatIf",
    "WhatIfPart",
    "WorkingDay",
    "WorkingWeek",
    "WrongTries",
    "ZoneOffset",
    "db",
    "rehearsed",
    "transaction",
]
