"""Places where a person gets help now, as the form shows them: written, written again to check them, taken away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import HelpContact
from cases.permissions import Perm
from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from core.permissions import allowed

#: How long an entry is shown before somebody has to ask there again: a wrong number is worse than none.
HOLDS = timedelta(days=180)


def write(place: HelpContact | None, told: Mapping[str, Any], *, by: Actor, now: datetime) -> HelpContact:
    """Write or change an entry. Saving it says that somebody asked there today, so it holds for half a year.

    Raises DomainError without a kind, a name and words on how to reach it.
    """
    keeper = _ensure_keeps(by)
    row = place or HelpContact()
    for name in ("country", "kind", "name", "how", "hours", "cost"):
        setattr(row, name, str(told.get(name, "")).strip())
    for name in ("good_for_children", "good_for_men", "good_for_lgbtiq"):
        setattr(row, name, bool(told.get(name)))
    if row.kind not in dict(HelpContact.KINDS) or not row.name or not row.how:
        raise DomainError(_("Give the kind of help, a name, and how to reach it."))
    row.checked_on, row.expires_on, row.checked_by = now.date(), now.date() + HOLDS, keeper
    row.save()
    audit.record("cases.help_written", by=by, about=row, reference=row.reference)
    return row


def take_away(place: HelpContact, *, by: Actor) -> None:
    """The form shows it no more, from now on."""
    _ensure_keeps(by)
    audit.record("cases.help_removed", by=by, about=place, reference=place.reference)
    place.delete()


def _ensure_keeps(by: Actor) -> User:
    if by.user is None or not allowed(by, Perm.HELP):
        raise Refused
    return by.user
