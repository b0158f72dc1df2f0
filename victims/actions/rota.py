"""Who is on duty, where and when."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from core.permissions import allowed
from victims.models import DutyTurn
from victims.permissions import Perm
from victims.selectors.files import assistance


def add(
    country: str, officer: User, deputy: User, *, starts_at: datetime, ends_at: datetime | None, by: Actor,
    now: datetime,
) -> DutyTurn:  # fmt: skip
    """A turn of duty. Raises DomainError for people off the support side, one person twice, or a turn over another."""
    if by.user is None or not allowed(by, Perm.ROTA):
        raise Refused
    there = assistance(now)
    if officer.pk not in there or deputy.pk not in there:
        raise DomainError(_("Only people of the support side who are at work can be on duty."))
    if officer.pk == deputy.pk:
        raise DomainError(_("Officer and deputy must be two people."))
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(_("A turn must end later than it begins."))
    turn = DutyTurn(
        country=country, officer=officer, deputy=deputy, starts_at=starts_at, ends_at=ends_at, entered_by=by.user
    )
    try:
        with transaction.atomic():
            turn.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(_("Somebody is on duty there at that time already. End that turn first.")) from error
    audit.record("victims.turn_set", by=by, about=turn, facts={"officer": officer, "deputy": deputy})
    return turn


def end(turn: DutyTurn, *, by: Actor, now: datetime) -> DutyTurn:
    """The turn ends now; one that has not begun never does."""
    if by.user is None or not allowed(by, Perm.ROTA):
        raise Refused
    turn.ends_at = max(now, turn.starts_at)
    turn.save(update_fields=["ends_at"])
    audit.record("victims.turn_ended", by=by, about=turn)
    return turn
