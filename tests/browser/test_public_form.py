"""A reporter's way in a real browser: from the first page to the receipt, back with the number, and out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from cases.models import HelpContact, Message, Report
from cases.public import steps
from tests.browser.checks import PUBLIC, check_page, sideways, violations
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.factories import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
STORY = "قصة خيالية للاختبار. قيل ذلك مرتين عند البوابة."


@pytest.fixture
def house(live_server: Any) -> Cast:
    """North and South, with places of help in North's country."""
    cast = make_cast()
    today = NOW.date()
    places = (("medical", "0800 000 102, day and night"), ("psychosocial", "Next to the Lake school"))
    with cast.inside():
        for kind, how in places:
            HelpContact.objects.create(
                country="KE", kind=kind, name="Test place", how=how, checked_on=today,
                expires_on=today + timedelta(days=30),
            )  # fmt: skip
    return cast


def proceed(page: Page) -> None:
    """Press the main button of the page."""
    page.locator("main form button.button").first.click()


def walk(page: Page, form: str, language: str) -> Iterator[str]:
    """Fill in everything there is, page by page; gives the name of each page as it stands open."""
    page.goto(f"{form}?lang={language}")
    yield "start"
    proceed(page)
    for step in steps.STEPS:
        yield step.key
        if step.key == "account":
            page.locator("textarea").fill(STORY)
        elif step.key == "mode":
            page.locator("input[value=confidential]").check()
        elif page.locator("main input[type=radio]").count():
            page.locator("main input[type=radio]").nth(1 if step.key == "whom" else 0).check()
        elif page.locator("main input[type=text]").count():
            page.locator("main input[type=text]").first.fill("Amina Test")
        proceed(page)
    yield "review"
    proceed(page)
    yield "receipt"


def number_on(page: Page) -> str:
    return "".join(page.locator("p.code span").all_text_contents())


def test_a_report_in_arabic_on_a_phone_without_scripts_comes_back_and_is_answered(
    context: Callable[..., BrowserContext], live_server: Any, house: Cast
) -> None:
    browser = context(width=360, javascript=False)
    page = browser.new_page()
    form = f"{live_server.url}/report/north/"
    seen = list(walk(page, form, "ar"))
    assert seen == ["start", *[step.key for step in steps.STEPS], "review", "receipt"]
    assert page.locator("html").get_attribute("dir") == "rtl"
    code = number_on(page)
    page.locator("input[name=again]").fill(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    proceed(page)
    page.locator("button[name=kept]").click()
    assert not browser.cookies()

    later = context(width=360, javascript=False).new_page()
    later.goto(f"{form}number/?lang=ar")
    later.locator("input[name=code]").fill(code)
    proceed(later)
    later.locator("textarea").fill("رسالة خيالية")
    proceed(later)
    assert later.get_by_text("رسالة خيالية").is_visible()
    with house.inside():
        assert Report.objects.get().unsealed("account") == STORY
        assert Report.objects.get().language == "ar"
        assert Message.objects.get().unsealed("body") == "رسالة خيالية"


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("en", 360, False), ("ar", 1280, False), ("en", 1280, True), ("ar", 360, True)]
)
def test_every_page_of_the_way_is_accessible_and_fits(
    context: Callable[..., BrowserContext], live_server: Any, house: Cast, language: str, width: int, dark: bool
) -> None:
    page = context(width=width, dark=dark).new_page()
    form = f"{live_server.url}/report/north/"
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)

    def stands(name: str) -> None:
        assert not violations(page), name
        assert sideways(page) == 0, name
        assert page.locator("h1").count() == 1, name

    for name in walk(page, form, language):
        stands(name)
    code = number_on(page)
    page.goto(f"{form}note/sheet/?lang={language}")
    stands("sheet")
    page.goto(f"{form}number/?lang={language}")
    page.locator("input[name=code]").fill(code)
    proceed(page)
    for path in ("box/", "box/allow/", "box/word/", "box/close/"):
        page.goto(f"{form}{path}?lang={language}")
        stands(path)
    page.goto(f"{live_server.url}/calendar/")
    stands("calendar")
    assert not complaints


@pytest.mark.parametrize("path", ["", "help/", "about/", "number/"])
def test_a_first_visit_is_light_on_the_wire(
    context: Callable[..., BrowserContext], live_server: Any, house: Cast, path: str
) -> None:
    check_page(context(width=360).new_page(), f"{live_server.url}/report/north/{path}", budget=PUBLIC)


@pytest.mark.parametrize("way", ["click", "shift", "without scripts"])
def test_leaving_forgets_the_page_and_back_shows_a_calendar(
    context: Callable[..., BrowserContext], live_server: Any, house: Cast, way: str
) -> None:
    browser = context(javascript=way != "without scripts")
    page = browser.new_page()
    page.goto(f"{live_server.url}/report/north/")
    proceed(page)
    page.goto(f"{live_server.url}/report/north/p/{steps.NUMBER['account']}/")
    page.locator("textarea").fill(STORY)
    proceed(page)
    page.wait_for_url("**/p/*/")
    if way == "shift":
        for _press in range(3):
            page.keyboard.press("Shift")
    else:
        page.locator("a.leave").click()
    page.wait_for_url("**/calendar/")
    assert not browser.cookies()
    for _press in range(2):
        page.go_back()
        page.wait_for_url("**/calendar/")
        assert page.locator("table.month").is_visible()


def test_with_scripts_even_going_back_to_the_very_start_shows_nothing_of_ours(
    context: Callable[..., BrowserContext], live_server: Any, house: Cast
) -> None:
    page = context().new_page()
    page.goto("about:blank")
    page.goto(f"{live_server.url}/report/north/?lang=ar")
    proceed(page)
    page.wait_for_url("**/p/1/**")
    page.locator("textarea, input[type=radio]").first.check()
    proceed(page)
    page.wait_for_url("**/p/4/**")
    page.go_back()
    page.wait_for_url("**/p/1/**")
    page.go_back()
    page.wait_for_url("**/p/1/**")
    page.go_forward()
    page.locator("a.leave").click()
    page.wait_for_url("**/calendar/")
    seen = []
    while page.url != "about:blank" and len(seen) < 10:
        page.go_back()
        seen.append(page.url)
    assert {address.removeprefix(live_server.url) for address in seen} == {"/calendar/", "about:blank"}


def test_a_browser_that_keeps_no_cookie_is_told_so_and_gets_help(
    chromium: Browser, tmp_path: Path, live_server: Any, house: Cast
) -> None:
    (tmp_path / "Default").mkdir()
    refuses = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(refuses))
    browser = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=list(SWITCHES), viewport={"width": 360, "height": 800}
    )
    try:
        page = browser.new_page()
        page.goto(f"{live_server.url}/report/north/")
        proceed(page)
        page.wait_for_url("**/check/")
        assert page.get_by_role("heading", name="This browser does not let us go on").is_visible()
        assert not violations(page)
        assert sideways(page) == 0
        page.get_by_role("link", name="Get help now").click()
        page.wait_for_url("**/help/")
    finally:
        browser.close()


def test_a_form_pressed_twice_is_sent_once_and_one_that_was_stopped_can_be_sent_again(
    page: Page, live_server: Any, house: Cast
) -> None:
    page.goto(f"{live_server.url}/report/north/number/")
    page.evaluate(
        """() => {
            window.sent = 0;
            document.querySelector("main form").addEventListener("submit", event => {
                if (!event.defaultPrevented) { window.sent += 1; event.preventDefault(); }
            });
            window.press = at => {
                const event = new Event("submit", {cancelable: true});
                Object.defineProperty(event, "timeStamp", {value: at});
                document.querySelector("main form").dispatchEvent(event);
                return window.sent;
            };
        }"""
    )
    assert [page.evaluate(f"press({at})") for at in (1000, 1200, 4500, 5100, 5200)] == [1, 1, 1, 2, 2]


def test_a_mistake_is_told_first_and_reached_by_the_keyboard(page: Page, live_server: Any, house: Cast) -> None:
    page.goto(f"{live_server.url}/report/north/number/")
    page.locator("input[name=code]").fill("1234")
    proceed(page)
    assert page.evaluate("document.activeElement.classList.contains('problem')")
    page.locator(".summary a").click()
    assert page.evaluate("document.activeElement.name") == "code"
