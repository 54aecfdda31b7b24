"""A letter on paper, read back: its words, its file, and where its QR code leads."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from registry.adapters.letter_pdf import ON_THE_PAGE, LetterSheet, Paper, drawn, letter_pdf
from registry.adapters.qr_codes import png_of
from registry.rules.letter_codes import code_of
from registry.rules.privilege_letters import LetterShown, LicenceShown, told_until
from registry.rules.regions import MUSCLES, SITES
from tests.qr_reading import read_qr

CODE = code_of(0x5A5A5A5A5A5A5)
ADDRESS = f"https://registry.example/check/{CODE}"
JUNE = date(2026, 6, 30)
LETTER = LetterShown(
    name="Dana Okafor",
    clinic="Harbour Clinic",
    zone="America/New_York",
    asked_at=datetime(2026, 3, 1, 3, 30, tzinfo=UTC),
    today=date(2026, 2, 28),
    may_needle=True,
    until=JUNE,
    sites=told_until(dict.fromkeys(SITES, JUNE)),
    profession="physical therapist",
    licence=LicenceShown("US-MT", date(2028, 12, 31)),
)


def pdf_of(letter=LETTER, paper=Paper.A4):
    return letter_pdf(letter, code=CODE, address=ADDRESS, paper=paper)


def words_of(data):
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


def test_the_sheet_says_all_that_was_agreed_to_and_as_of_when():
    words = words_of(pdf_of())
    for said in (
        "Dana Okafor",
        "Physical therapist",
        "May needle at Harbour Clinic",
        "As of Sat 28 February 2026, 22:30 EST",
        "Until Tue 30 June 2026 Head and face; Neck; Shoulder girdle",
        "Licence Montana, until Sun 31 December 2028",
        "What counts is not this sheet but the page behind the code",
        "https://registry.example/check",
        f"{CODE[:4]}-{CODE[4:8]}-{CODE[8:]}",
    ):
        assert said in words, said


def test_the_sheet_says_nothing_that_was_not_agreed_to():
    words = words_of(pdf_of(replace(LETTER, sites=(), profession="", licence=None)))
    assert "Until Tue 30 June 2026 This letter does not say which regions." in words
    for kept in ("Neck", "therapist", "Licence", "Montana"):
        assert kept not in words


@pytest.mark.parametrize("paper", list(Paper))
def test_the_qr_code_on_the_page_leads_to_the_letter(paper):
    with pypdfium2.PdfDocument(pdf_of(paper=paper)) as document:
        page = document[0]
        (picture,) = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        left, bottom, right, top = picture.get_bounds()
        scale, height = 4, page.get_height()
        seen = page.render(scale=scale).to_pil()
    box = (left * scale, (height - top) * scale, right * scale, (height - bottom) * scale)
    assert read_qr(seen.crop(tuple(round(side) for side in box))) == ADDRESS


@pytest.mark.parametrize("length", [5, 12, 20, 35, 60, 80])
def test_qr_codes_of_every_size_are_read_back(length):
    address = "https://r.example/" + "k" * length
    assert read_qr(Image.open(io.BytesIO(png_of(address)))) == address


@pytest.mark.parametrize(
    ("paper", "size"), [(Paper.A4, (595.28, 841.89)), (Paper.LETTER, (612, 792))]
)
def test_it_is_one_page_of_the_paper_asked_for(paper, size):
    with pypdfium2.PdfDocument(pdf_of(paper=paper)) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx(size, abs=0.1)


def test_the_same_makes_the_same_file():
    assert pdf_of() == pdf_of()
    assert pdf_of() != pdf_of(replace(LETTER, asked_at=datetime(2026, 3, 1, 3, 31, tzinfo=UTC)))


def test_the_file_says_its_language_and_title_and_describes_its_picture():
    with pikepdf.open(io.BytesIO(pdf_of())) as file:
        assert file.Root.Lang == "en-GB"
        assert file.docinfo["/Title"] == "Privilege letter"
        assert "28 February 2026" in str(file.docinfo["/Subject"])
        assert "/StructTreeRoot" in file.Root
        assert not {"/AA", "/Names", "/AcroForm"} & set(file.Root.keys())
    assert f"QR code of {ADDRESS}" in alternative_texts(pdf_of())


def alternative_texts(data):
    with pikepdf.open(io.BytesIO(data)) as file:
        told = [
            one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        ]
        return [str(one["/Alt"]) for one in told]


@pytest.mark.parametrize(
    "name",
    [
        "Đặng Thị Hồng",
        "Łucja Wójcik-Żak",
        "Δανάη Οκάφορ",
        "Дана Окафор",
        "Անի Հակոբյան",
        "ნინო ბერიძე",
        "Siân O\u2019Neill",
        "Leilani Ka\u02bbōnohi",
    ],
)
def test_a_name_is_printed_with_all_its_letters(name):
    assert name in words_of(pdf_of(replace(LETTER, name=name)))


@pytest.mark.parametrize(
    "name", ["دانا عكافور", "山田 花子", "ดานา", "דנה", "दाना", "Dana 🪡", "D\u0332ana"]
)
def test_a_name_that_cannot_be_printed_right_is_left_to_the_page(name):
    words = words_of(pdf_of(replace(LETTER, name=name)))
    assert ON_THE_PAGE in words
    assert "May needle at Harbour Clinic" in words


def test_without_the_fonts_a_name_of_other_letters_is_left_to_the_page():
    missing = Path("no-such-font.ttf")
    for name, printed in (("Zoë Müller", True), ("Łucja", False), ("Da\u00adna", False)):
        sheet = LetterSheet(Paper.A4, plain=missing, bold=missing)
        drawn(sheet, replace(LETTER, name=name), code=CODE, address=ADDRESS)
        words = words_of(bytes(sheet.output()))
        assert (name in words) is printed
        assert (ON_THE_PAGE in words) is not printed


def test_the_longest_letter_keeps_its_code_and_picture_on_one_page():
    muscles = {code: date(2026, 7, 1 + at % 28) for at, code in enumerate(MUSCLES)}
    long = replace(LETTER, name="Okafor " * 28, sites=told_until(muscles))
    with pypdfium2.PdfDocument(pdf_of(long)) as document:
        *_, last = [page.get_textpage().get_text_range() for page in document]
        assert f"{CODE[:4]}-{CODE[4:8]}" in last
        assert "What counts" in last
