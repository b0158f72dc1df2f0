"""Starting, pausing, going on, and the log of what was decided on the way."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit, deadlines
from core.actors import SYSTEM, Actor
from core.errors import DomainError, Refused
from investigations.actions import clocks
from investigations.actions.turning import ensure_may, ensure_works, follow, turn
from investigations.choices import ENDED, LogKind, PauseReason, Stage, State
from investigations.models import Investigation, LogEntry, PauseRequest
from investigations.notifications import tell
from investigations.permissions import Perm


def start(investigation: Investigation, *, by: Actor, now: datetime) -> Investigation:
    """Begin: only with a lead who declared no conflict, and with a plan somebody else approved."""
    ensure_works(investigation, by=by, now=now)
    if investigation.lead_id is None or investigation.lead_declared_at is None:
        raise DomainError(_("The lead must first say whether there is a conflict of interest."))
    if investigation.plan_approved_at is None:
        raise DomainError(_("The plan must be approved first."))
    turn(investigation, "start", by=by, now=now, also={"started_at": now})
    deadlines.meet("investigation.start", subject=investigation.case_id, by=by, now=now)
    clocks.begin_stage(investigation, Stage.INTERVIEWS, at=now)
    follow(investigation.case, verb="start", by=by, now=now)
    return investigation


def log(investigation: Investigation, *, kind: str, what: str, why: str, by: Actor, now: datetime) -> LogEntry:
    """Write into the log; a decision always with its reason. Nothing there is ever changed."""
    ensure_works(investigation, by=by, now=now)
    if kind not in LogKind.values or not what.strip():
        raise DomainError(_("Say what happened, and of which kind it is."))
    if kind == LogKind.DECISION and not why.strip():
        raise DomainError(_("A decision needs its reason."))
    if investigation.state in ENDED:
        raise Refused(_("This investigation has ended."))
    entry = LogEntry(case=investigation.case, investigation=investigation, kind=kind, at=now, by=by.user)
    entry.seal(what=what.strip(), why=why.strip())
    entry.save(force_insert=True)
    case = investigation.case
    audit.record(
        "investigations.logged", by=by, about=investigation, reference=case.reference, facts={"kind": kind},
        hashes=entry.sealed_hashes(),
    )  # fmt: skip
    return entry


# --- pausing ---------------------------------------------------------------------------------------------------------


def ask_pause(
    investigation: Investigation, *, reason: str, review_on: date, words: str, by: Actor, now: datetime
) -> PauseRequest:
    """Ask that everything stand still until a day; nothing changes before somebody above decides."""
    ensure_works(investigation, by=by, now=now)
    if reason not in PauseReason.values:
        raise DomainError(_("An investigation pauses for a listed reason only."))
    review_at = timezone.make_aware(datetime.combine(review_on, time.min))
    if review_at <= now:
        raise DomainError(_("Choose a day that is still to come."))
    if investigation.state != State.RUNNING:
        raise Refused(_("Only an investigation under way can pause."))
    if PauseRequest.objects.filter(investigation=investigation, decided_at=None).exists():
        raise DomainError(_("A pause waits for a decision already."))
    made = PauseRequest(
        case=investigation.case, investigation=investigation, reason=reason, review_at=review_at, asked_by=by.user,
        asked_at=now,
    )  # fmt: skip
    if words.strip():
        made.seal(words=words.strip())
    made.save(force_insert=True)
    case = investigation.case
    audit.record(
        "investigations.pause_asked", by=by, about=investigation, reference=case.reference, facts={"reason": reason}
    )
    tell("pause_waits", case=case, now=now)
    return made


def decide_pause(asked: PauseRequest, *, approved: bool, by: Actor, now: datetime) -> PauseRequest:
    """Give or refuse the pause, once, and never one's own. A given one ends by itself at its review date."""
    investigation = asked.investigation
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if by.user is None or by.user_id == asked.asked_by_id:
        raise Refused(_("Somebody else must decide about this."))
    if approved and asked.review_at <= now:
        raise DomainError(_("The day it should end has passed. Ask anew."))
    columns = {"approved": approved, "decided_by": by.user, "decided_at": now}
    if not PauseRequest.objects.filter(pk=asked.pk, decided_at=None).update(**columns):
        raise Refused(_("This has been decided already."))
    asked.refresh_from_db()
    if approved:
        turn(investigation, "suspend", by=by, now=now)
        clocks.pause(investigation, reason=asked.reason, until=asked.review_at, by=by, now=now)
        follow(case, verb="suspend", by=by, now=now)
    else:
        audit.record("investigations.pause_refused", by=by, about=investigation, reference=case.reference)
    tell("pause_given" if approved else "pause_refused", case=case, now=now)
    return asked


def resume(investigation: Investigation, *, by: Actor, now: datetime) -> Investigation:
    """Go on before the review date."""
    ensure_may(investigation.case, by=by, perm=Perm.MANAGE, now=now)
    _go_on(investigation, by=by, now=now)
    return investigation


def resume_due(*, now: datetime) -> int:
    """End every pause whose review date has come, in the organisation in scope; how many. Run as often as you like."""
    due = PauseRequest.objects.filter(approved=True, ended_at=None, review_at__lte=now)
    ended = 0
    for asked in due.select_related("investigation__case").order_by("review_at", "id"):
        if asked.investigation.state == State.SUSPENDED:
            _go_on(asked.investigation, by=SYSTEM, now=now)
            ended += 1
    return ended


def _go_on(investigation: Investigation, *, by: Actor, now: datetime) -> None:
    case = investigation.case
    turn(investigation, "resume", by=by, now=now)
    end_pause(investigation, now=now)
    clocks.go_on(investigation, by=by, now=now)
    follow(case, verb="resume", by=by, now=now)
    tell("pause_over", case=case, now=now)


def end_pause(investigation: Investigation, *, now: datetime) -> None:
    """The pause in force ends; one that waits for a decision is no longer asked for."""
    rows = PauseRequest.objects.filter(investigation=investigation, ended_at=None)
    rows.filter(approved=True).update(ended_at=now)
