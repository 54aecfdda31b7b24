"""A form that begins with what was read of its paper: filled, marked, and to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field

from registry.queries.extracts import NOTHING
from registry.queries.papers_brought_in import PaperBroughtIn
from registry.rules.course_catalogue import CatalogueCourse, known_course
from registry.rules.extracts import Extract, Extracted, Source
from registry.rules.marks import Mark, Place, marks_of, places_of, value_in_words
from registry.rules.prefilling import catalogue_values, split_taught, values_read
from registry.rules.sources import sources_of, values_of
from registry.web.fields import Boxes, Day, Number
from registry.web.my_credentials.examination_fields import exams_typed
from registry.web.my_credentials.forms import DAYS, CredentialForm, wrong

EMPTY: tuple[Any, ...] = (None, "", [], ())
COMPARE = "Compare what was read with the paper, put right what differs, then tick this."
READ = (Source.CERTIFICATE, Source.SYLLABUS, Source.CATALOGUE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a paper's words may mean: what pressing it sends, and its words."""

    press: str
    words: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The papers behind a form. `from_list`: what the list of courses has was taken over."""

    paper: PaperBroughtIn | None
    syllabus: PaperBroughtIn | None = None
    from_list: bool = False

    @property
    def extract(self) -> Extract:
        return self.paper.read.extract if self.paper and self.paper.read else NOTHING

    @property
    def of_syllabus(self) -> Extract:
        return self.syllabus.read.extract if self.syllabus and self.syllabus.read else NOTHING

    @property
    def waits(self) -> bool:
        """Whether something may still be read."""
        return any(one.read.waits for one in (self.paper, self.syllabus) if one and one.read)

    @property
    def unread(self) -> str:
        """Why nothing was read of the paper, in a word; empty where something was, or may be."""
        read = self.paper.read if self.paper else None
        return str(read.state) if read and not read.waits and not read.extract.values else ""

    @property
    def says_something(self) -> bool:
        return bool(self.extract.values or self.of_syllabus.values)

    @property
    def places(self) -> tuple[list[Place], list[Place]]:
        of_paper = places_of(self.extract, Source.CERTIFICATE)
        return of_paper, places_of(self.of_syllabus, Source.SYLLABUS)

    def typed(self) -> dict[str, Any]:
        """What somebody would have typed who read the papers."""
        return typed_from(values_read(self.extract, self.of_syllabus))

    def marks(self, form: CredentialForm) -> dict[str, Mark]:
        """By field of the record, of what the form says at this moment."""
        if not self.says_something and not self.from_list:
            return {}
        sources = self.sources(form)
        return marks_of(said_by(form), sources, self.extract, self.of_syllabus)

    def sources(self, form: CredentialForm) -> dict[str, str]:
        confirmed = self.confirmed(form)
        return sources_of(said_by(form), self.extract, self.of_syllabus, confirmed)

    def confirmed(self, form: CredentialForm) -> Mapping[str, Any]:
        """What the list of courses has of this one, if somebody took it over."""
        course = listed(form) if self.from_list else None
        return catalogue_values(course) if course else {}

    def found(self) -> dict[str, Mark]:
        """What the papers say, whatever the form does."""
        return marks_of({}, {}, self.extract, self.of_syllabus)

    def choices(self, name: str) -> list[Choice]:
        """Where the paper's words may mean several things, each of them."""
        read: Extracted | None = self.extract.of(name) or self.of_syllabus.of(name)
        found = read.choices if read and read.value is None else ()
        return [Choice(f"{name}={one}", value_in_words(one)) for one in found if _is_plain(one)]

    def must_be_compared(self, form: CredentialForm) -> bool:
        """Whether the form says anything that nobody typed."""
        found = self.sources(form)
        found.pop("holder_matches", None)
        return any(source in READ for source in found.values())

    def refuse_unseen(self, form: CredentialForm) -> None:
        """Never accepted unseen: what was read counts once somebody compared it."""
        if not form.compared.data and self.must_be_compared(form):
            wrong(form.compared, COMPARE)


NOT_PREFILLED = Prefilled(None)


def said_by(form: CredentialForm) -> dict[str, Any]:
    return values_of(form.particulars(), form.first_day.data, form.last_day.data)


def listed(form: CredentialForm) -> CatalogueCourse | None:
    """The course that the form names, where the list of courses knows it."""
    if "course" not in form or not form["course"].data:
        return None
    return known_course(form["provider"].data or "", form["course"].data)


def offered(form: CredentialForm) -> CatalogueCourse | None:
    """The same, where the list says more than the form."""
    course, said = listed(form), said_by(form)
    if course is None:
        return None
    more = (name for name in catalogue_values(course) if said.get(name) in EMPTY)
    return course if any(more) else None


def typed_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """From values as they are kept to what the fields of a form hold."""
    typed = {name: value for name, value in values.items() if name not in ("taught", "exams")}
    typed.pop("approvals", None)
    if isinstance(values.get("taught"), list):
        typed["regions"], typed["muscles"] = split_taught(values["taught"])
    if isinstance(values.get("exams"), list):
        exams = [[one, so, how[0] if how else None] for one, so, *how in values["exams"]]
        typed |= exams_typed(exams)
    for number, pair in enumerate(values.get("approvals") or (), start=1):
        typed[f"approved_by_{number}"], typed[f"approved_on_{number}"] = pair
    return {name: _day(value) if _is_day(name) else value for name, value in typed.items()}


def arrived(prefilled: Prefilled) -> Iterator[tuple[str, str]]:
    """For a form that lies open: each field of it and what goes there, a line for each box."""
    for name, value in prefilled.typed().items():
        if isinstance(value, list):
            yield from ((name, str(one)) for one in value)
        elif isinstance(value, bool):
            yield from [(name, "yes")] * value
        elif value not in EMPTY:
            yield name, str(value)


def fill(form: CredentialForm, typed: Mapping[str, Any]) -> None:
    """Only what nobody has filled in."""
    for name, value in typed.items():
        if name in form and form[name].data in EMPTY:
            put(form[name], value)


def put(field: Field, value: Any) -> None:
    """As if it had been typed there."""
    match field:
        case Day():
            field.data = value if isinstance(value, date) else _day(value)
            field.raw_data = None
        case Boxes():
            field.data = list(value)
        case Number():
            field.data = str(value)
        case _:
            field.data = value


def _is_day(name: str) -> bool:
    return name in (*DAYS, "first_day", "last_day") or name.startswith("approved_on_")


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int)
