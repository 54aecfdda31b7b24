"""What is asked about a privilege letter: what it may show, and whether that is agreed to."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from registry.rules.privilege_letters import PART_WORDS
from registry.web.fields import Boxes, options

CHOICES = options((part.value, words) for part, words in PART_WORDS.items())


class ProposalForm(FlaskForm):
    shows = Boxes("What it may show besides", choices=CHOICES)


class LetterForm(ProposalForm):
    agreed = BooleanField("I agree that whoever has the code sees this")
    seen_version = HiddenField()
