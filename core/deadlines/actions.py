"""Every write on a clock that a person or an app asks for; what time itself does is in `sweep`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.calendars import WorkCalendar
from core.deadlines.models import RUNNING, Breach, Deadline, DeadlineKind, Extension, OwnDay, Pause, State
from core.deadlines.registry import defaults
from core.deadlines.steps import (
    current_calendar,
    pauses_of,
    position,
    reckon,
    spans,
    steps_of,
    terms_and_calendar,
    terms_of,
)
from core.errors import Refused
from core.organisations import User


def start(
    kind: str, *, subject: UUID, at: datetime, reference: str = "", owner: User | None = None,
    amount: int | None = None,
) -> Deadline:  # fmt: skip
    """Start a clock of a declared kind about `subject`; IntegrityError when one of that kind already runs for it.

    Works as `intake` (INSERT only). `amount` replaces that of the terms, in their unit.
    """
    amounts = None if amount is None else {kind: amount}
    return start_all({kind: at}, subject=subject, reference=reference, owner=owner, amounts=amounts)[kind]


def start_all(
    moments: Mapping[str, datetime], *, subject: UUID, reference: str = "", owner: User | None = None,
    amounts: Mapping[str, int] | None = None,
) -> dict[str, Deadline]:  # fmt: skip
    """Start several clocks about one subject, each kind at its moment, in one query and one INSERT; as start()."""
    agreed, calendar = terms_and_calendar(moments.keys())
    clocks = {}
    for kind, at in moments.items():
        terms = agreed[kind]
        clock = clocks[kind] = Deadline(
            kind=kind,
            subject=subject,
            reference=reference,
            owner=owner,
            started_at=at,
            amount=(amounts or {}).get(kind, terms.amount),
            unit=terms.unit,
            roll=terms.roll,
        )
        clock.due_at = reckon(clock, calendar=calendar, pauses=())
        clock.next_at = steps_of(clock, terms=terms, calendar=calendar, pauses=())[0].at
    Deadline.objects.bulk_create(clocks.values())
    return clocks


def meet(kind: str, *, subject: UUID, by: Actor, now: datetime) -> bool:
    """What the clock waited for is done; False when none of that kind runs. Late is late: the breach is kept."""
    return _end(kind, subject=subject, state=State.MET, by=by, now=now)


def cancel(kind: str, *, subject: UUID, by: Actor, now: datetime) -> bool:
    """What the clock waited for is no longer needed; False when none of that kind runs."""
    return _end(kind, subject=subject, state=State.CANCELLED, by=by, now=now)


def cancel_all(*, subject: UUID, by: Actor, now: datetime) -> int:
    """End every running clock of the subject as no longer needed; how many there were."""
    kinds = Deadline.objects.filter(subject=subject, state__in=RUNNING).values_list("kind", flat=True)
    return sum(cancel(kind, subject=subject, by=by, now=now) for kind in list(kinds))


def pause(deadline: Deadline, *, reason: str, by: Actor, now: datetime, until: datetime | None = None) -> Pause:
    """Stop the clock, with a reason; with `until` it goes on by itself. Raises Refused unless it is running."""
    clock = _locked(deadline)
    if clock.state != State.OPEN:
        raise Refused(_("This clock is not running."))
    if until is not None and until <= now:
        raise Refused(_("The pause must end later than it begins."))
    note_breach(clock, now=now)
    stop = Pause(deadline=clock, started_at=now, until=until, reason=reason, paused_by=by.user)
    stop.save(force_insert=True)
    _change(clock, deadline, state=State.PAUSED, next_at=until)
    audit.record(
        "deadlines.paused", by=by, about=clock, reference=clock.reference, facts={"kind": clock.kind, "reason": reason}
    )
    return stop


def resume(deadline: Deadline, *, by: Actor, now: datetime) -> bool:
    """Let a paused clock go on from `now`, or from the planned end of its pause if that is past; False if it runs."""
    clock = _locked(deadline)
    if clock.state != State.PAUSED:
        return False
    pauses = pauses_of(clock)
    _close_pause(pauses, by=by, now=now)
    _retime(clock, deadline, pauses=pauses, now=now)
    audit.record("deadlines.resumed", by=by, about=clock, reference=clock.reference, facts={"kind": clock.kind})
    return True


def extend(deadline: Deadline, *, more: int, reason: str, by: Actor, now: datetime) -> Extension:
    """Ask for `more` units of time; nothing changes before a second person approves. Raises Refused if it has ended."""
    clock = _locked(deadline)
    if clock.state not in RUNNING or by.user is None:
        raise Refused(_("This clock is not running."))
    if more < 1:
        raise Refused(_("More time means at least one more."))
    if Extension.objects.filter(deadline=clock, decided_at=None).exists():
        raise Refused(_("More time has been asked for already."))
    asked = Extension(deadline=clock, more=more, reason=reason, asked_by=by.user, asked_at=now)
    asked.save(force_insert=True)
    audit.record(
        "deadlines.extension_asked", by=by, about=clock, reference=clock.reference,
        facts={"kind": clock.kind, "more": more, "reason": reason},
    )  # fmt: skip
    return asked


def decide_extension(extension: Extension, *, approved: bool, by: Actor, now: datetime) -> Extension:
    """Give or refuse the time asked for. Raises Refused for the person who asked and when it is decided already."""
    if by.user is None or by.user_id == extension.asked_by_id:
        raise Refused(_("Somebody else must decide about this."))
    clock = _locked(extension.deadline)
    won = Extension.objects.filter(pk=extension.pk, decided_at=None).update(
        decided_by=by.user, decided_at=now, approved=approved
    )
    if won != 1:
        raise Refused(_("This has been decided already."))
    extension.decided_by, extension.decided_at, extension.approved = by.user, now, approved
    if approved and clock.state in RUNNING:
        note_breach(clock, now=now)
        clock.amount += extension.more
        Deadline.objects.filter(pk=clock.pk).update(amount=clock.amount)
        _retime(clock, extension.deadline, pauses=pauses_of(clock), now=now)
    name = "deadlines.extension_given" if approved else "deadlines.extension_refused"
    facts = {"kind": clock.kind, "more": extension.more}
    audit.record(name, by=by, about=clock, reference=clock.reference, facts=facts)
    return extension


def hand_over(*, subject: UUID, owner: User | None) -> int:
    """The running clocks of the subject get a new owner; how many there are. The act itself is audited by its app."""
    return Deadline.objects.filter(subject=subject, state__in=RUNNING).update(owner=owner)


def give_defaults() -> int:
    """Copy into the organisation in scope the terms of every declared kind it does not have yet; how many."""
    have = set(DeadlineKind.objects.values_list("key", flat=True))
    rows = [
        DeadlineKind(
            key=terms.key,
            amount=terms.amount,
            unit=terms.unit,
            roll=terms.roll,
            warn=list(terms.warn),
            ladder=[{"to": rung.to, "late": rung.late, "unit": rung.unit} for rung in terms.ladder],
            source=terms.source,
        )
        for terms in defaults().values()
        if terms.key not in have
    ]
    return len(DeadlineKind.objects.bulk_create(rows, ignore_conflicts=True))


def add_own_day(day: date, *, name: str, by: Actor, now: datetime) -> OwnDay:
    """A day the organisation does not work; clocks that run and were not missed are reckoned anew."""
    own, _new = OwnDay.objects.get_or_create(day=day, defaults={"name": name})
    reckon_anew(now=now)
    audit.record("deadlines.calendar_changed", by=by, facts={"day": day, "worked": False})
    return own


def remove_own_day(day: date, *, by: Actor, now: datetime) -> None:
    """The organisation works on that day after all; clocks that run and were not missed are reckoned anew."""
    OwnDay.objects.filter(day=day).delete()
    reckon_anew(now=now)
    audit.record("deadlines.calendar_changed", by=by, facts={"day": day, "worked": True})


def reckon_anew(*, now: datetime, kind: str = "") -> int:
    """Reckon every running clock (of one kind) that was not missed by today's calendar and terms; how many moved."""
    calendar, moved = current_calendar(), 0
    running = Deadline.objects.filter(state=State.OPEN, due_at__gte=now)
    if kind:
        running = running.filter(kind=kind)
    for clock in running.select_for_update():
        before = clock.due_at
        _retime(clock, clock, pauses=pauses_of(clock), now=now, calendar=calendar)
        moved += clock.due_at != before
    return moved


def note_breach(clock: Deadline, *, now: datetime) -> bool:
    """Write down, once and for ever, that a running clock was missed; the caller holds its row. True if it is new."""
    if clock.state != State.OPEN or now <= clock.due_at or Breach.objects.filter(deadline=clock).exists():
        return False
    Breach(deadline=clock, due_at=clock.due_at, found_at=now).save(force_insert=True)
    return True


def next_due(subject: UUID) -> datetime | None:
    """The nearest due moment among the subject's running clocks."""
    return Deadline.objects.filter(Q(subject=subject), state=State.OPEN).aggregate(at=Min("due_at"))["at"]


def _locked(deadline: Deadline) -> Deadline:
    return Deadline.objects.select_for_update().get(pk=deadline.pk)


def _end(kind: str, *, subject: UUID, state: str, by: Actor, now: datetime) -> bool:
    clock = Deadline.objects.select_for_update().filter(kind=kind, subject=subject, state__in=RUNNING).first()
    if clock is None:
        return False
    late = note_breach(clock, now=now)
    if clock.state == State.PAUSED:
        _close_pause(pauses_of(clock), by=by, now=now)
    Deadline.objects.filter(pk=clock.pk).update(state=state, ended_at=now, next_at=None)
    name = "deadlines.met" if state == State.MET else "deadlines.cancelled"
    audit.record(name, by=by, about=clock, reference=clock.reference, facts={"kind": kind, "found_late": late})
    return True


def _close_pause(pauses: Sequence[Pause], *, by: Actor, now: datetime) -> None:
    for stop in pauses:
        if stop.ended_at is None:
            stop.ended_at = max(min(now, stop.until or now), stop.started_at)
            stop.resumed_by = by.user
            stop.save(update_fields=["ended_at", "resumed_by"])


def _retime(
    clock: Deadline, shown: Deadline, *, pauses: Sequence[Pause], now: datetime, calendar: WorkCalendar | None = None
) -> None:
    """Reckon due moment and next step anew. A step that lies in the past and was not told stays the next one."""
    calendar = calendar or current_calendar()
    past = spans(pauses)
    clock.due_at = reckon(clock, calendar=calendar, pauses=past)
    steps = steps_of(clock, terms=terms_of(clock.kind), calendar=calendar, pauses=past)
    taken, _upcoming = position(steps, now)
    rung = min(clock.rung, taken)
    open_pause = next((stop for stop in pauses if stop.ended_at is None), None)
    if open_pause:
        next_at, state = open_pause.until, State.PAUSED
    else:
        next_at, state = (steps[rung].at if rung < len(steps) else None), State.OPEN
    _change(clock, shown, due_at=clock.due_at, rung=rung, next_at=next_at, state=state)


def _change(clock: Deadline, shown: Deadline, **columns: object) -> None:
    """One UPDATE of the locked row; the object the caller holds is told as well."""
    Deadline.objects.filter(pk=clock.pk).update(**columns)
    for name, value in columns.items():
        setattr(clock, name, value)
        setattr(shown, name, value)
