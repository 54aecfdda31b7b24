"""The reader of pages: words with where they stand, codes, and what a limited child may not do."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date

import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image

from registry.adapters import page_reader
from registry.adapters.certificate_reader import extract_of
from registry.adapters.document_reader import read_document
from registry.adapters.page_reader import (
    OCR_CHILD,
    SURROUNDINGS,
    NotLegible,
    can_read_by_eye,
    read_by_eye,
    read_text,
)
from registry.demo.papers import certificate_pdf, photo_of
from registry.rules.documents import PDF
from registry.rules.facts import Certificate
from registry.rules.legibility import says_enough
from registry.rules.vocabulary import VersionState
from tests.files import scan

DAY = date(2025, 3, 9)
PAPER = Certificate(
    id=0,
    state=VersionState.SUBMITTED,
    first_day=DAY,
    last_day=None,
    provider="Lakeside Institute of Manual Therapy",
    course="Dry needling, upper and lower quarter",
    number="DN-4107",
    completed_on=DAY,
    hours_total=60,
    hours_in_person=54,
    taught=frozenset({"neck", "arm"}),
)


@pytest.fixture(scope="module")
def pdf():
    return certificate_pdf(PAPER, "Dana Okafor")


@pytest.fixture(scope="module")
def photo(pdf):
    """The page as the house keeps it, of a photo of paper on a desk."""
    return read_document(photo_of(pdf), "a.jpg").pages[0]


def pages_of(data):
    return read_document(data, "a.pdf").pages


def as_png(image):
    image.save(out := io.BytesIO(), "PNG")
    return out.getvalue()


def found(read, text):
    return next(word for word in read.words if text in word.text)


def test_a_pdf_says_its_words_and_where_they_stand(pdf):
    read = read_text(pdf, PDF, pages_of(pdf))
    assert [word.text for word in read.words][:6] == (
        ["Certificate", "of", "completion", "Lakeside", "Institute", "of"]
    )
    number = found(read, "DN-4107").box
    assert (number.page, round(number.left, 1), round(number.top, 1)) == (1, 0.4, 0.6)
    assert 0 < number.bottom - number.top < 0.05
    assert says_enough(read)


def test_words_of_a_turned_page_stand_where_the_picture_shows_them(pdf):
    turned = pypdfium2.PdfDocument(pdf)
    turned[0].set_rotation(90)
    turned.save(out := io.BytesIO())
    box = found(read_text(out.getvalue(), PDF, pages_of(out.getvalue())), "DN-4107").box
    assert box.bottom - box.top > box.right - box.left
    assert (round(box.left, 1), round(box.top, 1)) == (0.4, 0.4)


def test_a_scan_says_nothing_of_itself():
    page = as_png(scan(800, 1100))
    read = read_text(b"", "image/png", [page])
    assert (read.words, says_enough(read)) == ((), False)


@pytest.mark.parametrize("kind", ["qr", "datamatrix"])
def test_a_code_on_a_page_is_read(pdf, kind):
    told = "https://issuer.example/check/DN-4107"
    page = Image.open(io.BytesIO(pages_of(pdf)[0])).convert("RGB")
    page.paste(_code(told, kind), (900, 640))
    assert read_text(b"", "image/png", [as_png(page)]).codes == (told,)


def _code(told, kind):
    if kind == "qr":
        segno.make(told).save(out := io.BytesIO(), kind="png", scale=4)
        return Image.open(out).convert("RGB")

    made = zxingcpp.create_barcode(told, zxingcpp.BarcodeFormat.DataMatrix)
    return Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=5)).convert("RGB")


def test_a_page_that_breaks_the_parser_says_nothing_and_raises_nothing():
    assert read_text(b"%PDF-1.7 not one", PDF, [b"no picture"]).words == ()


def test_what_is_said_is_bounded():
    many = [["x", 1, 0.1, 0.1, 0.2, 0.2], ["y", 9, 0, 0, 1, 1], ["z", 1, 2, 0, 1, 1], "no", ["w"]]
    assert [word.text for word in page_reader._words(many, 1)] == ["x"]


def test_the_extra_is_installed_where_the_tests_run():
    assert can_read_by_eye()


def test_a_photo_of_a_certificate_is_read_by_eye_and_says_where(photo):
    read = read_by_eye([photo])
    box = found(read, "DN-4107").box
    assert (round(box.left, 1), round(box.top, 1)) == (0.4, 0.5)
    extract = extract_of(read, holder="Dana Okafor", today=date(2027, 3, 1))
    values = {one.field: one.value for one in extract.values}
    assert extract.by_eye
    assert values["holder"] == "Dana Okafor"
    assert found(read, "Sun 9 March 2025").sure > 0.9
    assert "Dry needling" in values["course"]


def test_reading_by_eye_keeps_to_its_memory(photo):
    assert _ask_with(photo, memory=200 * 1024 * 1024) != 0


def test_reading_by_eye_reaches_no_network():
    script = (
        f"import runpy, socket; child = runpy.run_path({str(OCR_CHILD)!r}, run_name='child')\n"
        "child['tie_hands'](20, child['MEMORY'])\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9))\n"
        "except OSError as error:\n    print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout == "the reader of pictures stays at home\n"


def test_a_reader_that_is_killed_is_told_of(photo):
    killer = threading.Thread(target=_kill_the_first_child, args=(os.getpid(),))
    killer.start()
    with pytest.raises(NotLegible, match=f"ended with -{int(signal.SIGKILL)}"):
        read_by_eye([photo])
    killer.join()


def test_a_reader_that_takes_too_long_is_stopped(photo, monkeypatch):
    monkeypatch.setattr(page_reader, "OCR_TO_BEGIN", 0)
    monkeypatch.setattr(page_reader, "OCR_PER_PAGE", 1)
    with pytest.raises(NotLegible):
        read_by_eye([photo])


def _ask_with(picture, **limits):
    question = json.dumps({"seconds": 60, "lengths": [len(picture)], **limits}).encode()
    child = subprocess.run(
        [sys.executable, "-I", "-B", str(OCR_CHILD)],
        input=question + b"\n" + picture,
        capture_output=True,
        env=SURROUNDINGS,
        check=False,
    )
    return child.returncode


def _kill_the_first_child(parent):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        asked = subprocess.run(
            ["pgrep", "-P", str(parent), "-f", OCR_CHILD.name], capture_output=True, check=False
        )
        if numbers := asked.stdout.split():
            os.kill(int(numbers[0]), signal.SIGKILL)
            return
        time.sleep(0.05)
