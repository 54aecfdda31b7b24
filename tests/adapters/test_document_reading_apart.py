from __future__ import annotations

import threading

import pytest

from registry.adapters import document_reader
from registry.adapters.document_reader import read_document
from registry.rules.documents import UploadLimits
from tests import files
from tests.adapters.refusing import refusal


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("import time; time.sleep(60)", "too long"),
        ("import os; os.kill(os.getpid(), 11)", "damaged"),
        ("import os; os.abort()", "too much memory"),
        ("raise SystemExit(3)", "damaged"),
        ("print('no JSON')", "damaged"),
        ("print('[]')", "damaged"),
        ("print('{\"lengths\": [-1, 1]}')", "damaged"),
        ("print('{\"lengths\": [400]}')", "damaged"),
        ("print('{\"lengths\": [5]}\\nhello', end='')", "damaged"),
        ('print(\'{"defect": "{0.__class__}", "lengths": []}\')', "damaged"),
        ("import sys\nwhile True: sys.stdout.write('a' * 1000)", "too "),
    ],
)
def test_whatever_the_child_does_the_person_gets_a_sentence(program, word, tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text(program)
    monkeypatch.setattr(document_reader, "CHILD", child)
    monkeypatch.setattr(document_reader, "LARGEST_ANSWER", 1_000_000)
    assert word in refusal(files.certificate_pdf(), limits=UploadLimits(seconds=1))


def test_what_the_child_calls_an_image_must_be_one(tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    page = '{"media_type": "text/html", "lengths": [6, 8]}\\n<html>\\x89PNG\\r\\n\\x1a\\n'
    child.write_text(f"import sys; sys.stdout.buffer.write(b'{page}')")
    monkeypatch.setattr(document_reader, "CHILD", child)
    assert "damaged" in refusal(files.photo(), "photo.jpg")


def test_a_child_knows_nothing_of_our_environment(tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    told = tmp_path / "told"
    child.write_text(f"import os; open({str(told)!r}, 'w').write(repr(dict(os.environ)))")
    monkeypatch.setattr(document_reader, "CHILD", child)
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "CANARY")
    refusal(files.certificate_pdf())
    assert "CANARY" not in told.read_text()
    assert "REGISTRY" not in told.read_text()


def test_several_documents_at_once_are_all_read():
    read = []
    threads = [
        threading.Thread(target=lambda: read.append(read_document(files.photo(), "a.jpg")))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 5


def test_when_too_many_are_being_read_the_person_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(document_reader, "_places", threading.BoundedSemaphore(1))
    with document_reader._places:
        sentence = refusal(files.certificate_pdf(), limits=UploadLimits(seconds=1))
    assert "Wait a minute" in sentence
