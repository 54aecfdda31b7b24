"""The reader of certificates: from what pages say to fields, with the house's reader of dates."""

from __future__ import annotations

from datetime import date

from registry.adapters.date_reader import possible_days
from registry.rules.certificate_fields import read_certificate
from registry.rules.extracts import Extract
from registry.rules.page_words import ReadPages


def extract_of(pages: ReadPages, *, holder: str, today: date) -> Extract:
    return read_certificate(pages, holder=holder, parse_date=possible_days, today=today)
