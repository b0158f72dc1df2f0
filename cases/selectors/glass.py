"""Who asked for an emergency reading, who may decide it, and who reviews it."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from cases.models import BreakGlass, Case, Exclusion
from cases.permissions import Perm
from cases.selectors import grants_in_force
from cases.selectors.team import free
from core.actors import Actor
from core.audit.tables import AuditEvent
from core.on_duty import holders
from core.organisations import Membership
from core.permissions import Role, allowed
from core.permissions import holders as roles_with


def pending() -> QuerySet[BreakGlass]:
    """Asked for and not decided."""
    return BreakGlass.objects.filter(allowed_by=None)


def to_review() -> QuerySet[BreakGlass]:
    """Allowed and not reviewed."""
    return BreakGlass.objects.filter(allowed_at__isnull=False, reviewed_at=None)


def open_to(case: Case, user_id: UUID, now: datetime) -> bool:
    """Whether the user may open the case anyway."""
    return grants_in_force(user_id, now).filter(content_object=case).exists()


def below(user_id: UUID) -> set[UUID]:
    """Everybody who works under the user, at any distance."""
    found: set[UUID] = set()
    line = [user_id]
    while line:
        members = Membership.objects.filter(supervisor__user_id__in=line)
        line = [each for each in members.values_list("user_id", flat=True) if each not in found]
        found.update(line)
    return found


def with_permission(perm: Perm, now: datetime) -> list[UUID]:
    """Everybody on duty with a role that holds the permission, each once."""
    return list(dict.fromkeys(user for role in roles_with(perm) for user in holders(role, now=now)))


def deciders(row: BreakGlass, now: datetime) -> list[UUID]:
    """Who may allow it: holders of the permission, without the asker, whoever works under them, and the shut out."""
    barred = {row.asked_by_id, *below(row.asked_by_id)}
    return [user for user in free(row.case, with_permission(Perm.GLASS_ALLOW, now)) if user not in barred]


def reviewers(row: BreakGlass, now: datetime) -> list[UUID]:
    """Who may review it, the data-protection officer first; neither asker nor allower, nor whoever works under them."""
    barred = {row.asked_by_id, row.allowed_by_id, *below(row.asked_by_id)}
    first = holders(Role.DATA_PROTECTION_OFFICER, now=now)
    managers = [row.case.manager_id, row.case.owner_id]
    able = set(with_permission(Perm.GLASS_REVIEW, now))
    return [user for user in free(row.case, [*first, *managers]) if user in able and user not in barred]


def _not_shut_out(rows: QuerySet[BreakGlass], actor: Actor) -> QuerySet[BreakGlass]:
    shut = Exclusion.objects.filter(case_id=OuterRef("case_id"), user=actor.user)
    return rows.filter(~Exists(shut)).select_related("case", "asked_by", "allowed_by").order_by("asked_at", "id")


def waiting_for(actor: Actor, now: datetime) -> list[BreakGlass]:
    """What this person may decide now."""
    if not allowed(actor, Perm.GLASS_ALLOW):
        return []
    return [row for row in _not_shut_out(pending(), actor) if actor.user_id in deciders(row, now)]


def reviews_for(actor: Actor, now: datetime) -> list[BreakGlass]:
    """What this person may review now."""
    if not allowed(actor, Perm.GLASS_REVIEW):
        return []
    return [row for row in _not_shut_out(to_review(), actor) if actor.user_id in reviewers(row, now)]


def access_one(rows: list[BreakGlass], reference: str, asker: str) -> BreakGlass:
    """The oldest of these rows about that case by the member of that reference, or Http404."""
    user = Membership.objects.filter(reference=asker).values_list("user_id", flat=True).first()
    for row in rows:
        if row.case.reference == reference and row.asked_by_id == user:
            return row
    raise Http404


def what_was_read(row: BreakGlass) -> QuerySet[AuditEvent]:
    """Everything the asker did in the case while the glass was broken."""
    return (
        AuditEvent.objects.timed()
        .filter(actor=row.asked_by_id, reference=row.case.reference, at__gte=row.allowed_at, at__lte=row.ends_at)
        .order_by("id")
    )
