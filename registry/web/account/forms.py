"""What the pages of an account ask for."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

NEEDED = InputRequired("Fill this in.")


class SignInForm(FlaskForm):
    email = EmailField("E-mail address", validators=[NEEDED])
    password = PasswordField("Password", validators=[NEEDED])


class ResetForm(FlaskForm):
    email = EmailField("E-mail address", validators=[NEEDED])


class NewPasswordForm(FlaskForm):
    password = PasswordField("New password", validators=[NEEDED])


class ChangePasswordForm(FlaskForm):
    old = PasswordField("Password now", validators=[NEEDED])
    new = PasswordField("New password", validators=[NEEDED])
