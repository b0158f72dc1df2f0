"""A real browser against the live server. Run apart: `python -m pytest tests/browser`.

Playwright's loop lives in the thread of the tests, so Django is told that its ORM may be used beside it, and the
browser starts before the test database: a connection opened the other way round would outlive the database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core.organisations import User

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = os.environ.get("AMPARO_CHROMIUM", "/usr/bin/chromium")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuses to be mixed with the other tests: see the top of this file."""
    here = [item for item in items if "tests/browser" in item.nodeid]
    if here and len(here) != len(items):
        raise pytest.UsageError("Run tests/browser in a pytest process of its own.")
    for item in here:
        item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one AMPARO_CHROMIUM names."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def place_for_static_files() -> None:
    """WhiteNoise wants its folder to exist, even if it serves from the sources here."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(chromium: Browser) -> None:
    """The browser before the database."""


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts: `context(width=360, javascript=False, dark=True)`; all are closed after the test."""
    with ExitStack() as ends:

        def make(*, width: int = 1280, javascript: bool = True, dark: bool = False, **more: Any) -> BrowserContext:
            made = chromium.new_context(
                viewport={"width": width, "height": 800},
                java_script_enabled=javascript,
                color_scheme="dark" if dark else "light",
                **more,
            )
            made.set_default_timeout(10_000)
            ends.callback(made.close)
            return made

        yield make


@pytest.fixture
def page(context: Callable[..., BrowserContext]) -> Page:
    """A page as wide as a desk."""
    return context().new_page()


@pytest.fixture
def phone(context: Callable[..., BrowserContext]) -> Page:
    """A page as wide as a phone."""
    return context(width=360).new_page()


@pytest.fixture
def at_work(context: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """`at_work(user, width=360)`: a page of a browser in which the user is signed in (the sign-in has own tests)."""

    def make(user: User, **options: Any) -> Page:
        client = Client()
        client.force_login(user)
        browser = context(**options)
        name = settings.SESSION_COOKIE_NAME
        browser.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return browser.new_page()

    return make
