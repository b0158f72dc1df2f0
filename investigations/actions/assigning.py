"""Who investigates: given by the manager, taken up only after saying whether anything stands in the way."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import GrantLevel
from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from investigations.actions.turning import assignment_of, ensure_may
from investigations.choices import ENDED, Conflict
from investigations.models import Assignment, Investigation
from investigations.notifications import tell
from investigations.permissions import Perm


def assign(investigation: Investigation, user: User, *, lead: bool, by: Actor, now: datetime) -> Assignment:
    """Give the investigation to somebody, as its lead or beside the lead.

    Raises Refused for oneself, the shut out, those without the role and whoever supported or decided here before.
    """
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if investigation.state in ENDED:
        raise Refused(_("This investigation has ended."))
    there = Assignment.objects.filter(investigation=investigation, user=user, ended_at=None).first()
    if there is not None and there.lead == lead:
        raise DomainError(_("This person has the investigation already."))
    if lead:
        Assignment.objects.filter(investigation=investigation, ended_at=None, lead=True).update(lead=False)
        access.assign(case, user, level=GrantLevel.INVESTIGATE, by=by, now=now)
    else:
        access.grant(case, user, level=GrantLevel.INVESTIGATE, by=by, now=now)
    if there is None:
        there = Assignment(
            case=case, investigation=investigation, user=user, lead=lead, assigned_by=by.user, assigned_at=now
        )
        there.save(force_insert=True)
    else:
        there.lead = lead
        there.save(update_fields=["lead"])
    if lead:
        _name_lead(investigation, there)
    facts = {"user": user, "lead": lead}
    audit.record("investigations.assigned", by=by, about=case, reference=case.reference, facts=facts)
    return there


def _name_lead(investigation: Investigation, assignment: Assignment | None) -> None:
    """The lead is somebody who declared; until then an investigation under way keeps the one it had."""
    if assignment is not None and assignment.declared != Conflict.NONE:
        return
    columns = {
        "lead_id": assignment.user_id if assignment else None,
        "lead_declared_at": assignment.declared_at if assignment else None,
    }
    Investigation.objects.filter(pk=investigation.pk).update(**columns)
    for name, value in columns.items():
        setattr(investigation, name, value)


def declare(investigation: Investigation, *, conflict: str, words: str = "", by: Actor, now: datetime) -> Assignment:
    """Whoever was assigned says, once, whether a conflict of interest stands in the way.

    With one, the assignment ends and the case no longer exists for them; the manager hears of it.
    """
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.WORK, now=now)
    mine = assignment_of(investigation, by)
    if mine is None or mine.declared:
        raise Refused
    if conflict not in Conflict.values:
        raise DomainError(_("Say whether you have a conflict of interest."))
    mine.declared, mine.declared_at = conflict, now
    if words.strip():
        mine.seal(words=words.strip())
    if conflict == Conflict.CONFLICT:
        mine.ended_at, mine.lead = now, False
    mine.save(update_fields=["declared", "declared_at", "words", "ended_at", "lead"])
    audit.record(
        "investigations.declared", by=by, about=investigation, reference=case.reference, facts={"conflict": conflict}
    )
    if conflict == Conflict.CONFLICT:
        tell("conflict", case=case, now=now)
        access.exclude(case, mine.user, why="declared", by=by, now=now)
    elif mine.lead:
        _name_lead(investigation, mine)
    return mine
