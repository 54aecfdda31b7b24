"""A real browser, and what it has to say about a page."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1280, 900)
PHONE = (390, 844)
# For tests that look at nothing but how a page reads; what it does is tested on both databases.
whatever_the_database = pytest.mark.parametrize(
    "database", ["sqlite"], indirect=True, scope="session"
)
# The browser notes every answer from 400 on as an error; those are for the test to judge.
AN_ANSWER = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def program(playwright: Playwright) -> str:
    """The Chromium there is; scripts/browser.sh sees to it that there is one."""
    wanted = [os.environ.get("CHROMIUM", ""), *(shutil.which(name) or "" for name in PROGRAMS)]
    for path in [*wanted, playwright.chromium.executable_path]:
        if path and Path(path).exists():
            return path
    raise RuntimeError("No Chromium on this machine: run scripts/browser.sh.")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(playwright), args=FLAGS)
        yield browser
        browser.close()


def complaints_of(page: Page) -> list[str]:
    """What goes wrong in the page from now on: failing scripts, broken policies, missing files."""
    said: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error" and not AN_ANSWER.match(message.text):
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def faults_of(page: Page) -> list[str]:
    """What keeps somebody from reading the page, once it is all there; empty is good."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = Axe().run(page).response["violations"]
    return [f"{wide} pixels run over the side"] * (wide > 0) + [
        f"{each['id']} ({each['impact']}): {each['help']}: {each['nodes'][0]['html'][:160]}"
        for each in found
    ]
