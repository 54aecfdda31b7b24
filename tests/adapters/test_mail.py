from __future__ import annotations

import email
import email.policy
import smtplib
import socket
import stat

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from registry.adapters.mail import FileMailer, Letter, SmtpMailer, Unsendable, mailer_from

LETTER = Letter(
    to="amira@peachtree.example",
    subject="Your licence was verified \u2013 thank you",
    text="Dear Amira,\n\nYour licence was verified.\n",
    html="<p>Your licence was <b>verified</b>.</p>",
    headers={"Message-ID": "<outbox-7@registry.example>"},
)


class Postbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - their name
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.recipients = envelope.rcpt_tos
        return "250 taken"


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def serving(postbox, **how):
    return Controller(postbox, hostname="127.0.0.1", port=free_port(), **how)


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def server(postbox):
    controller = serving(postbox)
    controller.start()
    yield controller
    controller.stop()


def send_to(server, letter, credentials=""):
    mailer_from(f"smtp://{credentials}127.0.0.1:{server.port}", "desk@registry.example").send(
        letter
    )


def test_a_letter_arrives_whole(server, postbox):
    send_to(server, LETTER)
    (letter,) = postbox.letters
    assert letter["To"] == "amira@peachtree.example"
    assert letter["From"] == "desk@registry.example"
    assert letter["Subject"] == LETTER.subject
    assert letter["Message-ID"] == "<outbox-7@registry.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"]
    assert letter.get_body(("plain",)).get_content().split() == LETTER.text.split()
    assert "<b>verified</b>" in letter.get_body(("html",)).get_content()


def test_a_letter_without_html_is_plain_text_and_gets_a_message_id(server, postbox):
    send_to(server, Letter(to="a@b.example", subject="Hello", text="x" * 5000))
    (letter,) = postbox.letters
    assert letter.get_content_type() == "text/plain"
    assert letter["Message-ID"].endswith("@registry.example>")


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hello\nBcc: everybody@example.test"},
        {"subject": "Hello\r\nBcc: everybody@example.test"},
        {"to": "a@b.example\nBcc: everybody@example.test"},
        {"to": "a@b.example, everybody@example.test"},
        {"to": "a@b.example everybody@example.test"},
        {"to": "Somebody <a@b.example>"},
        {"to": "nobody"},
        {"to": ""},
        {"to": "a@b.example\x00"},
        {"headers": {"Reply-To": "a@b.example\nBcc: everybody@example.test"}},
        {"headers": {"X-Kind: x\nBcc": "everybody@example.test"}},
        {"subject": "half \ud800 letter"},
        {"text": "half \ud800 letter"},
        {"html": "half \ud800 letter"},
    ],
    ids=ascii,
)
def test_a_letter_that_would_smuggle_something_in_is_not_sent(change, server, postbox, tmp_path):
    given = {"to": "a@b.example", "subject": "Hello", "text": "Hello", **change}
    with pytest.raises(Unsendable):
        send_to(server, Letter(**given))
    with pytest.raises(Unsendable):
        FileMailer(tmp_path).send(Letter(**given))
    assert postbox.letters == []
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_away_is_an_error_to_try_again_after():
    with pytest.raises(OSError, match="refused"):
        mailer_from(f"smtp://127.0.0.1:{free_port()}").send(LETTER)


def test_a_server_that_says_no_is_an_error_to_try_again_after(postbox):
    class Full(Postbox):
        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
            return "452 full"

    controller = serving(Full())
    controller.start()
    try:
        with pytest.raises(smtplib.SMTPException) as refused:
            send_to(controller, LETTER)
        assert isinstance(refused.value, OSError)
    finally:
        controller.stop()


def test_name_and_password_are_given_to_the_server(postbox):
    shown = []

    def authenticator(server, session, envelope, mechanism, data):
        shown.append((data.login, data.password))
        return AuthResult(success=True)

    controller = serving(postbox, authenticator=authenticator, auth_require_tls=False)
    controller.start()
    try:
        send_to(controller, LETTER, credentials="desk:p%40ss@")
    finally:
        controller.stop()
    assert shown == [(b"desk", b"p@ss")]
    assert len(postbox.letters) == 1


def test_no_password_goes_in_clear_to_another_machine(server, postbox):
    mailer = SmtpMailer(f"smtp://desk:secret@127.0.0.1:{server.port}")
    mailer.host = "127.0.0.2"  # this machine by a name that is not on the list of its own
    server_there = serving(postbox)
    server_there.hostname, server_there.port = "127.0.0.2", mailer.port
    server_there.start()
    try:
        with pytest.raises(smtplib.SMTPNotSupportedError, match="no encryption"):
            mailer.send(LETTER)
    finally:
        server_there.stop()
    assert postbox.letters == []


def test_letters_in_a_folder_are_whole_and_for_us_alone(tmp_path):
    mailer = mailer_from(f"file:{tmp_path / 'mail'}")
    mailer.send(LETTER)
    mailer.send(Letter(to="b@b.example", subject="Second", text="Second"))
    first, second = sorted((tmp_path / "mail").iterdir())
    assert {first.suffix, second.suffix} == {".eml"}
    letter = email.message_from_bytes(first.read_bytes(), policy=email.policy.default)
    assert letter["Subject"] == LETTER.subject
    assert b"Subject: Second" in second.read_bytes()
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["", "http://example.test", "smtp://", "mail.example.test"])
def test_an_address_that_is_no_post_office_is_refused_at_the_start(url):
    with pytest.raises(ValueError, match="smtp://host:port"):
        mailer_from(url)
