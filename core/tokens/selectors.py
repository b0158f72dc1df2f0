"""Whose token this is, and which ones somebody has."""

from datetime import datetime
from typing import Any

from django.http import Http404

from core.actors import Actor
from core.tokens.actions import hashed
from core.tokens.tables import ApiToken


def in_force(secret: str, now: datetime) -> ApiToken | None:
    """The token of the organisation in scope with this secret, if it has not ended."""
    found = ApiToken.objects.filter(hash=hashed(secret), ended_at=None, expires_at__gt=now)
    return found.select_related("user").first()


def mine(actor: Actor, now: datetime) -> list[Any]:
    """The actor's own tokens here that still open something, the newest first."""
    found = ApiToken.objects.filter(user=actor.user, ended_at=None, expires_at__gt=now)
    return list(found.order_by("-made_at"))


def access_token(actor: Actor, mark: str) -> ApiToken:
    """The actor's own token with that mark, or Http404."""
    found = ApiToken.objects.filter(user=actor.user, mark=mark.upper()).first()
    if found is None:
        raise Http404
    return found
