"""The form on a bad line: light after the first page, whole at the speed of 2G, and nothing lost when a post fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from cases.models import Report
from tests.browser.test_public_form import STORY, house, number_on, proceed, walk  # noqa: F401  a fixture
from tests.factories import Cast

pytestmark = pytest.mark.django_db(transaction=True)
#: A slow telephone network: bits a second down and up, milliseconds of delay.
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 250_000 / 8, "uploadThroughput": 50_000 / 8}
MOST = 15 * 1024  # bytes of one page once the first one was loaded


class Wire:
    """Counts what the page really fetched, answers from the browser's own store left out."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.protocol = page.context.new_cdp_session(page)
        self.protocol.send("Network.enable")
        self.protocol.on("Network.loadingFinished", self._came)

    def _came(self, told: dict[str, Any]) -> None:
        self.bytes += int(told["encodedDataLength"])

    def slow(self) -> None:
        self.protocol.send("Network.emulateNetworkConditions", SLOW)

    def taken(self) -> int:
        found, self.bytes = self.bytes, 0
        return found


def test_the_whole_form_is_usable_at_the_speed_of_2g_and_no_page_is_heavy(
    context: Callable[..., BrowserContext],
    live_server: Any,
    house: Cast,  # noqa: F811
) -> None:
    page = context(width=360, javascript=False).new_page()
    page.set_default_timeout(30_000)
    wire = Wire(page)
    wire.slow()
    weights: dict[str, int] = {}
    for name in walk(page, f"{live_server.url}/report/north/", "ar"):
        page.wait_for_load_state("load")
        weights[name] = wire.taken()
    assert len(number_on(page)) > 10
    print("\n".join(f"| {name} | {weight:,} |" for name, weight in weights.items()))
    weights.pop("start")
    assert max(weights.values()) <= MOST, weights
    with house.inside():
        assert Report.objects.count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_trying_again_after_a_post_that_failed_loses_nothing_that_was_written(
    context: Callable[..., BrowserContext],
    live_server: Any,
    house: Cast,  # noqa: F811
    javascript: bool,
) -> None:
    browser = context(width=360, javascript=javascript)
    page, form = browser.new_page(), f"{live_server.url}/report/north/"
    steps_ = walk(page, form, "en")
    while next(steps_) != "account":
        pass
    page.locator("textarea").fill(STORY)
    browser.set_offline(True)
    try:
        proceed(page)
        page.wait_for_load_state("load")
    except Error:
        pass  # the browser's own page says that there is no network
    browser.set_offline(False)
    page.reload()  # what the browser's own page offers; it sends what was written again
    assert page.locator("textarea").count() == 0, "it went on"
    page.locator("a", has_text="Back").first.click()
    assert page.locator("textarea").input_value() == STORY
