"""The pictures of time, drawn on the server: stretches on a line of months, mirrored where one reads from the right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

WIDTH, LABELS, TOP, ROW, BAR = 940, 132, 26, 40, 16


@dataclass(frozen=True)
class Stretch:
    """From a moment to a moment, in one of the kinds of the style sheet: spent, review, stopped, plan."""

    since: datetime
    until: datetime
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the picture."""

    label: str
    small: str
    stretches: Sequence[Stretch]
    limit: datetime | None = None
    late: str = ""


class Scale:
    """Moments to places along the line."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since = since
        self.seconds = max((until - since).total_seconds(), 86_400.0)
        self.mirrored = get_language_bidi()

    def along(self, at: datetime) -> float:
        """Distance from the edge where reading begins."""
        share = (at - self.since).total_seconds() / self.seconds
        return LABELS + min(max(share, 0.0), 1.0) * (WIDTH - LABELS - 40)

    def x(self, at: float, size: float = 0.0) -> str:
        """The place in the picture, mirrored where one reads from the right."""
        return f"{WIDTH - at - size if self.mirrored else at:.1f}"


def months(since: datetime, until: datetime) -> list[datetime]:
    """The first of each month between two moments, thinned out so that their names do not touch."""
    day = timezone.localtime(since).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    while day <= until:
        if day >= since:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    step = max(1, -(-len(found) // 12))
    return found[::step]


def draw(lines: Sequence[Line], *, now: datetime, today: str) -> dict[str, Any]:
    """The drawing with its size; `today` is the word below the line of the present moment."""
    moments = [moment for line in lines for each in line.stretches for moment in (each.since, each.until)]
    moments += [line.limit for line in lines if line.limit] + [now]
    since, until = min(moments), max(moments)
    scale = Scale(since, until + (until - since) / 20)
    height = TOP + ROW * len(lines) + 20
    bottom = height - 22
    parts: list[SafeString] = [
        *(_month(scale, day, bottom) for day in months(since, until)),
        *(_line(scale, line, TOP + 12 + ROW * number) for number, line in enumerate(lines)),
    ]
    here = scale.x(scale.along(now))
    parts.append(format_html('<path class="today" d="M{} 22V{}"/>', here, bottom))
    parts.append(format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', here, height - 6, today))
    return {"width": WIDTH, "height": height, "drawing": _joined(parts)}


def _month(scale: Scale, day: datetime, bottom: int) -> SafeString:
    local = timezone.localtime(day)
    name = date_format(local, "M Y" if local.month == 1 else "M")
    at = scale.along(day)
    return format_html(
        '<path class="grid" d="M{} {}V{}"/><text class="faint" x="{}" y="18">{}</text>',
        scale.x(at), TOP, bottom, scale.x(at + 4), name,
    )  # fmt: skip


def _line(scale: Scale, line: Line, y: int) -> SafeString:
    parts = [
        format_html('<text x="{}" y="{}">{}</text>', scale.x(0), y + 9, line.label),
        format_html('<text class="faint" x="{}" y="{}">{}</text>', scale.x(0), y + 24, line.small),
    ]
    for each in line.stretches:
        start = scale.along(each.since)
        size = max(scale.along(each.until) - start, 1.0)
        parts.append(
            format_html(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"><title>{}</title></rect>',
                each.kind,
                scale.x(start, size),
                y,
                f"{size:.1f}",
                BAR,
                each.name,
            )  # fmt: skip
        )
    if line.limit is not None:
        at = scale.x(scale.along(line.limit))
        parts.append(format_html('<path class="limit" d="M{} {}l8 8-8 8-8-8Z"/>', at, y))
    if line.late:
        last = max((scale.along(each.until) for each in line.stretches), default=LABELS)
        parts.append(
            format_html('<text class="risk-text" x="{}" y="{}">{}</text>', scale.x(last + 14), y + 12, line.late)
        )
    return _joined(parts)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
