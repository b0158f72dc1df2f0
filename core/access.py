"""From a signed-in user to an actor with roles, or to nothing: strangers are answered as if the place did not exist."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q

from core.actors import Actor
from core.errors import SecondFactorNeeded
from core.organisations import Membership, RoleGrant, User


def membership_at(user: User, now: datetime) -> Membership | None:
    """The user's membership in the organisation in scope that is in force at `now`."""
    return (
        Membership.objects.select_related("office")
        .filter(user=user, starts_at__lte=now)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .first()
    )


def roles_at(membership: Membership, now: datetime) -> frozenset[str]:
    """Roles proposed by one person, approved by another, and not ended at `now`."""
    return frozenset(
        RoleGrant.objects.filter(membership=membership, approved_at__lte=now)
        .filter(Q(ended_at=None) | Q(ended_at__gt=now))
        .values_list("role", flat=True)
    )


def actor_for(
    user: User, now: datetime, *, session: str = "", second_factor_at: datetime | None = None
) -> Actor | None:
    """The user as an actor in the organisation in scope, or None without a membership in force."""
    membership = membership_at(user, now)
    if membership is None or not user.is_active:
        return None
    return Actor("user", user, membership, roles_at(membership, now), session, second_factor_at)


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
