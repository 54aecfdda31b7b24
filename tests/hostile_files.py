"""Files to upload that would do harm, or are too much, or are not what they say."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

from tests.files import certificate_pdf


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - not a secret


ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(60) + b"PK\x05\x06" + bytes(18)
GIF_AND_PAGE = b"GIF89a/*<html><script>alert(1)</script>*/=1;" + bytes(40)
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
PROGRAM = b"MZ" + bytes(200)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'


def two_in_one() -> dict[str, bytes]:
    pdf = certificate_pdf()
    first_line, rest = pdf.split(b"\n", 1)
    return {
        "a PDF with a web page in its first lines": first_line
        + b"\n%<html><script>alert(1)</script>\n"
        + rest,
        "a PDF with an archive behind it": pdf + ZIP,
    }


def pdf_with(change: Callable[[pikepdf.Pdf], object], *, packed: bool = True) -> bytes:
    """An ordinary certificate, changed. Packed: its objects inside compressed streams."""
    with pikepdf.open(io.BytesIO(certificate_pdf())) as pdf:
        change(pdf)
        out = io.BytesIO()
        streams = pikepdf.ObjectStreamMode
        pdf.save(out, object_stream_mode=streams.generate if packed else streams.disable)
    return out.getvalue()


def _open_action(**action: object) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        given = {f"/{key}": value for key, value in action.items()}
        pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(given))

    return change


def _annotation(**entries: object) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        given = {f"/{key}": value for key, value in entries.items()}
        given |= {"/Type": pikepdf.Name.Annot, "/Rect": pikepdf.Array([0, 0, 9, 9])}
        pdf.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(given)])  # not on its own: nested

    return change


def _script_in_a_name_tree(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    tree = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), action]))
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=tree)


def _automatic(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Named, N=pikepdf.Name.Print)
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=action)


def _attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["payload.exe"] = b"MZ" + bytes(200)


def _dynamic_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array(), XFA=pdf.make_stream(b"<xdp:xdp/>")
    )


def _misspelt_script() -> bytes:
    """The same name, some of its letters written as numbers."""
    plain = pdf_with(
        _open_action(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")), packed=False
    )
    return plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/#4a#53 ")


def locked_pdf(user: str = "open sesame") -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(certificate_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner="the owner's own"))
    return out.getvalue()


# --- files that are too much -----------------------------------------------------------------


def small_pdf(content: bytes, *, box: str = "0 0 612 792", extra: bytes = b"") -> bytes:
    """One page with this content stream, written by hand."""
    packed = zlib.compress(content, 9)
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>"
        % (box.encode(), extra),
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def slow_pdf() -> bytes:
    """A few kilobytes that keep a renderer busy for minutes: huge soft curves, over and over."""
    curve = b"0 0 m 9 999 300 -999 612 792 c 100 900 500 -100 0 0 c S\n"
    return small_pdf(b"60 w [1 1] 0 d 1 J\n" + curve * 400_000)


def deep_pdf() -> bytes:
    """Deep brackets: [[[[...]]]]."""
    return small_pdf(b"q Q", extra=b"/X " + b"[" * 100_000 + b"]" * 100_000)


def huge_image_pdf() -> bytes:
    """A page whose picture claims 30,000 by 30,000 pixels."""
    out = small_pdf(b"612 0 0 792 0 0 cm /I Do", extra=b"/XObject<</I 5 0 R>>")
    picture = zlib.compress(bytes(30_000 * 30_000 // 16), 9)
    body = b"5 0 obj<</Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8"
    body += b"/ColorSpace/DeviceRGB/Filter/FlateDecode/Length %d>>stream\n" % len(picture)
    return out.replace(b"xref\n0 5", body + picture + b"\nendstream endobj\nxref\n0 5", 1)


def swelling_pdf() -> bytes:
    """A few kilobytes that unpack, twice, to 4 GiB of page content."""
    packer = zlib.compressobj(9)
    first = packer.compress(b"0 0 m " * 200_000) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b"0 0 m " * 200_000) + packer.flush(zlib.Z_FULL_FLUSH)
    inside = first + again * 3600
    return small_pdf(inside).replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]")


def png_claiming(width: int, height: int, *, content: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x02\x00\x00\x00")
    return head + content + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def png_with_a_text_bomb() -> bytes:
    text = b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    chunk = len(text).to_bytes(4, "big") + b"zTXt" + text
    chunk += zlib.crc32(b"zTXt" + text).to_bytes(4, "big")
    return png_claiming(100, 100, content=chunk)


def jpeg_of_many_scans(scans: int = 4000) -> bytes:
    """A progressive JPEG whose last scan is repeated: small to send, long to read."""
    out = io.BytesIO()
    Image.new("RGB", (3000, 3000), "grey").save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + b"\xff\xd9"


def active_pdfs() -> dict[str, tuple[bytes, str]]:
    """What it does -> the file, and a word of the sentence it is refused with."""
    name, text = pikepdf.Name, pikepdf.String
    script = pikepdf.Dictionary(S=name.JavaScript, JS=text("app.alert(1)"))
    aimed = pikepdf.Dictionary(S=name.Launch, F=text("cmd.exe"))
    sends = pikepdf.Dictionary(S=name.SubmitForm, F=text("http://example.test"))
    made = {
        "opens with a script": (_open_action(S=name.JavaScript, JS=text("1")), "script"),
        "names a script": (_script_in_a_name_tree, "script"),
        "has a script behind a link": (_annotation(Subtype=name.Link, A=script), "script"),
        "starts a program": (_annotation(Subtype=name.Link, A=aimed), "start another program"),
        "acts when a page is seen": (_automatic, "by themselves"),
        "has a file attached": (_attach, "attached"),
        "has a film": (_annotation(Subtype=name.RichMedia), "media"),
        "is a dynamic form": (_dynamic_form, "XFA"),
        "sends data when clicked": (_annotation(Subtype=name.Link, A=sends), "sends"),
    }
    files = {what: (pdf_with(change), word) for what, (change, word) in made.items()}
    files["misspells its script"] = (_misspelt_script(), "script")
    return files
