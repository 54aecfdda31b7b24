"""Pictures that carry a badge: read as they came, for an image made anew carries nothing."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from openbadgeslib import baking
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from registry.adapters.baked_pictures import MOST_BYTES, bake, credential_within
from registry.adapters.document_reader import read_document
from registry.adapters.qr_codes import png_of
from tests.badges import School

TOKEN = School().badge()
PLAIN = png_of("https://clinic.example/check/X")


def chunk(kind, data, length=None):
    size = len(data) if length is None else length
    return struct.pack("!I", size) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def with_chunk(*chunks):
    at = PLAIN.index(b"IEND") - 4
    return PLAIN[:at] + b"".join(chunks) + PLAIN[at:]


def itxt(text, compressed=b"\0\0"):
    return chunk(b"iTXt", b"openbadgecredential\0" + compressed + b"\0\0" + text)


def test_what_is_baked_in_comes_out_again():
    assert credential_within(bake(PLAIN, TOKEN)) == TOKEN


def test_what_another_program_baked_is_read_and_the_other_way_round():
    info, out = PngInfo(), io.BytesIO()
    info.add_itxt("openbadgecredential", TOKEN, zip=True)
    Image.new("RGB", (40, 40), "white").save(out, "PNG", pnginfo=info)
    assert credential_within(out.getvalue()) == TOKEN
    assert Image.open(io.BytesIO(bake(PLAIN, TOKEN))).text["openbadgecredential"] == TOKEN


def test_it_is_read_before_the_picture_is_made_anew_for_afterwards_it_is_gone():
    baked = bake(PLAIN, TOKEN)
    kept = read_document(baked, "badge.png")
    assert credential_within(baked) == TOKEN
    assert credential_within(kept.clean) is None
    assert TOKEN.encode() not in kept.clean


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        PLAIN,
        PLAIN[:60],
        bake(PLAIN, TOKEN)[:-40],
        b"\xff\xd8\xff" + bake(PLAIN, TOKEN),
        with_chunk(chunk(b"iTXt", b"openbadgecredential\0", length=2**31 - 1)),
        with_chunk(chunk(b"iTXt", b"openbadgecredential")),
        with_chunk(itxt(b"\xff\xfe")),
        with_chunk(itxt(b"not deflated", b"\1\0")),
        with_chunk(itxt(zlib.compress(b"x" * 40_000_000), b"\1\0")),
        PLAIN + b"\0" * MOST_BYTES,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=range(13),
)
def test_what_carries_nothing_or_is_damaged_gives_nothing(data):
    assert credential_within(data) is None


def test_a_badge_of_an_older_standard_is_not_taken_for_one():
    assert credential_within(baking.bake_png(PLAIN, TOKEN)) is None
