"""Refusals are rolled back with everything else; what must be kept of them is written afterwards, on its own."""

from collections.abc import Callable
from typing import Any


def later(request: Any, record: Callable[[], None]) -> None:
    """Keep `record` to be called in a second short scope once the page's own transaction has ended."""
    inner = getattr(request, "_request", request)  # REST framework wraps the request the middleware knows
    inner.__dict__.setdefault("_refusals", []).append(record)


def taken(request: Any) -> list[Callable[[], None]]:
    """What was kept, once: the middleware writes it."""
    return request.__dict__.pop("_refusals", [])
