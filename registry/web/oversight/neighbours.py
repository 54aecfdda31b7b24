"""The pages before and after one of a list that is about a clinic."""

from __future__ import annotations

from flask import url_for


def neighbours(
    endpoint: str, clinic_id: int, page: int, more: bool, **kept: int | str | None
) -> dict[str, str | None]:
    """`previous` and `following`, None where there is none."""

    def link(number: int) -> str:
        return url_for(endpoint, clinic=clinic_id, page=number, **kept)  # type: ignore[arg-type]

    return {
        "previous": link(page - 1) if page > 1 else None,
        "following": link(page + 1) if more else None,
    }
