"""A focal point logs a complaint while listening, a worker routes it, an intake officer triages it on one page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from cases.models import Case, Report
from core.organisations import User
from core.outbox.delivery import deliver
from core.tenancy import signed_in_as
from tests.browser.checks import sideways, violations
from tests.factories import Cast

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long and fictional password"


def signed_in(context: Callable[..., BrowserContext], live_server: Any, user: User, **how: Any) -> Page:
    """A page in which the user has signed in by hand."""
    user.set_password(PASSWORD)
    user.save()
    page = context(**how).new_page()
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(f"{live_server.url}/account/login/")
    return page


def stands(page: Page, name: str) -> None:
    """The page as it is now passes the checks; SHOTS_FOLDER names a folder for a picture of it."""
    assert sideways(page) == 0
    assert not violations(page)
    assert page.locator("h1").count() == 1
    if folder := os.environ.get("SHOTS_FOLDER"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_complaint_is_logged_routed_and_triaged(
    context: Callable[..., BrowserContext], live_server: Any, cast: Cast, width: int
) -> None:
    amina = signed_in(context, live_server, cast.amina, width=width)
    amina.goto(f"{live_server.url}/o/north/cases/log/")
    stands(amina, f"log-{width}")
    amina.get_by_role("button", name="Send to triage").click()
    expect(amina.get_by_role("alert")).to_contain_text("Say whether the person is safe now")
    stands(amina, f"log-errors-{width}")
    amina.locator("#safety").get_by_label("No", exact=True).check()
    amina.get_by_role("textbox", name="In their words").fill("Fictional words that were said while somebody listened.")
    amina.get_by_label("The person it is about").fill("the one with the list")
    amina.get_by_role("button", name="Keep as a draft").click()
    stands(amina, f"log-draft-{width}")
    assert "Fictional words" in amina.get_by_role("textbox", name="In their words").input_value()
    amina.get_by_label("They want a number to come back with").check()
    amina.get_by_role("button", name="Send to triage").click()
    expect(amina.locator("h1")).to_have_text("Sent to triage")
    stands(amina, f"log-sent-{width}")

    with signed_in_as("worker"):
        deliver(timezone.now())
    with cast.inside():
        case = Case.objects.get()
        assert Report.objects.get().logged_by == cast.amina

    rosa = signed_in(context, live_server, cast.rosa, width=width)
    rosa.goto(f"{live_server.url}/o/north/")
    stands(rosa, f"desk-{width}")
    rosa.goto(f"{live_server.url}/o/north/cases/{case.reference}/triage/")
    expect(rosa.locator("#told")).to_contain_text("Fictional words")
    stands(rosa, f"triage-{width}")
    rosa.locator("#safety").get_by_label("No", exact=True).check()
    rosa.get_by_label("Ask victim support to help now").check()
    rosa.get_by_role("button", name="Note it now").click()
    expect(rosa.locator("#safety")).to_contain_text("Support was asked for")
    rosa.get_by_label("The person affected is", exact=True).select_option("community")
    rosa.get_by_label("The person it is about is", exact=True).select_option("partner_staff")
    rosa.get_by_role("button", name="Show where it points").click()
    expect(rosa.locator("#kind")).to_contain_text("This points to sexual exploitation")
    rosa.locator("#kind").get_by_label("Sexual exploitation or abuse").check()
    rosa.locator("#kind summary").click()
    rosa.get_by_label("Aid, registration or access made conditional").check()
    rosa.get_by_label("Open a case for preliminary assessment").check()
    rosa.get_by_label("Your reason").fill("Enough is known to look into it.")
    stands(rosa, f"triage-full-{width}")
    rosa.get_by_role("button", name="Decide", exact=True).click()
    expect(rosa).to_have_url(re.compile(rf"/o/north/cases/{case.reference}/$"))
    stands(rosa, f"case-{width}")
    with cast.inside():
        case.refresh_from_db()
        assert (case.state, case.priority) == ("in_assessment", "urgent")
