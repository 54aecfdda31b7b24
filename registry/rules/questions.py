"""What is asked: may this practitioner needle this site, here, on this day?"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from registry.rules.vocabulary import Consent


class Circumstances(NamedTuple):
    """
    What is known of one appointment beyond its place and day. None: not known.

    `referred`: a physician sent the patient; `referral`: the referral is on record.
    """

    consent: Consent = Consent.NONE
    physician_contacted: bool | None = None
    delegated: bool = False
    referral: bool | None = None
    referred: bool | None = None
    physician_contraindicates: bool = False


class Question(NamedTuple):
    """May this practitioner needle this site at this clinic on this day?"""

    clinic_id: int
    jurisdiction: str
    site: str
    day: date
    circumstances: Circumstances | None = None
