"""The kinds of deadline the apps declare, and the defaults each organisation starts with."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from core.calendars import UNITS

if TYPE_CHECKING:
    from core.deadlines.models import Deadline

OWNER, MANAGER, ABOVE, HEAD_OF_OFFICE = "owner", "manager", "above", "head_of_office"
RUNGS = (OWNER, MANAGER, ABOVE, HEAD_OF_OFFICE)

People = Callable[["Deadline", str, datetime], Iterable[UUID] | None]
MayKnow = Callable[["Deadline", UUID, datetime], bool]


@dataclass(frozen=True)
class Kind:
    """A kind of deadline: what it is called, who stands on its rungs, and who must never hear of one.

    `people(deadline, rung, now)` gives the user ids of a rung (see RUNGS), or None for the line of supervisors.
    `may_know(deadline, user_id, now)` is asked for everyone, also for those of the last resort.
    `link(reference)` is the page where the owner does what is due. With `pause_is_asked_for` the app that declared it
    has its own way to pause, in which a second person decides. `says` is all its notices say, where even the title
    would be too much; its page is then open to whoever stands on any rung, since each takes the matter itself.
    """

    key: str
    title: Any
    people: People | None = None
    may_know: MayKnow | None = None
    link: Callable[[str], str] | None = None
    pause_is_asked_for: bool = False
    says: Any = ""


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: who hears of a clock that is `late` units late."""

    to: str
    late: int
    unit: str


@dataclass(frozen=True)
class Terms:
    """The numbers of a kind: how long, when to warn (so many units left), who hears when it is missed."""

    key: str
    amount: int
    unit: str
    roll: bool
    warn: tuple[int, ...]
    ladder: tuple[Rung, ...]
    source: str


_declared: dict[str, Kind] = {}


def declare(key: str, *, title: Any, **rest: Any) -> Kind:
    """Name a kind of deadline once, with the parts `Kind` describes; raises when it is named twice."""
    if key in _declared:
        raise ImproperlyConfigured(f"The deadline {key} is declared twice.")
    _declared[key] = Kind(key, title, **rest)
    return _declared[key]


def kind(key: str) -> Kind:
    """The declared kind; raises ImproperlyConfigured for any other key."""
    if key not in _declared:
        raise ImproperlyConfigured(f"The deadline {key} is not declared.")
    return _declared[key]


def declared() -> Mapping[str, Kind]:
    """Every declared kind by its key."""
    return dict(_declared)


class Titles(Mapping[str, Any]):
    """The titles of all declared kinds by key, looked up when they are asked for."""

    def __getitem__(self, key: str) -> Any:
        return _declared[key].title

    def __iter__(self) -> Iterator[str]:
        return iter(_declared)

    def __len__(self) -> int:
        return len(_declared)


@cache
def defaults() -> Mapping[str, Terms]:
    """The terms every organisation starts with, from each app's `fixtures/deadline_kinds.json`; raises on odd ones."""
    found: dict[str, Terms] = {}
    for app in apps.get_app_configs():
        file = Path(app.path) / "fixtures" / "deadline_kinds.json"
        if not file.exists():
            continue
        for row in json.loads(file.read_text(encoding="utf-8"))["kinds"]:
            read = terms(row)
            if read.key in found:
                raise ImproperlyConfigured(f"The deadline {read.key} has two defaults.")
            found[read.key] = read
    return found


def terms(row: Mapping[str, Any]) -> Terms:
    """Terms from a row of the fixture or of an organisation's own; raises ImproperlyConfigured on odd ones."""
    ladder = tuple(Rung(step["to"], step["late"], step["unit"]) for step in row["ladder"])
    read = Terms(
        key=row["key"],
        amount=row["amount"],
        unit=row["unit"],
        roll=row.get("roll", False),
        warn=tuple(row["warn"]),
        ladder=ladder,
        source=row.get("source", ""),
    )
    fault = (
        read.unit not in UNITS
        or read.amount < 0
        or any(not 0 < left <= read.amount for left in read.warn)
        or not ladder
        or any(step.to not in RUNGS or step.unit not in UNITS or step.late < 0 for step in ladder)
    )
    if fault:
        raise ImproperlyConfigured(f"The terms of the deadline {read.key} do not fit together.")
    return read
