"""A survivor's assistance in a real browser: walk-in, a call at night, referral, closure, beginning again."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import care
from cases.choices import CaseState, Part
from core.deadlines.sweeping import sweep
from core.encryption import keys
from core.organisations import User
from core.outbox.delivery import deliver
from core.outbox.models import Delivery
from core.permissions import Role
from core.tenancy import signed_in_as
from tests.browser.checks import sideways, violations
from tests.factories import Cast, make_case, make_membership, make_part, make_report, make_user
from victims.choices import CHECKLIST
from victims.models import ClinicalAlarm, Referral, SupportFile

pytestmark = pytest.mark.django_db(transaction=True)
AtWork = Callable[..., Page]


@pytest.fixture
def mary(cast: Cast) -> User:
    """The deputy."""
    found = make_user("Mary")
    with cast.inside():
        cast.members["mary"] = make_membership(found, cast.lake, Role.SUPPORT_OFFICER)
    return found


@pytest.fixture
def musa(cast: Cast) -> User:
    """The supervisor."""
    found = make_user("Musa")
    with cast.inside():
        cast.members["musa"] = make_membership(found, cast.hq, Role.SUPPORT_SUPERVISOR)
    return found


def stands(page: Page, name: str) -> None:
    """The page as it is now passes the checks; SHOTS_FOLDER names a folder for a picture of it."""
    assert sideways(page) == 0, name
    assert not violations(page), name
    assert page.locator("h1").count() == 1, name
    if folder := os.environ.get("SHOTS_FOLDER"):
        page.screenshot(path=f"{folder}/support-{name}.png", full_page=True)


def inboxes(cast: Cast) -> list[str]:
    """Who has been called, in the order they were."""
    with signed_in_as("worker"), cast.inside():
        rows = Delivery.objects.filter(channel="inbox").select_related("user").order_by("created_at", "id")
        return [row.user.name for row in rows]


def write_day(page: Page, name: str, at: datetime) -> None:
    """A whole day in its three boxes."""
    for part in ("day", "month", "year"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(at, part)))


def round_of_the_worker(now: datetime) -> None:
    """What the worker does every 20 seconds, at that moment."""
    with signed_in_as("worker"):
        deliver(now)
        sweep(now)
        deliver(now)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_somebody_walks_in_is_referred_with_consent_and_the_file_is_closed_by_another_person_and_reopened(
    at_work: AtWork, live_server: Any, cast: Cast, musa: User, width: int, dark: bool
) -> None:
    root = f"{live_server.url}/o/north/support"
    noor = at_work(cast.noor, width=width, dark=dark)
    noor.goto(f"{root}/providers/add/")
    noor.get_by_label("Name").fill("Fictional clinic")
    noor.get_by_label("Country").select_option("UG")
    noor.get_by_label("Medical care").check()
    noor.get_by_role("button", name="Save, it is right today").click()
    stands(noor, f"providers-{width}")

    noor.goto(f"{root}/")
    noor.get_by_role("link", name="Somebody came").click()
    stands(noor, f"open-{width}")
    noor.get_by_label("What they want now, in their words").fill("Fictional: a bed for tonight.")
    noor.get_by_label("Name, if they want to give one").fill("Fictional Survivor")
    noor.get_by_label("Country").select_option("UG")
    noor.get_by_role("button", name="Open a file").click()
    expect(noor.get_by_text("Safety first")).to_be_visible()
    stands(noor, f"file-new-{width}")
    file = noor.url

    noor.goto(f"{file}contact/")
    noor.get_by_label("How: number, place, person in between").fill("At the fictional market, before noon")
    noor.get_by_label("Code word").fill("Sunflower")
    noor.get_by_role("button", name="Save").click()
    noor.goto(f"{file}contact/")
    expect(noor.get_by_label("Code word")).to_have_value("Sunflower")
    stands(noor, f"contact-{width}")

    noor.goto(f"{file}when/")
    noor.get_by_label("Or about").select_option("today_or_yesterday")
    noor.get_by_role("button", name="Count from then").click()
    expect(noor.locator("#care")).to_contain_text("Medicine against HIV")
    noor.get_by_role("link", name="Note what became of it").click()
    stands(noor, f"call-mine-{width}")
    noor.get_by_label("What became of it: Emergency contraception").select_option("met")
    noor.get_by_role("button", name="Note Emergency contraception").click()
    expect(noor.locator("main")).to_contain_text("Care was reached in time")

    noor.goto(f"{file}needs/")
    noor.get_by_label("What kind of help").select_option("medical")
    noor.get_by_label("In the person’s words").fill("Fictional: pain.")
    noor.get_by_role("button", name="Note it").click()
    noor.goto(f"{file}risk/")
    noor.get_by_label("High").check()
    noor.get_by_role("button", name="Save").click()
    noor.goto(f"{file}safety/")
    noor.get_by_label("What the person is afraid of, in their own words").fill("Fictional: the way home.")
    noor.get_by_role("button", name="Save").click()
    noor.goto(f"{file}goals/")
    noor.get_by_label("What the person wants to reach").fill("Fictional: sleep without fear.")
    noor.get_by_role("button", name="Set it").click()
    noor.goto(f"{file}tasks/")
    noor.get_by_label("Follow-up with the person").check()
    write_day(noor, "due_on", timezone.now() + timedelta(days=2))
    noor.get_by_role("button", name="Add it").click()
    stands(noor, f"file-planned-{width}")
    noor.get_by_role("button", name="Put the plan before the supervisor").click()

    boss = at_work(musa, width=width, dark=dark)
    boss.goto(f"{root}/")
    stands(boss, f"desk-supervisor-{width}")
    boss.get_by_role("link", name="Approve a plan?").click()
    expect(boss.locator("main")).to_contain_text("Fictional: sleep without fear.")
    expect(boss.locator("main")).not_to_contain_text("Fictional Survivor")
    stands(boss, f"decide-{width}")
    boss.get_by_role("button", name="Approve").click()

    noor.goto(f"{file}refer/")
    expect(noor.locator("main")).to_contain_text("has not agreed to any provider")
    noor.get_by_role("link", name="Ask them and note the consent").click()
    noor.get_by_label("Provider", exact=True).select_option(label="Fictional clinic")
    noor.get_by_label("In which language they were asked").select_option("en")
    noor.get_by_role("button", name="They said yes").click()
    stands(noor, f"refer-{width}")
    noor.get_by_label("Provider", exact=True).select_option(label="Fictional clinic")
    noor.get_by_label("For what").select_option("medical")
    noor.get_by_label("What the provider needs to know").fill("Fictional: needs a nurse.")
    noor.get_by_role("button", name="Refer", exact=True).click()
    noor.locator("#referrals").get_by_role("link", name="Accepted").click()
    noor.get_by_role("button", name="Note it").click()
    noor.get_by_label("What became of it: Fictional clinic").select_option("attend")
    noor.get_by_role("button", name="Note Fictional clinic").click()
    expect(noor.locator("#referrals")).to_contain_text("Attended")
    noor.get_by_label("What became of it: Follow-up with the person").select_option("done")
    noor.get_by_role("button", name="Note Follow-up with the person").click()

    noor.goto(f"{file}close/")
    for key, _text in CHECKLIST[:-1]:
        noor.locator(f"input[name={key}][value=yes]").check()
    noor.get_by_role("button", name="Ask the supervisor").click()
    expect(noor.get_by_role("alert")).to_contain_text("Answer every line of the checklist")
    stands(noor, f"close-{width}")
    noor.locator(f"input[name={CHECKLIST[-1][0]}][value=yes]").check()
    noor.get_by_role("button", name="Ask the supervisor").click()
    boss.goto(f"{root}/")
    boss.get_by_role("link", name="Close a file?").click()
    boss.get_by_role("button", name="Close it").click()
    noor.goto(file)
    stands(noor, f"file-closed-{width}")
    noor.get_by_role("button", name="Begin support again").click()
    expect(noor.locator("main")).to_contain_text("Support has begun again")
    with cast.inside():
        assert SupportFile.objects.get().state == "assessment"
        assert Referral.objects.get().state == "attended"


@pytest.mark.parametrize("width", [1280, 360])
def test_a_call_at_night_goes_on_to_the_deputy_who_takes_it(
    at_work: AtWork, live_server: Any, cast: Cast, mary: User, musa: User, width: int
) -> None:
    root, now = f"{live_server.url}/o/north/support", timezone.now()
    night = (now - timedelta(days=1)).astimezone(ZoneInfo("Africa/Nairobi")).replace(hour=2, minute=30)
    boss = at_work(musa, width=width)
    boss.goto(f"{root}/rota/")
    boss.get_by_label("Country").select_option("UG")
    boss.get_by_label("On duty").select_option(label="Noor Test")
    boss.get_by_label("Deputy").select_option(label="Mary Test")
    write_day(boss, "starts_on", now - timedelta(days=3))
    boss.get_by_role("button", name="Add a turn").click()
    expect(boss.locator("main")).to_contain_text("On duty now")
    stands(boss, f"rota-{width}")
    with cast.inside():
        case = make_case(cast.lake, state=CaseState.RECEIVED)
        keys.create(make_part(case, Part.VICTIM).person_id)
        told = make_report(case, last_time="today_or_yesterday", received_at=night, aware_at=night)
        care.time_told(told, now=night)
    round_of_the_worker(night)
    assert inboxes(cast) == ["Noor Test"]
    round_of_the_worker(night + timedelta(minutes=29))
    assert inboxes(cast) == ["Noor Test"]
    round_of_the_worker(night + timedelta(minutes=31))
    assert inboxes(cast) == ["Noor Test", "Mary Test"]

    deputy = at_work(mary, width=width)
    deputy.goto(f"{live_server.url}/o/north/")
    expect(deputy.locator("main")).to_contain_text("Someone needs you now")
    deputy.goto(f"{root}/")
    stands(deputy, f"desk-call-{width}")
    deputy.get_by_role("link", name="Someone needs you now").click()
    expect(deputy.locator("main")).to_contain_text("The moment is not known")
    expect(deputy.locator("main")).not_to_contain_text(case.reference)
    stands(deputy, f"call-{width}")
    deputy.get_by_role("button", name="I take it").click()
    expect(deputy.locator("main")).to_contain_text("Nobody else is called")
    stands(deputy, f"file-call-{width}")
    with cast.inside():
        alarm = ClinicalAlarm.objects.get()
        assert (alarm.taken_by, alarm.state) == (mary, "taken")
        assert SupportFile.objects.get().officer == mary
    late = at_work(cast.noor, width=width)
    assert late.goto(f"{root}/calls/{alarm.reference}/").status == 404  # type: ignore[union-attr]


def test_the_file_reads_from_right_to_left_in_arabic(at_work: AtWork, live_server: Any, cast: Cast) -> None:
    cast.noor.language = "ar"
    cast.noor.save()
    noor = at_work(cast.noor, width=360)
    noor.goto(f"{live_server.url}/o/north/support/files/open/")
    assert noor.evaluate("document.documentElement.dir") == "rtl"
    stands(noor, "open-ar")
    noor.locator("button[type=submit]").last.click()
    stands(noor, "file-ar")
