"""The reader of certificates: from what pages say to fields, with the house's reader of dates."""

from __future__ import annotations

from datetime import date

from registry.adapters.date_reader import possible_days
from registry.adapters.document_reader import ReadDocument
from registry.adapters.page_reader import read_text
from registry.rules.certificate_fields import read_certificate
from registry.rules.documents import PDF
from registry.rules.extracts import Extract
from registry.rules.legibility import says_enough
from registry.rules.page_words import ReadPages


def extract_of(pages: ReadPages, *, holder: str, today: date) -> Extract:
    return read_certificate(pages, holder=holder, parse_date=possible_days, today=today)


def extract_at_once(read: ReadDocument, *, holder: str, today: date) -> Extract | None:
    """Of a PDF that says enough by its own text; None where it takes an eye. Half a second."""
    if read.media_type != PDF:
        return None
    pages = read_text(read.clean, read.media_type, read.pages)
    return extract_of(pages, holder=holder, today=today) if says_enough(pages) else None
