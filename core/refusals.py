"""Refusals are rolled back with everything else; what must be kept of them is written afterwards, on its own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from core.organisations import Organisation
from core.tenancy import organisation


def later(request: Any, record: Callable[[], None]) -> None:
    """Keep `record` to be called in a second short scope once the page's own transaction has ended."""
    request.__dict__.setdefault("_refusals", []).append(record)


def write(request: Any, found: Organisation, user: UUID | None) -> None:
    """Call what was kept, if anything, in its own transaction."""
    kept = request.__dict__.get("_refusals")
    if kept:
        with organisation(found.id, user=user):
            for record in kept:
                record()
