"""Jurisdictions by name: the states and provinces a licence may come from, as ISO 3166-2 codes."""

from __future__ import annotations

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


JURISDICTIONS: dict[str, str] = _named("US", _STATES) | _named("CA", _PROVINCES)


def jurisdiction_name(code: str) -> str:
    """`Georgia`; a code nobody knows is shown as it is."""
    return JURISDICTIONS.get(code, code)
