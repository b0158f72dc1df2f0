"""Moments in words, as a person would say them: "in 3 working days, on Tuesday 24 November"."""

from __future__ import annotations

import datetime
from decimal import Decimal

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

#: Languages whose regional form says dates in the order and numerals the product uses.
_REGIONAL = {"en": "en_GB", "zh-hans": "zh_Hans"}

#: A day without and with its year, by language; the short forms of CLDR would cut the words.
_DAYS = {
    "en": ("EEEE d MMMM", "EEEE d MMMM y"),
    "ar": ("EEEE، d MMMM", "EEEE، d MMMM y"),
    "fr": ("EEEE d MMMM", "EEEE d MMMM y"),
    "es": ("EEEE d 'de' MMMM", "EEEE d 'de' MMMM 'de' y"),
    "ru": ("EEEE, d MMMM", "EEEE, d MMMM y 'г.'"),
    "zh": ("M月d日EEEE", "y年M月d日EEEE"),
}


def locale() -> Locale:
    """The CLDR locale of the active language; English where it has none."""
    code = (get_language() or "en").lower()
    name = _REGIONAL.get(code) or _REGIONAL.get(code.split("-")[0]) or code.replace("-", "_")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def day(date: datetime.date, *, today: datetime.date | None = None) -> str:
    """ "Friday 20 November", with the year when it is not the year of `today`."""
    here = locale()
    patterns = _DAYS.get(here.language)
    if patterns is None:
        return format_date(date, "full", locale=here)
    return format_date(date, patterns[today is None or date.year != today.year], locale=here)


def clock(moment: datetime.datetime) -> str:
    """The time of day in the active time zone: "16:00"."""
    return format_time(timezone.localtime(moment), "HH:mm", locale=locale())


def exact(moment: datetime.date | datetime.datetime) -> str:
    """The whole moment, for `title` and for ears: "Friday 20 November 2026, 17:00"."""
    if isinstance(moment, datetime.datetime):
        return gettext("%(day)s, %(time)s") % {"day": day(timezone.localdate(moment)), "time": clock(moment)}
    return day(moment)


def moment(at: datetime.datetime, *, now: datetime.datetime) -> str:
    """When something happened or will, without counting: "today at 16:00", "yesterday", "Friday 20 November"."""
    date, today = timezone.localdate(at), timezone.localdate(now)
    if date == today:
        return gettext("today at %(time)s") % {"time": clock(at)}
    if date == today - datetime.timedelta(days=1):
        return gettext("yesterday at %(time)s") % {"time": clock(at)}
    if date == today + datetime.timedelta(days=1):
        return gettext("tomorrow at %(time)s") % {"time": clock(at)}
    return day(date, today=today)


def due(at: datetime.datetime, *, now: datetime.datetime, working_days: int | None = None) -> str:
    """When something is or was due, with the distance: "today at 16:00, in 2 hours", "in 3 days, on Tuesday …".

    `working_days` is the distance as the calendar of the clock counts it (never negative); without it calendar days are
    counted.
    """
    date, today = timezone.localdate(at), timezone.localdate(now)
    name = day(date, today=today)
    late = at < now
    if date == today:
        distance = _hours(abs(at - now))
        text = (
            gettext("was due today at %(time)s, %(distance)s ago")
            if late
            else gettext("today at %(time)s, in %(distance)s")
        )
        return text % {"time": clock(at), "distance": distance}
    days = abs((date - today).days)
    if days == 1:
        text = gettext("was due yesterday, %(day)s, at %(time)s") if late else gettext("tomorrow, on %(day)s")
        return text % {"day": name, "time": clock(at)}
    if working_days is not None:
        count = ngettext("%(n)d working day", "%(n)d working days", working_days) % {"n": working_days}
    else:
        count = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    text = gettext("%(count)s ago, on %(day)s") if late else gettext("in %(count)s, on %(day)s")
    return text % {"count": count, "day": name}


def _hours(distance: datetime.timedelta) -> str:
    minutes = int(distance.total_seconds() // 60)
    if minutes < 60:
        minutes = max(minutes, 1)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def amount(count: int, unit: str) -> str:
    """A length of time as a clock counts it: "3 working days". KeyError for a unit no clock has."""
    words = {
        "minutes": ngettext("%(n)d minute", "%(n)d minutes", count),
        "hours": ngettext("%(n)d hour", "%(n)d hours", count),
        "calendar_days": ngettext("%(n)d calendar day", "%(n)d calendar days", count),
        "working_days": ngettext("%(n)d working day", "%(n)d working days", count),
    }
    return words[unit] % {"n": count}


def language_name(code: str) -> str:
    """The name of a language in the reader's language, "Arabic"; empty for a code nobody knows."""
    try:
        name = Locale.parse(_REGIONAL.get(code, code).replace("-", "_")).get_language_name(locale())
    except (UnknownLocaleError, ValueError):
        return ""
    return name or ""


def money(amount: Decimal | int | None, currency: str) -> str:
    """ "1,250 KES": an amount with the code of its currency, without cents where there are none; "–" for None."""
    if amount is None:
        return "–"
    places = "#,##0" if amount == int(amount) else "#,##0.00"
    return format_currency(amount, currency, f"{places} ¤¤", locale=locale(), currency_digits=False)
