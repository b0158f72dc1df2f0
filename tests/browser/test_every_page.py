"""Every page there is, filled with the demo's fiction, in both directions, on a desk and on a phone, light and dark.

A new address fails the first test until it stands here: beside somebody who looks at it, or among those without a page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Request, Route
from pytest_django.live_server_helper import LiveServer

from core.language import OWN_NAMES
from core.organisations import User
from core.permissions import Role
from tests.access_urls import ACCOUNT, ANYBODY, PUBLIC, STAFF
from tests.browser.checks import PUBLIC as LIGHT
from tests.browser.checks import STAFF as BUDGET
from tests.browser.checks import Visit, sideways, violations, visit
from tests.browser.house import Places, furnish
from tests.browser.pages import FILES, LOOKED_AT, WITHOUT_PAGE
from tests.browser.test_public_form import number_on, proceed, walk

#: Pages of one's own account: opened by somebody not signed in, by a member, by a member with an authenticator app.
OUTSIDE = ("account/login/", "account/signup/", "account/inactive/", "account/choose/<str:mark>/<str:token>/")
INSIDE = (
    "account/language/", "account/logout/", "account/reauthenticate/", "account/2fa/", "account/2fa/totp/activate/",
    "account/2fa/recovery-codes/generate/", "account/2fa/webauthn/", "account/2fa/webauthn/add/",
)  # fmt: skip
#: Opened in tests/browser/test_signing_in.py on the way, or closed, or leading elsewhere.
ON_THE_WAY = (
    "account/password/change/", "account/login/code/confirm/", "account/2fa/authenticate/",
    "account/2fa/reauthenticate/", "account/2fa/totp/deactivate/", "account/2fa/recovery-codes/",
    "account/2fa/recovery-codes/download/", "account/2fa/webauthn/reauthenticate/",
    "account/2fa/webauthn/keys/<int:pk>/remove/", "account/2fa/webauthn/keys/<int:pk>/edit/",
    "account/2fa/webauthn/login/", "account/tokens/",
)  # fmt: skip
ERRORS = (400, 403, 404, 429, 500, 503)
#: Words of the demo itself: its people, places and organisations.
GIVEN = {
    "shift", "amparo", "north", "relief", "south", "aid", "headquarters", "lake", "hill", "river", "office", "test",
    "africa", "nairobi", "utc", "post", "fictional", "legal", "clinic", "town", "room", "kiswahili", "note",
    "lakeside", "health", "listening", "line", "safe", "house", "go", "in", "at", "any", "hour", "ask", "for", "the",
    "nurse", "phone", "you", "do", "not", "need", "to", "give", "name", "someone", "comes", "meet", "day", "and",
    "night", "assistance", "fund", "free", "notes", "txt", "english", "javascript", "totp", "pin", "hiv", "qr",
}  # fmt: skip
PRIVATE = re.compile(r"Test\b|Person (One|Two|Three|Four|Five)|@|Lake|fictional", re.IGNORECASE)
NEUTRAL = {"Page · Contact", "Page · Messages", "Page · Information", "صفحة · تواصل"}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Places]:
    """The demo with work for everybody, once for the whole file; nothing here changes it."""
    with django_db_blocker.unblock():
        try:
            call_command("seed_demo", cases=90, verbosity=0)
            found = furnish(timezone.now())
            written = " ".join((*User.objects.values_list("email", flat=True), *map(str, Role.labels)))
            GIVEN.update(word.lower() for word in re.split(r"[^A-Za-z]+", written))  # posts are the roles' names
            yield found
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def server(demo: Places) -> Iterator[str]:
    found = LiveServer("localhost")
    yield found.url
    found.stop()


@pytest.fixture
def at_work(context: Callable[..., BrowserContext], server: str, demo: Places) -> Callable[..., Page]:
    """The page of a browser in which somebody is signed in; one for each person of a test."""
    there: dict[str, Page] = {}

    def make(who: str) -> Page:
        if who not in there:
            there[who] = signed_in(context(), server, demo.users[who])
        return there[who]

    return make


def signed_in(browser: BrowserContext, server: str, user: User) -> Page:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    browser.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    return browser.new_page()


def stands(page: Page, name: str, language: str) -> list[str]:
    """What is wrong with the page as it is: axe-core on a desk and on a phone, dark colours, width, words."""
    wrong = []
    if folder := os.environ.get("SHOTS_FOLDER"):
        shoot(page, f"{folder}/{language}-{name}")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if width == 360 or language == "en":
            found = violations(page, colours=language == "en" and width == 1280)
            wrong += [f"{name} {width}: {each}" for each in found]
        if too_wide := sideways(page):
            wrong.append(f"{name}: {too_wide} px too wide at {width}")
    if language == "en":  # colours turn neither with the direction nor with the width
        page.emulate_media(color_scheme="dark")
        wrong += [f"{name} in the dark: {each}" for each in violations(page, ["color-contrast"])]
        page.emulate_media(color_scheme="light")
    elif words := foreign(page):
        wrong.append(f"{name}: not in Arabic: {words}")
    if page.locator("h1").count() != 1:
        wrong.append(f"{name}: {page.locator('h1').count()} first headings")
    if page.evaluate("document.documentElement.dir") != ("rtl" if language == "ar" else "ltr"):
        wrong.append(f"{name}: not in {language}")
    if PRIVATE.search(page.title()):
        wrong.append(f"{name}: title {page.title()!r}")
    return wrong


def shoot(page: Page, name: str) -> None:
    """Pictures for eyes: SHOTS_FOLDER says where to."""
    for width, scheme in ((1280, "light"), (360, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def foreign(page: Page) -> list[str]:
    """Words in Latin letters on an Arabic page that are neither names nor codes nor what somebody wrote."""
    seen = page.evaluate(
        """() => {
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
            while (walk.nextNode()) {
                const around = walk.currentNode.parentElement;
                if (!around.closest('script, style, noscript, option, .ref, .code, .lines, [lang=en], [dir=auto]'))
                    found.push(walk.currentNode.data);
            }
            return found;
        }"""
    )
    for name in OWN_NAMES.values():  # a language is offered in its own letters
        seen = [text.replace(name, "") for text in seen]
    words = (word for text in seen for word in re.findall(r"[A-Za-z][a-z]+", text))
    return sorted({word for word in words if word.lower() not in GIVEN})


def weighed(seen: Visit, name: str, budget: tuple[int, int], status: int = 200) -> list[str]:
    weight, requests = budget
    wrong = [f"{name}: {each}" for each in seen.complaints if f"status of {status}" not in each]
    if seen.status != status:
        wrong.append(f"{name}: answered {seen.status}")
    if seen.weight > weight or len(seen.requests) > requests:
        wrong.append(f"{name}: {seen.weight} bytes in {len(seen.requests)} requests")
    return wrong


def named(address: str, *more: str) -> str:
    """A name fit for a file."""
    return "-".join((re.sub(r"[^a-z0-9]+", "-", address.removeprefix("o/<slug:org>/").lower()).strip("-"), *more))


def test_every_address_is_opened_here_or_has_no_page() -> None:
    assert set(LOOKED_AT) | WITHOUT_PAGE | FILES == set(STAFF), "say who looks at it, or that it only takes a POST"
    assert not set(LOOKED_AT) & WITHOUT_PAGE
    assert all(not STAFF[address].get(200) for address in WITHOUT_PAGE)
    closed = {address for address, statuses in ACCOUNT.items() if statuses == (404, 404)} - set(OUTSIDE)
    assert {*OUTSIDE, *INSIDE, *ON_THE_WAY} | closed == set(ACCOUNT)
    assert {address for address, status in ANYBODY.items() if status == 200} == {"calendar/", "healthz", "readyz"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_staff_stands_the_checks(
    at_work: Callable[..., Page], server: str, demo: Places, language: str
) -> None:
    wrong = []
    for address, people in LOOKED_AT.items():
        for who in people.split():
            page, name = at_work(who), named(address, who)
            seen = visit(page, f"{server}{demo.path(address)}?lang={language}")
            wrong += weighed(seen, name, BUDGET) + stands(page, name, language)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_one_s_account_stands_the_checks(
    context: Callable[..., BrowserContext], at_work: Callable[..., Page], server: str, demo: Places, language: str
) -> None:
    wrong, outside = [], context().new_page()
    for address in OUTSIDE:
        seen = visit(outside, f"{server}{demo.path(address)}?lang={language}")
        wrong += weighed(seen, address, BUDGET) + stands(outside, named(address), language)
    for address in INSIDE:
        page = at_work("selma")
        seen = visit(page, f"{server}{demo.path(address)}?lang={language}")
        wrong += weighed(seen, address, (BUDGET[0], 8), status=403 if "reauth" in address else 200)
        wrong += stands(page, named(address), language)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_the_form_stands_the_checks(
    context: Callable[..., BrowserContext], server: str, demo: Places, language: str
) -> None:
    form, wrong, opened = f"{server}/report/north/", [], {"", "leave/", "p/<int:number>/", "p/end/", "note/notes.txt"}
    complaints: list[str] = []
    page = context().new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)

    def look(path: str, name: str) -> None:
        opened.add(path)
        seen = visit(page, f"{form}{path}?lang={language}")
        wrong.extend(weighed(seen, path, LIGHT) + stands(page, name, language))

    for path in ("help/", "about/", "check/", "number/"):
        look(path, f"public-{path[:-1]}")
    for number, name in enumerate(walk(page, form, language)):
        wrong += stands(page, f"public-{number:02d}-{name}", language)
        assert page.title() in NEUTRAL
        if name == "account":
            page.locator("button[name=later]").click()
            wrong += stands(page, "public-later", language)
            opened.add("later/")
            page.go_back()
    code = number_on(page)
    opened.add("note/")
    look("note/sheet/", "public-sheet")
    page.goto(f"{form}number/?lang={language}")
    page.locator("input[name=code]").fill(code)
    proceed(page)
    for path in ("box/", "box/allow/", "box/word/", "box/close/", "box/new/"):
        look(path, f"public-{path[:-1].replace('/', '-')}")
    wrong += stands(page, "public-box-new", language)
    seen = visit(page, f"{server}/calendar/?lang={language}")
    wrong += weighed(seen, "calendar", LIGHT) + stands(page, "calendar", language)
    assert {f"report/<slug:org>/{path}" for path in opened} == {each for each in PUBLIC if each.startswith("report/")}
    assert not wrong + complaints, "\n".join(wrong + complaints)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_that_refuses_stands_the_checks(
    context: Callable[..., BrowserContext], at_work: Callable[..., Page], server: str, language: str
) -> None:
    wrong, page = [], context().new_page()
    for status in (*ERRORS, "403_csrf"):
        with_words = render_to_string(f"{status}.html")

        def answer(route: Route, _asked: Request, body: str = with_words) -> None:
            route.fulfill(body=body, content_type="text/html")

        page.route("**/refused/", answer)
        page.goto(f"{server}/refused/")
        wrong += stands(page, f"error-{status}", "en")
        page.unroute("**/refused/")
    for who, path in (("rosa", "o/north/cases/ZZZZ-ZZZZ/"), ("rosa", "o/nowhere/")):
        page = at_work(who)
        seen = visit(page, f"{server}/{path}?lang={language}")
        wrong += weighed(seen, path, BUDGET, status=404) + stands(page, named(path), language)
    assert not wrong, "\n".join(wrong)
