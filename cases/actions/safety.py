"""The safety question: before somebody learns something new, the support side says whether that is safe."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import Part
from cases.models import Case, Participant, SafetyQuestion
from cases.permissions import Perm
from core import audit, deadlines, outbox
from core.actors import Actor
from core.errors import DomainError, Refused
from core.permissions import allowed


def ask(case: Case, victim: Participant, *, step: str, by: Actor, now: datetime) -> SafetyQuestion:
    """Ask about one step and one person affected; the same open question is returned as it is."""
    access.ensure_may(case, by=by, perm=Perm.SAFETY_ASK, now=now)
    if by.user is None:
        raise Refused
    if step not in dict(SafetyQuestion.STEPS) or victim.part != Part.VICTIM or victim.case_id != case.pk:
        raise DomainError(_("Choose the step and the person affected."))
    there = SafetyQuestion.objects.filter(case=case, victim=victim, step=step, answer="").first()
    if there is not None:
        return there
    # About the question, not the case: which step is ahead is not for everybody who has the case.
    made = SafetyQuestion.objects.create(case=case, victim=victim, step=step, asked_by=by.user, asked_at=now)
    audit.record("cases.safety_asked", by=by, about=made, reference=case.reference, facts={"step": step})
    deadlines.start("case.safety", subject=made.pk, at=now)
    outbox.notify("cases.safety_asked", about=made.pk, now=now)
    return made


def answer(
    question: SafetyQuestion,
    *,
    answer: str,
    wait_until: datetime | None = None,
    because: str = "",
    by: Actor,
    now: datetime,
) -> SafetyQuestion:
    """The support side answers once: go on, wait until a day, or not asked and why (a code, no words).

    The asker sees nothing more than that. Refused for whoever asked, or when it was answered already.
    """
    if by.user is None or not allowed(by, Perm.SAFETY_ANSWER) or question.asked_by_id == by.user_id:
        raise Refused
    access.ensure_free(question.case, by.user)
    if answer not in dict(SafetyQuestion.ANSWERS):
        raise DomainError(_("Choose an answer."))
    if answer == "wait" and (wait_until is None or wait_until <= now):
        raise DomainError(_("Say until when to wait: a day that lies ahead."))
    if answer == "not_asked" and not because:
        raise DomainError(_("Say why the person was not asked."))
    won = SafetyQuestion.objects.filter(pk=question.pk, answer="").update(
        answer=answer,
        wait_until=wait_until if answer == "wait" else None,
        not_asked_because=because if answer == "not_asked" else "",
        answered_by=by.user,
        answered_at=now,
    )
    if not won:
        raise Refused(_("It was answered already."))
    deadlines.meet("case.safety", subject=question.pk, by=by, now=now)
    outbox.notify("cases.safety_answered", about=question.pk, reference=question.case.reference, now=now)
    audit.record("cases.safety_answered", by=by, about=question, facts={"answer": answer})
    question.refresh_from_db()
    return question
