"""What the pages of an account ask for."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired

from registry.services.passkeys import LONGEST_NAME
from registry.web.fields import Line

NEEDED = InputRequired("Fill this in.")


class SignInForm(FlaskForm):
    email = EmailField("E-mail address", validators=[NEEDED])
    password = PasswordField("Password", validators=[NEEDED])


class PasskeyForm(FlaskForm):
    """`answer` is what the browser says, put there by static/js/passkeys.js."""

    answer = HiddenField()

    @property
    def shown(self) -> str:
        return self.answer.data or ""


class AppCodeForm(FlaskForm):
    code = Line("Six-digit code", [NEEDED], longest=40)

    @property
    def shown(self) -> str:
        return self.code.data or ""


class RecoveryCodeForm(FlaskForm):
    code = Line("Recovery code", [NEEDED], longest=80)

    @property
    def shown(self) -> str:
        return self.code.data or ""


class ResetForm(FlaskForm):
    email = EmailField("E-mail address", validators=[NEEDED])


class NewPasswordForm(FlaskForm):
    password = PasswordField("New password", validators=[NEEDED])


class ChangePasswordForm(FlaskForm):
    old = PasswordField("Password now", validators=[NEEDED])
    new = PasswordField("New password", validators=[NEEDED])


class PasswordForm(FlaskForm):
    password = PasswordField("Your password", validators=[NEEDED])


class AddPasskeyForm(FlaskForm):
    """The password is wanted when the browser is asked, before this is sent."""

    name = Line("Name of the passkey", [NEEDED], longest=LONGEST_NAME)
    password = PasswordField("Your password")
    answer = HiddenField()


class SetUpAppForm(FlaskForm):
    sealed = HiddenField()
    code = Line("The code it shows now", [NEEDED], longest=40)
    password = PasswordField("Your password", validators=[NEEDED])
