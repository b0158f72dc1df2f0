"""Naming who gets new reports, and which way reports against oversight staff or the head take."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.models import IntakeRoute
from cases.permissions import Perm
from core import audit
from core.access import roles_at
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import Membership, Office
from core.permissions import allowed, holders


def add(
    member: Membership, *, office: Office | None, step: int, oversight: bool, by: Actor, now: datetime
) -> IntakeRoute:
    """This member gets new reports: of one office or of all, at step 1 first; or those against oversight.

    Raises DomainError for somebody whose roles do not let them triage, and for a line that is there.
    """
    _ensure(by)
    if not roles_at(member, now) & set(holders(Perm.CASE_TRIAGE)):
        raise DomainError(_("This person has no role that lets them triage."))
    try:
        with transaction.atomic():
            route = IntakeRoute.objects.create(user=member.user, office=office, step=step, oversight=oversight)
    except IntegrityError:
        raise DomainError(_("This line is there already.")) from None
    _record("cases.route_added", route, by)
    return route


def remove(route: IntakeRoute, *, by: Actor, now: datetime) -> None:
    """This member gets no such reports any more; Refused for the last line of its kind, since reports need somebody."""
    _ensure(by)
    others = IntakeRoute.objects.filter(oversight=route.oversight).exclude(pk=route.pk)
    if not others.exists():
        raise Refused(_("Reports need somebody to go to: name another person first."))
    _record("cases.route_removed", route, by)
    route.delete()


def _ensure(by: Actor) -> None:
    if by.user is None or not allowed(by, Perm.ROUTES):
        raise Refused


def _record(name: str, route: IntakeRoute, by: Actor) -> None:
    facts = {"user": route.user, "office": route.office_id, "step": route.step, "oversight": route.oversight}
    audit.record(name, by=by, about=route, facts=facts)
