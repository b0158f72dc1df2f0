"""Reading the audit of the organisation in scope, each event as a sentence, names looked up once a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.expressions import RawSQL

from core.actors import Actor
from core.audit.events import present
from core.audit.tables import AuditEvent

PAGE = 50
#: Everybody an event speaks of, by id: who did it, in whose place, and whoever its facts point to.
NAMES = """(
    SELECT coalesce(jsonb_object_agg(u.id, u.name), '{}') FROM user_account u
    WHERE u.id = ANY (ARRAY[audit_event.actor, audit_event.acting_for]
        || ARRAY(SELECT (found #>> '{}')::uuid FROM jsonb_path_query(audit_event.facts, '$.*.id') AS found))
)"""

#: What the audit hides from a reader, or None: apps above say of what somebody must not even know that it exists.
Hide = Callable[[Actor], models.Q | None]
_hiding: list[Hide] = []


def hide(rule: Hide) -> None:
    """Declare a rule; once, however often it is declared."""
    if rule not in _hiding:
        _hiding.append(rule)


def open_to(reader: Actor) -> models.QuerySet:
    """The events the reader may know of: those of an organisation without what is hidden from them."""
    found = AuditEvent.objects.timed()
    for rule in _hiding:
        if (hidden := rule(reader)) is not None:
            found = found.exclude(hidden)
    return found


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


def presented(events: models.QuerySet) -> list[Entry]:
    """Events (from `AuditEvent.objects.timed()`) with their sentences; all names come in the same query."""
    named = events.annotate(names=RawSQL(NAMES, (), output_field=models.JSONField()))  # noqa: S611  a constant
    return [
        Entry(
            event.at,
            present(event, {UUID(key): name for key, name in event.names.items()}),
            event.get_outcome_display(),
            event,
        )
        for event in named
    ]


def events_about(*subjects: UUID, reference: str = "", most: int = 500) -> list[Entry]:
    """What was done with these subjects (a case, its persons …), newest first, at most `most`.

    With a reference, nothing that names another one: a person may stand in a second case, which is not told here.
    """
    found = AuditEvent.objects.timed().filter(about__in=subjects)
    if reference:
        found = found.filter(reference__in=("", reference))
    return presented(found.order_by("-id")[:most])


def events(
    *,
    reader: Actor,
    actor: UUID | None = None,
    about: UUID | None = None,
    action: str = "",
    reference: str = "",
    outcome: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> models.QuerySet:
    """Events open to the reader that fit everything asked for, newest first.

    `action` may be the beginning of a name, `until` is exclusive.
    """
    asked = {
        "actor": actor,
        "about": about,
        "action__startswith": action,
        "reference": reference,
        "outcome": outcome,
        "at__gte": since,
        "at__lt": until,
    }
    return open_to(reader).filter(**{key: value for key, value in asked.items() if value}).order_by("-id")


def events_page(*, page: int = 1, size: int = PAGE, **asked: Any) -> EventsPage:
    """One page of `events`, with sentences, in one query; pages count from 1."""
    start = (max(page, 1) - 1) * size
    found = presented(events(**asked)[start : start + size + 1])
    return EventsPage(found[:size], max(page, 1), len(found) > size)
