"""Reading notices: one's own inbox, shown once, and what could not be delivered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from core.outbox.models import Channel, Delivery
from core.outbox.registry import kind

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """A notice as a page shows it: the sentence in the reader's language, and where it leads ("" for nowhere)."""

    id: UUID
    kind: str
    text: str
    link: str
    reference: str
    at: datetime
    new: bool


def of(user: UUID) -> QuerySet[Delivery]:
    """The user's own notices, newest first, each once."""
    own = Delivery.objects.filter(user_id=user, channel=Channel.INBOX)
    return own.select_related("notice").order_by("-created_at", "-id")


def unread(user: UUID) -> QuerySet[Delivery]:
    """Those that were not shown to the user yet."""
    return of(user).filter(shown_at=None)


def show(deliveries: Iterable[Delivery], *, now: datetime) -> list[Shown]:
    """The deliveries in words; from now on they count as shown. Call it for their own reader only."""
    rows = list(deliveries)
    new = {row.pk for row in rows if row.shown_at is None}
    if new:
        Delivery.objects.filter(pk__in=new, channel=Channel.INBOX, shown_at=None).update(shown_at=now)
    return [_shown(row, row.pk in new) for row in rows]


def undeliverable() -> QuerySet[Delivery]:
    """E-mails that were given up, newest first; the same notices stand in the inbox."""
    return Delivery.objects.filter(failed_at__isnull=False).select_related("user").order_by("-failed_at")


def unreached(now: datetime) -> dict[UUID, tuple[date, str]]:
    """People an e-mail did not reach of late, with the last such day and why; of what it told of, nothing."""
    rows = undeliverable().filter(failed_at__gt=now - LATELY).order_by("failed_at")
    return {row.user_id: (timezone.localdate(row.failed_at), row.get_failure_display()) for row in rows}


def _shown(row: Delivery, new: bool) -> Shown:
    declared = kind(row.notice.kind)
    return Shown(
        id=row.pk,
        kind=row.notice.kind,
        text=declared.text(row.notice),
        link=declared.link(row.notice),
        reference=row.notice.reference,
        at=row.created_at,
        new=new,
    )
