"""A case goes from one person to another, and only when the other says yes."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.actions.versions import Seen, ensure_unchanged
from cases.choices import GrantLevel
from cases.models import Case, CaseGrant, Handover
from cases.permissions import Perm
from cases.selectors import grant_of
from core import audit, deadlines, outbox
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import Membership, User


def offer(case: Case, *, to: User, seen: Seen | None = None, by: Actor, now: datetime) -> Handover:
    """Offer the case to a member of the organisation; a clock runs until they answer.

    Refused for whoever does not own the case, for somebody excluded, and while another offer is open.
    """
    access.ensure_may(case, by=by, perm=Perm.CASE_HANDOVER, now=now)
    case = ensure_unchanged(case, seen)
    if by.user is None or case.owner_id != by.user_id:
        raise Refused
    if to.pk == by.user_id or not Membership.objects.filter(user=to, ends_at=None).exists():
        raise DomainError(_("Choose a colleague."))
    access.ensure_free(case, to.pk)
    access.ensure_able(to, _level(case, by.user.pk), now)
    if Handover.objects.filter(case=case, confirmed_at=None, declined_at=None).exists():
        raise DomainError(_("The case is offered to somebody already."))
    made = Handover.objects.create(case=case, giver=by.user, receiver=to, offered_at=now)
    audit.record("cases.handover_offered", by=by, about=case, reference=case.reference, facts={"receiver": to.pk})
    deadlines.start("case.handover", subject=made.pk, reference=case.reference, owner=to, at=now)
    outbox.notify("cases.handover_offered", about=made.pk, reference=case.reference, now=now)
    return made


def confirm(handover: Handover, *, by: Actor, now: datetime) -> Handover:
    """The receiver takes the case: they own it, the giver's grant ends, and running clocks change hands."""
    if by.user is None or handover.receiver_id != by.user_id:
        raise Refused
    case = handover.case
    access.ensure_free(case, by.user_id)
    won = Handover.objects.filter(pk=handover.pk, confirmed_at=None, declined_at=None).update(confirmed_at=now)
    if not won:
        raise Refused(_("This offer was answered already."))
    level = _level(case, handover.giver_id)
    access.ensure_able(by.user, level, now)
    access.end_grants(case, handover.giver_id, now=now)
    if grant_of(by, case, now) is None:
        identities = access.IDENTITIES_OF[GrantLevel(level)]
        access.give(case, by.user, level=level, identities=identities, by=by, now=now)
    access.place_owner(case, by.user, manager=False, now=now)
    deadlines.meet("case.handover", subject=handover.pk, by=by, now=now)
    outbox.notify("cases.handover_confirmed", about=handover.pk, reference=case.reference, now=now)
    audit.record(
        "cases.handover_confirmed",
        by=by,
        about=case,
        reference=case.reference,
        facts={"giver": handover.giver_id},
    )
    handover.refresh_from_db()
    return handover


def decline(handover: Handover, *, by: Actor, now: datetime) -> Handover:
    """The receiver says no; the case stays where it is and the giver hears of it."""
    if by.user is None or handover.receiver_id != by.user_id:
        raise Refused
    won = Handover.objects.filter(pk=handover.pk, confirmed_at=None, declined_at=None).update(declined_at=now)
    if not won:
        raise Refused(_("This offer was answered already."))
    deadlines.cancel("case.handover", subject=handover.pk, by=by, now=now)
    audit.record(
        "cases.handover_declined",
        by=by,
        about=handover.case,
        reference=handover.case.reference,
        facts={"giver": handover.giver_id},
    )
    outbox.notify("cases.handover_declined", about=handover.pk, reference=handover.case.reference, now=now)
    handover.refresh_from_db()
    return handover


def _level(case: Case, giver_id: UUID) -> str:
    """What the receiver has the case for: what the giver had it for, and triage where the giver only wrote it down."""
    given = CaseGrant.objects.filter(content_object=case, user_id=giver_id).first()
    if given is None:
        return GrantLevel.MANAGE
    return GrantLevel.TRIAGE if given.level == GrantLevel.LOGGED else given.level
