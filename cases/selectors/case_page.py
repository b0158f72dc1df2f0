"""Everything one case page shows, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.choices import Part
from cases.models import (
    Allegation,
    AllegationSubject,
    AllegationVictim,
    Case,
    CaseGrant,
    Consent,
    Exclusion,
    Identity,
    Mailbox,
    Message,
    Note,
    Report,
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
    people: list[Any]
    allegations: list[Any]
    clocks: list[Deadline]
    clocks_done: int
    team: list[CaseGrant]
    story: list[Entry]

    @property
    def alleged(self) -> list[Any]:
        """What is alleged now: not what was withdrawn."""
        return [each for each in self.allegations if each.withdrawn_at is None]

    @property
    def victims(self) -> int:
        """How many people are affected; counted, and kept nowhere."""
        return len({person.person_id for person in self.people if person.part == Part.VICTIM})


def facts_of(case: Case, now: datetime) -> CaseFacts:
    """Read the case page's rows: six queries, however many rows there are.

    Each person says whether they `agreed` that investigators may know the name, and whether there is an identity
    this user may ask for (`has_identity`: the database itself hides the others). Each allegation lists who is in it.
    """
    clocks = list(Deadline.objects.filter(subject=case.pk).select_related("owner").order_by("due_at"))
    running = [clock for clock in clocks if clock.state in ("open", "paused")]
    person = OuterRef("person_id")
    agreed = Consent.objects.filter(person_id=person, purpose="investigation", withdrawn_at=None)
    return CaseFacts(
        case=case,
        reports=list(Report.objects.filter(case=case).order_by("received_at", "id")),
        people=list(
            people_of(case).annotate(
                agreed=Exists(agreed), has_identity=Exists(Identity.objects.filter(person_id=person))
            )
        ),
        allegations=list(
            Allegation.objects.filter(case=case)
            .annotate(affected=_parts(AllegationVictim), named=_parts(AllegationSubject))
            .order_by("created_at", "id")
        ),
        clocks=with_urgency(running, now),
        clocks_done=len(clocks) - len(running),
        team=team_of(case, now),
        story=events_about(case.pk, most=STORY),
    )


def _parts(link: Any) -> ArraySubquery:
    """The ids of the participants an allegation is linked to."""
    return ArraySubquery(link.objects.filter(allegation=OuterRef("pk")).values("participant_id"))


def team_of(case: Case, now: datetime) -> list[CaseGrant]:
    """Who may open the case now, and what for."""
    grants = CaseGrant.objects.filter(content_object=case, starts_at__lte=now).select_related("user", "granted_by")
    return list(grants.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("starts_at", "id"))


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
