"""What moves a case on after triage and is no life of its own; the others are in lives.py."""

from datetime import datetime

from cases.actions import access
from cases.actions.closing import decided
from cases.actions.versions import Seen, ensure_unchanged
from cases.models import Case
from cases.permissions import Perm
from cases.states import CASE
from core.actors import Actor


def follow(case: Case, *, reason: str, seen: Seen | None = None, by: Actor, now: datetime) -> Case:
    """The other organisation has taken it: here it is followed until that ends."""
    access.ensure_may(case, by=by, perm=Perm.CASE_EDIT, now=now)
    fresh = ensure_unchanged(case, seen)
    CASE.apply(case, "monitor", by=by, now=now, reference=case.reference, also=decided(fresh, reason, now))
    return case
