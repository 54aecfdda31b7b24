from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from registry.adapters import document_child
from registry.adapters.document_reader import CHILD
from registry.rules.documents import Defect
from tests import hostile_files

ASKED = {"kind": "pdf", "pages": 50, "megapixels": 50, "seconds": 10, "step_seconds": 3}
TIE = "child.tie_hands(1)"


def attempt(deed: str, *, tied: bool) -> subprocess.CompletedProcess[bytes]:
    """What happens when code inside the child tries this."""
    program = f"""
import importlib.util, signal
spec = importlib.util.spec_from_file_location("child", {str(CHILD)!r})
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
{TIE if tied else ""}
{deed}
print("done")
"""
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", program], capture_output=True, timeout=30, check=False
    )


@pytest.mark.parametrize(
    "deed",
    [
        "with open({path!r}, 'w') as file: file.write('kept')",
        "keep = bytes(1700 * 1024 * 1024)",
        "keep = [open('/dev/null') for _ in range(200)]",
        "sum(range(8 * 10**7))",
    ],
    ids=["writes a file", "takes all memory", "opens many files", "never ends"],
)
def test_tied_hands_stop_a_child_that(deed, tmp_path):
    """And untied ones do not: the attempt itself works."""
    deed = deed.format(path=str(tmp_path / "file"))
    assert attempt(deed, tied=False).stdout == b"done\n"
    assert attempt(deed, tied=True).stdout != b"done\n"


@pytest.mark.parametrize(
    ("deed", "end"),
    [
        ("signal.setitimer(signal.ITIMER_REAL, 0); sum(range(10**9))", signal.SIGPROF),
        ("import time; time.sleep(9)", signal.SIGALRM),
    ],
)
def test_a_step_that_takes_too_long_dies_of_it(deed, end):
    assert attempt(f"child.give_time(1)\n{deed}", tied=False).returncode == -end


@pytest.mark.parametrize("what", list(hostile_files.active_pdfs()))
def test_only_the_look_for_active_content_stops_a_pdf_that(what, monkeypatch):
    data, _ = hostile_files.active_pdfs()[what]
    monkeypatch.setattr(document_child, "give_time", lambda seconds: None)
    document_child.load_parsers("pdf")
    with pytest.raises(document_child.Turned):
        document_child.read_pdf(data, ASKED)
    monkeypatch.setattr(document_child, "look_for_active_content", lambda pdf: None)
    _, pages = document_child.read_pdf(data, ASKED)
    assert len(pages) == 1


def test_every_defect_the_child_names_has_a_sentence():
    named = set(document_child.FORBIDDEN)
    source = CHILD.read_text()
    named |= {piece.split('"')[0] for piece in source.split('Turned("')[1:]}
    assert len(named) > 8
    assert named <= set(Defect)
