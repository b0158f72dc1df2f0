"""Keeping a way to narrow the list of cases, and letting it go."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.models import SavedFilter
from core.actors import Actor
from core.errors import DomainError, Refused

#: What a filter may hold: choices by their codes; a reference or a code names one case and needs no filter.
KEYS = ("state", "stream", "priority", "office", "whose", "order")
MOST = 20


def query_of(wanted: Mapping[str, str]) -> str:
    """The choices a filter may hold, as they stand behind the question mark of the list."""
    return urlencode({key: wanted[key] for key in KEYS if wanted.get(key)})


def keep(wanted: Mapping[str, str], *, by: Actor, now: datetime) -> SavedFilter:
    """Keep it for this person; keeping it twice keeps it once. Raises DomainError for nothing, or for a 21st."""
    if by.user is None:
        raise Refused
    chosen = {key: wanted[key] for key in KEYS if wanted.get(key)}
    if not chosen:
        raise DomainError(_("Choose something first, then keep it."))
    there = SavedFilter.objects.filter(wanted=chosen, owner=by.user).first()
    if there is not None:
        return there
    if SavedFilter.objects.filter(owner=by.user).count() >= MOST:
        raise DomainError(_("You keep twenty filters already. Let one go first."))
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(owner=by.user, wanted=chosen, saved_at=now)
    except IntegrityError:
        return SavedFilter.objects.get(owner=by.user, wanted=chosen)


def let_go(saved: SavedFilter, *, by: Actor) -> None:
    """Keep it no more; Refused for somebody else's."""
    if by.user is None or saved.owner_id != by.user_id:
        raise Refused
    saved.delete()
