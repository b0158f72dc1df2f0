"""Care that works only for a time: the windows as data with their source, and the moment they are counted from.

Pure, but for the file the windows are read from.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.choices import LastTime

#: What each kind of care is called; shown to assistance roles alone.
NAMES: Mapping[str, Any] = {
    "hiv_prophylaxis": _("Medicine against HIV"),
    "contraception": _("Emergency contraception"),
    "samples": _("Samples, only if the person wants it"),
    "hepatitis_globulin": _("Protection against hepatitis B, first days"),
    "follow_up_tests": _("Follow-up tests"),
    "hepatitis_vaccine": _("Vaccine against hepatitis B"),
}

#: How far back each coarse answer reaches at most, and how near it may be.
STEPS: Mapping[str, tuple[timedelta, timedelta]] = {
    LastTime.TODAY_OR_YESTERDAY: (timedelta(days=2), timedelta()),
    LastTime.THREE_DAYS: (timedelta(days=3), timedelta()),
    LastTime.FIVE_DAYS: (timedelta(days=5), timedelta()),
}


@dataclass(frozen=True)
class Window:
    """One kind of care: the clock that says how long it works, whether somebody is called for it, and why."""

    kind: str
    clock: str
    rings: bool
    source: str


@dataclass(frozen=True)
class Bounds:
    """The earliest and the latest moment it can have happened; the same where it is known."""

    earliest: datetime
    latest: datetime


@cache
def windows() -> tuple[Window, ...]:
    """Every window of the fixture, the shortest first."""
    file = Path(__file__).parent / "fixtures" / "clinical_windows.json"
    return tuple(Window(**row) for row in json.loads(file.read_text(encoding="utf-8"))["windows"])


def of_step(step: str, *, told_at: datetime, heard_at: datetime, zone: tzinfo) -> Bounds | None:
    """The bounds of a coarse answer; None where no answer was given or it lies too far back to call anybody.

    `told_at` is the earliest moment the answer can have been given, `heard_at` the latest. "Today or yesterday" reaches
    back to the first moment of yesterday. Somebody who is not sure may have been hurt an hour ago or long before: it
    is counted from as far back as a call is still made at all.
    """
    if step == LastTime.NOT_SURE:
        return Bounds(told_at - STEPS[LastTime.FIVE_DAYS][0], heard_at)
    if step not in STEPS:
        return None
    if step == LastTime.TODAY_OR_YESTERDAY:
        yesterday = told_at.astimezone(zone).date() - timedelta(days=1)
        return Bounds(datetime.combine(yesterday, time.min, zone), heard_at)
    far, near = STEPS[step]
    return Bounds(told_at - far, heard_at - near)


def of_days(first: date, last: date | None, *, now: datetime, zone: tzinfo) -> Bounds:
    """The bounds of a day, or of a stretch in which it lies; never later than now."""
    earliest = min(datetime.combine(first, time.min, zone), now)
    following = datetime.combine((last or first) + timedelta(days=1), time.min, zone)
    return Bounds(earliest, max(earliest, min(following, now)))
