"""Moments in words. Today is Thursday 19 November 2026, 14:00 in Nairobi."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from core.calendars import WorkCalendar
from core.time_words import moment_words, time_element

CALENDAR = WorkCalendar(ZoneInfo("Africa/Nairobi"), frozenset({5, 6}), frozenset({date(2026, 12, 25)}))
NOW = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T17:00+03:00", "in 3 working days, on Tuesday 24 November"),
        ("2026-11-23T17:00+03:00", "in 2 working days, on Monday 23 November"),
        ("2026-11-20T12:00+03:00", "tomorrow, on Friday 20 November"),
        ("2026-11-19T15:30+03:00", "today at 15:30, in 1 hour"),
        ("2026-11-19T14:20+03:00", "today at 14:20, in 20 minutes"),
        ("2026-11-19T11:20+03:00", "today at 11:20"),
        ("2026-11-18T16:00+03:00", "yesterday, Wednesday 18 November, at 16:00"),
        ("2026-11-03T17:00+03:00", "12 working days ago, on Tuesday 3 November"),
        ("2026-11-21T23:59+03:00", "in 2 days, on Saturday 21 November"),
        ("2026-12-25T23:59+03:00", "in 36 days, on Friday 25 December"),
        ("2026-11-15T23:59+03:00", "4 days ago, on Sunday 15 November"),
        ("2027-11-16T09:00+03:00", "in 257 working days, on Tuesday 16 November 2027"),
    ],
)
def test_a_moment_is_told_by_how_far_it_is_and_which_day(moment, words):
    assert moment_words(datetime.fromisoformat(moment), now=NOW, calendar=CALENDAR) == words


def test_the_day_is_the_one_of_the_organisation_not_of_the_server():
    late_evening_in_utc = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
    assert moment_words(late_evening_in_utc, now=NOW, calendar=CALENDAR) == "tomorrow, on Friday 20 November"


def test_the_element_carries_the_exact_moment_for_eyes_and_ears():
    html = time_element(datetime.fromisoformat("2026-11-24T14:30+03:00"), now=NOW, calendar=CALENDAR)
    assert html == (
        '<time datetime="2026-11-24T14:30+03:00" title="Tuesday 24 November 2026, 14:30">in 3 working days, on Tuesday'
        ' 24 November<span class="hear"> (Tuesday 24 November 2026, 14:30)</span></time>'
    )


@pytest.mark.parametrize(
    ("language", "name"), [("ar", "نوفمبر"), ("fr", "mardi 24 novembre"), ("zh-hans", "11月24日星期二")]
)
def test_days_are_named_in_the_readers_language(language, name):
    with translation.override(language):
        html = time_element(datetime.fromisoformat("2026-11-24T14:30+03:00"), now=NOW, calendar=CALENDAR)
    assert name in html
