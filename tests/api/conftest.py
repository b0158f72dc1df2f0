"""Calls with tokens."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.organisations import User
from core.tokens import actions
from core.tokens.tables import Scope
from tests.factories import NOW, Cast


class Caller:
    """A program with a token: `caller.get("cases/")`, `caller.post("reports/", {...}, key="…")`."""

    def __init__(self, slug: str, secret: str) -> None:
        self.client, self.slug, self.secret = Client(), slug, secret

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/o/{self.slug}/{path}", query, headers=self.headers())

    def post(self, path: str, body: Any, *, key: str | None = "key-0001", **more: Any) -> Any:
        headers = self.headers() | ({"Idempotency-Key": key} if key is not None else {})
        text = body if isinstance(body, str) else json.dumps(body)
        kind = more.pop("content_type", "application/json")
        return self.client.post(f"/api/v1/o/{self.slug}/{path}", text, content_type=kind, headers=headers)

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


@pytest.fixture
def caller(cast: Cast) -> Callable[..., Caller]:
    """`caller(cast.hana)`: a program of hers with every scope, or with those named."""

    def make(user: User, *scopes: str, days: int = 30) -> Caller:
        home = cast.home(user)
        with cast.as_user(user):
            _token, secret = actions.issue(
                name="A program", scopes=scopes or Scope.values, days=days, by=cast.actor(user), now=NOW
            )
        return Caller(home.slug, secret)

    return make
