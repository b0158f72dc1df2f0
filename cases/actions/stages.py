"""What moves a case on after triage: each called from above, by the page or the app whose work it is."""

from datetime import datetime

from cases.actions import access, telling
from cases.actions.closing import decided
from cases.actions.versions import Seen, ensure_unchanged
from cases.models import Case
from cases.permissions import Perm
from cases.states import CASE
from core import deadlines
from core.actors import Actor


def follow(case: Case, *, reason: str, seen: Seen | None = None, by: Actor, now: datetime) -> Case:
    """The other organisation has taken it: here it is followed until that ends."""
    access.ensure_may(case, by=by, perm=Perm.CASE_EDIT, now=now)
    fresh = ensure_unchanged(case, seen)
    CASE.apply(case, "monitor", by=by, now=now, reference=case.reference, also=decided(fresh, reason, now))
    return case


def investigate(case: Case, *, by: Actor, now: datetime) -> Case:
    """An investigation was opened: the preliminary assessment is done, and the people affected are to hear of it."""
    _move(case, "investigate", by=by, now=now)
    deadlines.meet("case.assessment", subject=case.pk, by=by, now=now)
    telling.due_for_all(case, change="investigation", by=by, now=now)
    return case


def send_to_decision(case: Case, *, by: Actor, now: datetime) -> Case:
    """The investigation is finished; whoever decides has it now, and the people affected are to hear of it."""
    _move(case, "send_to_decision", by=by, now=now)
    telling.due_for_all(case, change="decision", by=by, now=now)
    return case


def _move(case: Case, verb: str, *, by: Actor, now: datetime) -> None:
    access.ensure_may(case, by=by, perm=Perm.CASE_EDIT, now=now)
    fresh = ensure_unchanged(case, None)
    also = {"changed_at": now, "version": fresh.version + 1}
    CASE.apply(case, verb, by=by, now=now, reference=case.reference, also=also)
