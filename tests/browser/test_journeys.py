"""One complaint through several hands, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.models import Case, CaseGrant, Report, SupportRequest
from core import deadlines
from core.deadlines.models import Breach
from core.outbox.delivery import deliver
from core.tenancy import signed_in_as
from tests.browser.checks import sideways, violations
from tests.clocks.test_broker import Worker, told, until
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "قيل هذا عند البوابة، وهو خيالي."


@pytest.fixture
def cast(live_server: Any) -> Cast:
    """North and South, behind the live server."""
    return make_cast()


def stands(page: Page) -> None:
    """The page as it is now: accessible, no wider than its window, one first heading."""
    assert not violations(page), page.url
    assert sideways(page) == 0, page.url
    assert page.locator("h1").count() == 1, page.url


def the_worker_comes_by() -> None:
    with signed_in_as("worker"):
        deliver(timezone.now())


def test_a_focal_point_logs_an_intake_officer_triages_and_the_support_side_takes_over(
    at_work: Callable[..., Page], live_server: Any, cast: Cast
) -> None:
    amina = at_work(cast.amina, width=360)
    amina.goto(f"{live_server.url}/o/north/")
    amina.get_by_role("link", name="Log a complaint").first.click()
    amina.locator("[name=safe_now][value=no]").check()
    amina.locator("[name=account]").fill(SAID)
    amina.locator("[name=place]").fill("At the fictional gate")
    amina.locator("[name=about_whom]").fill("The one with the list")
    amina.locator("[name=want_support][value=yes]").check()
    amina.locator("[name=language]").select_option("ar")
    amina.locator("[name=receipt]").check()
    amina.get_by_role("button", name="Send to triage").click()
    stands(amina)
    with cast.inside():
        case = Case.objects.get()
        assert (case.state, Report.objects.get().logged_by) == ("received", cast.amina)
    amina.get_by_text(case.reference).first.wait_for()

    rosa = at_work(cast.rosa)
    rosa.goto(f"{live_server.url}/o/north/")
    assert rosa.get_by_text(case.reference).count() == 0, "before the worker routed it nobody else has it"
    the_worker_comes_by()
    rosa.reload()
    rosa.get_by_role("link", name="Start").click()
    assert rosa.url.endswith(f"/cases/{case.reference}/triage/")
    assert rosa.get_by_text(SAID).is_visible()
    rosa.locator("[name=safe][value=no]").check()
    rosa.get_by_role("button", name="Note it now").click()
    rosa.locator("[name=standing]").select_option("community")
    rosa.locator("[name=personnel]").select_option("partner_staff")
    rosa.get_by_role("button", name="Show where it points").click()
    assert rosa.get_by_text("This points to sexual exploitation").is_visible()
    rosa.locator("[name=stream][value=sea]").check()
    rosa.get_by_text("Choose the types").click()
    rosa.locator("[name=kinds][value=se_aid_condition]").check()
    rosa.locator("[name=decision][value=open]").check()
    rosa.locator("[name=reason]").fill("Enough to look into it.")
    rosa.get_by_role("button", name="Decide", exact=True).click()
    rosa.wait_for_url(re.compile(rf"/cases/{case.reference}/(#\w*)?$"))
    stands(rosa)
    with cast.inside():
        case.refresh_from_db()
        assert (case.state, case.stream, case.owner) == ("in_assessment", "sea", cast.rosa)
        assert case.priority_reasons == ["not_safe"], "what nobody filled in says nothing"

    the_worker_comes_by()
    noor = at_work(cast.noor)
    noor.goto(f"{live_server.url}/o/north/support/")
    stands(noor)
    assert case.reference not in noor.content(), "the support side knows people, not cases"
    noor.locator("#requests .rows a.button").first.click()
    noor.get_by_role("button", name="I take it").click()
    stands(noor)
    assert noor.get_by_text("Yours", exact=True).is_visible()
    with cast.inside():
        assert SupportRequest.objects.filter(taken_by=cast.noor).count() == 1
        assert CaseGrant.objects.get(user=cast.noor, content_object=case).level == "support"

    stranger = at_work(cast.sofia)
    for path in ("", "triage/", "told/"):
        answer = stranger.goto(f"{live_server.url}/o/north/cases/{case.reference}/{path}")
        assert answer is not None
        assert answer.status == 404


def test_a_missed_clock_reaches_the_manager_s_desk_by_a_worker_process_of_its_own(
    at_work: Callable[..., Page],
    live_server: Any,
    cast: Cast,
    broker: str,
    test_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    begun = timezone.now().replace(microsecond=0) - timedelta(days=3)
    with cast.inside():
        deadlines.give_defaults()
        deadlines.start("intake.forward", subject=uuid4(), at=begun, owner=cast.rosa, reference="K7TF-29QM")
    hana = at_work(cast.hana)
    hana.goto(f"{live_server.url}/o/north/")
    assert hana.locator("#talk .rows li").count() == 0
    worker = Worker(test_environment, tmp_path)
    try:
        assert until(lambda: told(cast)), worker.log.read_text()
    finally:
        worker.stop()
    with cast.inside():
        assert Breach.objects.count() == 1
    hana.reload()
    stands(hana)
    news = hana.locator("#talk .rows li")
    assert news.count() == 1
    assert "New" in news.inner_text()
    hana.reload()
    assert "Read" in hana.locator("#talk .rows li").inner_text(), "shown once as new"
