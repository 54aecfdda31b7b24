"""An open line to the post: letter after letter by one connection, so that each is soon settled."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from registry.adapters.mail import Letter, Mailer, SmtpMailer, message_of

OK = 250


class OpenLine:
    """
    Letter after letter by one connection, made at the first; `hang_up` ends it.

    `send` is back as soon as the server took the letter, without waiting for its good-bye: what
    is not yet noted as sent when the process dies goes out again, so that time is to be short.
    """

    def __init__(self, mailer: SmtpMailer) -> None:
        self.mailer = mailer
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        message = message_of(letter, self.mailer.sender)
        server = self._answering()
        try:
            server.send_message(message)
        except BaseException:
            # Said no, or gone: whichever, the next letter begins anew.
            self._server = None
            server.close()
            raise

    def hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _answering(self) -> smtplib.SMTP:
        """A server may have hung up meanwhile; nothing was said to it yet, so asking is safe."""
        if self._server is not None and not self._still_there(self._server):
            self._server.close()
            self._server = None
        if self._server is None:
            self._server = self.mailer.connect()
        return self._server

    def _still_there(self, server: smtplib.SMTP) -> bool:
        try:
            return server.noop()[0] == OK
        except (OSError, smtplib.SMTPException):
            return False


@contextmanager
def keeping_open(mailer: Mailer) -> Iterator[Mailer]:
    """The same mailer for a number of letters; by SMTP they share a connection."""
    if not isinstance(mailer, SmtpMailer):
        yield mailer
        return
    line = OpenLine(mailer)
    try:
        yield line
    finally:
        line.hang_up()
