"""What keeps somebody from reading a photo is seen at once, and good photos are left in peace."""

from __future__ import annotations

import io

import pillow_heif
import pytest
from PIL import Image, ImageEnhance

from registry.adapters.document_reader import read_document
from registry.adapters.photo_measures import measures_of
from registry.rules.photo_quality import Hint, hint_sentence, hints_from, hints_kept, hints_of
from tests import files

PHONES = ((4032, 3024), (3000, 4000), (1920, 1080), (1600, 1200))


def taken(blur=0.8):
    return Image.open(io.BytesIO(files.photo_on_a_desk(blur=blur))).convert("RGB")


def hints(picture):
    small = picture.copy()
    small.thumbnail((1400, 2800))
    return set(hints_of(measures_of(small, *picture.size)))


@pytest.mark.parametrize("blur", [0.4, 0.8, 1.1])
def test_a_sharp_photo_is_left_in_peace(blur):
    assert hints(taken(blur)) == set()


@pytest.mark.parametrize("size", PHONES)
def test_so_is_one_of_any_phone(size):
    assert hints(taken().resize(size, Image.Resampling.BICUBIC)) == set()


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_so_is_one_held_upright(turned):
    assert hints(taken().rotate(turned, expand=True)) == set()


@pytest.mark.parametrize("light", [0.45, 0.7, 1.25])
def test_so_is_one_in_ordinary_light(light):
    assert hints(ImageEnhance.Brightness(taken()).enhance(light)) == set()


def test_so_is_a_scan_that_is_all_paper():
    assert hints(files.scan()) == set()


@pytest.mark.parametrize("blur", [2.0, 3.0, 5.0, 9.0])
def test_a_blurred_photo_is_said_to_be_so(blur):
    assert hints(taken(blur)) == {Hint.BLURRED}


@pytest.mark.parametrize("light", [0.1, 0.2, 0.28])
def test_a_dark_photo_is_said_to_be_so(light):
    assert hints(ImageEnhance.Brightness(taken()).enhance(light)) == {Hint.TOO_DARK}


@pytest.mark.parametrize("light", [2.5, 4.0])
def test_a_washed_out_photo_is_said_to_be_so(light):
    assert Hint.TOO_BRIGHT in hints(ImageEnhance.Brightness(taken()).enhance(light))


@pytest.mark.parametrize("size", [(640, 480), (800, 600), (1600, 400)])
def test_a_small_photo_is_said_to_be_so(size):
    assert Hint.TOO_SMALL in hints(taken().resize(size, Image.Resampling.BICUBIC))


@pytest.mark.parametrize(
    "seen", [(220, 0, 1280, 960), (0, 0, 1000, 960), (0, 200, 1280, 960), (0, 0, 1280, 720)]
)
def test_paper_that_runs_out_of_the_picture_is_said_to_do_so(seen):
    assert hints(taken().crop(seen)) == {Hint.CUT_OFF}


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (70, 70)])
def test_next_to_nothing_is_measured_without_a_fault(size):
    assert Hint.TOO_SMALL in hints(Image.new("RGB", size, "white"))


def test_the_reader_tells_of_photos_and_not_of_a_pdf():
    blurred = read_document(files.photo_on_a_desk(blur=5.0), "photo.jpg")
    assert blurred.page_origins()[0].hints == (Hint.BLURRED,)
    assert read_document(files.certificate_pdf(), "dn.pdf").page_origins()[0].hints == ()


def test_a_large_photo_of_a_phone_is_read_whatever_its_kind():
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    taken().resize((4032, 3024), Image.Resampling.BICUBIC).save(out, "HEIF", quality=60)
    read = read_document(out.getvalue(), "IMG_0001.HEIC")
    assert (read.media_type, read.page_origins()[0].hints) == ("image/jpeg", ())


@pytest.mark.parametrize("hint", list(Hint))
def test_each_hint_names_its_page_and_says_what_to_do(hint):
    said = hint_sentence(hint, 3)
    assert said.startswith("Page 3 ")
    assert ":" in said
    assert said.endswith(".")


def test_hints_are_kept_as_words_and_read_again():
    assert hints_from(hints_kept([Hint.BLURRED, Hint.CUT_OFF])) == (Hint.BLURRED, Hint.CUT_OFF)
    assert (hints_kept([]), hints_from("")) == ("", ())
