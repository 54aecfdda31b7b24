"""Fetching: from the open internet only, no redirect, never more than asked for."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registry.adapters.clock import now
from registry.adapters.https_fetch import Unfetched, fetch, is_public


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/list")
            self.end_headers()
            return
        self.send_response(200 if self.path == "/list?x=1" else 404)
        self.end_headers()
        self.wfile.write(b"x" * 100)

    def log_message(self, *told: object) -> None:
        pass


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A server on this machine, and who trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, ssl.create_default_context(cafile=str(pem))
    server.shutdown()
    server.server_close()
    thread.join()


def asked(house, path, most=1000, **known):
    port, trust = house
    told = dict(may_reach=_here, trust=trust, ports=frozenset({port}))
    return fetch(f"https://localhost:{port}{path}", most=most, **told | known)


def _here(ip: str) -> bool:
    """Stands in for the open internet, which no test may reach."""
    return ipaddress.ip_address(ip).is_loopback


def test_what_lies_at_an_address_is_fetched(house):
    assert asked(house, "/list?x=1") == b"x" * 100


def test_more_than_was_asked_for_is_refused(house):
    with pytest.raises(Unfetched, match="larger"):
        asked(house, "/list?x=1", most=99)


def test_no_redirect_is_followed_and_no_other_answer_is_kept(house):
    for path, status in (("/moved", "302"), ("/nothing", "404")):
        with pytest.raises(Unfetched, match=status):
            asked(house, path)


def test_a_server_that_nobody_vouches_for_is_not_believed(house):
    with pytest.raises(Unfetched, match="not be reached"):
        asked(house, "/list?x=1", trust=None)


def test_the_same_server_is_out_of_reach_as_a_house_of_our_own(house):
    with pytest.raises(Unfetched, match="open internet"):
        asked(house, "/list?x=1", may_reach=is_public)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://localhost/list",
        "file:///etc/passwd",
        "https://",
        "https://user:word@localhost/list",
        "https://localhost:8443/list",
        "https://localhost:99999/list",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/a b",
        "https://localhost/\r\nX: y",
        "https://[::1/",
        "https://lo\u0441alhost/",
    ],
)
def test_an_address_that_is_not_asked_is_refused_with_a_sentence(address):
    with pytest.raises(Unfetched, match=r"\w+ .*\."):
        fetch(address, most=10)


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *(
            "0.0.0.1",
            "100.64.0.1",
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "ff02::1",
        ),
    ],
)
def test_no_address_inside_a_house_is_public(ip):
    assert not is_public(ip)
    assert is_public("93.184.216.34")
