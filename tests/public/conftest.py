"""A browser without a face: fills in the form page by page, and reads what came of it as staff would."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from cases.public import steps
from tests.factories import Cast

STORY = "A fictional story for a test: PRIVATE-STORY at the gate."


@dataclass
class Visitor:
    """Somebody with a browser that keeps one cookie."""

    slug: str = "north"
    language: str = ""
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en"))

    @property
    def base(self) -> str:
        return f"/report/{self.slug}/"

    def get(self, path: str = "", **rest: Any) -> Any:
        return self.client.get(self.base + path, **rest)

    def begin(self) -> "Visitor":
        answer = self.client.post(self.base)
        assert answer.status_code == 303, answer
        return self

    def form_token(self, path: str) -> str:
        return token_in(self.get(path).content.decode())

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(self.base + path, {"page": self.form_token(path), **data})

    def answer(self, key: str, **data: Any) -> Any:
        return self.post(f"p/{steps.NUMBER[key]}/", **data)

    def tell(self, **answers: dict[str, Any]) -> "Visitor":
        """Begin and answer the given pages: tell(account={"account": "…"})."""
        self.begin()
        for key, data in answers.items():
            found = self.answer(key, **data)
            assert found.status_code == 303, found.content.decode()
        return self

    def send(self) -> str:
        """Send, and read the number from the receipt."""
        assert self.post("p/end/").status_code == 303
        return self.number()

    def number(self) -> str:
        return number_in(self.get("note/").content.decode())

    def come_back(self, code: str, phrase: str = "") -> Any:
        return self.client.post(self.base + "number/", {"code": code, "phrase": phrase})


def token_in(page: str) -> str:
    found = re.search(r'name="page" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def number_in(page: str) -> str:
    found = re.search(r'<p class="code"[^>]*>(.*?)</p>', page)
    assert found, page
    return "".join(re.findall(r"\d{4}", found[1]))


@pytest.fixture
def visitor(cast: Cast) -> Visitor:
    """A reporter at North's form."""
    return Visitor()


@pytest.fixture
def sent(cast: Cast) -> Callable[..., tuple[Visitor, str]]:
    """Send a report with these answers; gives the visitor and the number."""

    def send(**answers: dict[str, Any]) -> tuple[Visitor, str]:
        visitor = Visitor().tell(account={"account": STORY}, **answers)
        return visitor, visitor.send()

    return send


@pytest.fixture(autouse=True)
def log_of_the_test(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No private word of any test here reaches a log line."""
    with caplog.at_level("DEBUG"):
        yield
    assert "PRIVATE-" not in caplog.text
