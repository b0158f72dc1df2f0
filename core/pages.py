"""The front page: one's organisations, or the sign-in."""

import calendar
from typing import Any

from babel.dates import format_date
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from core import phrases
from core.organisations import Membership, Organisation
from core.tenancy import as_user


@login_required
def front(request: Any, place: str = "") -> HttpResponse:
    """With one membership, that `place` there (or the desk); with several, the choice; with none, a sentence."""
    now = timezone.now()
    with as_user(request.user.pk):
        ids = list(
            Membership.own.filter(user_id=request.user.pk, starts_at__lte=now)
            .filter(Q(ends_at=None) | Q(ends_at__gt=now))
            .values_list("organisation_id", flat=True)
        )
    mine = list(Organisation.objects.filter(id__in=ids).order_by("name"))
    if len(mine) == 1:
        return HttpResponseRedirect(f"/o/{mine[0].slug}/{place}")
    return TemplateResponse(request, "core/organisations.html", {"organisations": mine, "place": place})


def month(request: HttpRequest) -> HttpResponse:
    """This month as a calendar: the everyday page on which "Leave now" ends; nothing on it comes from us."""
    today = timezone.localdate()
    here = phrases.locale()
    weeks = calendar.Calendar(here.first_week_day).monthdatescalendar(today.year, today.month)
    context = {
        "title": format_date(today, "LLLL y", locale=here),
        "days": [format_date(day, "ccc", locale=here) for day in weeks[0]],
        "weeks": weeks,
        "today": today,
    }
    return TemplateResponse(request, "core/calendar.html", context)
