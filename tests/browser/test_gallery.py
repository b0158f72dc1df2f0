"""Every component, in every state, in both directions and on both widths, stands what a page has to stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from config.gallery.urls import PAGES
from tests.browser.checks import PUBLIC, STAFF, check_page, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "width", "dark"), [("en", 1280, False), ("ar", 360, True)])
def test_every_page_of_the_gallery_is_accessible_and_light(
    context: Callable[..., BrowserContext], live_server: Any, language: str, width: int, dark: bool
) -> None:
    for name in PAGES:
        page = context(width=width, dark=dark).new_page()  # a new context each: first visits, nothing cached
        budget = PUBLIC if name.startswith("public/") else STAFF
        check_page(page, f"{live_server.url}/gallery/{name}/?lang={language}", budget=budget)
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
        page.context.close()


@pytest.mark.parametrize("name", ["public/question", "staff/list", "staff/log"])
def test_a_page_fits_the_narrowest_phone_and_the_reader_s_largest_letters(
    context: Callable[..., BrowserContext], live_server: Any, name: str
) -> None:
    page = context(width=320).new_page()
    check_page(page, f"{live_server.url}/gallery/{name}/")


def test_more_contrast_and_fewer_colours_keep_the_page_readable(
    context: Callable[..., BrowserContext], live_server: Any
) -> None:
    for options in ({"contrast": "more"}, {"forced_colors": "active"}):
        page = context(**options).new_page()
        for name in ("public/return", "staff/desk", "staff/board"):
            page.goto(f"{live_server.url}/gallery/{name}/")
            assert not violations(page), name


def test_leaving_is_the_first_thing_the_keyboard_reaches(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/public/question/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "leave"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_leaving_works_by_click_and_by_shift_and_back_does_not_return(page: Page, live_server: Any) -> None:
    start, asked = f"{live_server.url}/gallery/staff/desk/", f"{live_server.url}/gallery/public/question/"
    for leave in (
        lambda: page.get_by_role("link", name="Leave now").click(),
        lambda: [page.keyboard.press("Shift") for _press in range(3)],
    ):
        page.goto(start)
        page.goto(asked)
        leave()
        page.wait_for_url(f"{live_server.url}/gallery/")
        page.go_back()
        page.wait_for_url(start)


def test_a_capital_letter_does_not_leave_the_page(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/public/question/")
    words = page.get_by_label("What happened?")
    words.focus()
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    assert words.input_value() == "ABC"
    assert page.url.endswith("/public/question/")


def test_without_javascript_leaving_is_a_link_and_shift_is_not_promised(
    context: Callable[..., BrowserContext], live_server: Any
) -> None:
    page = context(javascript=False).new_page()
    page.goto(f"{live_server.url}/gallery/public/question/")
    assert not page.get_by_text("Shift key").is_visible()
    page.get_by_role("link", name="Leave now").click()
    assert page.url == f"{live_server.url}/gallery/"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_refused_form_puts_the_focus_on_what_to_do(
    context: Callable[..., BrowserContext], live_server: Any, javascript: bool
) -> None:
    page = context(javascript=javascript).new_page()
    page.goto(f"{live_server.url}/gallery/public/question-error/")
    focused = page.locator(":focus")
    assert focused.get_attribute("role") == "alert"
    page.locator(".summary a").first.click()
    assert page.locator("#id_account").evaluate("field => field === document.querySelector(':target')")


def test_focus_is_never_hidden_under_the_bar(phone: Page, live_server: Any) -> None:
    phone.goto(f"{live_server.url}/gallery/public/choices/")
    for _press in range(30):
        phone.keyboard.press("Tab")
        hidden = phone.evaluate(
            """() => {
                const found = document.activeElement, box = found.getBoundingClientRect();
                if (found === document.body || found.closest('.bar')) return false;
                return box.top < document.querySelector('.bar').getBoundingClientRect().bottom - 1;
            }"""
        )
        assert not hidden, phone.evaluate("document.activeElement.outerHTML")


def test_staff_reach_search_and_menu_by_keyboard(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/staff/desk/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("g c")  # typed into the field, not obeyed
    assert page.url.endswith("/staff/desk/")
    page.keyboard.press("Tab")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/gallery/staff/list/")


def test_choosing_all_rows_counts_them(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/staff/list/")
    page.get_by_label("Choose all on this page").check()
    assert page.locator("[data-chosen]").inner_text() == "50"
    page.locator("tbody .pick input").first.uncheck()
    assert page.locator("[data-chosen]").inner_text() == "49"


def test_the_printed_slip_holds_the_number_and_nothing_else(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/public/receipt/")
    page.emulate_media(media="print")
    seen = " ".join(page.locator("body").inner_text().split())
    assert seen == "Your number 4821 0937 6205 1884 3067 4 8 2 1, 0 9 3 7, 6 2 0 5, 1 8 8 4, 3 0 6 7"


def test_a_public_page_says_nothing_in_its_title_and_no_other_host_learns_of_it(page: Page, live_server: Any) -> None:
    for name in PAGES:
        if name.startswith("public/"):
            page.goto(f"{live_server.url}/gallery/{name}/")
            assert page.title() in ("Page · Contact", "Page · Messages", "Page · Information")
            assert page.locator("meta[name=referrer]").get_attribute("content") == "same-origin"
