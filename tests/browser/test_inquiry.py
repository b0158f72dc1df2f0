"""The whole life of one investigation by four people, each in a browser of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case, CaseGrant, MessageDue
from core.outbox.delivery import deliver
from core.tenancy import signed_in_as
from investigations.models import Investigation, Proceeding
from tests import inquiries
from tests.browser.checks import sideways, violations
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(live_server: Any) -> Cast:
    """North and South, behind the live server."""
    return make_cast()


def stands(page: Page, name: str = "") -> None:
    """The page as it is now passes the checks; SHOTS_FOLDER names a folder for a picture of it."""
    assert sideways(page) == 0, page.url
    assert not violations(page), page.url
    assert page.locator("h1").count() == 1, page.url
    if (folder := os.environ.get("SHOTS_FOLDER")) and name:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".said-by-us")).to_be_visible()


def today(page: Page, name: str) -> None:
    """Fill the three boxes of a day with today's, as it is in North."""
    day = timezone.localdate(timezone.now(), ZoneInfo("Africa/Nairobi"))
    for part in ("day", "month", "year"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))


def the_worker_comes_by() -> None:
    with signed_in_as("worker"):
        deliver(timezone.now())


def test_four_people_take_one_investigation_from_assessment_to_its_end(
    at_work: Callable[..., Page], live_server: Any, cast: Cast
) -> None:
    scene = inquiries.open_case(cast)
    case_url = f"{live_server.url}/o/north/cases/{scene.case.reference}/"
    at = case_url + "inquiry/"
    subject = f"{at}people/{scene.subject.code}/"

    hana = at_work(cast.hana)
    hana.goto(case_url)
    hana.get_by_role("navigation", name="This case").get_by_role("link", name="Investigation", exact=True).click()
    stands(hana, "inquiry-assessment")
    hana.get_by_role("link", name="Decide the assessment").click()
    hana.locator("[name=in_mandate][value=yes]").check()
    hana.locator("[name=could_be_misconduct][value=no]").check()
    hana.locator("[name=state][value=to_investigation]").check()
    hana.locator("[name=reason]").fill("Ours, and serious.")
    hana.get_by_role("button", name="Decide", exact=True).click()
    expect(hana.get_by_role("alert")).to_contain_text("An investigation needs both")
    stands(hana, "inquiry-assess-refused")
    hana.locator("[name=could_be_misconduct][value=yes]").check()
    press(hana, "Decide")
    hana.get_by_role("link", name="Assign somebody").click()
    hana.get_by_label("Who investigates?").select_option(label=cast.idris.name)
    press(hana, "Assign")
    stands(hana, "inquiry-assigned")

    the_worker_comes_by()
    idris = at_work(cast.idris, width=360)
    idris.goto(f"{live_server.url}/o/north/investigations/")
    stands(idris, "inquiry-board-phone")
    idris.goto(at)
    idris.get_by_role("link", name="Say whether you have a conflict").click()
    idris.locator("[name=conflict][value=none]").check()
    press(idris, "Declare it")
    idris.get_by_role("link", name="Write the plan").click()
    idris.get_by_label("What has to be found out").fill("What was asked for, and who heard it.")
    idris.get_by_label("Task 1").fill("Hear the driver")
    stands(idris, "inquiry-plan-phone")
    press(idris, "Send it for approval")
    assert idris.get_by_role("button", name="Start the investigation").count() == 0, "not before it is approved"

    hana.goto(at)
    hana.get_by_role("link", name="Look at the plan").click()
    stands(hana, "inquiry-plan")
    hana.get_by_role("link", name="Decide about it").click()
    hana.locator("[name=answer][value=yes]").check()
    press(hana, "Decide")

    idris.goto(at)
    press(idris, "Start the investigation")
    idris.goto(subject)
    idris.get_by_label("Prepare a step").select_option("notice")
    press(idris, "Ask whether it is safe")
    assert idris.get_by_role("button", name="It was done").count() == 0, "the answer about safety comes first"
    stands(idris, "inquiry-person-phone")

    noor = at_work(cast.noor)
    noor.goto(f"{live_server.url}/o/north/support/")
    noor.locator("#questions .rows a.button").first.click()
    noor.locator("[name=answer][value=go]").check()
    noor.get_by_role("button", name="Note it").click()
    assert noor.goto(at).status == 404, "the support side opens no investigation"  # type: ignore[union-attr]

    idris.goto(subject)
    idris.get_by_role("button", name=re.compile("It was done")).click()
    idris.get_by_role("link", name="Record findings").click()
    idris.locator("[name=result_0]").select_option("substantiated")
    idris.locator("[name=reasoning_0]").fill("Two accounts agree, and the list was changed.")
    press(idris, "Record them")
    idris.goto(at)
    press(idris, "Begin the draft report")
    idris.get_by_role("link", name="Write the report").click()
    idris.get_by_role("textbox", name="Report").fill("What was done, what was found, what speaks for and against it.")
    press(idris, "Send it to review")
    assert idris.get_by_role("link", name="Review the draft").count() == 0, "nobody reviews their own"

    hana.goto(at)
    hana.get_by_role("link", name="Review the draft").click()
    stands(hana, "inquiry-report")
    hana.get_by_role("link", name="Decide about the draft").click()
    hana.locator("[name=answer][value=yes]").check()
    press(hana, "Decide")

    idris.goto(at)
    press(idris, "Issue the report")
    hana.goto(at)
    stands(hana, "inquiry-issued")
    hana.get_by_role("link", name="Name who decides").click()
    assert hana.get_by_label("Who decides?").get_by_text(cast.idris.name).count() == 0, "never the investigator"
    hana.get_by_label("Who decides?").select_option(label=cast.dana.name)
    press(hana, "Hand it over")

    dana = at_work(cast.dana)
    dana.goto(f"{live_server.url}/o/north/investigations/")
    dana.get_by_role("link", name="A decision about measures is due").click()
    dana.get_by_label("Prepare a step").select_option("sanction")
    press(dana, "Ask whether it is safe")
    noor.goto(f"{live_server.url}/o/north/support/")
    noor.locator("#questions .rows a.button").first.click()
    noor.locator("[name=answer][value=go]").check()
    noor.get_by_role("button", name="Note it").click()
    dana.goto(subject)
    dana.get_by_role("link", name="Decide", exact=True).click()
    dana.locator("[name=outcome][value=sanction]").check()
    dana.get_by_label("Measure 1").select_option("dismissal")
    today(dana, "starts_1")
    dana.get_by_label("Your reasons").fill("Serious misconduct.")
    stands(dana, "inquiry-decide")
    press(dana, "Decide")
    stands(dana, "inquiry-person")

    hana.goto(subject)
    hana.get_by_role("link", name=re.compile("It was carried out")).click()
    today(hana, "on")
    hana.get_by_label("By what can it be seen?").fill("Letter of today.")
    press(hana, "Record it")
    press(hana, "An appeal was filed")
    hana.get_by_role("link", name="Record what became of the appeal").click()
    hana.locator("[name=outcome][value=upheld]").check()
    hana.get_by_label("By whom, and in which decision?").fill("Tribunal, no. 1.")
    press(hana, "Record it")
    hana.goto(at)
    stands(hana, "inquiry-closed")
    hana.goto(at + "time/")
    stands(hana, "inquiry-time")
    with cast.inside():
        case = Case.objects.get(pk=scene.case.pk)
        assert (case.state, case.close_reason) == ("closed", "substantiated")
        assert Proceeding.objects.get().state == "executed"
        assert Investigation.objects.get().state == "issued"
        assert "outcome_substantiated" in set(MessageDue.objects.values_list("change", flat=True))
        assert CaseGrant.objects.filter(user=cast.dana).get().level == "decide"


@pytest.mark.parametrize("dark", [False, True])
def test_board_and_time_stand_in_arabic_in_the_dark_and_on_a_phone(
    at_work: Callable[..., Page], live_server: Any, cast: Cast, dark: bool
) -> None:
    scene = inquiries.running(cast)
    cast.hana.language = "ar" if dark else "en"
    cast.hana.save(update_fields=["language"])
    for width in (1280, 360):
        hana = at_work(cast.hana, width=width, dark=dark, locale="ar" if dark else "en")
        for path, name in (
            ("investigations/", "board"),
            (f"cases/{scene.case.reference}/inquiry/", "inquiry"),
            (f"cases/{scene.case.reference}/inquiry/time/", "time"),
        ):
            hana.goto(f"{live_server.url}/o/north/{path}")
            assert hana.locator("html").get_attribute("dir") == ("rtl" if dark else "ltr")
            stands(hana, f"{name}-{width}-{'dark-ar' if dark else 'light'}")
