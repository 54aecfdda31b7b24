from __future__ import annotations

import pytest

from registry.rules.documents import (
    HEIC,
    JPEG,
    LONGEST_FILENAME,
    PDF,
    PNG,
    Defect,
    UploadLimits,
    ending_of,
    name_mismatch,
    sentence,
    tidy_name,
)


@pytest.mark.parametrize("defect", list(Defect))
def test_every_defect_says_what_is_wrong_and_what_to_do(defect):
    said = sentence(defect, UploadLimits())
    assert said.startswith(("This ", "Other "))
    assert said.count(".") >= 2
    assert "{" not in said


def test_the_limits_in_a_sentence_are_those_that_were_set():
    limits = UploadLimits(mib=3, pages=4, megapixels=5)
    assert "3 MiB" in sentence(Defect.TOO_BIG, limits)
    assert "4 pages" in sentence(Defect.TOO_MANY_PAGES, limits)
    assert "5 megapixels" in sentence(Defect.TOO_MANY_PIXELS, limits)


@pytest.mark.parametrize(
    ("filename", "media_type", "foreign", "fits"),
    [
        ("a.pdf", PDF, None, True),
        ("a.PDF ", PDF, None, True),
        ("Certificate Dr. Smith", PDF, None, True),
        ("certificate 1.2", PDF, None, True),
        ("a.jpg", PNG, None, True),
        ("a.jpg", HEIC, None, True),
        ("a.jpg", PDF, None, False),
        ("a.pdf", JPEG, None, False),
        ("a.exe", PDF, None, False),
        ("a.pdf.html", PDF, None, False),
        ("a.pdf", None, "zip", False),
        ("a.docx", None, "docx", False),
        ("a", None, None, False),
    ],
)
def test_a_file_is_what_its_name_says(filename, media_type, foreign, fits):
    assert (name_mismatch(filename, media_type, foreign) is None) is fits


@pytest.mark.parametrize(
    ("filename", "media_type", "foreign", "sentence"),
    [
        ("a.jpg", PDF, None, "This file is named .jpg but is a PDF. Check that it is the right"),
        ("a.pdf", None, "zip", "This file is named .pdf but is a ZIP archive. "),
        ("a.docx", None, "docx", "This file is a Word document. "),
        ("a.pdf", None, None, "This file is named .pdf but is not a PDF, JPEG or PNG. "),
        ("a", None, None, "This file is not a PDF, JPEG or PNG. "),
    ],
)
def test_what_a_file_is_and_is_not_is_said(filename, media_type, foreign, sentence):
    assert name_mismatch(filename, media_type, foreign).startswith(sentence)


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("certificate.pdf", "certificate.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\amira\\scan.jpg", "scan.jpg"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\x00\ud800", "document"),
        ("", "document"),
        ("/", "document"),
    ],
)
def test_the_name_on_record_holds_no_folder_and_nothing_unseen(filename, kept):
    assert tidy_name(filename) == kept


def test_an_endless_name_is_cut_and_keeps_its_ending():
    kept = tidy_name("x" * 100_000 + ".pdf")
    assert len(kept) == LONGEST_FILENAME
    assert ending_of(kept) == "pdf"
