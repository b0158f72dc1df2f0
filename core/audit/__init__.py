"""Declared events, written with the change they speak of."""

from typing import Any

_declared: dict[str, str] = {}


def declare(name: str, sentence: str) -> None:
    """Name an event once, with the sentence that presents it."""
    _declared[name] = sentence


def record(name: str, *, by: Any, about: Any = None, **_rest: Any) -> None:
    """Write one declared event."""
    if name not in _declared:
        raise KeyError(name)
