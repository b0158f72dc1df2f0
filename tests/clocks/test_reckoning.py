"""The reckoning against a model that knows no shortcuts: it walks, step by step, and asks each step what day it is."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import due_at

ZONES = (
    "UTC", "Africa/Cairo", "Asia/Beirut", "America/Sao_Paulo", "Africa/Nairobi", "Asia/Kathmandu", "Europe/Zurich",
    "Pacific/Apia", "America/St_Johns", "America/Toronto", "Australia/Lord_Howe", "America/Havana",
    "Asia/Gaza", "Pacific/Kiritimati", "Atlantic/Azores", "Africa/Casablanca",
)  # fmt: skip
MINUTE = timedelta(minutes=1)
CHECKOUT = Path(__file__).resolve().parents[2]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_by_walking(start, *, amount, working, zone, weekend, holidays, roll, pauses):
    """Walks minute by minute, noting for each civil day whether any minute of it was paused."""
    tz = ZoneInfo(zone)

    def works(day):
        return day.weekday() not in weekend and day not in holidays

    first = (start - timedelta(days=2)).replace(second=0, microsecond=0)
    minutes = 60 * 24 * 50
    days, paused = [], set()
    for n in range(minutes):
        at = first + n * MINUTE
        day = at.astimezone(tz).date()
        if day not in days[-3:]:
            days.append(day)
        if any(begin <= at < end for begin, end in pauses):
            paused.add(day)
    event = start.astimezone(tz).date()
    due, left = event, amount
    ahead = [day for day in sorted(set(days)) if day > event]
    while left:
        due = ahead.pop(0)
        if due not in paused and (works(due) or not working):
            left -= 1
    if roll and not working and not works(due):
        due = next(day for day in ahead if works(day) and day not in paused)
    return datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=tz).astimezone(UTC)


def hours_by_walking(start, *, amount, pauses):
    """Counts the minutes that are not paused; nothing to count is over at once."""

    def paused(at):
        return any(begin <= at < end for begin, end in pauses)

    at, left = start, amount * 60
    while left:
        left -= not paused(at)
        at += MINUTE
    return at


@st.composite
def stories(draw):
    zone = draw(st.sampled_from(ZONES))
    year = draw(st.sampled_from((1999, 2006, 2011, 2017, 2024, 2026)))
    start = datetime(year, 1, 1, tzinfo=UTC) + MINUTE * draw(st.integers(0, 60 * 24 * 364))
    moments = st.integers(-60 * 24 * 4, 60 * 24 * 14).map(lambda n: start + MINUTE * n)
    edges = st.integers(-3, 10).map(lambda n: local_midnight(start, n, zone))
    pauses = draw(st.lists(st.tuples(moments | edges, moments | edges), max_size=3))
    holidays = draw(st.sets(st.integers(-1, 14), max_size=5))
    return {
        "start": start,
        "amount": draw(st.integers(0, 9)),
        "zone": zone,
        "weekend": draw(st.sampled_from((frozenset(), frozenset({5, 6}), frozenset({4, 5}), frozenset({6})))),
        "holidays": frozenset(start.date() + timedelta(days=n) for n in holidays),
        "roll": draw(st.booleans()),
        "pauses": pauses,
    }


def local_midnight(start, days, zone):
    day = (start + timedelta(days=days)).astimezone(ZoneInfo(zone)).date()
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@settings(max_examples=40, deadline=None)
@given(stories(), st.sampled_from(("calendar_days", "working_days")))
def test_days_agree_with_a_walk_through_every_minute(story, unit):
    rest = {name: value for name, value in story.items() if name != "start"}
    expected = days_by_walking(story["start"], working=unit == "working_days", **rest)
    assert due_at(story["start"], unit=unit, **rest) == expected


@settings(max_examples=200, deadline=None)
@given(stories())
def test_hours_agree_with_a_walk_through_every_minute(story):
    rest = {name: value for name, value in story.items() if name != "start"}
    expected = hours_by_walking(story["start"], amount=story["amount"], pauses=story["pauses"])
    assert due_at(story["start"], unit="hours", **rest) == expected


def reckoned(start, amount, unit, zone="UTC", **rest):
    return due_at(utc(start), amount=amount, unit=unit, zone=zone, **rest).isoformat()[:19]


def test_hours_run_through_nights_weekends_and_the_change_of_clocks():
    assert reckoned("2026-03-28T12:00", 24, "hours", "Europe/Zurich") == "2026-03-29T12:00:00"


def test_the_day_of_the_event_is_not_counted():
    assert reckoned("2026-11-20T00:00", 1, "calendar_days") == "2026-11-21T23:59:59"


def test_the_day_of_the_event_is_the_one_of_the_organisations_zone():
    assert reckoned("2026-11-20T22:30", 1, "calendar_days", "Africa/Nairobi") == "2026-11-22T20:59:59"


def test_working_days_pass_over_a_friday_and_saturday_weekend_and_holidays():
    weekend, holidays = ("fri", "sat"), {date(2026, 11, 22)}
    assert reckoned("2026-11-19T10:00", 1, "working_days", weekend=weekend, holidays=holidays) == "2026-11-23T23:59:59"


def test_a_due_day_that_is_no_working_day_rolls_only_where_the_kind_says_so():
    assert reckoned("2026-11-20T10:00", 1, "calendar_days") == "2026-11-21T23:59:59"
    assert reckoned("2026-11-20T10:00", 1, "calendar_days", roll=True) == "2026-11-23T23:59:59"


def test_a_rolling_due_day_passes_over_a_paused_day():
    pauses = [(utc("2026-11-23T08:00"), utc("2026-11-23T08:01"))]
    assert reckoned("2026-11-20T10:00", 1, "calendar_days", roll=True, pauses=pauses) == "2026-11-24T23:59:59"


def test_a_pause_until_midnight_leaves_the_new_day_counted():
    pauses = [(utc("2026-11-21T08:00"), utc("2026-11-22T00:00"))]
    assert reckoned("2026-11-20T10:00", 1, "calendar_days", pauses=pauses) == "2026-11-22T23:59:59"


def test_a_pause_that_begins_at_the_due_moment_comes_too_late():
    pauses = [(utc("2026-11-20T12:00"), utc("2026-11-20T18:00"))]
    assert reckoned("2026-11-20T10:00", 2, "hours", pauses=pauses) == "2026-11-20T12:00:00"


def test_minutes_run_like_hours_at_night_and_stand_still_in_a_pause():
    assert reckoned("2026-11-21T23:50", 30, "minutes") == "2026-11-22T00:20:00"
    pauses = [(utc("2026-11-20T10:10"), utc("2026-11-20T10:40"))]
    assert reckoned("2026-11-20T10:00", 30, "minutes", pauses=pauses) == "2026-11-20T11:00:00"


def test_overlapping_pauses_are_added_once_and_empty_ones_not_at_all():
    pauses = [
        (utc("2026-11-20T11:00"), utc("2026-11-20T13:00")),
        (utc("2026-11-20T12:00"), utc("2026-11-20T14:00")),
        (utc("2026-11-20T15:00"), utc("2026-11-20T15:00")),
        (utc("2026-11-20T23:00"), utc("2026-11-19T23:00")),
    ]
    assert reckoned("2026-11-20T10:00", 2, "hours", pauses=pauses) == "2026-11-20T15:00:00"


def test_counting_that_starts_inside_a_pause_waits_for_its_end():
    pauses = [(utc("2026-11-20T09:00"), utc("2026-11-20T14:00"))]
    assert reckoned("2026-11-20T10:00", 2, "hours", pauses=pauses) == "2026-11-20T16:00:00"


def test_a_pause_in_the_last_second_of_a_day_pauses_that_day():
    pauses = [(utc("2026-11-21T23:59:59.500000"), utc("2026-11-22T00:00"))]
    assert reckoned("2026-11-20T10:00", 1, "calendar_days", pauses=pauses) == "2026-11-22T23:59:59"


def test_nothing_to_wait_for_is_due_at_once_or_at_the_end_of_the_day():
    assert reckoned("2026-11-21T10:00:00.250000", 0, "hours") == "2026-11-21T10:00:00"
    assert reckoned("2026-11-21T10:00", 0, "working_days") == "2026-11-21T23:59:59"
    pauses = [(utc("2026-11-21T09:00"), utc("2026-11-22T14:00"))]
    assert reckoned("2026-11-21T10:00", 0, "hours", pauses=pauses) == "2026-11-21T10:00:00"
    assert reckoned("2026-11-21T10:00", 0, "calendar_days", pauses=pauses) == "2026-11-21T23:59:59"


def test_a_pause_to_the_end_of_the_calendar_does_no_harm_before_it_begins():
    pauses = [(utc("2030-01-01T00:00"), utc("9999-12-31T23:59:59"))]
    assert reckoned("2026-11-20T10:00", 1, "calendar_days", "Asia/Tokyo", pauses=pauses) == "2026-11-21T14:59:59"


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "weeks"},
        {"amount": -1},
        {"amount": True},
        {"amount": 10**30},
        {"zone": "Mars/Olympus"},
        {"zone": "../etc/passwd"},
        {"weekend": ("holiday",)},
        {"weekend": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        {"start": datetime(2026, 11, 20)},  # noqa: DTZ001 - the missing offset is what is refused
        {"pauses": [(utc("2026-11-20T11:00"), utc("9999-12-31T23:59:59"))]},
    ],
    ids=str,
)
def test_what_cannot_be_reckoned_is_refused(wrong):
    question = {"start": utc("2026-11-20T10:00"), "amount": 3, "unit": "working_days", "zone": "UTC"} | wrong
    with pytest.raises(ValueError, match=r"\w"):
        due_at(question.pop("start"), **question)


def test_time_zones_do_not_depend_on_the_machine() -> None:
    code = "import core.calendars as c; print(c.zone_called('Asia/Beirut'))"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "Asia/Beirut\n"
