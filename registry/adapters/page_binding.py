"""Files put together as one PDF, page by page. The child that opens files loads this by its path.

Nothing is rendered or encoded anew: a photo's JPEG becomes a page as it is, a PDF's page moves.
"""

from __future__ import annotations

import io
import zlib
from typing import Any

import pikepdf
from PIL import Image

LONG_SIDE = 792  # points: a photo becomes a page as long as a letter


def bound(data: bytes, files: list[tuple[str, int]], order: list[tuple[int, int]]) -> bytes:
    """
    `files`: the kind ("pdf", "jpeg" or "png") and the length of each in `data`, one after another;
    `order`: of each page wanted, which file it is in and which page of it, both from 0.
    """
    stream, opened = io.BytesIO(data), []
    for kind, length in files:
        piece = stream.read(length)
        opened.append(pikepdf.open(io.BytesIO(piece)) if kind == "pdf" else (kind, piece))
    made = pikepdf.new()
    for file, page in order:
        source = opened[file]
        if isinstance(source, pikepdf.Pdf):
            made.pages.append(source.pages[page])
        else:
            _add_photo(made, *source)
    made.save(out := io.BytesIO(), deterministic_id=True)
    return out.getvalue()


def _add_photo(made: pikepdf.Pdf, kind: str, piece: bytes) -> None:
    image = Image.open(io.BytesIO(piece), formats=[kind.upper()])
    scale = LONG_SIDE / max(image.size)
    width, height = image.width * scale, image.height * scale
    made.add_blank_page(page_size=(width, height))
    page = made.pages[-1]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=_stream(made, image, piece)))
    page.Contents = made.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /P Do Q".encode())


def _stream(made: pikepdf.Pdf, image: Image.Image, piece: bytes) -> Any:
    if image.format == "JPEG":
        data, packed = piece, pikepdf.Name.DCTDecode
    else:
        data, packed = zlib.compress(image.tobytes(), 1), pikepdf.Name.FlateDecode
    grey = image.mode == "L"
    stream = made.make_stream(data)
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = image.width, image.height, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB
    stream.Filter = packed
    return stream
