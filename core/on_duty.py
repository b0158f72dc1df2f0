"""Who is there to be told: memberships in force, people not away, holders of a role."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from core.organisations import Membership


def on_duty(now: datetime) -> QuerySet[Membership]:
    """Memberships of the organisation in scope that are in force at `now` and whose person is not away."""
    return (
        Membership.objects.filter(user__is_active=True, starts_at__lte=now)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .exclude(away_from__lte=now, away_until__gt=now)
    )


def present(users: Iterable[UUID | None], *, now: datetime) -> list[UUID]:
    """Those of the users who are on duty, in the given order, each once."""
    asked = list(dict.fromkeys(user for user in users if user))
    there = set(on_duty(now).filter(user_id__in=asked).values_list("user_id", flat=True)) if asked else set()
    return [user for user in asked if user in there]


def holders(role: str, *, now: datetime, office: UUID | None = None, headquarters: bool = False) -> list[UUID]:
    """Users on duty who hold `role` at `now`, in one office or at headquarters if asked."""
    held = Q(role_grants__role=role, role_grants__approved_at__lte=now) & (
        Q(role_grants__ended_at=None) | Q(role_grants__ended_at__gt=now)
    )
    found = on_duty(now).filter(held)
    if office:
        found = found.filter(office_id=office)
    if headquarters:
        found = found.filter(office__headquarters=True)
    return list(found.order_by("starts_at", "id").values_list("user_id", flat=True).distinct())


def line_above(user: UUID, *, now: datetime) -> list[UUID]:
    """The people above the user, nearest first, without those who are not on duty."""
    above: list[UUID] = []
    seen: set[UUID] = set()
    here = Membership.objects.filter(user_id=user).first()
    while here is not None and here.supervisor_id and here.supervisor_id not in seen:
        seen.add(here.supervisor_id)
        here = Membership.objects.filter(id=here.supervisor_id).first()
        if here is not None:
            above.append(here.user_id)
    return present(above, now=now)
