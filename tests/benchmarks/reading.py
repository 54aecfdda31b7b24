"""How much of sixty certificates that we drew is read rightly: text PDFs, scans and photographs."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from registry.rules.page_words import ReadPages
from tests.benchmarks.table import Table, say
from tests.certificates.all_papers import held_out_papers, pdf_of, tuned_papers
from tests.certificates.papers import FIELDS, Paper
from tests.certificates.pictures import photo_of, scan_of
from tests.certificates.reading import kept, read_by_eye, read_text
from tests.certificates.scoring import Outcome, Score, read_paper

UNMARKED = 0.02
Form = Callable[[Paper], ReadPages]


def of_text(paper: Paper) -> ReadPages:
    return read_text(pdf_of(paper))


def of_scan(paper: Paper) -> ReadPages:
    return read_by_eye(scan_of(pdf_of(paper), paper), kept)


def of_photo(paper: Paper) -> ReadPages:
    return read_by_eye(photo_of(pdf_of(paper), paper), kept)


#: By form, the share of fields that should be read rightly.
FORMS: dict[str, tuple[Form, float]] = {
    "text PDF": (of_text, 0.97),
    "scan": (of_scan, 0.92),
    "photograph": (of_photo, 0.92),
}


def measure() -> list[str]:
    over: list[str] = []
    for form, (read, aim) in FORMS.items():
        if read is not of_text and find_spec("rapidocr") is None:
            say(f"\nReading, {form}: not measured, for the extra `ocr` is not installed.")
            continue
        scores = [_score(papers, read) for papers in (tuned_papers(), held_out_papers())]
        for which, score in zip(("tuned on", "held out"), scores, strict=True):
            over += _shown(f"Reading, {form}, layouts {which}", score, aim)
    return over


def _score(papers: list[Paper], read: Form) -> Score:
    score = Score()
    for paper in papers:
        score.add(paper, read_paper(paper, read(paper)))
    return score


def _shown(title: str, score: Score, aim: float) -> list[str]:
    table = Table(title)
    table.share(f"all of {score.stated()} fields right", score.right(), least=aim)
    table.share_at_most("wrong without a mark", score.unmarked(), UNMARKED)
    table.share("wrong, and marked", score.share(Outcome.MARKED))
    table.share("not read", score.share(Outcome.MISSED))
    table.share("of two meanings, both offered (counted as right)", score.share(Outcome.ASKED))
    for name in FIELDS:
        if many := score.stated(name):
            table.share(f"  {name} ({many})", score.right(name))
    return table.over
