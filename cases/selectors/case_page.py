"""Everything one case page shows, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from cases.choices import Part
from cases.models import (
    Allegation,
    Case,
    CaseGrant,
    Consent,
    Exclusion,
    Handover,
    Identity,
    Mailbox,
    Message,
    Note,
    Participant,
    Report,
    SupportRequest,
)
from cases.permissions import Perm
from cases.selectors import people_of
from cases.selectors.desk import with_urgency
from core.actors import Actor
from core.audit.selectors import Entry, events_about
from core.deadlines.models import Deadline
from core.organisations import Membership
from core.permissions import table

STORY = 60


@dataclass
class CaseFacts:
    """The rows of one case page."""

    case: Case
    reports: list[Report]
    people: list[Participant]
    allegations: list[Allegation]
    clocks: list[Deadline]
    clocks_done: int
    team: list[CaseGrant]
    support: list[SupportRequest]
    handover: Handover | None
    story: list[Entry]
    unread: int
    notes: int
    agreed: set[Any]
    identified: set[Any]


def facts_of(case: Case, now: datetime) -> CaseFacts:
    """Read the case page's rows."""
    reports = list(Report.objects.filter(case=case).select_related("logged_by").order_by("received_at", "id"))
    clocks = list(Deadline.objects.filter(subject=case.pk).select_related("owner").order_by("due_at"))
    running = [clock for clock in clocks if clock.state in ("open", "paused")]
    people = list(people_of(case))
    victims = [person.person_id for person in people if person.part in (Part.VICTIM, Part.REPORTER)]
    agreed = set(
        Consent.objects.filter(person_id__in=victims, purpose="investigation", withdrawn_at=None).values_list(
            "person_id", flat=True
        )
    )
    return CaseFacts(
        case=case,
        reports=reports,
        people=people,
        allegations=list(
            Allegation.objects.filter(case=case)
            .prefetch_related("victims__participant__person", "subjects__participant__person")
            .order_by("created_at", "id")
        ),
        clocks=with_urgency(running, now),
        clocks_done=len(clocks) - len(running),
        team=team_of(case, now),
        support=list(SupportRequest.objects.filter(case=case).order_by("asked_at")),
        handover=Handover.objects.filter(case=case, confirmed_at=None, declined_at=None)
        .select_related("giver", "receiver")
        .first(),
        story=events_about(case.pk, most=STORY),
        unread=unread_of(case).count(),
        notes=Note.objects.filter(case=case).count(),
        agreed=agreed,
        # The database itself hides identities this user has no grant for.
        identified=set(
            Identity.objects.filter(person_id__in=[person.person_id for person in people]).values_list(
                "person_id", flat=True
            )
        ),
    )


def team_of(case: Case, now: datetime) -> list[CaseGrant]:
    """Who may open the case now, and what for."""
    grants = CaseGrant.objects.filter(content_object=case, starts_at__lte=now).select_related("user", "granted_by")
    return [grant for grant in grants.order_by("starts_at", "id") if grant.ends_at is None or grant.ends_at > now]


def messages_of(case: Case) -> QuerySet[Message]:
    """All messages of the case's mailboxes, oldest first."""
    return (
        Message.objects.filter(mailbox__report__case=case)
        .select_related("sent_by", "mailbox")
        .order_by("sent_at", "id")
    )


def unread_of(case: Case) -> QuerySet[Message]:
    """What reporters wrote and nobody has opened yet."""
    return Message.objects.filter(mailbox__report__case=case, direction="in", read_at=None)


def mailboxes_of(case: Case) -> QuerySet[Mailbox]:
    """The mailboxes through which reporters of this case can be answered."""
    return Mailbox.objects.filter(report__case=case).select_related("report").order_by("created_at", "id")


def notes_of(case: Case) -> QuerySet[Note]:
    """The notes of a case, newest first."""
    return Note.objects.filter(case=case).select_related("written_by").order_by("-written_at", "-id")


def colleagues_for(case: Case, actor: Actor, now: datetime) -> list[Membership]:
    """Members who may take over a case: those with a role that works on cases, without the actor and the excluded."""
    roles = [role for role, reach in table()[str(Perm.CASE_EDIT)].items() if reach]
    excluded = Exclusion.objects.filter(case=case).values("user_id")
    return list(
        Membership.objects.select_related("user", "office")
        .filter(starts_at__lte=now, user__is_active=True)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .filter(role_grants__role__in=roles, role_grants__approved_at__lte=now, role_grants__ended_at=None)
        .exclude(user=actor.user)
        .exclude(user_id__in=excluded)
        .distinct()
        .order_by("user__name")
    )
