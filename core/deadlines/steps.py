"""The moments at which a clock says something, and where it stands."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.contrib.postgres.expressions import ArraySubquery

from core.calendars import Span, WorkCalendar, due_at, weekday_numbers
from core.deadlines.models import Deadline, DeadlineKind, OwnDay, Pause
from core.deadlines.registry import Terms, defaults, kind, terms
from core.organisations import Organisation
from core.tenancy import scope

WARNING = "warning"


@dataclass(frozen=True)
class Step:
    """A moment of a clock: a warning to its owner, or a rung of the ladder."""

    at: datetime
    to: str
    missed: bool


class DaysOff:
    """The public holidays of a country together with an organisation's own days; `day in off` asks."""

    def __init__(self, country: str, own: Iterable[date]) -> None:
        self.country, self.own = country, frozenset(own)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.own or day in public_holidays(self.country, day.year))


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166, two letters) in a year; none for a country that is not known."""
    try:
        return frozenset(holidays.country_holidays(country, years=year)) if country else frozenset()
    except NotImplementedError:
        return frozenset()


def calendar_of(organisation: Organisation) -> WorkCalendar:
    """The working calendar of the organisation in scope: its zone, weekend, country's holidays and own days."""
    return WorkCalendar(
        ZoneInfo(organisation.time_zone),
        weekday_numbers(organisation.weekend),
        DaysOff(organisation.country, OwnDay.objects.values_list("day", flat=True)),
    )


def current_calendar() -> WorkCalendar:
    """The working calendar of the organisation in scope."""
    return calendar_of(Organisation.objects.only("time_zone", "weekend", "country").get(id=scope().organisation))


def terms_of(key: str) -> Terms:
    """The terms of a declared kind: the organisation's own, else the defaults."""
    kind(key)
    row = DeadlineKind.objects.filter(key=key).values("key", "amount", "unit", "roll", "warn", "ladder").first()
    return terms(row) if row else defaults()[key]


def terms_and_calendar(keys: Collection[str]) -> tuple[dict[str, Terms], WorkCalendar]:
    """The terms of several kinds, as terms_of(), and the working calendar: one query, since somebody waits for it."""
    for key in keys:
        kind(key)
    rows: list[Any] = list(
        DeadlineKind.objects.filter(key__in=keys)
        .annotate(own=ArraySubquery(OwnDay.objects.values("day")))
        .values(
            "key", "amount", "unit", "roll", "warn", "ladder", "own", "organisation__time_zone",
            "organisation__weekend", "organisation__country",
        )
    )  # fmt: skip
    found = {row["key"]: terms(row) for row in rows}
    if not rows:
        return {key: defaults()[key] for key in keys}, current_calendar()
    zone, weekend, country, own = (
        rows[0][name] for name in ("organisation__time_zone", "organisation__weekend", "organisation__country", "own")
    )
    calendar = WorkCalendar(ZoneInfo(zone), weekday_numbers(weekend), DaysOff(country, own))
    return {key: found.get(key) or defaults()[key] for key in keys}, calendar


def pauses_of(deadline: Deadline) -> list[Pause]:
    """The clock's pauses in order, the open one last."""
    return list(Pause.objects.filter(deadline=deadline).order_by("started_at"))


def spans(pauses: Iterable[Pause]) -> list[Span]:
    """The stretches of pauses that have ended."""
    return [(pause.started_at, pause.ended_at) for pause in pauses if pause.ended_at]


def reckon(deadline: Deadline, *, calendar: WorkCalendar, pauses: Sequence[Span]) -> datetime:
    """When the clock is due with these pauses."""
    return due_at(
        deadline.started_at,
        amount=deadline.amount,
        unit=deadline.unit,
        roll=deadline.roll,
        zone=calendar.zone,
        weekend=calendar.weekend,
        holidays=calendar.holidays,
        pauses=pauses,
    )


def steps_of(deadline: Deadline, *, terms: Terms, calendar: WorkCalendar, pauses: Sequence[Span]) -> list[Step]:
    """Every step of the clock in order of time: warnings before it is due, rungs from then on."""
    common: Any = {
        "zone": calendar.zone,
        "weekend": calendar.weekend,
        "holidays": calendar.holidays,
        "pauses": pauses,
    }
    warnings = [
        Step(due_at(deadline.started_at, amount=deadline.amount - left, unit=deadline.unit, **common), WARNING, False)
        for left in terms.warn
        if left <= deadline.amount
    ]
    rungs = [
        Step(due_at(deadline.due_at, amount=rung.late, unit=rung.unit, **common), rung.to, True)
        if rung.late
        else Step(deadline.due_at, rung.to, True)
        for rung in terms.ladder
    ]
    early = [step for step in warnings if step.at < deadline.due_at]
    return sorted(early, key=lambda step: step.at) + sorted(rungs, key=lambda step: step.at)


def position(steps: Sequence[Step], now: datetime) -> tuple[int, datetime | None]:
    """How many steps lie behind `now`, and the moment of the next one."""
    taken = sum(step.at < now for step in steps)
    return taken, steps[taken].at if taken < len(steps) else None
