"""What runs in workers: look, make one call."""

from celery import shared_task
from django.utils import timezone

from core import marks
from core.deadlines.sweep import sweep
from core.outbox.delivery import deliver
from core.waking import DELIVER, TenantTask, publish, wake

__all__ = ["TenantTask", "deliver_notices", "publish", "sweep_deadlines", "wake"]


@shared_task(name="core.sweep_deadlines")
def sweep_deadlines() -> None:
    """Take the step of every clock whose moment has come, in all organisations, then send what that announced."""
    now = timezone.now()
    sweep(now)
    marks.mark(marks.SWEEP, now=now)


@shared_task(name=DELIVER)
def deliver_notices() -> None:
    """Work out who is to hear of what, fill the inboxes, send what waits."""
    now = timezone.now()
    deliver(now)
    marks.mark(marks.OUTBOX, now=now)
