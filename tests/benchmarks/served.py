"""A house served as production serves it: `registry serve`, processes of its own, a real port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask

SETTINGS = {
    "REGISTRY_SECRET_KEY": "SECRET_KEY",
    "REGISTRY_DATABASE_URL": "SQLALCHEMY_DATABASE_URI",
    "REGISTRY_DOCUMENTS": "DOCUMENTS",
    "REGISTRY_MAIL": "MAIL",
}
PATIENCE = 90  # seconds until it has to answer


@dataclass(frozen=True, slots=True)
class Served:
    port: int
    process: int

    @property
    def busy(self) -> float:
        """Seconds of processor that it and the processes it started have had; Linux tells."""
        own = Path(f"/proc/{self.process}")
        children = (own / "task" / str(self.process) / "children").read_text().split()
        return sum(map(_seconds, [str(self.process), *children]))


def _seconds(process: str) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(app: Flask, owner_url: str) -> Iterator[Served]:
    """Where it answers, until the end of the `with`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {name: app.config[ours] for name, ours in SETTINGS.items()}
    known |= {
        "REGISTRY_MIGRATION_DATABASE_URL": owner_url,
        "REGISTRY_BASE_URL": f"http://127.0.0.1:{port}",
        "REGISTRY_HTTPS": "no",
    }
    serve = [sys.executable, "-m", "registry.cli", "serve", "--port", str(port)]
    with subprocess.Popen(serve, env={**os.environ, **known}) as server:
        try:
            _wait(server, port)
            yield Served(port, server.pid)
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the server did not answer")
