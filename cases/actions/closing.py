"""Closing and reopening a case, each with its reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access, telling
from cases.choices import CaseState, CloseReason
from cases.models import Case
from cases.permissions import Perm
from cases.states import CASE
from core import deadlines
from core.actors import Actor
from core.errors import ConcurrentEdit, DomainError

#: Findings are made by investigations; here a case ends for the other reasons.
WITHOUT_FINDING = tuple(
    reason for reason in CloseReason if reason not in (CloseReason.SUBSTANTIATED, CloseReason.UNSUBSTANTIATED)
)


def _words(case: Case, reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Write your reason: two lines that someone can follow a year from now."))
    case.seal(decision_reason=reason.strip())


def close(case: Case, *, why: str, reason: str, version: int | None = None, by: Actor, now: datetime) -> Case:
    """Close with one of the distinct reasons and a sealed explanation; clocks that run end as no longer needed.

    Raises Refused for whoever may only read, ConcurrentEdit when the case changed since `version`.
    """
    access.ensure_may(case, by=by, perm=Perm.CASE_CLOSE, now=now)
    if why not in CloseReason.values:
        raise DomainError(_("Choose why the case is closed."))
    ensure_version(case, version)
    _words(case, reason)
    CASE.apply(
        case,
        "close",
        by=by,
        now=now,
        reference=case.reference,
        also={
            "closed_at": now,
            "close_reason": why,
            "changed_at": now,
            "decision_reason": case.decision_reason,
            "version": case.version + 1,
        },
        facts={"reason": why},
    )
    deadlines.cancel_all(subject=case.pk, by=by, now=now)
    telling.due_for_all(case, change="closed", by=by, now=now)
    return case


def reopen(case: Case, *, reason: str, by: Actor, now: datetime) -> Case:
    """Reopen into triage, with a reason; a new clock for the decision starts."""
    access.ensure_may(case, by=by, perm=Perm.CASE_REOPEN, now=now)
    _words(case, reason)
    CASE.apply(
        case,
        "reopen",
        by=by,
        now=now,
        reference=case.reference,
        also={
            "closed_at": None,
            "close_reason": "",
            "changed_at": now,
            "decision_reason": case.decision_reason,
            "version": case.version + 1,
        },
    )
    deadlines.start("intake.triage", subject=case.pk, reference=case.reference, owner=case.owner, at=now)
    telling.due_for_all(case, change="reopened", by=by, now=now)
    return case


def ensure_version(case: Case, version: int | None) -> None:
    """Raises ConcurrentEdit, saying the state before and now, when somebody changed the case since it was shown."""
    current = Case.objects.values_list("version", "state").get(pk=case.pk)
    if version is not None and version != current[0]:
        raise ConcurrentEdit(changes={str(_("State")): (case.get_state_display(), CaseState(current[1]).label)})
