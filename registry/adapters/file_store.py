"""The file store: uploaded documents in a folder of ours, or in an S3-compatible bucket."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, S3Store

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*")


@dataclass(frozen=True, slots=True)
class FileStore:
    """Bytes under keys such as `documents/4f2a.pdf`. `folder` is None for a bucket.

    Every method raises ValueError for a key that is not plain (`../` is none) and OSError when
    the store cannot be reached.
    """

    store: ObjectStore
    folder: Path | None = None

    @classmethod
    def from_url(cls, url: str) -> FileStore:
        """A path or `file:` address (the folder is made, for us alone), or `s3://bucket/prefix`.

        A bucket's credentials, region and endpoint come from the usual AWS_* variables.
        """
        if url.startswith("s3://"):
            return cls(S3Store.from_url(url.rstrip("/")))
        folder = folder_of(url)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(prefix=folder), folder)

    def put(self, key: str, data: bytes) -> None:
        """On the disk for good when this returns. Raises FileExistsError: nothing is replaced."""
        try:
            obstore.put(self.store, _plain(key), data, mode="create", use_multipart=False)
        except AlreadyExistsError as error:
            raise FileExistsError(key) from error
        if self.folder is not None:
            _make_durable(self.folder, key)

    def get(self, key: str) -> bytes:
        """Raises FileNotFoundError."""
        try:
            return bytes(obstore.get(self.store, _plain(key)).bytes())
        except NotFoundError as error:
            raise FileNotFoundError(key) from error

    def delete(self, key: str) -> None:
        """Quiet when there is no such file."""
        try:
            obstore.delete(self.store, _plain(key))
        except (NotFoundError, FileNotFoundError):
            return

    def keys(self, prefix: str = "") -> Iterator[str]:
        """`prefix`: only what lies in this folder, such as `documents/`."""
        for batch in obstore.list(self.store, prefix=prefix.rstrip("/") or None):
            for entry in batch:
                yield entry["path"]

    def is_private(self) -> bool:
        """Whether nobody else on this machine can read the folder. A bucket has its own policy."""
        if self.folder is None:
            return True
        return not stat.S_IMODE(self.folder.stat().st_mode) & 0o077


def folder_of(url: str) -> Path:
    """The folder that `file:///absolute`, `file:relative` or a bare path means."""
    if not url.startswith("file:"):
        return Path(url).absolute()
    parts = urlsplit(url)
    return Path(unquote(parts.netloc + parts.path)).absolute()


def _plain(key: str) -> str:
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError(f"not a key of the file store: {key!r}")
    return key


def _make_durable(folder: Path, key: str) -> None:
    """The file's bytes, then each folder that names it, up to ours: the store does not do this."""
    path = folder / key
    _sync(path)
    while path != folder:
        path = path.parent
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
