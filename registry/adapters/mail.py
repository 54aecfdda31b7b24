"""The post: letters go to an SMTP server, or into a folder while developing."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from registry.adapters import clock
from registry.adapters.calendar_files import Invitation
from registry.adapters.file_store import folder_of

TIMEOUT = 15  # seconds, for each exchange with the server
REFUSED_FOR_GOOD = 500
FILE_NAME = "appointment.ics"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Unsendable(ValueError):
    """No server would ever take this letter: a line break in a header, no address, half letters."""


@dataclass(frozen=True, slots=True)
class Letter:
    """
    `to` is one bare address. `headers` are added as they are, Message-ID among them if given.

    An `invitation` goes along twice: programs that show the letter read the one among its texts,
    people who save it the attached one.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    invitation: Invitation | None = None


class Mailer(Protocol):
    def send(self, letter: Letter) -> None:
        """Raises Unsendable for good, OSError (SMTPException is one) for now."""


def mailer_from(url: str, sender: str = "registry@localhost") -> Mailer:
    """`smtp://[name:password@]host[:port]`, `smtps://...`, or a folder as `file:...`."""
    if url.startswith("file:"):
        return FileMailer(folder_of(url), sender)
    return SmtpMailer(url, sender)


class SmtpMailer:
    """Encrypts whenever the server offers it, and sends no password to another machine in clear."""

    def __init__(self, url: str, sender: str = "registry@localhost") -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("a mail address is smtp://host:port, smtps://host:port or file:folder")
        self.sender = sender
        self.host = parts.hostname
        self.encrypted = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.encrypted else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, letter: Letter) -> None:
        message = message_of(letter, self.sender)
        with self.connect() as server:
            server.send_message(message)

    def connect(self) -> smtplib.SMTP:
        """A server that takes letters; whoever asked says good-bye to it."""
        trust = ssl.create_default_context()
        if self.encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=trust
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            self._be_let_in(server, trust)
        except BaseException:
            server.close()
            raise
        return server

    def _be_let_in(self, server: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        server.ehlo()
        safe = self.encrypted
        if not safe and server.has_extn("starttls"):
            server.starttls(context=trust)
            safe = True
        if self.user:
            if not safe and self.host not in LOOPBACK:
                raise smtplib.SMTPNotSupportedError("no encryption offered: password kept back")
            server.login(self.user, self.password)


class FileMailer:
    """Each letter a .eml file, its name beginning with the moment, so that the last is newest."""

    def __init__(self, folder: Path, sender: str = "registry@localhost") -> None:
        self.folder, self.sender = folder, sender

    def send(self, letter: Letter) -> None:
        content = message_of(letter, self.sender).as_bytes()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
        unfinished = self.folder / f".{name}.part"
        try:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / f"{name}.eml")
        finally:
            unfinished.unlink(missing_ok=True)


def is_for_good(error: Exception) -> bool:
    """No server takes such a letter, or this one takes none for whoever is to read it (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= REFUSED_FOR_GOOD for code, _ in error.recipients.values())
    return isinstance(error, Unsendable)


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """Raises Unsendable."""
    try:
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
        for name, value in letter.headers.items():
            _plain_header_name(name)
            message[name] = value
        _complete(message, sender)
        message.set_content(letter.text)
        if letter.html is not None:
            message.add_alternative(letter.html, subtype="html")
        if letter.invitation is not None:
            _add_invitation(message, letter.invitation)
        message.as_bytes()
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        raise Unsendable(f"this letter cannot be sent: {error}") from error
    return message


def _plain_header_name(name: str) -> None:
    """Known to email only from 3.13 on: a line break in a header's *name* starts a new header."""
    if not name.isascii() or not name.replace("-", "").isalnum():
        raise ValueError(f"not a header's name: {name!r}")


def _add_invitation(message: EmailMessage, invitation: Invitation) -> None:
    method = {"method": invitation.method}
    message.add_alternative(invitation.content, subtype="calendar", params=method)
    content = invitation.content.encode()
    message.add_attachment(content, maintype="application", subtype="ics", filename=FILE_NAME)


def _complete(message: EmailMessage, sender: str) -> None:
    if "Message-ID" not in message:
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> "))
    if "Date" not in message:
        message["Date"] = format_datetime(clock.now())
    if "Auto-Submitted" not in message:
        message["Auto-Submitted"] = "auto-generated"
