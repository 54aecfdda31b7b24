from __future__ import annotations

import hashlib
import io
import time

import pytest
from PIL import Image

from registry.adapters.document_reader import read_document
from registry.rules.documents import UploadLimits
from tests import files, hostile_files
from tests.adapters.refusing import PATIENCE, refusal

ACTIVE = hostile_files.active_pdfs()


def picture(data):
    return Image.open(io.BytesIO(data))


def halved(data):
    return data[: len(data) // 2]


def test_an_ordinary_pdf_is_kept_as_it_came_and_shown_as_pictures():
    original = files.certificate_pdf(3)
    document = read_document(original, "Certificate Dr. Smith.PDF")
    assert document.media_type == "application/pdf"
    assert document.clean == original
    assert document.page_count == len(document.pages) == 3
    assert all(picture(page).format == "PNG" for page in document.pages)
    assert picture(document.pages[0]).width == 1400
    assert document.original_sha256 == document.clean_sha256 == hashlib.sha256(original).hexdigest()


@pytest.mark.parametrize(
    ("kind", "filename", "media_type"),
    [
        ("JPEG", "photo.jpg", "image/jpeg"),
        ("JPEG", "photo.jpeg", "image/jpeg"),
        ("PNG", "scan.png", "image/png"),
        ("PNG", "sent by a messenger.jpg", "image/png"),
        ("JPEG", "no ending", "image/jpeg"),
    ],
)
def test_an_ordinary_image_is_made_anew(kind, filename, media_type):
    original = files.photo(kind)
    document = read_document(original, filename)
    assert document.media_type == media_type
    assert document.page_count == 1
    assert document.original_sha256 == hashlib.sha256(original).hexdigest()
    assert document.clean_sha256 == hashlib.sha256(document.clean).hexdigest()
    assert document.original_sha256 != document.clean_sha256


def test_a_photo_from_an_iphone_is_kept_as_a_jpeg():
    document = read_document(files.heic(secret="CANARY"), "IMG_0001.HEIC")
    assert document.media_type == "image/jpeg"
    assert picture(document.clean).size == (800, 600)
    assert b"CANARY" not in document.clean


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_position_camera_and_comments_do_not_stay_in_a_photo(kind):
    original = files.photo(kind, secret="CANARY")
    assert b"CANARY" in original
    assert picture(original).getexif().get_ifd(0x8825)
    document = read_document(original, f"photo.{kind.lower()}")
    for kept in (document.clean, *document.pages):
        assert b"CANARY" not in kept
        assert not picture(kept).getexif()
        assert not {"comment", "exif", "icc_profile"} & set(picture(kept).info)


def test_a_photo_taken_sideways_is_kept_upright():
    document = read_document(files.photo(size=(1600, 1200), turned=6), "photo.jpg")
    assert picture(document.clean).size == (1200, 1600)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_an_image_of_any_colour_mode_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    grey = Image.linear_gradient("L")
    if mode == "I;16":
        grey = grey.convert("I").point(lambda level: level * 257)
    grey.convert(mode).save(out, kind)
    kept = picture(read_document(out.getvalue(), f"scan.{kind.lower()}").clean).convert("L")
    dark, light = kept.getextrema()
    assert dark < 60
    assert light > 195


def test_a_pdf_that_only_its_owner_may_change_is_read_without_a_password():
    assert read_document(hostile_files.locked_pdf(user=""), "certificate.pdf").page_count == 1


@pytest.mark.parametrize("what", list(ACTIVE))
def test_a_pdf_is_refused_that(what):
    data, word = ACTIVE[what]
    sentence = refusal(data)
    assert word in sentence
    assert sentence.count(".") >= 2  # what is wrong, and what to do


def test_a_pdf_with_a_password_is_refused():
    assert "password" in refusal(hostile_files.locked_pdf())


@pytest.mark.parametrize("what", list(hostile_files.two_in_one()))
def test_a_file_that_is_two_things_is_refused(what):
    assert "something else" in refusal(hostile_files.two_in_one()[what])


@pytest.mark.parametrize(
    ("data", "filename", "word"),
    [
        (hostile_files.ZIP, "certificate.pdf", "named .pdf but is a ZIP archive"),
        (hostile_files.GIF_AND_PAGE, "photo.png", "named .png but is a GIF image"),
        (hostile_files.GIF_AND_PAGE, "photo.gif", "is a GIF image"),
        (hostile_files.PAGE, "certificate.pdf", "named .pdf but is a web page"),
        (hostile_files.SVG, "photo.png", "named .png but is an SVG drawing"),
        (hostile_files.PROGRAM, "certificate.exe", "is a program"),
        (hostile_files.noise(5000), "certificate.pdf", "named .pdf but is not a PDF"),
        (files.photo(), "certificate.pdf", "named .pdf but is a JPEG image"),
        (files.certificate_pdf(), "photo.jpg", "named .jpg but is a PDF"),
        (files.certificate_pdf(), "certificate.exe", "named .exe but is a PDF"),
        (files.certificate_pdf(), "certificate.pdf\x00.exe", "name holds characters"),
        (files.certificate_pdf(), "certificate\ud800.pdf", "name holds characters"),
        (b"", "certificate.pdf", "empty"),
        (b"%PDF-1.7\n" + bytes(10 * 1024 * 1024), "certificate.pdf", "larger than 10 MiB"),
    ],
    ids=lambda value: ascii(value)[:40] if isinstance(value, str) else "",
)
def test_a_file_that_is_not_what_it_says_is_refused_with_what_it_is(data, filename, word):
    assert word in refusal(data, filename)


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (halved(files.certificate_pdf()), "certificate.pdf"),
        (files.certificate_pdf().rpartition(b"startxref")[0], "certificate.pdf"),
        (b"%PDF-1.4\n" + hostile_files.noise(30_000) + b"\n%%EOF", "certificate.pdf"),
        (b"%PDF-1.4\n%%EOF", "certificate.pdf"),
        (hostile_files.deep_pdf(), "certificate.pdf"),
        (hostile_files.small_pdf(b"", box="0 0 1 14400"), "certificate.pdf"),
        (halved(files.photo()), "photo.jpg"),
        (halved(files.photo("PNG")), "scan.png"),
        (halved(files.heic()), "photo.heic"),
        (b"\xff\xd8\xff\xe0" + hostile_files.noise(30_000), "photo.jpg"),
        (hostile_files.png_claiming(7000, 7000), "scan.png"),
        (hostile_files.png_with_a_text_bomb(), "scan.png"),
    ],
    ids=["half a pdf", "a pdf without its end", "noise", "no pages", "deep", "a hair",
         "half a jpeg", "half a png", "half a heic", "jpeg noise", "few pixels", "text bomb"],
)  # fmt: skip
def test_a_damaged_file_is_refused_and_the_person_told_to_make_it_again(data, filename):
    assert "damaged" in refusal(data, filename)


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 7_000), (2**31 - 1, 2**31 - 1)])
def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked(size):
    assert "50 megapixels" in refusal(hostile_files.png_claiming(*size), "scan.png")


def test_a_pdf_of_too_many_pages_is_refused():
    assert read_document(files.certificate_pdf(50), "certificate.pdf").page_count == 50
    assert "50 pages" in refusal(files.certificate_pdf(51))


def test_a_small_file_that_takes_minutes_to_draw_is_given_up():
    assert "too long" in refusal(hostile_files.slow_pdf())


def test_a_small_file_that_swells_to_gigabytes_is_given_up():
    assert "too " in refusal(hostile_files.swelling_pdf())


def test_a_jpeg_of_thousands_of_scans_is_refused_at_once():
    data = hostile_files.jpeg_of_many_scans()
    begun = time.monotonic()
    assert "too long" in refusal(data, "photo.jpg")
    assert time.monotonic() - begun < UploadLimits().image_seconds / 2  # not given up: not begun


def test_a_jpeg_of_as_many_scans_as_pass_is_read_in_time():
    begun = time.monotonic()
    read_document(hostile_files.jpeg_of_many_scans(150), "photo.jpg")
    assert time.monotonic() - begun < PATIENCE


def test_a_page_of_five_metres_is_drawn_no_larger_than_others():
    document = read_document(hostile_files.small_pdf(b"", box="0 0 14400 14400"), "poster.pdf")
    assert picture(document.pages[0]).size == (1400, 1400)
