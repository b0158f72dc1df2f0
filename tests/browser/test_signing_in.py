"""Signing in, setting up a second step and using it, in a real browser; every page on the way stands the checks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Locator, Page

from core.organisations import User
from tests.browser.checks import check_page, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long and fictional password"


@pytest.fixture
def amina() -> User:
    return User.objects.create_user(email="amina@north.example", name="Amina Test", password=PASSWORD)


def sign_in(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/account/login/")
    page.get_by_label("E-mail").fill("amina@north.example")
    page.get_by_label("Password").fill(password)
    go(page, page.get_by_role("button", name="Sign in", exact=True))


def go(page: Page, control: Locator) -> None:
    """Press it and wait for the page it leads to; a click alone returns while the old page is still there."""
    with page.expect_navigation():
        control.click()


def confirm(page: Page) -> None:
    """The page that asks whether it is you, before anything about signing in is changed."""
    stands(page)
    page.get_by_label("Password").fill(PASSWORD)
    go(page, page.get_by_role("button", name="Confirm"))


def stands(page: Page) -> None:
    """The page as it is now, without opening it anew."""
    assert sideways(page) == 0
    assert not violations(page)
    assert page.locator("h1").count() == 1


def watched(page: Page) -> list[str]:
    """Everything the content policy refuses from now on."""
    seen: list[str] = []
    page.on("console", lambda said: seen.append(said.text) if "Content Security Policy" in said.text else None)
    return seen


def digits_now(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_sign_in_page_stands_the_checks(
    context: Callable[..., BrowserContext], live_server: Any, width: int, language: str
) -> None:
    page = context(width=width).new_page()
    check_page(page, f"{live_server.url}/account/login/?lang={language}", budget=(40 * 1024, 8))


def test_a_wrong_password_says_what_to_do_and_not_which_part_was_wrong(
    page: Page, live_server: Any, amina: User
) -> None:
    sign_in(page, live_server.url, "another password")
    stands(page)
    told = page.locator(".summary.problem").inner_text()
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("E-mail").fill("nobody@north.example")
    page.get_by_label("Password").fill(PASSWORD)
    go(page, page.get_by_role("button", name="Sign in", exact=True))
    assert page.locator(".summary.problem").inner_text() == told


def test_signing_in_works_without_javascript(
    context: Callable[..., BrowserContext], live_server: Any, amina: User
) -> None:
    page = context(javascript=False).new_page()
    sign_in(page, live_server.url)
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/account/logout/")
    go(page, page.get_by_role("button", name="Sign out"))
    page.goto(f"{live_server.url}/")
    assert "/account/login/" in page.url


def test_an_authenticator_app_is_set_up_and_asked_for(page: Page, live_server: Any, amina: User) -> None:
    refused = watched(page)
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/2fa/")
    stands(page)
    go(page, page.get_by_role("link", name="Set it up"))
    confirm(page)
    stands(page)
    secret = page.get_by_label("Key").input_value()
    page.get_by_label("Authenticator code").fill("000000")
    go(page, page.get_by_role("button", name="Use this app"))
    stands(page)
    assert page.locator(".summary.problem").is_visible()
    page.get_by_label("Authenticator code").fill(digits_now(secret))
    go(page, page.get_by_role("button", name="Use this app"))
    page.wait_for_url("**/recovery-codes/")
    stands(page)
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10

    page.context.clear_cookies()
    sign_in(page, live_server.url)
    page.wait_for_url("**/2fa/authenticate/")
    stands(page)
    page.get_by_label("Code").fill(codes[0])
    go(page, page.get_by_role("button", name="Sign in"))
    page.wait_for_url(f"{live_server.url}/")

    page.goto(f"{live_server.url}/account/2fa/totp/deactivate/")
    confirm(page)
    stands(page)
    page.goto(f"{live_server.url}/account/2fa/recovery-codes/generate/")
    stands(page)
    page.goto(f"{live_server.url}/account/password/change/")
    stands(page)
    assert not refused


def test_a_passkey_is_added_and_signs_in_by_itself(page: Page, live_server: Any, amina: User) -> None:
    refused = watched(page)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/2fa/webauthn/add/")
    confirm(page)
    stands(page)
    page.get_by_label("Sign in with it alone").check()
    go(page, page.get_by_role("button", name="Add it"))
    page.wait_for_url("**/recovery-codes/")
    page.goto(f"{live_server.url}/account/2fa/webauthn/")
    stands(page)

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/account/login/")
    go(page, page.get_by_role("button", name="Sign in with a passkey"))
    page.wait_for_url(f"{live_server.url}/")
    assert not refused


def test_nobody_signs_up_and_the_page_says_who_makes_accounts(page: Page, live_server: Any) -> None:
    check_page(page, f"{live_server.url}/account/signup/")
    assert page.get_by_text("Nobody signs up here").is_visible()


@pytest.mark.parametrize("path", ["/nothing/here/", "/report/no-such-place/x/"])
def test_an_address_that_leads_nowhere_is_answered_as_a_neutral_page(page: Page, live_server: Any, path: str) -> None:
    check_page(page, f"{live_server.url}{path}", status=404)
    assert page.title() == "Page · Contact"
    assert page.get_by_role("link", name="Leave now").is_visible()
    assert "Amparo" not in page.content()
