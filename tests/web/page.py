"""Fetching a page also inspects it, so every page test is a test of the page's manners."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag

UNLABELLED = {"hidden", "submit", "button"}


def read(response: Any, status: int | None = None) -> BeautifulSoup:
    """The page of a response, once it has been found well made."""
    if status is not None:
        assert response.status_code == status, response.text[:2000]
    html5lib.HTMLParser(strict=True).parse(response.text)
    page = BeautifulSoup(response.text, "html.parser")
    _has_one_title(page)
    _has_one_of_each_id(page)
    _names_every_field(page)
    _names_every_link_and_button(page)
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        _lets_in_only_what_is_in_it(page)
    else:
        _runs_nothing_inline(page, response.headers["Content-Security-Policy"])
    return page


def alert(page: BeautifulSoup) -> str:
    """What the page says went wrong."""
    return " ".join(each.get_text(" ", strip=True) for each in page.select("[role=alert]"))


def error_at(page: BeautifulSoup, field: str) -> str:
    """The message at a field, which the field itself points to."""
    box = page.select_one(f"[name={field}]:not([type=hidden])")
    assert box is not None, f"no field {field}"
    holder = box if box.get("aria-describedby") else box.find_parent("fieldset")
    assert holder is not None, f"{field} points to no message"
    said = [page.find(id=each) for each in str(holder.get("aria-describedby", "")).split()]
    wrong = [each for each in said if each and "error" in str(each.get("id"))]
    return " ".join(each.get_text(" ", strip=True) for each in wrong)


def carries_a_token_in_each_form(page: BeautifulSoup) -> None:
    """For tests that want tokens (fixture `csrf`); elsewhere forms are drawn without."""
    forms = page.select('form[method="post"]')
    assert forms, "a page with a form was looked at"
    for form in forms:
        assert isinstance(form, Tag)
        assert form.select_one("input[name$=csrf_token]"), f"{form.get('action')} has a CSRF token"


def _has_one_title(page: BeautifulSoup) -> None:
    title = page.select_one("title")
    assert title is not None, "a page has a title"
    assert title.text.strip(" ·"), "a page has a title"
    assert len(page.select("h1")) == 1, "a page has one h1"
    assert page.select_one("html[lang]"), "a page says its language"
    assert len(page.select("main")) == 1, "a page has one main part"


def _has_one_of_each_id(page: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), f"ids are unique: {sorted(ids)}"
    for tag in page.select("[aria-describedby], [aria-labelledby]"):
        for name in ("aria-describedby", "aria-labelledby"):
            for target in str(tag.get(name, "")).split():
                assert target in ids, f"{tag.name} points to {target}, which is not there"


def _names_every_field(page: BeautifulSoup) -> None:
    for field in page.select("input, select, textarea"):
        if field.get("type") in UNLABELLED:
            continue
        label = page.select_one(f'label[for="{field.get("id")}"]')
        assert label is not None, f"{field} has a label"
        assert label.get_text(strip=True), f"{field} has words in its label"


def _names_every_link_and_button(page: BeautifulSoup) -> None:
    for each in page.select("a[href], button, summary"):
        said = each.get_text(strip=True) or each.get("aria-label") or each.select_one("img[alt]")
        assert said, f"{each} has words"


def _lets_in_only_what_is_in_it(page: BeautifulSoup) -> None:
    """A file that is kept has its style and script in it, each named by its policy, and no more."""
    told = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert told is not None, "a file has a policy of its own"
    assert str(told["content"]).startswith("default-src 'none'; "), "nothing comes from outside"
    assert not page.select("[src], link, [style]"), "it asks for nothing else"
    for each in page.select("style, script"):
        digest = b64encode(sha256(each.text.encode()).digest()).decode()
        assert f"{each.name}-src 'sha256-{digest}'" in str(told["content"]), each.name
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag.name


def _runs_nothing_inline(page: BeautifulSoup, policy: str) -> None:
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not page.select("style, [style]"), "no style in the page"
    assert not [each for each in page.select("script") if not each.get("src")], "no script in it"
    for tag in page.find_all(True):
        inline = [name for name in tag.attrs if name.startswith("on")]
        assert not inline, f"{tag.name} has {inline}"
