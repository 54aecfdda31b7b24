"""What a calendar feed, and the letters about appointments, ask for."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired

from registry.services.calendars import LONGEST_NAME
from registry.web.fields import Line


class FeedForm(FlaskForm):
    name = Line("Where you will use it", [InputRequired("Fill this in.")], longest=LONGEST_NAME)


class LettersForm(FlaskForm):
    wanted = BooleanField("Send me a letter when an appointment of mine is booked or changed")


class EarlyLettersForm(FlaskForm):
    early = BooleanField("Send me letters of what lapses in more than a week")
