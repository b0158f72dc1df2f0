"""The decision: by somebody who never investigated, with measures, their proof, and the appeal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import GrantLevel
from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from investigations.actions import stepping
from investigations.actions.turning import ensure_may, follow, turn
from investigations.choices import FOR_A_WHILE, MeasureKind, ProceedingState, StepKind, measures_for
from investigations.models import Investigation, Measure, Proceeding
from investigations.permissions import Perm


@dataclass(frozen=True)
class Wanted:
    """One measure as it is decided."""

    kind: str
    starts_on: date
    ends_on: date | None = None


def name_decision_maker(investigation: Investigation, user: User, *, by: Actor, now: datetime) -> int:
    """Hand everything that awaits a decision to one decision maker; how many proceedings.

    Raises Refused for oneself, the shut out, and whoever investigated or supported in this case.
    """
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    waiting = Proceeding.objects.filter(investigation=investigation, state=ProceedingState.AWAITING_DECISION)
    if not waiting.exists():
        raise DomainError(_("Nothing awaits a decision."))
    access.grant(case, user, level=GrantLevel.DECIDE, by=by, now=now)
    keys = list(waiting.values_list("pk", flat=True))
    waiting.update(decision_maker=user)
    for key in keys:
        deadlines.hand_over(subject=key, owner=user)
    facts = {"user": user}
    audit.record(
        "investigations.decision_maker_named", by=by, about=investigation, reference=case.reference, facts=facts
    )
    return len(keys)


def leave_unsanctioned(proceeding: Proceeding, *, reasons: str, by: Actor, now: datetime) -> Proceeding:
    """Decide on no sanction, with reasons."""
    _ensure_decides(proceeding, by=by, now=now)
    _seal_reasons(proceeding, reasons)
    also = {"decided_at": now, "reasons": proceeding.reasons}
    turn(proceeding, "leave_unsanctioned", by=by, now=now, reason=reasons, also=also)
    deadlines.meet("investigation.decision", subject=proceeding.pk, by=by, now=now)
    follow(proceeding.case, verb="leave_unsanctioned", by=by, now=now)
    return proceeding


def sanction(
    proceeding: Proceeding, measures: Sequence[Wanted], *, reasons: str, by: Actor, now: datetime
) -> Proceeding:
    """Decide on one or several measures that fit how the person works, once it is safe that they learn of it.

    The clocks of execution and of the appeal begin.
    """
    decides = _ensure_decides(proceeding, by=by, now=now)
    _seal_reasons(proceeding, reasons)
    _check(proceeding, measures)
    stepping.take_for(proceeding.investigation, proceeding.subject, StepKind.SANCTION, by=by, now=now)
    case = proceeding.case
    window = deadlines.start(
        "investigation.appeal", subject=proceeding.pk, reference=case.reference, owner=case.manager, at=now
    )
    also = {"decided_at": now, "reasons": proceeding.reasons, "appeal_until": window.due_at}
    turn(proceeding, "sanction", by=by, now=now, reason=reasons, also=also)
    for wanted in measures:
        made = Measure.objects.create(
            case=case, investigation=proceeding.investigation, subject=proceeding.subject, proceeding=proceeding,
            kind=wanted.kind, starts_on=wanted.starts_on, ends_on=wanted.ends_on, decided_by=decides, decided_at=now,
        )  # fmt: skip
        audit.record(
            "investigations.measure_decided", by=by, about=made, reference=case.reference,
            facts={
                "measure": made.kind, "subject": made.subject_id, "starts": made.starts_on, "ends": made.ends_on,
            },
        )  # fmt: skip
    deadlines.meet("investigation.decision", subject=proceeding.pk, by=by, now=now)
    deadlines.start(
        "investigation.execution", subject=proceeding.pk, reference=case.reference, owner=case.manager, at=now
    )
    follow(case, verb="sanction", by=by, now=now)
    return proceeding


def carried_out(measure: Measure, *, on: date, proof: str, by: Actor, now: datetime) -> Measure:
    """Record when a measure was carried out, and by what that can be seen. After the last one the clock ends."""
    proceeding, case = measure.proceeding, measure.case
    ensure_may(case, by=by, perm=Perm.MEASURES, now=now)
    if on > timezone.localdate(now):
        raise DomainError(_("This day has not come yet."))
    if on < measure.starts_on:
        raise DomainError(_("The measure begins later than that."))
    if not proof.strip():
        raise DomainError(_("Say by what it can be seen: the letter, the order, the register."))
    if by.user is None or (
        proceeding is not None and proceeding.state not in (ProceedingState.SANCTIONED, ProceedingState.UPHELD)
    ):
        raise Refused(_("Nothing is to be carried out now."))
    measure.seal(proof=proof.strip())
    won = Measure.objects.filter(pk=measure.pk, recorded_at=None, lifted_at=None).update(
        carried_out_on=on, recorded_by=by.user, recorded_at=now, proof=measure.proof
    )
    if not won:
        raise Refused(_("This was recorded already."))
    measure.refresh_from_db()
    facts = {"measure": measure.kind, "subject": measure.subject_id, "on": on}
    audit.record("investigations.measure_done", by=by, about=measure, reference=case.reference, facts=facts)
    if proceeding is None:
        deadlines.meet("investigation.execution", subject=measure.pk, by=by, now=now)
    elif _all_carried_out(proceeding):
        _execute(proceeding, by=by, now=now)
    return measure


def appeal(proceeding: Proceeding, *, by: Actor, now: datetime) -> Proceeding:
    """An appeal was filed in time; what is not carried out yet waits for its end."""
    case = proceeding.case
    ensure_may(case, by=by, perm=Perm.MEASURES, now=now)
    if proceeding.appeal_until is None or proceeding.appeal_closed_at is not None:
        raise Refused(_("The time to appeal is over."))
    turn(proceeding, "appeal", by=by, now=now, also={"appeal_closed_at": now})
    deadlines.meet("investigation.appeal", subject=proceeding.pk, by=by, now=now)
    deadlines.cancel("investigation.execution", subject=proceeding.pk, by=by, now=now)
    follow(case, verb="appeal", by=by, now=now)
    return proceeding


def end_appeal(proceeding: Proceeding, *, upheld: bool, words: str, by: Actor, now: datetime) -> Proceeding:
    """The tribunal has spoken: the sanction stands, or it is reversed and its measures are lifted."""
    case = proceeding.case
    ensure_may(case, by=by, perm=Perm.MEASURES, now=now)
    if not words.strip():
        raise DomainError(_("Say what was decided, and by whom."))
    proceeding.seal(appeal_words=words.strip())
    also = {"appeal_words": proceeding.appeal_words}
    verb = "uphold" if upheld else "reverse"
    turn(proceeding, verb, by=by, now=now, reason=words, also=also)
    if not upheld:
        Measure.objects.filter(proceeding=proceeding, lifted_at=None).update(lifted_at=now)
        follow(case, verb=verb, by=by, now=now)
    elif _all_carried_out(proceeding):
        _execute(proceeding, by=by, now=now)
    else:
        deadlines.start(
            "investigation.execution", subject=proceeding.pk, reference=case.reference, owner=case.manager, at=now
        )
        follow(case, verb=verb, by=by, now=now)
    return proceeding


def close_window(proceeding: Proceeding, *, by: Actor, now: datetime) -> Proceeding:
    """No appeal was filed, and the time for it is over: noted by a person who looked."""
    case = proceeding.case
    ensure_may(case, by=by, perm=Perm.MEASURES, now=now)
    if proceeding.appeal_until is None or proceeding.appeal_closed_at is not None:
        raise Refused
    if proceeding.appeal_until > now:
        raise DomainError(_("There is still time to appeal."))
    if not Proceeding.objects.filter(pk=proceeding.pk, appeal_closed_at=None).update(appeal_closed_at=now):
        raise Refused
    proceeding.appeal_closed_at = now
    deadlines.meet("investigation.appeal", subject=proceeding.pk, by=by, now=now)
    facts = {"subject": proceeding.subject_id}
    audit.record("investigations.window_closed", by=by, about=proceeding, reference=case.reference, facts=facts)
    follow(case, by=by, now=now)
    return proceeding


def _execute(proceeding: Proceeding, *, by: Actor, now: datetime) -> None:
    turn(proceeding, "carry_out", by=by, now=now)
    deadlines.meet("investigation.execution", subject=proceeding.pk, by=by, now=now)
    follow(proceeding.case, verb="carry_out", by=by, now=now)


def _all_carried_out(proceeding: Proceeding) -> bool:
    return not Measure.objects.filter(proceeding=proceeding, carried_out_on=None).exists()


def _ensure_decides(proceeding: Proceeding, *, by: Actor, now: datetime) -> User:
    ensure_may(proceeding.case, by=by, perm=Perm.DECIDE, now=now)
    if by.user is None or proceeding.decision_maker_id != by.user_id:
        raise Refused(_("This decision was given to somebody else."))
    return by.user


def _seal_reasons(proceeding: Proceeding, reasons: str) -> None:
    if not reasons.strip():
        raise DomainError(_("Write your reasons: the person must be able to follow them."))
    proceeding.seal(reasons=reasons.strip())


def _check(proceeding: Proceeding, measures: Sequence[Wanted]) -> None:
    if not measures:
        raise DomainError(_("Choose at least one measure, or decide on no sanction."))
    fitting = measures_for(proceeding.subject.personnel)
    if len({wanted.kind for wanted in measures}) < len(measures):
        raise DomainError(_("Choose each measure once."))
    for wanted in measures:
        if wanted.kind not in fitting:
            raise DomainError(_("A measure you chose does not fit how this person works."))
        if wanted.ends_on is not None and wanted.ends_on < wanted.starts_on:
            raise DomainError(_("A measure must not end before it begins."))
        if MeasureKind(wanted.kind) in FOR_A_WHILE and wanted.ends_on is None:
            raise DomainError(_("A measure that lasts for a while needs its end."))
