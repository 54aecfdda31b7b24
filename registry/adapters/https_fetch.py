"""Something small fetched over HTTPS, on somebody's press: never from inside our own house."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

SECONDS, IN_ALL = 8.0, 15.0  # for each step; for everything, however it drips
PORT = 443


class Unfetched(Exception):
    """The sentence says why nothing came."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the open internet: no private, local or reserved one."""
    known = ipaddress.ip_address(address)
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return known.is_global and not known.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """Speaks to the very address that was looked at, so that a name cannot change meanwhile."""

    def __init__(self, host: str, port: int, ip: str, trust: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=trust)
        self._ip, self._trust = ip, trust

    def connect(self) -> None:
        plain = socket.create_connection((self._ip, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


def fetch(
    address: str,
    *,
    most: int,
    may_reach: Callable[[str], bool] = is_public,
    trust: ssl.SSLContext | None = None,
    ports: frozenset[int] = frozenset({PORT}),
) -> bytes:
    """
    At most so many bytes. No redirect is followed, nothing of ours is sent along.

    Raises Unfetched.
    """
    host, port, path = _parts(address, ports)
    ip = _looked_up(host, port, may_reach)
    connection = _Pinned(host, port, ip, trust or ssl.create_default_context())
    bell = threading.Timer(IN_ALL, _hang_up, [connection])
    bell.start()
    try:
        connection.request("GET", path, headers={"Accept": "application/vc+jwt, */*;q=0.1"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise Unfetched(f"The issuer's server answered {answer.status}, so nothing was kept.")
        data = answer.read(most + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unfetched("The issuer's server could not be reached. Try later, or paste it.") from (
            error
        )
    finally:
        bell.cancel()
        connection.close()
    if len(data) > most:
        raise Unfetched("What lies there is larger than any status list.")
    return data


def _hang_up(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _parts(address: str, ports: frozenset[int]) -> tuple[str, int, str]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError as error:
        raise Unfetched("This is no address.") from error
    plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme != "https" or not host or "@" in parts.netloc or not plain:
        raise Unfetched("Only an address that begins with https:// is asked.")
    if port not in ports:
        raise Unfetched("Only the usual port of https is asked.")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _looked_up(host: str, port: int, may_reach: Callable[[str], bool]) -> str:
    """Every address that the name stands for must be open, not only the first."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unfetched("There is no such server. Compare the address.") from error
    ips = [str(entry[4][0]) for entry in found]
    if not ips or not all(may_reach(ip) for ip in ips):
        raise Unfetched("This address lies inside a house, not on the open internet.")
    return ips[0]
