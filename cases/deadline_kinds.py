"""The clocks of a case up to triage: what each is called, who stands on its rungs, who must never hear of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.choices import GrantLevel
from cases.models import Case, Exclusion, IntakeRoute
from cases.selectors import open_case_permission_id
from core import deadlines
from core.deadlines.models import Deadline
from core.organisations import Organisation
from core.tenancy import scope


def people(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID] | None:
    """Owner: the clock's, else the case's, else whoever triages. Manager: the case's. None: the line of supervisors."""
    case = Case.objects.filter(pk=clock.subject).first()
    if case is None:
        return None
    if rung == deadlines.OWNER:
        owner = clock.owner_id or case.owner_id
        return [owner] if owner else triaging(case, now)
    if rung == deadlines.MANAGER:
        if case.manager_id:
            return [case.manager_id]
        return None if clock.owner_id else later_steps(case)
    return None


def triaging(case: Case, now: datetime) -> list[UUID]:
    """Those who hold a grant to triage the case now."""
    grants = case.grants.filter(
        level=GrantLevel.TRIAGE, permission_id=open_case_permission_id(), starts_at__lte=now
    ).exclude(ends_at__lte=now)
    return list(grants.values_list("user_id", flat=True))


def later_steps(case: Case) -> list[UUID]:
    """The next people on the intake route: one step above the first, for the case's office or for all."""
    routes = IntakeRoute.objects.filter(oversight=False, step__gt=1).order_by("step")
    near = [route.user_id for route in routes if route.office_id in (None, case.office_id)]
    return near[:1]


def may_know(clock: Deadline, user: UUID, now: datetime) -> bool:
    """Nobody for whom the case does not exist hears of its clocks, whatever their role."""
    return not Exclusion.objects.filter(case_id=clock.subject, user_id=user).exists()


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
    "case.break_glass_review": _("Review an emergency access"),
    "victim.update": _("Tell the survivor how things stand"),
}

for _key, _title in TITLES.items():
    deadlines.declare(_key, title=_title, people=people, may_know=may_know, link=page)
