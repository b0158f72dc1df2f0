"""Writing a notice."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from core.outbox.models import Notice
from core.outbox.registry import kind as declared_kind
from core.waking import wake


def notify(
    kind: str,
    *,
    about: UUID,
    now: datetime,
    reference: str = "",
    facts: Mapping[str, str | int] | None = None,
    rouse: bool = True,
) -> Notice:
    """Write down, in the caller's transaction, that something happened; a worker finds out who is to hear.

    Works as `intake` (INSERT only). `facts` hold codes and numbers, never a private word. Without `rouse` no worker
    is woken: whoever writes many notices wakes one at the end.
    """
    declared_kind(kind)
    notice = Notice(kind=kind, about=about, reference=reference, facts=dict(facts or {}), created_at=now, next_at=now)
    notice.save(force_insert=True)
    if rouse:
        wake()
    return notice
