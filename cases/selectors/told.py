"""What is asked for the safety of people affected, what they are told, and by whom."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from cases.choices import GrantLevel, Part
from cases.models import Case, CaseDuty, Exclusion, MessageDue, Participant, SafetyQuestion
from cases.permissions import Perm
from cases.selectors import people_of
from core.actors import Actor
from core.on_duty import holders as at_work
from core.organisations import User
from core.permissions import Reach, holders, reaches


def victims_of(case: Case) -> list[Participant]:
    """Everybody affected in the case, with whoever is named as their contact."""
    return list(people_of(case).filter(part=Part.VICTIM).select_related("person", "contact"))


def questions_in(case: Case) -> list[SafetyQuestion]:
    """What was asked in the case, the latest first."""
    rows = SafetyQuestion.objects.filter(case=case).select_related("victim__person", "asked_by")
    return list(rows.order_by("-asked_at", "-id"))


def owed_in(case: Case) -> list[MessageDue]:
    """What people affected were told of the case or are to be told, the latest first."""
    rows = MessageDue.objects.filter(case=case).select_related("participant__person")
    return list(rows.order_by("-created_at", "-id"))


def messages_due(actor: Actor) -> QuerySet[MessageDue]:
    """What people affected are still to be told, the nearest first: all to the support side, one's own to a contact.

    Nothing of a case the actor is shut out of.
    """
    rows = MessageDue.objects.filter(done_at=None)
    if Reach.ALL not in reaches(actor, Perm.MESSAGES_DUE):
        rows = rows.filter(participant__contact=actor.user)
    rows = rows.filter(~Exists(Exclusion.objects.filter(case_id=OuterRef("case_id"), user=actor.user)))
    return rows.select_related("participant__person", "case__office").order_by("due_at", "id")


def access_message(actor: Actor, mark: str) -> MessageDue:
    """One message this person may carry out, or Http404."""
    found = messages_due(actor).filter(mark=mark.upper()).first()
    if found is None:
        raise Http404
    return found


def contacts_for(case: Case, now: datetime) -> list[User]:
    """Who may be named as a contact: at work in a role that tells people, with no part in finding out or deciding."""
    there = {user for role in holders(Perm.MESSAGES_DUE) for user in at_work(role, now=now)}
    apart = CaseDuty.objects.filter(case=case, duty__in=(GrantLevel.INVESTIGATE, GrantLevel.DECIDE)).values("user_id")
    shut = Exclusion.objects.filter(case=case).values("user_id")
    free = User.objects.filter(pk__in=there).exclude(pk__in=apart).exclude(pk__in=shut)
    return list(free.order_by("name", "email"))
