"""Several files become one document: pages in order, nothing encoded anew, limits kept."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from registry.adapters.document_binder import PageOf, bind_pages, every_page
from registry.adapters.document_reader import read_document
from registry.errors import BadUpload
from registry.rules.documents import UploadLimits
from tests import files


def read(data, name):
    return read_document(data, name)


@pytest.fixture(scope="module")
def three():
    return [
        read(files.photo(), "a.jpg"),
        read(files.certificate_pdf(2), "b.pdf"),
        read(files.photo("PNG", (900, 600)), "c.png"),
    ]


def pages_of(document):
    return [page.get_size() for page in pypdfium2.PdfDocument(document.clean)]


def test_one_file_with_all_its_pages_stays_as_it_is(three):
    assert bind_pages(three[1:2], every_page(three[1:2])) is three[1]


def test_photos_and_pdfs_become_one_pdf_in_their_order(three):
    made = bind_pages(three, every_page(three))
    assert (made.media_type, made.page_count) == ("application/pdf", 4)
    assert pages_of(made) == [(792, 594), (612, 792), (612, 792), (792, 528)]
    assert made.pages == tuple(page for one in three for page in one.pages)
    assert read(made.clean, "again.pdf").page_count == 4


def test_a_photo_is_not_encoded_anew(three):
    made = bind_pages(three, every_page(three))
    assert three[0].clean in made.clean


def test_pages_are_left_out_and_put_in_another_order(three):
    made = bind_pages(three, [PageOf(2, 0), PageOf(1, 1)])
    assert made.pages == (three[2].pages[0], three[1].pages[1])
    text = pypdfium2.PdfDocument(made.clean)[1].get_textpage().get_text_range()
    assert "page 2" in text


def test_each_page_remembers_the_very_file_it_came_in(three):
    made = bind_pages(three, every_page(three))
    hashes = [origin.sha256 for origin in made.page_origins()]
    assert hashes == [three[n].original_sha256 for n in (0, 1, 1, 2)]


def test_the_same_files_make_the_same_document(three):
    one, other = (bind_pages(three, every_page(three)) for _ in range(2))
    assert (one.original_sha256, one.clean_sha256) == (other.original_sha256, other.clean_sha256)
    turned = bind_pages(three[::-1], every_page(three[::-1]))
    assert turned.original_sha256 != one.original_sha256


@pytest.mark.parametrize(
    ("limits", "says"),
    [(UploadLimits(pages=3), "more than 3 pages"), (UploadLimits(mib=0), "0 MiB in all")],
)
def test_more_than_a_document_may_have_is_refused(three, limits, says):
    with pytest.raises(BadUpload, match=says):
        bind_pages(three, every_page(three), limits)


def test_a_grey_photo_becomes_a_page_too():
    grey = io.BytesIO()
    files.scan(700, 900).convert("L").save(grey, "PNG")
    both = [read(grey.getvalue(), "grey.png"), read(files.certificate_pdf(), "b.pdf")]
    made = bind_pages(both, every_page(both))
    assert read(made.clean, "again.pdf").page_count == 2
