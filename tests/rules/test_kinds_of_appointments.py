"""What is asked of one appointment, and what nobody answered: met, unmet or not known."""

from __future__ import annotations

import pytest

from registry.rules.findings import MET, UNKNOWN, UNMET
from registry.rules.questions import Circumstances
from registry.rules.vocabulary import Consent
from tests.rules.given import facts
from tests.rules.judging import COLUMNS, asks, check, named

# fmt: off
ROWS = [
    (asks("consent", written=True),
     dict(known=facts(), given=Circumstances(Consent.WRITTEN)),
     MET, "",
     "The patient's written consent to dry needling is on record.",
     ""),
    (asks("consent", written=True),
     dict(known=facts(), given=Circumstances(Consent.VERBAL)),
     UNMET, "CONSENT_MISSING",
     "The patient's written consent to dry needling is not on record.",
     "Obtain and record written consent to dry needling."),
    (asks("consent"),
     dict(known=facts(), given=Circumstances(Consent.VERBAL)),
     MET, "",
     "The patient's consent to dry needling is on record.",
     ""),
    (asks("consent"),
     dict(known=facts(), given=Circumstances(Consent.GENERAL)),
     UNMET, "CONSENT_MISSING",
     "The patient's consent to dry needling is not on record.",
     "Obtain and record consent to dry needling."),
    (asks("referral"),
     dict(known=facts(), given=Circumstances(referral=True)),
     MET, "",
     "A referral for this patient is on record.",
     ""),
    (asks("referral"),
     dict(known=facts(), given=Circumstances(referral=False)),
     UNMET, "REFERRAL_MISSING",
     "A referral for this patient is not on record.",
     "Obtain the referral and record it."),
    (asks("referral"),
     dict(known=facts(), given=None),
     UNKNOWN, "REFERRAL_MISSING",
     "A referral for this patient is not on record.",
     "Obtain the referral and record it."),
    (asks("physician_contact"),
     dict(known=facts(), given=Circumstances(physician_contacted=True)),
     MET, "",
     "A physician was consulted.",
     ""),
    (asks("physician_contact"),
     dict(known=facts(), given=Circumstances(physician_contacted=False, referred=False)),
     UNMET, "PHYSICIAN_CONTACT_MISSING",
     "A physician was not, as far as is known, consulted.",
     "Consult a physician about this patient and record it."),
    (asks("physician_contact"),
     dict(known=facts(), given=Circumstances()),
     UNKNOWN, "PHYSICIAN_CONTACT_MISSING",
     "A physician was not, as far as is known, consulted.",
     "Consult a physician about this patient and record it."),
    (asks("physician_contact", if_referred=True),
     dict(known=facts(), given=Circumstances(referred=False)),
     MET, "",
     "No physician sent this patient, so none need be consulted.",
     ""),
    (asks("physician_contact", if_referred=True),
     dict(known=facts(), given=Circumstances()),
     UNKNOWN, "PHYSICIAN_CONTACT_MISSING",
     "A physician was not, as far as is known, consulted.",
     "Consult a physician about this patient and record it."),
    (asks("physician_contact"),
     dict(known=facts(), given=Circumstances(physician_contacted=True,
         physician_contraindicates=True)),
     UNMET, "PHYSICIAN_CONTRAINDICATED",
     "The physician says this patient is not to be needled.",
     "Book another treatment for this patient."),
    (asks("not_delegated"),
     dict(known=facts(), given=Circumstances()),
     MET, "",
     "Done in person.",
     ""),
    (asks("not_delegated"),
     dict(known=facts(), given=Circumstances(delegated=True)),
     UNMET, "DELEGATION_FORBIDDEN",
     "Dry needling may not be handed on here.",
     "Book somebody who may needle in their own right."),
    (asks("open_question", code="a", question="May a therapist needle here at all?"),
     dict(known=facts()),
     UNKNOWN, "OPEN_QUESTION",
     "Not settled for Georgia: May a therapist needle here at all?",
     "An administrator answers it with a source and adopts the set."),
]
# fmt: on


@pytest.mark.parametrize(COLUMNS, ROWS, ids=named(ROWS))
def test_what_is_asked_of_an_appointment_is_said_with_what_would_cure_it(
    asked, found, verdict, reasons, sentence, remedy
):
    check(asked, found, verdict, reasons, sentence, remedy)
