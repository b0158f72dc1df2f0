"""When something is due: elapsed hours, calendar days and working days, with pauses, exactly.

Everything here is pure: no database, no settings, no clock. A *day* is a civil day of the given time zone; it may last
23, 24 or 25 hours. Where a local time happens twice, the first one is meant; where it is skipped, it is read with the
offset before the gap (RFC 5545, section 3.3.5).
"""

from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTES, HOURS, CALENDAR_DAYS, WORKING_DAYS = "minutes", "hours", "calendar_days", "working_days"
ELAPSED = (MINUTES, HOURS)  # counted day and night, whatever the calendar says
UNITS = (*ELAPSED, CALENDAR_DAYS, WORKING_DAYS)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Nothing that begins in the year 1 is due after the year 9999.
MOST = {
    MINUTES: 10_000 * 366 * 24 * 60, HOURS: 10_000 * 366 * 24, CALENDAR_DAYS: 10_000 * 366, WORKING_DAYS: 10_000 * 366,
}  # fmt: skip
LAST_SECOND = time(23, 59, 59)
ONE_DAY = timedelta(days=1)

# No zone has changed its offset twice within an hour, so looking every hour finds each change.
_STEP = timedelta(hours=1)
# A paused stretch longer than this pauses whole days in its middle; only its edges need a close look.
_EDGE = timedelta(days=3)
# Two days from either end of the calendar, so that no zone falls off it.
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class WorkCalendar:
    """Which days of which zone are worked: `weekend` holds weekday numbers (Monday is 0), `holidays` dates."""

    zone: tzinfo
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: Container[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """True on a day that is neither weekend nor holiday."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def day_of(self, moment: datetime) -> date:
        """The civil day an aware moment falls on."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """23:59:59 of the day, in UTC."""
        return datetime.combine(day, LAST_SECOND, self.zone).astimezone(UTC)

    def has(self, day: date) -> bool:
        """False for a day the zone skipped by moving across the date line (Apia, 30 December 2011)."""
        return _has(day, self.zone)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.works_on(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))

    def distance(self, moment: datetime, *, now: datetime) -> int | None:
        """How many working days lie between now and the moment, either way; None where working days say nothing,
        because the moment's day is not worked or only days off lie between.
        """
        day = self.day_of(moment)
        return abs(self.working_days_between(self.day_of(now), day)) or None if self.works_on(day) else None


def due_at(
    start: datetime,
    *,
    amount: int,
    unit: str,
    zone: str | tzinfo,
    weekend: Iterable[str | int] = ("sat", "sun"),
    holidays: Collection[date] | Container[date] = frozenset(),
    roll: bool = False,
    pauses: Iterable[Span] = (),
) -> datetime:
    """The moment, in UTC, at which something that began at `start` (aware) is due.

    `minutes` and `hours` are elapsed time: nights and holidays count, time in a pause does not; what begins inside a
    pause begins to count at its end, and a pause that begins at the due moment comes too late. No hours at all are over
    at once, no days at the end of the day of the event, whatever is paused then. Days never count the day of the
    event; a day that any pause touches is not counted; due is 23:59:59 of the last counted day. With `roll`,
    calendar days that end on no working day move on to the next working day that no pause touches. A pause runs
    from its first moment (inclusive) to its second (exclusive); one that ends before it begins holds no moment.
    Raises ValueError for what cannot be reckoned. Source: the product's rule "Reckoning, exactly".
    """
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}")
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise ValueError("amount must be a whole number, zero or more")
    if start.tzinfo is None:
        raise ValueError("start must name its offset")
    if amount > MOST[unit]:
        raise ValueError("the due moment lies beyond the calendar")
    try:
        stretches = merged(pauses)
        if unit in ELAPSED:
            return _elapsed(start, timedelta(**{unit: amount}), stretches)
        calendar = WorkCalendar(zone_called(zone), weekday_numbers(weekend), holidays)
        paused = PausedDays(stretches, calendar.zone)
        if unit == WORKING_DAYS:
            return calendar.end_of(_last_counted(start, amount, calendar, paused, working=True))
        day = _last_counted(start, amount, calendar, paused, working=False)
        return calendar.end_of(_rolled(day, calendar, paused) if roll else day)
    except OverflowError as error:
        raise ValueError("the due moment lies beyond the calendar") from error


def zone_called(zone: str | tzinfo) -> tzinfo:
    """The time zone of that IANA name; ValueError when there is none."""
    if isinstance(zone, tzinfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError, TypeError, ValueError) as error:
        raise ValueError(f"there is no time zone called {zone!r}") from error


def weekday_numbers(names: Iterable[str | int]) -> frozenset[int]:
    """Weekday numbers (Monday is 0) of names like "sat"; ValueError for anything else."""
    numbers = set()
    for name in names:
        if isinstance(name, int) and not isinstance(name, bool) and 0 <= name <= 6:
            numbers.add(name)
        elif isinstance(name, str) and name.lower() in WEEKDAYS:
            numbers.add(WEEKDAYS.index(name.lower()))
        else:
            raise ValueError(f"{name!r} is not one of {', '.join(WEEKDAYS)}")
    return frozenset(numbers)


def merged(pauses: Iterable[Span]) -> list[Span]:
    """The pauses in UTC, in order, without empty ones, those that touch or overlap joined."""
    stretches: list[Span] = []
    spans = [(first.astimezone(UTC), last.astimezone(UTC)) for first, last in pauses if _aware(first) and _aware(last)]
    for first, last in sorted(span for span in spans if span[0] < span[1]):
        if stretches and first <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], last))
        else:
            stretches.append((first, last))
    return stretches


class PausedDays:
    """The civil days of a zone of which at least one moment is paused; `day in paused` asks."""

    def __init__(self, stretches: Sequence[Span], zone: tzinfo) -> None:
        within = [(max(first, _FIRST_MOMENT), min(last, _LAST_MOMENT)) for first, last in stretches]
        spans = sorted(span for first, last in within for span in _days_touched(first, last, zone))
        self._spans: list[tuple[date, date]] = []
        for first_day, last_day in spans:
            if self._spans and first_day <= self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(self._spans[-1][1], last_day))
            else:
                self._spans.append((first_day, last_day))
        self._firsts = [first for first, _ in self._spans]

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        at = bisect_right(self._firsts, day)
        return at > 0 and day <= self._spans[at - 1][1]


def _aware(moment: datetime) -> bool:
    if moment.tzinfo is None:
        raise ValueError("a pause must name its offset")
    return True


def _elapsed(start: datetime, left: timedelta, stretches: Sequence[Span]) -> datetime:
    at = start.astimezone(UTC)
    for first, last in stretches:
        if not left:
            break
        if last <= at:
            continue
        if at < first:
            if left <= first - at:
                break
            left -= first - at
        at = last
    return at + left


def _last_counted(start: datetime, amount: int, calendar: WorkCalendar, paused: PausedDays, *, working: bool) -> date:
    if working and amount and len(calendar.weekend) == 7:
        raise ValueError("there is no working day in a week that is all weekend")
    day = calendar.day_of(start)
    while amount:
        day += ONE_DAY
        if day not in paused and (calendar.works_on(day) or not working) and calendar.has(day):
            amount -= 1
    return day


def _rolled(day: date, calendar: WorkCalendar, paused: PausedDays) -> date:
    if calendar.works_on(day):
        return day
    if len(calendar.weekend) == 7:
        raise ValueError("there is no working day in a week that is all weekend")
    while not calendar.works_on(day) or day in paused or not calendar.has(day):
        day += ONE_DAY
    return day


def _days_touched(first: datetime, last: datetime, zone: tzinfo) -> Iterable[tuple[date, date]]:
    """Spans of civil days touched by the moments from `first` (inclusive) to `last` (exclusive).

    Clocks that are put back around midnight visit a day, then the day before, then the day again: so each stretch
    between two changes of the offset is looked at by itself.
    """
    if last - first > 3 * _EDGE:
        yield from _days_touched(first, first + _EDGE, zone)
        yield (first + _EDGE - ONE_DAY).astimezone(zone).date(), (last - _EDGE + ONE_DAY).astimezone(zone).date()
        yield from _days_touched(last - _EDGE, last, zone)
        return
    while first < last:
        until = min(datetime.combine(first.date() + ONE_DAY, time(), UTC), last)
        if _changes_on(first.date(), zone):
            until = min(first + _STEP, until)
            if _offset(until - datetime.resolution, zone) != _offset(first, zone):
                until = _change_after(first, until, zone)
        yield first.astimezone(zone).date(), (until - datetime.resolution).astimezone(zone).date()
        first = until


@lru_cache(maxsize=50_000)
def _changes_on(day: date, zone: tzinfo) -> bool:
    """Whether the zone changes its offset between this midnight and the next, both of UTC and both included."""
    midnight = datetime.combine(day, time(), UTC)
    return len({_offset(midnight + hour * _STEP, zone) for hour in range(25)}) > 1


@lru_cache(maxsize=50_000)
def _has(day: date, zone: tzinfo) -> bool:
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _change_after(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first moment after `low` with another offset than `low`, knowing that there is one before `high`."""
    before = _offset(low, zone)
    while high - low > datetime.resolution:
        middle = low + (high - low) / 2
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(moment: datetime, zone: tzinfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
