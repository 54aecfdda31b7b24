"""Jurisdictions by name: where a licence may come from, as ISO 3166 codes; and how each stands."""

from __future__ import annotations

from enum import StrEnum


class JurisdictionStatus(StrEnum):
    """How the law of a place stands towards dry needling, as far as was seen."""

    ALLOWED_RULE = "allowed_rule"
    ALLOWED_NO_DETAIL = "allowed_no_detail"
    SILENT = "silent"
    UNDETERMINED = "undetermined"
    CONFLICTING = "conflicting"
    BARRED = "barred"
    AUTHORISED_NOT_IN_EFFECT = "authorised_not_in_effect"
    GUIDELINE = "guideline"

    @property
    def title(self) -> str:  # type: ignore[override]
        return STATUS_TITLES[self]


STATUS_TITLES = {
    JurisdictionStatus.ALLOWED_RULE: "allowed, by a rule with conditions",
    JurisdictionStatus.ALLOWED_NO_DETAIL: "allowed, without stated conditions",
    JurisdictionStatus.SILENT: "the law is silent",
    JurisdictionStatus.UNDETERMINED: "undetermined",
    JurisdictionStatus.CONFLICTING: "sources disagree",
    JurisdictionStatus.BARRED: "barred",
    JurisdictionStatus.AUTHORISED_NOT_IN_EFFECT: "passed, not yet in force",
    JurisdictionStatus.GUIDELINE: "guidelines only",
}

_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa
KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota
MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey
NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon
PA Pennsylvania|PR Puerto Rico|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee
TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming
"""
_PROVINCES = """
AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador
NS Nova Scotia|NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec
SK Saskatchewan|YT Yukon
"""


def _named(country: str, lines: str) -> dict[str, str]:
    pairs = (one.split(" ", 1) for one in lines.strip().replace("\n", "|").split("|"))
    return {f"{country}-{code}": name for code, name in pairs}


_COUNTRIES = {
    "AU": "Australia",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "NZ": "New Zealand",
    "ZA": "South Africa",
}
JURISDICTIONS: dict[str, str] = _named("US", _STATES) | _named("CA", _PROVINCES) | dict(_COUNTRIES)


def jurisdiction_name(code: str) -> str:
    """`Georgia`; a code nobody knows is shown as it is."""
    return JURISDICTIONS.get(code, code)
