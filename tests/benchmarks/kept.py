"""Where built databases are kept: a folder for each way of building them, and a durable cluster."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tests.benchmarks import people, shapes
from tests.postgres import SETTINGS, UNTIL_WE_ARE_GONE, Cluster

ROOT = Path(__file__).parents[2]
HOUSE = Path(tempfile.gettempdir()) / "registry-benchmarks"
DURABLE = {
    **SETTINGS,
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "off",  # its work would fall into somebody's turn
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "maintenance_work_mem": "256MB",
}


@contextmanager
def cache() -> Iterator[Path]:
    """The folder of today's migrations, rules and shapes; one run at a time. Others are dropped."""
    HOUSE.mkdir(mode=0o755, exist_ok=True)
    with (HOUSE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = HOUSE / _digest()
        for other in HOUSE.iterdir():
            if other.is_dir() and other != kept:
                shutil.rmtree(other, ignore_errors=True)
        kept.mkdir(mode=0o755, exist_ok=True)
        yield kept


def _digest() -> str:
    """What a built database hangs on."""
    files = [ROOT / "tests" / "emptying.sql", Path(shapes.__file__), Path(people.__file__)]
    files += sorted((ROOT / "migrations").rglob("*.py")) + sorted(
        (ROOT / "migrations").rglob("*.sql")
    )
    files += sorted((ROOT / "registry" / "jurisdictions").glob("*.yaml"))
    text = b"".join(file.read_bytes() for file in files) + str(shapes.first_day()).encode()
    return sha256(text).hexdigest()[:16]


class KeptCluster(Cluster):
    """As the tests' own, but it waits for the disk as production does, and its data stays."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept / "postgresql"
        self._is_new = not self._kept.exists()
        super().__init__()

    @property
    def data(self) -> Path:
        return self._kept

    @property
    def is_new(self) -> bool:
        return self._is_new

    def _run(self, name: str, *arguments: str) -> None:
        if name == "initdb":
            if not self._is_new:
                return
            self._kept.mkdir(mode=0o700)
            if owner := self._as.get("user"):
                os.chown(self._kept, owner, self._as["group"])
        super()._run(name, *arguments)

    def _start(self) -> None:
        settings = [part for name, value in DURABLE.items() for part in ("-c", f"{name}={value}")]
        place = ["-D", str(self.data), "-k", str(self.folder)]
        shell = ["sh", "-c", UNTIL_WE_ARE_GONE.replace("-QUIT", "-INT"), str(self.folder)]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [*shell, self._program("postgres"), *place, *settings],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._as,
            )
