"""Moments in words: "in 3 working days, on Tuesday 24 November"; the exact moment stays on the element."""

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_time
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.calendars import WorkCalendar

LOCALES = {"en": "en_GB", "zh-hans": "zh_Hans"}
# CLDR has no long form without the year, so each language's order of the words stands here.
DAY = {"en": "EEEE d MMMM", "es": "EEEE d 'de' MMMM", "ru": "EEEE, d MMMM", "zh": "M月d日EEEE"}
DAY_AND_YEAR = {"en": "EEEE d MMMM y"}
FAR = timedelta(days=180)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def locale(language: str | None = None) -> Locale:
    """The CLDR locale of a Django language code, by default of the active one."""
    code = (language or get_language() or "en").lower()
    return Locale.parse(LOCALES.get(code, code.replace("-", "_")))


def day_words(day: date, *, year: bool = False) -> str:
    """ "Tuesday 24 November", with the year when asked, in the active language."""
    here = locale()
    if year:
        return format_date(day, DAY_AND_YEAR.get(here.language, "full"), locale=here)
    return format_date(day, DAY.get(here.language, "EEEE d MMMM"), locale=here)


def clock_words(moment: datetime) -> str:
    """The time of day of an aware moment, in its own zone and the active language."""
    return format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale())


def exact_words(moment: datetime, *, calendar: WorkCalendar) -> str:
    """ "Tuesday 24 November 2026, 14:30", in the calendar's zone."""
    local = moment.astimezone(calendar.zone)
    return _("%(day)s, %(time)s") % {"day": day_words(local.date(), year=True), "time": clock_words(local)}


def moment_words(moment: datetime, *, now: datetime, calendar: WorkCalendar) -> str:
    """How far a moment lies from `now` and which day it is, in working days where the day is worked."""
    local, here = moment.astimezone(calendar.zone), now.astimezone(calendar.zone)
    days = (local.date() - here.date()).days
    day = day_words(local.date(), year=local.year != here.year and abs(moment - now) > FAR)
    time = clock_words(local)
    if days == 0:
        return _today(moment - now, time)
    if days == 1:
        return _("tomorrow, on %(day)s") % {"day": day}
    if days == -1:
        return _("yesterday, %(day)s, at %(time)s") % {"day": day, "time": time}
    worked = calendar.working_days_between(here.date(), local.date())
    if not worked or not calendar.works_on(local.date()):
        return _days_words(days) % {"days": abs(days), "day": day}
    return _working_days_words(worked) % {"days": abs(worked), "day": day}


def time_element(moment: datetime, *, now: datetime, calendar: WorkCalendar) -> SafeString:
    """The words in a `<time>` element: the exact moment on hover and, for screen readers, after the words."""
    exact = exact_words(moment, calendar=calendar)
    return format_html(
        '<time datetime="{}" title="{}">{}<span class="hear"> ({})</span></time>',
        moment.astimezone(calendar.zone).isoformat(timespec="minutes"),
        exact,
        moment_words(moment, now=now, calendar=calendar),
        exact,
    )


def _today(distance: timedelta, time: str) -> str:
    if distance >= HOUR:
        hours = distance // HOUR
        text = ngettext("today at %(time)s, in %(hours)d hour", "today at %(time)s, in %(hours)d hours", hours)
        return text % {"time": time, "hours": hours}
    if distance > MINUTE:
        minutes = distance // MINUTE
        text = ngettext(
            "today at %(time)s, in %(minutes)d minute", "today at %(time)s, in %(minutes)d minutes", minutes
        )
        return text % {"time": time, "minutes": minutes}
    return _("today at %(time)s") % {"time": time}


def _days_words(days: int) -> str:
    if days > 0:
        return ngettext("in %(days)d day, on %(day)s", "in %(days)d days, on %(day)s", days)
    return ngettext("%(days)d day ago, on %(day)s", "%(days)d days ago, on %(day)s", -days)


def _working_days_words(days: int) -> str:
    if days > 0:
        return ngettext("in %(days)d working day, on %(day)s", "in %(days)d working days, on %(day)s", days)
    return ngettext("%(days)d working day ago, on %(day)s", "%(days)d working days ago, on %(day)s", -days)
