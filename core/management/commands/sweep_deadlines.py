"""One sweep by hand: the clocks, then the outbox."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core import marks
from core.deadlines import sweep
from core.outbox.delivery import deliver
from core.tenancy import signed_in_as


class Command(BaseCommand):
    """Does what the worker does every 20 seconds, once, signed in as the worker."""

    help = "Take the step of every clock whose moment has come, then deliver what that announced."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with signed_in_as("worker"):
            moved = sweep(now)
            marks.mark(marks.SWEEP, now=now)
            told = deliver(now)
            marks.mark(marks.OUTBOX, now=now)
        self.stdout.write(f"{moved} clocks moved, {told} notices settled.")
