"""A form that first shows what it does to the appointment book, and does it when sent once more."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.web.page import read


def foreseen_on(page: Any) -> dict[str, str]:
    """What the page keeps of what it showed."""
    return {"foreseen": page.select_one('input[name="foreseen"]')["value"]}


def after_a_look(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """The answer to the second press."""
    page = read(client.post(path, data=data), 200)
    assert "Nothing is done yet. This is what it does." in page.text
    return client.post(path, data=data | foreseen_on(page))
