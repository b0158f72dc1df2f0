"""The clocks of a case up to triage: what each is called, who stands on its rungs, who must never hear of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.choices import GrantLevel
from cases.models import Case, IntakeRoute
from cases.selectors.team import case_of, free, support_side, working_on
from core import deadlines
from core.deadlines.models import Deadline
from core.on_duty import holders
from core.organisations import Organisation
from core.permissions import Role
from core.tenancy import scope


def people(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID] | None:
    """Owner: the clock's, else the case's, else whoever triages. Manager: the case's. None: the line of supervisors."""
    case = case_of(clock.subject)
    if case is None:
        return None
    if rung == deadlines.OWNER:
        owner = clock.owner_id or case.owner_id
        return [owner] if owner else working_on(case, now, GrantLevel.TRIAGE, GrantLevel.MANAGE)
    if rung == deadlines.MANAGER:
        if case.manager_id:
            return [case.manager_id]
        return None if clock.owner_id else later_steps(case)
    return None


def of_support(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID] | None:
    """Owner: whoever took it, else the support side. Manager: the support supervisors. None: the line above."""
    case = case_of(clock.subject)
    if rung == deadlines.OWNER:
        return [clock.owner_id] if clock.owner_id else support_side(case, now)
    if rung == deadlines.MANAGER:
        return free(case, holders(Role.SUPPORT_SUPERVISOR, now=now)) or None
    return None


def later_steps(case: Case) -> list[UUID]:
    """The next people on the intake route: one step above the first, for the case's office or for all."""
    routes = IntakeRoute.objects.filter(oversight=False, step__gt=1).order_by("step")
    near = [route.user_id for route in routes if route.office_id in (None, case.office_id)]
    return near[:1]


def may_know(clock: Deadline, user: UUID, now: datetime) -> bool:
    """Nobody for whom the case does not exist hears of its clocks, whatever their role."""
    return bool(free(case_of(clock.subject), [user]))


def page(reference: str) -> str:
    """The page of the case, for its owner."""
    slug = Organisation.objects.values_list("slug", flat=True).get(id=scope().organisation)
    return f"/o/{slug}/cases/{reference}/" if reference else ""


TITLES = {
    "intake.forward": _("Pass the report on to those who triage"),
    "intake.acknowledge": _("Answer the reporter"),
    "intake.triage": _("Finish triage"),
    "intake.exec_alert": _("Tell the executive head about a case with a child or with severe harm"),
    "intake.donor_notify": _("Tell the donor"),
    "intake.refer_entity": _("Refer the report to the organisation concerned"),
    "intake.regulator": _("Notify the regulator"),
    "case.handover": _("Confirm the hand-over"),
    "case.assessment": _("Finish the preliminary assessment"),
    "case.break_glass_review": _("Review an emergency access"),
    "victim.update": _("Tell the survivor how things stand"),
}

#: Clocks of the support side; they lead to no page of the case, which that side does not open.
OF_SUPPORT = {
    "case.support": _("Offer support"),
    "case.safety": _("Say whether a step is safe"),
    "case.tell": _("Tell somebody affected what changed"),
}

for _key, _title in OF_SUPPORT.items():
    deadlines.declare(_key, title=_title, people=of_support, may_know=may_know)
for _key, _title in TITLES.items():
    deadlines.declare(_key, title=_title, people=people, may_know=may_know, link=page)
