"""The child process that opens an uploaded file: first it ties its own hands, then it parses.

It is run by its path and imports nothing of ours, so that a start costs the parsers and no more,
and so that whatever breaks out of a parser finds no application in memory. In: one line of JSON,
then the file. Out: one line of JSON, then the blobs whose lengths that line gives.
"""

from __future__ import annotations

import io
import json
import resource
import signal
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf
    import pypdfium2
    from PIL import Image, ImageOps

MEMORY, OPEN_FILES = 1536 * 1024 * 1024, 32
WIDE, NARROW, TALLEST = 1400, 1000, 2800  # pixels of a rendered page; narrow in long documents
LONG_DOCUMENT = 10  # pages
MOST_SCANS = 200  # of one JPEG; ordinary progressive ones have about ten
LARGEST_PNG = 4_000_000  # pixels; beyond, a PNG takes seconds to write and is kept as a JPEG

PARSERS = {"pdf": ("pikepdf", "pypdfium2"), "heif": ("PIL.Image", "PIL.ImageOps", "pillow_heif")}
PARSERS["pages"] = ()  # page_binding.py brings its own
FORBIDDEN = {
    "script": "/JavaScript",
    "launch": "/Launch",
    "embedded": "/EmbeddedFile /FileAttachment /GoToE",
    "media": "/RichMedia /Rendition /Movie /Screen /Sound /3D",
    "sends_data": "/SubmitForm /ImportData",
}
DEFECT_OF = {name: defect for defect, names in FORBIDDEN.items() for name in names.split()}
TELLING = {"/S", "/Subtype", "/Type", "/JavaScript", "/JS", "/EF", "/XFA", "/AA"}


class Turned(Exception):
    """The file is turned away; the argument is one of registry.rules.documents.Defect."""


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    tie_hands(asked["seconds"])
    data = sys.stdin.buffer.read()
    try:
        give_time(asked["step_seconds"])
        load_parsers(asked["kind"])
        answer, blobs = READERS.get(asked["kind"], read_image)(data, asked)
    except Turned as turned:
        answer, blobs = {"defect": str(turned)}, []
    except MemoryError:
        answer, blobs = {"defect": "too_heavy"}, []
    except Exception:  # parsers raise whatever they like on a broken file
        answer, blobs = {"defect": "damaged"}, []
    line = json.dumps({**answer, "lengths": [len(blob) for blob in blobs]})
    sys.stdout.buffer.writelines([line.encode(), b"\n", *blobs])
    sys.stdout.buffer.flush()


def tie_hands(seconds: int) -> None:
    """Before any parser is loaded: little time and memory, few files, none of them written."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    for ending in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(ending, signal.SIG_DFL)


def give_time(seconds: int) -> None:
    """The next step dies after this much processor time, in C too; by the clock, a second later."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)


def load_parsers(kind: str) -> None:
    """Only now that the hands are tied; under the names by which the functions below know them."""
    for name in PARSERS.get(kind, ("PIL.Image", "PIL.ImageOps")):
        globals()[name.removeprefix("PIL.")] = import_module(name)


def beside(name: str) -> ModuleType:
    """A file of ours that lies beside this one, though the child knows no package."""
    spec = util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None  # noqa: S101 - it lies there
    assert spec.loader is not None  # noqa: S101
    spec.loader.exec_module(module := util.module_from_spec(spec))
    return module


def read_pdf(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    if b"%%EOF" not in data[-2048:]:
        raise Turned("damaged")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            count = len(pdf.pages)
            if count > asked["pages"]:
                raise Turned("too_many_pages")
            look_for_active_content(pdf)
    except pikepdf.PasswordError:
        raise Turned("locked") from None
    return {"media_type": "application/pdf"}, list(render_pages(data, count, asked["step_seconds"]))


def look_for_active_content(pdf: pikepdf.Pdf) -> None:
    if len(pdf.attachments):
        raise Turned("embedded")
    waiting: list[Any] = [pdf.trailer]
    waiting.extend(pdf.objects)
    while waiting:
        thing = waiting.pop()
        thing = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        if isinstance(thing, pikepdf.Dictionary):
            look_at(thing)
            inner = list(thing.values())
        else:
            inner = list(thing) if isinstance(thing, pikepdf.Array) else []
        nested = [one for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]
        waiting.extend(nested)  # what stands on its own is waiting already


def look_at(thing: pikepdf.Dictionary) -> None:
    told = TELLING & set(thing.keys())  # one look: there may be ten thousands of dictionaries
    for key in told & {"/S", "/Subtype", "/Type"}:
        name = thing[key]
        if isinstance(name, pikepdf.Name) and str(name) in DEFECT_OF:
            raise Turned(DEFECT_OF[str(name)])
    if "/JavaScript" in told or (
        "/JS" in told and not isinstance(thing["/JS"], pikepdf.Dictionary)
    ):
        raise Turned("script")
    if "/EF" in told or "/XFA" in told:
        raise Turned("embedded" if "/EF" in told else "dynamic_form")
    triggers = thing["/AA"] if "/AA" in told else None
    if isinstance(triggers, pikepdf.Dictionary) and any(
        isinstance(action, pikepdf.Dictionary) and "/S" in action for action in triggers.values()
    ):
        raise Turned("automatic")


def render_pages(data: bytes, count: int, step_seconds: int) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(data)
    if count != len(document) or not count:  # two readers must see the same document
        raise Turned("damaged")
    document.init_forms()  # else what was filled into a form's fields is not drawn
    width = WIDE if count <= LONG_DOCUMENT else NARROW
    for page in document:
        give_time(step_seconds)
        across, down = page.get_size()
        scale = min(width / across, TALLEST / down) if across > 0 < down else 0
        if min(across, down) * scale < 1:
            raise Turned("damaged")
        picture = page.render(scale=scale, rev_byteorder=True).to_pil()
        yield written(picture, "PNG", compress_level=1)
        page.close()


def read_image(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    kind = asked["kind"]
    if kind == "heif":
        import_module("pillow_heif").register_heif_opener()
    if kind == "jpeg" and data.count(b"\xff\xda") > MOST_SCANS:
        raise Turned("too_slow")
    Image.MAX_IMAGE_PIXELS = asked["megapixels"] * 1_000_000
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:  # Pillow warns above the limit and refuses above twice of it
        image: Image.Image = Image.open(io.BytesIO(data), formats=[kind.upper()])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Turned("too_many_pixels") from None
    upright = plain_colours(ImageOps.exif_transpose(image))
    upright.info = {}  # position, comments and profiles stay behind
    (small := upright.copy()).thumbnail((WIDE, TALLEST), reducing_gap=2.0)
    if kind == "png" and upright.width * upright.height <= LARGEST_PNG:
        clean, media_type = written(upright, "PNG", compress_level=4), "image/png"
    else:
        clean, media_type = written(upright, "JPEG", quality=90), "image/jpeg"
    measures = beside("photo_measures").measures_of(small, *upright.size)
    answer = {"media_type": media_type, "measures": measures}
    return answer, [clean, written(small, "PNG", compress_level=1)]


def bind_pages(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Files that were read before, put together: see page_binding.py."""
    bound = beside("page_binding").bound(data, asked["files"], asked["order"])
    return {"media_type": "application/pdf"}, [bound]


def plain_colours(image: Image.Image) -> Image.Image:
    """Grey or red-green-blue, on white where it was see-through."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode.startswith(("I", "F")):
        return image.convert("I").point([value // 256 for value in range(65536)], "L")
    if not image.has_transparency_data:
        return image.convert("L" if image.mode == "1" else "RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def written(image: Image.Image, kind: str, **how: int) -> bytes:
    image.save(out := io.BytesIO(), kind, **how)
    return out.getvalue()


READERS = {"pdf": read_pdf, "pages": bind_pages}

if __name__ == "__main__":
    main()
