"""Reading the audit of the organisation in scope, each event as a sentence, names looked up once a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from core.audit.events import people_in, present
from core.audit.tables import AuditEvent
from core.organisations import User

PAGE = 50


@dataclass(frozen=True)
class Entry:
    """One event as a page shows it."""

    at: datetime
    sentence: str
    outcome: str
    event: AuditEvent


@dataclass(frozen=True)
class EventsPage:
    """One page of entries, newest first; `more` when an older page follows."""

    entries: list[Entry]
    number: int
    more: bool


def presented(events: Iterable[Any]) -> list[Entry]:
    """Events (from `AuditEvent.objects.timed()`) with their sentences; one further query for all names."""
    found = list(events)
    people: set[UUID] = set().union(*(people_in(event) for event in found))
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return [Entry(event.at, present(event, names), event.get_outcome_display(), event) for event in found]


def events_about(*subjects: UUID, most: int = 500) -> list[Entry]:
    """What was done with these subjects (a case, its persons …), newest first, at most `most`."""
    return presented(AuditEvent.objects.timed().filter(about__in=subjects).order_by("-id")[:most])


def events(
    *,
    actor: UUID | None = None,
    about: UUID | None = None,
    action: str = "",
    reference: str = "",
    outcome: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> models.QuerySet:
    """Events that fit everything asked for, newest first; `action` may be the beginning of a name, until exclusive."""
    asked = {
        "actor": actor,
        "about": about,
        "action__startswith": action,
        "reference": reference,
        "outcome": outcome,
        "at__gte": since,
        "at__lt": until,
    }
    return AuditEvent.objects.timed().filter(**{key: value for key, value in asked.items() if value}).order_by("-id")


def events_page(*, page: int = 1, size: int = PAGE, **asked: Any) -> EventsPage:
    """One page of `events`, with sentences, in two queries; pages count from 1."""
    start = (max(page, 1) - 1) * size
    found = presented(events(**asked)[start : start + size + 1])
    return EventsPage(found[:size], max(page, 1), len(found) > size)
