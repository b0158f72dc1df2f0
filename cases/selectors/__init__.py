"""Every read of cases that starts from a user: an excluded or ungranted case does not exist here."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404

from cases.choices import GrantLevel
from cases.models import Case, CaseGrant, Exclusion, Handover, Message, Participant
from core.actors import Actor
from core.tenancy import scope


@cache
def open_case_permission_id() -> int:
    """The key of guardian's permission that every grant carries; looked up once per process."""
    return Permission.objects.values_list("id", flat=True).get(
        codename="open_case", content_type__app_label="cases", content_type__model="case"
    )


def grants_in_force(user_id: UUID, now: datetime) -> QuerySet[CaseGrant]:
    """The user's grants that have begun and not ended at `now`."""
    return CaseGrant.objects.filter(
        user_id=user_id, permission_id=open_case_permission_id(), starts_at__lte=now
    ).filter(Q(ends_at=None) | Q(ends_at__gt=now))


class MayOpen(Func):
    """True for a case with a grant of this user in force at `now` and no exclusion of theirs.

    In SQL, since every list and count asks it: written with Exists() it cost more time in Django than in the database.
    """

    output_field = BooleanField()
    SQL = """(EXISTS (
        SELECT FROM case_grant g
        WHERE g.organisation_id = %s AND g.user_id = %s AND g.permission_id = %s AND g.content_object_id = {case}
          AND g.starts_at <= %s AND (g.ends_at IS NULL OR g.ends_at > %s)
    ) AND {case} <> ALL (ARRAY(
        SELECT x.case_id FROM exclusion x WHERE x.organisation_id = %s AND x.user_id = %s
    )))"""

    def __init__(self, case: str, *, user_id: UUID, now: datetime) -> None:
        super().__init__(F(case))
        self.user_id, self.now = user_id, now

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        case, none = compiler.compile(self.source_expressions[0])
        here = scope().organisation
        granted = [here, self.user_id, open_case_permission_id(), self.now, self.now]
        return self.SQL.format(case=case), (*granted, here, self.user_id, *none)


def visible_cases(actor: Actor, now: datetime) -> QuerySet[Case]:
    """The cases this actor holds a grant for and is not excluded from; nothing for anybody who is no user."""
    if actor.user_id is None:
        return Case.objects.none()
    return Case.objects.filter(MayOpen("pk", user_id=actor.user_id, now=now))


def entered(actor: Actor, reference: str, now: datetime) -> Any:
    """The grant by which the actor enters the case with that reference, with the case in it (`content_object`).

    One query, which also brings how many messages nobody has opened yet (`unread`) and the handover that waits for an
    answer (`handover`: giver's name, receiver's id). Http404 for everybody who may not know that the case exists.
    """
    if actor.user_id is None:
        raise Http404
    here = OuterRef("content_object_id")
    unread = Message.objects.filter(mailbox__report__case_id=here, direction="in", read_at=None).order_by()
    offered = Handover.objects.filter(case_id=here, confirmed_at=None, declined_at=None)
    grant = (
        grants_in_force(actor.user_id, now)
        .filter(content_object__reference=reference.upper())
        .filter(~Exists(Exclusion.objects.filter(case_id=here, user_id=actor.user_id)))
        .select_related("content_object__office", "content_object__owner", "content_object__manager")
        .annotate(
            unread=Coalesce(Subquery(unread.values("direction").values(number=Count("pk"))), 0),
            handover=Subquery(offered.values(found=JSONObject(giver="giver__name", receiver="receiver_id"))[:1]),
        )
        .first()
    )
    if grant is None:
        raise Http404
    return grant


def access_case(actor: Actor, reference: str, now: datetime) -> Case:
    """The one case with that reference, or Http404 for everybody who may not know it exists."""
    case: Case = entered(actor, reference, now).content_object
    return case


def grant_of(actor: Actor, case: Case, now: datetime) -> CaseGrant | None:
    """The grant by which the actor is in this case now."""
    if actor.user_id is None:
        return None
    return grants_in_force(actor.user_id, now).filter(content_object=case).first()


def allows_writing(grant: CaseGrant) -> bool:
    """Whether the grant allows more than reading."""
    return grant.level not in (GrantLevel.READ, GrantLevel.LOGGED) and not grant.break_glass


def people_of(case: Case) -> QuerySet[Participant]:
    """Everyone with a part in the case, as codes."""
    return Participant.objects.select_related("person").filter(case=case).order_by("part", "created_at", "id")
