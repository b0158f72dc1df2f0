"""What time itself does to clocks: whoever looks, however often, each step is taken once."""

from datetime import datetime
from uuid import UUID

from core import audit
from core.actors import SYSTEM
from core.deadlines.actions import note_breach, resume
from core.deadlines.models import RUNNING, Deadline, State
from core.deadlines.steps import pauses_of, position, spans, steps_of, terms_and_calendar
from core.outbox.actions import notify
from core.sweeping import BATCH, POISON_REST, each_due
from core.waking import DELIVER, publish


def sweep(now: datetime, *, batch: int = BATCH) -> int:
    """Take the step of every clock whose moment lies before `now`; how many clocks this call moved.

    Any number of workers may sweep at once. After a time without workers each clock takes one step, to where it stands.
    """
    moved = each_due("due_deadlines", now, take_step, push, batch=batch)
    if moved:
        publish(DELIVER)
    return moved


def take_step(deadline_id: UUID, now: datetime) -> bool:
    """Move one clock to the step it stands at; False when another worker did, or nothing is due any more."""
    clock = Deadline.objects.filter(pk=deadline_id, next_at__lt=now, state__in=RUNNING).first()
    if clock is None:
        return False
    if clock.state == State.PAUSED:
        return _go_on(clock, now)
    agreed, calendar = terms_and_calendar([clock.kind])
    steps = steps_of(clock, terms=agreed[clock.kind], calendar=calendar, pauses=spans(pauses_of(clock)))
    taken, upcoming = position(steps, now)
    won = Deadline.objects.filter(pk=clock.pk, state=State.OPEN, next_at=clock.next_at, rung=clock.rung).update(
        rung=taken, next_at=upcoming
    )
    if won != 1:
        return False
    note_breach(clock, now=now)
    if taken > clock.rung:
        step = steps[taken - 1]
        late = calendar.working_days_between(calendar.day_of(clock.due_at), calendar.day_of(now)) if step.missed else 0
        name = "deadlines.missed" if step.missed else "deadlines.warned"
        facts: dict[str, str | int] = {"kind": clock.kind, "to": step.to, "late": late}
        notify(name, about=clock.pk, reference=clock.reference, facts=facts, now=now, rouse=False)
        audit.record(name, by=SYSTEM, about=clock, reference=clock.reference, facts=facts)
    return True


def push(deadline_id: UUID, now: datetime) -> None:
    """Look at the clock again in an hour."""
    Deadline.objects.filter(pk=deadline_id, next_at__lt=now).update(next_at=now + POISON_REST)


def _go_on(clock: Deadline, now: datetime) -> bool:
    """The planned end of a pause has come; a step that became due since then is taken at once."""
    if not resume(clock, by=SYSTEM, now=now):
        return False
    if clock.next_at is not None and clock.next_at < now:
        take_step(clock.pk, now)
    return True
