"""What people do with the clocks of a case: stop one for a reason, let it go on, ask for more time, decide about it."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.models import Case
from cases.permissions import Perm
from core import deadlines
from core.actors import Actor
from core.deadlines import registry as kinds
from core.deadlines.models import RUNNING, Deadline, Extension, Pause
from core.errors import DomainError, Refused


def running(case: Case, kind: str) -> Deadline:
    """The running clock of that kind; raises DomainError when there is none."""
    clock = Deadline.objects.filter(subject=case.pk, kind=kind, state__in=RUNNING).first()
    if clock is None:
        raise DomainError(_("This clock does not run any more."))
    return clock


def _ensure_own_pause(kind: str) -> None:
    """Raises Refused for a clock that stands still only with what it belongs to, which a second person decides."""
    if kinds.kind(kind).pause_is_asked_for:
        raise Refused(_("This clock pauses with the investigation. Ask for a pause there."))


def pause(case: Case, kind: str, *, reason: str, until: date | None = None, by: Actor, now: datetime) -> Pause:
    """Stop the clock; with `until` it goes on by itself when that day begins in the organisation's time zone."""
    access.ensure_may(case, by=by, perm=Perm.CASE_EDIT, now=now)
    _ensure_own_pause(kind)
    end = timezone.make_aware(datetime.combine(until, time.min)) if until else None
    return deadlines.pause(running(case, kind), reason=reason, until=end, by=by, now=now)


def go_on(case: Case, kind: str, *, by: Actor, now: datetime) -> bool:
    """Let a stopped clock go on; False when it ran already."""
    access.ensure_may(case, by=by, perm=Perm.CASE_EDIT, now=now)
    _ensure_own_pause(kind)
    return deadlines.resume(running(case, kind), by=by, now=now)


def ask_for_time(case: Case, kind: str, *, more: int, reason: str, by: Actor, now: datetime) -> Extension:
    """Ask for more units of time; somebody else who assigns cases decides."""
    access.ensure_may(case, by=by, perm=Perm.CASE_EDIT, now=now)
    return deadlines.extend(running(case, kind), more=more, reason=reason, by=by, now=now)


def decide(case: Case, kind: str, *, approved: bool, by: Actor, now: datetime) -> Extension:
    """Give or refuse the time asked for; never by the person who asked."""
    access.ensure_may(case, by=by, perm=Perm.CASE_ASSIGN, now=now)
    asked = Extension.objects.filter(deadline=running(case, kind), decided_at=None).first()
    if asked is None:
        raise DomainError(_("Nobody waits for a decision about this clock."))
    return deadlines.decide_extension(asked, approved=approved, by=by, now=now)
