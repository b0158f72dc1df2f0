"""Closing a support file: asked with a checklist, decided by somebody else, open again whenever she wants."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core import deadlines, outbox
from core.actors import Actor
from core.errors import DomainError, Refused
from core.permissions import allowed
from victims.actions.files import ensure_open, ensure_works
from victims.choices import ANSWERS, CHECKLIST, PENDING, CloseReason, ItemState
from victims.models import Closure, Item, Referral, SupportFile, Task
from victims.permissions import Perm
from victims.states import FILE


def ask(
    file: SupportFile, *, reason: str, checklist: Mapping[str, str], words: str, by: Actor, now: datetime
) -> Closure:
    """Ask to close. Raises DomainError while a line of the checklist is unanswered or something is still under way."""
    ensure_works(file, by=by, now=now)
    ensure_open(file)
    if reason not in CloseReason.values:
        raise DomainError(_("Say why it is to be closed."))
    given = {key: checklist.get(key, "") for key, _text in CHECKLIST}
    if any(answer not in dict(ANSWERS) for answer in given.values()):
        raise DomainError(_("Answer every line of the checklist."))
    if Referral.objects.filter(file=file, state__in=PENDING).exists():
        raise DomainError(_("A referral is still open. Note what became of it first."))
    if Task.objects.filter(file=file, outcome="").exists():
        raise DomainError(_("A task or a follow-up is still open. End it first."))
    _ensure_no_money_waits(file)
    FILE.apply(file, "ask_closure", by=by, now=now, reference=file.reference)
    asked = Closure(file=file, reason=reason, checklist=given, asked_at=now, asked_by=by.user)
    asked.seal(words=words.strip() or None)
    asked.save(force_insert=True)
    deadlines.start("support.closure", subject=file.pk, at=now)
    outbox.notify("victims.to_decide", about=file.pk, now=now, facts={"by": str(by.user_id)})
    return asked


def decide(file: SupportFile, *, approved: bool, by: Actor, now: datetime) -> Closure:
    """A supervisor closes the file or keeps it open; never at their own wish."""
    if by.user is None or not allowed(by, Perm.APPROVE):
        raise Refused
    asked = Closure.objects.filter(file=file, approved=None).first()
    if asked is None:
        raise Refused(_("Nobody asked to close this file."))
    if asked.asked_by_id == by.user.pk:
        raise Refused(_("Somebody else must decide about this."))
    if approved:
        _ensure_no_money_waits(file)
    also = {"closed_at": now, "close_reason": asked.reason} if approved else {}
    FILE.apply(file, "close" if approved else "keep_open", by=by, now=now, reference=file.reference, also=also)
    asked.approved, asked.decided_at, asked.decided_by = approved, now, by.user
    asked.save(update_fields=["approved", "decided_at", "decided_by"])
    deadlines.meet("support.closure", subject=file.pk, by=by, now=now)
    outbox.notify("victims.decided", about=file.pk, reference=file.reference, now=now)
    return asked


def reopen(file: SupportFile, *, by: Actor, now: datetime) -> SupportFile:
    """Support begins again, at any time and without asking anybody."""
    ensure_works(file, by=by, now=now)
    FILE.apply(file, "reopen", by=by, now=now, reference=file.reference, also={"closed_at": None, "close_reason": ""})
    return file


def _ensure_no_money_waits(file: SupportFile) -> None:
    """What was set aside for a closed file would be lost to everybody else."""
    if Item.objects.filter(file=file, state=ItemState.PLANNED).exists():
        raise DomainError(_("Money is still set aside. Note what was given, or that it is not needed any more."))
