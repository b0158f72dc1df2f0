"""Lines of JSON in, lines of JSON out: the product's reckoning, for judges outside it."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from core.calendars import Span, due_at

NEVER = datetime.max.replace(tzinfo=UTC)


def reckon_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """For each line `{"id", "zone", "weekend", "holidays", "start", "amount", "unit", "roll", "pauses"}` the answer
    `{"id", "due_at"}`, moments in UTC as `…Z`; `{"id", "error"}` for a line that cannot be reckoned, which names it,
    counted from 1, and stops no other. Empty lines are passed over.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        question: Any = None
        try:
            question = json.loads(line.decode("utf-8-sig"))
            yield reckon(question)
        except KeyError as error:
            yield refusal(question, f"line {number}: {error.args[0]} is missing")
        except (ValueError, RecursionError) as error:
            yield refusal(question, f"line {number}: {error}")


def refusal(question: Any, error: str) -> dict[str, Any]:
    """The answer to a question that has none."""
    return {"id": question.get("id") if isinstance(question, dict) else None, "error": error}


def reckon(question: Any) -> dict[str, Any]:
    """The answer to one question; ValueError or KeyError says what is wrong with it."""
    if not isinstance(question, dict):
        raise ValueError("not an object")
    due = due_at(
        moment(question["start"], "start"),
        amount=whole(question["amount"]),
        unit=question["unit"],
        zone=question["zone"],
        weekend=listed(question.get("weekend", ["sat", "sun"]), "weekend"),
        holidays=frozenset(day(text) for text in listed(question.get("holidays", []), "holidays")),
        roll=truth(question.get("roll", False)),
        pauses=[span(pair) for pair in listed(question.get("pauses", []), "pauses")],
    )
    return {"id": question["id"], "due_at": due.astimezone(UTC).isoformat().replace("+00:00", "Z")}


def moment(text: Any, what: str) -> datetime:
    """An aware moment from ISO 8601 text."""
    if not isinstance(text, str):
        raise ValueError(f"{what} must be a moment like 2026-11-20T09:00:00Z")
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{what} must be a moment like 2026-11-20T09:00:00Z, not {text!r}") from error
    if at.tzinfo is None:
        raise ValueError(f"{what} must name its offset: {text!r}")
    return at


def day(text: Any) -> date:
    """A date from ISO 8601 text."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ValueError(f"holidays must be dates like 2026-12-25, not {text!r}") from error


def span(pair: Any) -> Span:
    """A pause from a list of two moments; without an end (null) it lasts for ever."""
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError("each pause must be a list of two moments")
    first = moment(pair[0], "the start of a pause")
    return first, NEVER if pair[1] is None else moment(pair[1], "the end of a pause")


def listed(value: Any, what: str) -> list[Any]:
    """The value, if it is a list."""
    if not isinstance(value, list):
        raise ValueError(f"{what} must be a list")
    return value


def whole(value: Any) -> int:
    """The value as a whole number; 3.0 is one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("amount must be a whole number, zero or more")
    return value


def truth(value: Any) -> bool:
    """The value, if it is true or false."""
    if not isinstance(value, bool):
        raise ValueError("roll must be true or false")
    return value
