"""From a signed-in user to an actor with roles, or to nothing: strangers are answered as if the place did not exist."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.actors import Actor
from core.errors import SecondFactorNeeded
from core.organisations import Membership, RoleGrant, User


def _memberships(user: User, now: datetime) -> QuerySet[Membership]:
    return (
        Membership.objects.select_related("office")
        .filter(user=user, starts_at__lte=now)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
    )


def _roles(membership: Any, now: datetime) -> QuerySet[RoleGrant, str]:
    return (
        RoleGrant.objects.filter(membership=membership, approved_at__lte=now)
        .filter(Q(ended_at=None) | Q(ended_at__gt=now))
        .values_list("role", flat=True)
    )


def membership_at(user: User, now: datetime) -> Membership | None:
    """The user's membership in the organisation in scope that is in force at `now`."""
    return _memberships(user, now).first()


def roles_at(membership: Membership, now: datetime) -> frozenset[str]:
    """Roles proposed by one person, approved by another, and not ended at `now`."""
    return frozenset(_roles(membership, now))


def actor_for(
    user: User, now: datetime, *, session: str = "", second_factor_at: datetime | None = None
) -> Actor | None:
    """The user as an actor in the organisation in scope, or None without a membership in force; in one query."""
    membership = (
        _memberships(user, now)
        .annotate(held=ArraySubquery(_roles(OuterRef("pk"), now)), protected=Exists(second_factors_of(user)))
        .first()
    )
    if membership is None or not user.is_active:
        return None
    return Actor("user", user, membership, frozenset(membership.held), session, second_factor_at, membership.protected)


def second_factors_of(user: Any) -> QuerySet[Authenticator]:
    """The authenticator apps and passkeys of the account; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)


#: Reveal, export, grant and break-glass ask again when the second factor is older than this.
FRESH = timedelta(minutes=15)


def ensure_fresh_second_factor(actor: Actor, now: datetime) -> None:
    """Raises SecondFactorNeeded unless the actor proved a second factor within the last 15 minutes.

    Jobs have none. In the demo an account that never set one up is let through, so that it can be tried at all.
    """
    if actor.user is None:
        return
    proved = actor.second_factor_at
    if proved is not None and now - proved <= FRESH:
        return
    if settings.DEMO and not Authenticator.objects.filter(user=actor.user).exists():
        return
    raise SecondFactorNeeded
