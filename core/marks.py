"""When the system last did what it must keep doing: one row per duty, read by the status page."""

from datetime import datetime

from django.db import models

SWEEP, OUTBOX, SEALING = "sweep", "outbox", "sealing"
QUEUE, BROKER, WORKER = "queue asked", "broker", "worker"


class SystemMark(models.Model):
    """The last time a duty was done; belongs to the installation, says nothing of any organisation."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"name", "at"}

    class Meta:
        db_table = "system_mark"


def mark(name: str, *, now: datetime) -> None:
    """Note that the duty was done at `now`."""
    SystemMark.objects.update_or_create(name=name, defaults={"at": now})


def marked_at(name: str) -> datetime | None:
    """When the duty was last done, or None."""
    return SystemMark.objects.filter(name=name).values_list("at", flat=True).first()
