"""The form of a requirement: whatever ships can be shown in it, and comes back as it was."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.rules.findings import HOUSE_RULE
from registry.rules.forms import Form
from registry.rules.requirement_forms import parse_requirement, requirement_as_mapping
from registry.rules.requirement_kinds import KINDS
from registry.web.requirement_form import RequirementForm, SourcedForm, form_of, typed
from registry.web.requirement_form_words import HINTS, KIND_TITLES, LABELS

CITED = {"source_url": "https://x.example", "source_date": "2026", "confidence": "high"}
SHIPPED = [
    requirement
    for file in load_jurisdictions().values()
    for one in file.sets
    for requirement in one.requirements
]


def sent(form):
    """What a browser sends of a form as it is shown."""
    pairs = []
    for field in form:
        if field.type == "BooleanField":
            pairs += [(field.name, "y")] if field.data else []
        elif field.type == "Boxes":
            pairs += [(field.name, value) for value in field.data or ()]
        else:
            pairs.append((field.name, field._value() if hasattr(field, "_value") else field.data))
    return MultiDict((name, "" if value is None else str(value)) for name, value in pairs)


def _as_cited(one):
    said = one.citation
    return said.source_url, said.source_date, said.confidence, (said.text or "").strip()


def test_every_requirement_that_ships_comes_back_from_its_form_as_it_was(app):
    assert len({type(one) for one in SHIPPED}) > 20
    with app.test_request_context(method="POST"):
        for one in SHIPPED:
            cited = one.citation != HOUSE_RULE
            made = form_of(one.kind, SourcedForm if cited else RequirementForm)
            shown = made(formdata=None, data=typed(requirement_as_mapping(one)))
            back = made(formdata=sent(shown))
            assert back.validate(), (one, back.errors)
            again = parse_requirement(Form({**({} if cited else CITED), **back.mapping()}))
            assert not cited or _as_cited(again) == _as_cited(one)
            assert type(again) is type(one)
            assert [getattr(again, name) for name in made.asked] == [
                getattr(one, name) for name in made.asked
            ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_each_of_its_fields_has_words(app, kind):
    assert kind in KIND_TITLES
    with app.test_request_context():
        form = form_of(kind, RequirementForm)()
        for field in form.asked_fields():
            assert kind == "open_question" or field.name in LABELS
            assert field.label.text


def test_no_words_are_kept_for_what_nobody_asks():
    asked = {name for kind in KINDS for name in form_of(kind, RequirementForm).asked}
    assert set(LABELS) | set(HINTS) <= asked
    assert set(KIND_TITLES) == set(KINDS)
