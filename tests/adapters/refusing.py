"""How a file is refused: with a sentence, and soon."""

from __future__ import annotations

import time

import pytest

from registry.adapters.document_reader import read_document
from registry.errors import BadUpload

PATIENCE = 5  # seconds until the person hears about a file that may not come in


def refusal(data, filename="certificate.pdf", limits=None):
    begun = time.monotonic()
    with pytest.raises(BadUpload) as refused:
        read_document(data, filename, limits)
    assert time.monotonic() - begun < PATIENCE
    return refused.value.message
