"""Distances in working days, as pages tell them. Today is Thursday 19 November 2026, 14:00 in Nairobi."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.utils import timezone

from core.calendars import WorkCalendar
from core.middleware import OrganisationScope
from core.ui import frame
from tests.factories import Cast

CALENDAR = WorkCalendar(ZoneInfo("Africa/Nairobi"), frozenset({5, 6}), frozenset({date(2026, 12, 25)}))
NOW = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "distance"),
    [
        ("2026-11-24T17:00+03:00", 3),
        ("2026-11-23T17:00+03:00", 2),
        ("2026-11-20T12:00+03:00", 1),
        ("2026-11-19T15:30+03:00", None),
        ("2026-11-03T17:00+03:00", 12),
        ("2026-11-21T23:59+03:00", None),
        ("2026-12-25T23:59+03:00", None),
        ("2026-12-28T23:59+03:00", 26),
        ("2026-11-19T22:30+00:00", 1),
    ],
)
def test_the_distance_counts_days_worked_in_the_organisations_zone(moment: str, distance: int | None) -> None:
    assert CALENDAR.distance(datetime.fromisoformat(moment), now=NOW) == distance


def due(at: str, **context: object) -> str:
    with timezone.override("Africa/Nairobi"):
        page = Template("{% load ui %}{% due at %}")
        return page.render(Context({"at": datetime.fromisoformat(at), "now": NOW, **context}))


def test_a_due_moment_is_told_in_working_days_with_the_exact_one_for_eyes_and_ears() -> None:
    assert due("2026-11-24T14:30+03:00", working_calendar=CALENDAR) == (
        '<time datetime="2026-11-24T14:30:00+03:00" title="Tuesday 24 November 2026, 14:30">in 3 working days, on '
        'Tuesday 24 November<span class="hear"> (Tuesday 24 November 2026, 14:30)</span></time>'
    )


def test_a_due_day_that_is_not_worked_is_told_in_days() -> None:
    assert "in 2 days, on Saturday 21 November" in due("2026-11-21T23:59+03:00", working_calendar=CALENDAR)


@pytest.mark.django_db
def test_a_page_speaks_in_the_zone_and_calendar_of_its_organisation(cast: Cast) -> None:
    seen = {}

    def page(request: HttpRequest) -> HttpResponse:
        seen["zone"] = str(timezone.get_current_timezone())
        seen["calendar"] = frame(request)["working_calendar"]
        seen["worked"] = seen["calendar"].works_on(date(2026, 11, 20))
        return HttpResponse()

    request = HttpRequest()
    request.path = request.path_info = "/report/north/"
    OrganisationScope(page)(request)
    assert seen["zone"] == "Africa/Nairobi"
    assert seen["worked"]
    assert str(timezone.get_current_timezone()) == "UTC"


def test_a_row_that_says_no_distance_is_told_by_the_calendar() -> None:
    page = Template('{% load ui %}{% include "components/rows.html" %}')
    row = {"title": "Finish triage", "due_at": datetime.fromisoformat("2026-11-24T14:30+03:00")}
    with timezone.override("Africa/Nairobi"):
        html = page.render(Context({"rows": [row], "now": NOW, "working_calendar": CALENDAR}))
    assert "in 3 working days, on Tuesday 24 November" in html
