"""Links by which whoever reads a letter asks for no more of the kind, without signing in."""

from __future__ import annotations

from registry.adapters.sealing import Sealer, Unsealable

ABOUT = "stop early letters"


def stop_token(sealer: Sealer, account_id: int) -> str:
    """Proves that it came in a letter to this account. It ends with the secret, not with time."""
    return sealer.seal(str(account_id), ABOUT)


def account_to_stop(sealer: Sealer, token: str) -> int | None:
    """None for what we never sealed."""
    try:
        return int(sealer.open(token, ABOUT))
    except Unsealable:
        return None
