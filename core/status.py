"""How the helpers behind the pages do: what is late, and telling the operator once when it becomes so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

from core import marks
from core.alarms import alarm
from core.audit import sealing as audit

AGAIN_AFTER = timedelta(hours=1)
LOOK_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Condition:
    """One thing that must hold. The age is None when nothing waits, or nothing was ever done."""

    name: str
    sentence: str
    ok: bool
    age_seconds: float | None = None
    limit_seconds: float | None = None


def broker_answers() -> bool:
    """The broker takes a connection within two seconds."""
    try:
        with current_app.connection_for_write() as link:
            link.ensure_connection(max_retries=0, timeout=2)
    except (OperationalError, OSError):
        return False
    return True


def worker_answers() -> bool:
    """At least one worker answers within a second; only asked when the broker is there."""
    try:
        return bool(current_app.control.ping(timeout=1.0))
    except (OperationalError, OSError):
        return False


def look_at_queue(now: datetime) -> None:
    """Note that broker and worker answer, if they do; asks them twice a minute, however often it is called."""
    last = marks.marked_at(marks.QUEUE)
    if last is not None and timedelta() <= now - last < LOOK_EVERY:
        return
    marks.mark(marks.QUEUE, now=now)
    if broker_answers():
        marks.mark(marks.BROKER, now=now)
        if worker_answers():
            marks.mark(marks.WORKER, now=now)


def broker(now: datetime, since: datetime | None = None) -> Condition:
    """Whether the broker answered of late."""
    return _last("broker", "Time since the broker answered", marks.marked_at(marks.BROKER), now, since)


def worker(now: datetime, since: datetime | None = None) -> Condition:
    """Whether a worker answered of late."""
    return _last("worker", "Time since a worker answered", marks.marked_at(marks.WORKER), now, since)


def sweep(now: datetime, since: datetime | None = None) -> Condition:
    """Whether the clocks are looked at; a mark that was never set counts from `since`."""
    return _last("sweep", "Time since the clocks of cases were looked at", marks.marked_at(marks.SWEEP), now, since)


def sealing(now: datetime, since: datetime | None = None) -> Condition:
    """Whether the sealer of the audit looks."""
    return _last("sealing", "Time since the sealer of the audit looked", audit.last_sealing(), now, since)


def unsealed(now: datetime, since: datetime | None = None) -> Condition:
    """Whether an event waits too long for its seal."""
    waited = audit.oldest_unsealed_age(now)
    at = now - waited if waited is not None else None
    return _oldest("unsealed", "Wait of the oldest entry of the audit without a seal", at, now)


def notices(now: datetime, since: datetime | None = None) -> Condition:
    """Whether a notice waits too long for its delivery."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oldest_undelivered()")
        return _oldest("notices", "Wait of the oldest notice that did not arrive", cursor.fetchone()[0], now)


AGES: tuple[Callable[..., Condition], ...] = (sweep, sealing, unsealed, notices)
# What each kind of process may see and is not itself to blame for: the one that is dead raises no alarm.
SEEN_BY_WORKER = (sealing, unsealed, notices)
SEEN_BY_SEALER = (broker, worker, sweep)


def conditions(now: datetime) -> list[Condition]:
    """Everything, for the status page."""
    broker = broker_answers()
    return [
        Condition("broker", "The broker answers", broker),
        Condition("worker", "A worker answers", broker and worker_answers()),
        *(age(now) for age in AGES),
    ]


def raise_alarms(
    seen: Iterable[Callable[..., Condition]], now: datetime, *, since: datetime | None = None
) -> list[Condition]:
    """Tell the operator of each condition past its limit, once an hour however many processes look; those told."""
    told = []
    for look in seen:
        condition = look(now, since)
        if not condition.ok and _first_to_tell(condition.name, now):
            age = "never" if condition.age_seconds is None else f"{condition.age_seconds:.0f} seconds"
            alarm(condition.name, f"{condition.sentence}: {age}; the limit is {condition.limit_seconds} seconds.")
            told.append(condition)
    return told


def _first_to_tell(name: str, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO system_mark AS m (name, at) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE m.at <= %s",
            [f"alarm: {name}", now, now - AGAIN_AFTER],
        )
        return bool(cursor.rowcount)


def _last(name: str, sentence: str, at: datetime | None, now: datetime, since: datetime | None) -> Condition:
    limit = settings.STATUS_LIMITS[name]
    # After a stop of everything nothing is late until the one who looks has waited for it itself.
    known = [moment for moment in (at, since) if moment]
    ok = bool(known) and (now - max(known)).total_seconds() <= limit
    return Condition(name, sentence, ok, _seconds(now, at), limit)


def _oldest(name: str, sentence: str, at: datetime | None, now: datetime) -> Condition:
    limit = settings.STATUS_LIMITS[name]
    age = _seconds(now, at)
    return Condition(name, sentence, age is None or age <= limit, age, limit)


def _seconds(now: datetime, at: datetime | None) -> float | None:
    """What was done after `now` was read, by another process, is no age below zero."""
    return max(0.0, (now - at).total_seconds()) if at else None
