"""The case follows what is decided above it: assessment, investigation, proceedings. Only this moves it there."""

from datetime import datetime
from typing import Any

from cases.choices import CaseState, CloseReason
from cases.models import Case
from cases.states import CASE, LOOKED_INTO
from core import deadlines
from core.actors import Actor
from core.errors import Refused

VERBS = {
    CaseState.IN_INVESTIGATION: "investigate",
    CaseState.IN_DECISION: "send_to_decision",
    CaseState.REFERRED_OUT: "refer_onwards",
    CaseState.MONITORED_EXTERNAL: "give_away",
    CaseState.CLOSED: "conclude",
}


def follow(case: Case, state: str, *, close_reason: str = "", reason: str = "", by: Actor, now: datetime) -> bool:
    """Bring the case to the state that follows from the lives above it; False when it stands there already.

    Closing ends its clocks; the people affected are then to be told. Raises Refused for a case that is not looked into.
    """
    if case.state == state:
        return False
    if case.state not in LOOKED_INTO or state not in VERBS:
        raise Refused
    also: dict[str, Any] = {"changed_at": now, "version": case.version + 1}
    facts: dict[str, Any] = {}
    if state == CaseState.CLOSED:
        also |= {"closed_at": now, "close_reason": CloseReason(close_reason)}
        facts["reason"] = str(CloseReason(close_reason))
    if reason.strip():
        case.seal(decision_reason=reason.strip())
        also["decision_reason"] = case.decision_reason
    CASE.apply(case, VERBS[CaseState(state)], by=by, now=now, reference=case.reference, also=also, facts=facts)
    if state == CaseState.CLOSED:
        deadlines.cancel_all(subject=case.pk, by=by, now=now)
    return True


def touched(case: Case, *, now: datetime) -> None:
    """Something changed in a life above while the case stays in its state."""
    Case.objects.filter(pk=case.pk).update(changed_at=now)
    case.changed_at = now
