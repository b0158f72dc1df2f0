"""Closing and reopening a case, each with its reason."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.actions import access, telling
from cases.actions.versions import Seen, ensure_unchanged
from cases.choices import CloseReason
from cases.models import Case
from cases.permissions import Perm
from cases.states import CASE, LOOKED_INTO
from core import deadlines
from core.actors import Actor
from core.errors import DomainError, Refused

#: Findings are made by investigations; here a case ends for the other reasons.
WITHOUT_FINDING = tuple(
    reason for reason in CloseReason if reason not in (CloseReason.SUBSTANTIATED, CloseReason.UNSUBSTANTIATED)
)


def close(case: Case, *, why: str, reason: str, seen: Seen | None = None, by: Actor, now: datetime) -> Case:
    """Close with one of the distinct reasons and a sealed explanation; clocks that run end as no longer needed.

    Raises Refused for whoever may only read, ConcurrentEdit when the case changed since it was `seen`.
    """
    access.ensure_may(case, by=by, perm=Perm.CASE_CLOSE, now=now)
    if why not in CloseReason.values:
        raise DomainError(_("Choose why the case is closed."))
    fresh = ensure_unchanged(case, seen)
    if case.state in LOOKED_INTO:
        raise Refused(_("This case is being looked into. It closes by itself when that ends."))
    CASE.apply(
        case, "close", by=by, now=now, reference=case.reference, facts={"reason": why},
        also={"closed_at": now, "close_reason": why, **decided(fresh, reason, now)},
    )  # fmt: skip
    deadlines.cancel_all(subject=case.pk, by=by, now=now)
    telling.due_for_all(case, change="closed", by=by, now=now)
    return case


def reopen(case: Case, *, reason: str, seen: Seen | None = None, by: Actor, now: datetime) -> Case:
    """Reopen into triage, with a reason; a new clock for the decision starts."""
    access.ensure_may(case, by=by, perm=Perm.CASE_REOPEN, now=now)
    fresh = ensure_unchanged(case, seen)
    CASE.apply(
        case, "reopen", by=by, now=now, reference=case.reference,
        also={"closed_at": None, "close_reason": "", **decided(fresh, reason, now)},
    )  # fmt: skip
    deadlines.start("intake.triage", subject=case.pk, reference=case.reference, owner=case.owner, at=now)
    telling.due_for_all(case, change="reopened", by=by, now=now)
    return case


def decided(case: Case, reason: str, now: datetime) -> dict[str, Any]:
    """The columns every decision about a case sets; raises DomainError without words."""
    if not reason.strip():
        raise DomainError(_("Write your reason: two lines that someone can follow a year from now."))
    case.seal(decision_reason=reason.strip())
    return {"changed_at": now, "decision_reason": case.decision_reason, "version": case.version + 1}
