"""Which support files a person may open: those they were given, never one that hangs on a case they are shut out of."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cases.models import Exclusion, Participant, Person
from core.actors import Actor
from core.on_duty import holders
from core.permissions import Role, allowed
from victims.choices import FileState, GrantKind, PlanState
from victims.models import Closure, Plan, SupportFile, SupportGrant
from victims.permissions import Perm


def in_force(user_id: UUID, now: datetime) -> QuerySet[SupportGrant]:
    """The user's grants that have not ended."""
    return SupportGrant.objects.filter(user_id=user_id).filter(Q(ends_at=None) | Q(ends_at__gt=now))


def _not_shut_out(files: QuerySet[SupportFile], user_id: UUID) -> QuerySet[SupportFile]:
    """Without the files of people who have a part in a case this user is shut out of, whatever their role."""
    shut = Exclusion.objects.filter(
        user_id=user_id,
        case_id__in=Participant.objects.filter(person_id=OuterRef(OuterRef("person_id"))).values("case_id"),
    )
    return files.filter(~Exists(shut)).exclude(person__staff_user_id=user_id)


def visible_files(actor: Actor, now: datetime) -> QuerySet[SupportFile]:
    """The files this person works in, not those opened for a decision alone."""
    if actor.user_id is None or not allowed(actor, Perm.WORK):
        return SupportFile.objects.none()
    granted = in_force(actor.user_id, now).filter(file_id=OuterRef("pk")).exclude(kind=GrantKind.REVIEW)
    return _not_shut_out(SupportFile.objects.filter(Exists(granted)), actor.user_id)


def access_file(actor: Actor, reference: str, now: datetime) -> SupportFile:
    """The one file with that reference, or Http404 for everybody who may not know that it exists."""
    found = visible_files(actor, now).select_related("person", "office", "officer")
    file = found.filter(reference=reference.upper()).first()
    if file is None:
        raise Http404
    return file


def all_files(actor: Actor) -> QuerySet[SupportFile]:
    """Every open file as code, officer and state, for whoever may stand in; nothing a person said."""
    if actor.user_id is None or not allowed(actor, Perm.STAND_IN):
        return SupportFile.objects.none()
    return _not_shut_out(SupportFile.objects.select_related("officer", "office"), actor.user_id)


def access_any(actor: Actor, reference: str) -> SupportFile:
    """One file by its reference, for whoever may stand in; Http404 for everybody else."""
    file = all_files(actor).filter(reference=reference.upper()).first()
    if file is None:
        raise Http404
    return file


def waiting_for(actor: Actor) -> QuerySet[SupportFile]:
    """Files whose plan or closure somebody else put forward and this person may decide."""
    if actor.user_id is None or not allowed(actor, Perm.APPROVE):
        return SupportFile.objects.none()
    plans = Plan.objects.filter(file_id=OuterRef("pk"), state=PlanState.SUBMITTED)
    closures = Closure.objects.filter(file_id=OuterRef("pk"), approved=None)
    found = SupportFile.objects.filter(
        Q(Exists(plans.exclude(submitted_by_id=actor.user_id)), state=FileState.PLAN_REVIEW)
        | Q(Exists(closures.exclude(asked_by_id=actor.user_id)), state=FileState.CLOSING)
    )
    return _not_shut_out(found.select_related("officer"), actor.user_id)


def access_review(actor: Actor, reference: str) -> SupportFile:
    """One file that waits for this person's decision, or Http404."""
    file = waiting_for(actor).select_related("person").filter(reference=reference.upper()).first()
    if file is None:
        raise Http404
    return file


def may_support(users: Iterable[UUID | None], person_id: UUID | None) -> list[UUID]:
    """Those of the users who are shut out of no case of this person and are not the person, each once, in order."""
    asked = list(dict.fromkeys(user for user in users if user))
    if person_id is None or not asked:
        return asked
    cases = Participant.objects.filter(person_id=person_id).values("case_id")
    shut = set(Exclusion.objects.filter(user_id__in=asked, case_id__in=cases).values_list("user_id", flat=True))
    shut |= set(Person.objects.filter(pk=person_id, staff_user_id__in=asked).values_list("staff_user_id", flat=True))
    return [user for user in asked if user not in shut]


def assistance(now: datetime) -> list[UUID]:
    """Everybody at work on the support side, officers first."""
    return list(dict.fromkeys((*holders(Role.SUPPORT_OFFICER, now=now), *holders(Role.SUPPORT_SUPERVISOR, now=now))))


def left_alone(people: Iterable[UUID | None]) -> set[UUID]:
    """Those of the people nobody is to contact; known to the whole support side, with or without a grant."""
    asked = {person for person in people if person}
    found = SupportFile.objects.filter(person_id__in=asked, do_not_contact=True)
    return set(found.values_list("person_id", flat=True)) if asked else set()
