"""The queue: it only wakes workers; whatever must not be lost is a row in the database."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SWEEP_SECONDS = 20.0
KEYS_SECONDS = 60.0
FORGET_SECONDS = 300.0

app = Celery("amparo")
app.set_default()


def broker_url(address: str) -> str:
    """The same broker as Celery writes it: redis-py says unix:///path?db=0, Celery redis+socket:///path?virtual_host=0."""
    parts = urlsplit(address)
    if parts.scheme != "unix":
        return address
    query = dict(parse_qsl(parts.query))
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={query.get('db', '0')}"


def options(role: str, broker: str) -> dict[str, Any]:
    """Celery's settings for a process of that role.

    A page must never wait for a broker that is gone: publishing gives up within two seconds. A worker waits longer,
    since its long polls are silent for a while.
    """
    patience = 30.0 if role in ("worker", "sealer") else 0.7
    return {
        "broker_url": broker_url(broker),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "socket_connect_timeout": patience,
            "socket_timeout": patience,
            # A worker that dies in the middle of a task: its message is taken up again within seconds, not an hour.
            "visibility_timeout": 60,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
        },
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0},
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "result_backend": None,
        "task_send_sent_event": False,
        "worker_send_task_events": False,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": 600,
        "worker_hijack_root_logger": False,
        "enable_utc": True,
        "timezone": "UTC",
        "beat_schedule_filename": str(Path(settings.STATE_DIR) / "beat-schedule"),
        "beat_schedule": SCHEDULE,
    }


# A tick that nobody took up before the next one is worth nothing: the next one does the same work.
SCHEDULE: dict[str, Any] = {
    "sweep the clocks": {
        "task": "core.sweep_deadlines",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "deliver the news": {
        "task": "core.deliver_notices",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "tend the keys": {
        "task": "core.tend_keys",
        "schedule": timedelta(seconds=KEYS_SECONDS),
        "options": {"expires": KEYS_SECONDS},
    },
    "retire the keys": {
        "task": "core.retire_keys",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "forget drafts": {
        "task": "cases.forget_expired_drafts",
        "schedule": timedelta(seconds=FORGET_SECONDS),
        "options": {"expires": FORGET_SECONDS},
    },
    "tidy the cases": {
        "task": "cases.tidy",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "end pauses of investigations": {
        "task": "investigations.end_pauses",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
}

app.conf.update(options(settings.ROLE, settings.REDIS_URL))
app.autodiscover_tasks()


@worker_ready.connect
def sweep_at_start(**_signal: Any) -> None:
    """What came due while no worker ran is done before the first tick."""
    for task in ("core.sweep_deadlines", "core.deliver_notices"):
        app.send_task(task, expires=SWEEP_SECONDS)
