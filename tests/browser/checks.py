"""What every page has to stand: `check_page(page, url)` opens it and asserts all of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page, Response

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
#: Kilobytes and requests of a first visit: what a reporter pays for, and what staff on a slow line can bear.
PUBLIC = (25 * 1024, 4)
STAFF = (60 * 1024, 6)


@cache
def _axe() -> str:
    return AXE.read_text()


#: Only what is wrong leaves the browser: handing over all axe-core saw takes longer than looking.
_JUDGE = """async asked => {
    const found = await axe.run(document, {resultTypes: ['violations'], preload: false, ...asked});
    return found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html]));
}"""


@dataclass
class Visit:
    """What the browser saw while a page was opened."""

    status: int = 0
    requests: list[str] = field(default_factory=list)
    weight: int = 0
    complaints: list[str] = field(default_factory=list)


def visit(page: Page, url: str) -> Visit:
    """Opens the address and counts; weight is what would go over the wire compressed, headers not counted."""
    seen = Visit()

    answers: list[Response] = []

    def answered(response: Response) -> None:
        answers.append(response)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.complaints.append(message.text)

    page.on("response", answered)
    page.on("console", said)
    try:
        answer = page.goto(url, wait_until="load")
        assert answer is not None
        seen.status = answer.status
        mine = [each for each in answers if not each.url.startswith("data:")]
        while mine and mine[0].url != url.partition("#")[0]:  # of the page before, which was still being drawn
            mine.pop(0)
        for each in mine:
            seen.requests.append(each.url)
            if each.ok:
                seen.weight += len(gzip.compress(each.body(), 6))  # the browser hands the body over unpacked
    finally:
        page.remove_listener("response", answered)
        page.remove_listener("console", said)
    return seen


def settled(page: Page, question: Callable[[], Any]) -> Any:
    """The answer of a loaded page; asks again where a click was still leading to another page meanwhile."""
    for _ in range(3):
        page.wait_for_load_state("load")
        try:
            return question()
        except Error as said:
            if not any(word in str(said) for word in ("context was destroyed", "of null", "axe is not defined")):
                raise
    page.wait_for_load_state("load")
    return question()


def violations(page: Page, rules: Sequence[str] | None = None, *, colours: bool = True) -> list[str]:
    """What axe-core finds on the page as it stands (by these rules, or all), one line each; folded parts are opened.

    Contrast takes axe-core as long as all other rules together: `colours=False` leaves it to another look.
    """
    only: dict[str, Any] = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    if not colours:
        only["rules"] = {"color-contrast": {"enabled": False}}

    def judge() -> Any:
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        if not page.evaluate("'axe' in window"):
            page.evaluate(_axe())
        return page.evaluate(_JUDGE, only)

    return [f"{rule}: {html[:160]}" for rule, html in settled(page, judge)]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return settled(page, lambda: page.evaluate(width))


def check_page(page: Page, url: str, *, status: int = 200, budget: tuple[int, int] = STAFF) -> Visit:
    """Opens a page and asserts: status, nothing the policy or the console complains of, weight and requests in budget,
    no sideways scroll, one first heading, language and direction said, no violation of axe-core's rules."""
    seen = visit(page, url)
    assert seen.status == status, f"{url} answered {seen.status}"
    complaints = [text for text in seen.complaints if f"status of {status}" not in text]
    assert not complaints, f"{url}: {complaints}"
    weight, requests = budget
    assert len(seen.requests) <= requests, f"{url}: {len(seen.requests)} requests {seen.requests}"
    assert seen.weight <= weight, f"{url}: {seen.weight} bytes compressed"
    assert sideways(page) == 0, f"{url} is {sideways(page)} px too wide"
    assert page.locator("h1").count() == 1, f"{url} has {page.locator('h1').count()} first headings"
    assert page.evaluate("document.documentElement.lang && document.documentElement.dir"), f"{url} says no language"
    found = violations(page)
    assert not found, f"{url}:\n" + "\n".join(found)
    return seen
