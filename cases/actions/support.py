"""Asking the support side to look after someone; the asker learns only that it was received."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import GrantLevel
from cases.models import Case, SupportRequest
from cases.permissions import Perm
from core import audit, deadlines, outbox
from core.actors import Actor
from core.errors import Refused
from core.permissions import allowed


def ask(case: Case, *, source: str, urgent: bool = False, by: Actor, now: datetime) -> SupportRequest:
    """Ask for support in a case, naming nobody; a request that is still open is returned as it is."""
    access.ensure_may(case, by=by, perm=Perm.SUPPORT_ASK, now=now)
    there = SupportRequest.objects.filter(case=case).exclude(state="answered").first()
    if there is not None:
        return there
    made = SupportRequest.objects.create(case=case, source=source, urgent=urgent, asked_by=by.user, asked_at=now)
    Case.objects.filter(pk=case.pk, support_asked_at=None).update(support_asked_at=now)
    audit.record(
        "cases.support_asked",
        by=by,
        about=case,
        reference=case.reference,
        facts={"source": source, "urgent": urgent},
    )
    deadlines.start("case.support", subject=made.pk, at=now)
    outbox.notify("cases.support_asked", about=made.pk, now=now)
    return made


def take(request: SupportRequest, *, by: Actor, now: datetime) -> SupportRequest:
    """A support officer takes the request.

    Refused for whoever is shut out of the case, investigates or decides it, and when somebody else was first.
    """
    if by.user is None or not allowed(by, Perm.SUPPORT_ANSWER):
        raise Refused
    if request.case is not None:
        access.lock(request.case)
        access.ensure_free(request.case, by.user)
        access.take_duty(request.case, by.user, GrantLevel.SUPPORT, now=now)
    won = SupportRequest.objects.filter(pk=request.pk, state="received").update(
        state="taken", taken_by=by.user, taken_at=now
    )
    if not won:
        raise Refused(_("Somebody else has taken it already."))
    deadlines.hand_over(subject=request.pk, owner=by.user)
    audit.record("cases.support_taken", by=by, about=request)
    request.refresh_from_db()
    return request


def answer(request: SupportRequest, *, by: Actor, now: datetime) -> SupportRequest:
    """The person has been reached, or cannot be; only whoever took it says so, and never once they are shut out."""
    if request.case is not None:
        access.ensure_free(request.case, by.user_id)
    won = SupportRequest.objects.filter(pk=request.pk, state="taken", taken_by_id=by.user_id).update(
        state="answered", answered_at=now
    )
    if not won:
        raise Refused
    deadlines.meet("case.support", subject=request.pk, by=by, now=now)
    audit.record("cases.support_answered", by=by, about=request)
    request.refresh_from_db()
    return request
