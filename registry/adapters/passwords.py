"""Passwords at rest: argon2id, 64 MiB and 0.1 to 0.2 s for each try."""

from __future__ import annotations

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from registry.rules.passwords import LONGEST, normalised

MOST_TYPED = 8 * LONGEST  # letters before normalising, which never joins eight into one
_HASHES = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=4),))

DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$nxjmlat9SywVK6HySTlxbg$"
    "A3Tn6IYzC1FpasFLrgYMCiFxuSEmWnWUz9H8GMzeRGQ"
)
"""Nobody's: checked when the name is unknown, so that the answer takes as long."""


def hash_password(password: str) -> str:
    """Raises ValueError for what `rules.passwords.why_weak` refuses as unwritable."""
    return _HASHES.hash(normalised(password))


def check_password(password: str, hash: str) -> tuple[bool, str | None]:
    """Whether it fits, and a new hash to store when the old one was made with weaker settings.

    Wrong, not an error, for whatever cannot be a password; and as slow.
    """
    try:
        candidate = normalised(password[:MOST_TYPED])
        candidate.encode()
    except UnicodeEncodeError:
        candidate, hash = "", DUMMY_HASH
    try:
        return _HASHES.verify_and_update(candidate, hash)
    except UnknownHashError:
        return _HASHES.verify_and_update(candidate, DUMMY_HASH)[0], None
