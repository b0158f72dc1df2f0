"""What runs in workers: look, make one call."""

from celery import shared_task
from django.utils import timezone

from core import marks, status
from core.deadlines.sweeping import sweep
from core.encryption import tending
from core.outbox.delivery import deliver
from core.waking import DELIVER, TenantTask, publish, wake

STARTED = timezone.now()  # what was never done is late only when this process has waited for it long enough

__all__ = ["TenantTask", "deliver_notices", "publish", "retire_keys", "sweep_deadlines", "tend_keys", "wake"]


@shared_task(name="core.sweep_deadlines")
def sweep_deadlines() -> None:
    """Take the step of every clock whose moment has come, in all organisations, then send what that announced."""
    now = timezone.now()
    sweep(now)
    marks.mark(marks.SWEEP, now=now)
    status.raise_alarms(status.SEEN_BY_WORKER, now, since=STARTED)


@shared_task(name=DELIVER)
def deliver_notices() -> None:
    """Work out who is to hear of what, fill the inboxes, send what waits."""
    now = timezone.now()
    deliver(now)
    marks.mark(marks.OUTBOX, now=now)


@shared_task(name="core.tend_keys")
def tend_keys() -> None:
    """Bring the data keys that intake sealed under their organisation's own key."""
    tending.tend()


@shared_task(name="core.retire_keys")
def retire_keys() -> None:
    """Destroy replaced keys that nothing needs any more."""
    tending.retire(timezone.now())
