"""Who is in the work on a case, leaving out everybody shut out of it; and the case a row belongs to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases.choices import GrantLevel
from cases.models import (
    BreakGlass,
    Case,
    CaseGrant,
    Exclusion,
    Handover,
    Mailbox,
    MessageDue,
    Reveal,
    SafetyQuestion,
    SupportRequest,
)
from core.on_duty import holders
from core.organisations import Membership
from core.permissions import Role

OWNERS: list[tuple[type[Any], str]] = [
    (CaseGrant, "content_object_id"),
    (Handover, "case_id"),
    (Reveal, "case_id"),
    (SupportRequest, "case_id"),
    (SafetyQuestion, "case_id"),
    (MessageDue, "case_id"),
    (Mailbox, "report__case_id"),
    (BreakGlass, "case_id"),
]


def add_owner(model: type[Any], path: str) -> None:
    """An app above says that a row of this table belongs to the case at `path`, so that its clocks and news do."""
    if (model, path) not in OWNERS:
        OWNERS.append((model, path))


def case_of(about: UUID) -> Case | None:
    """The case a notice or clock is about, by its own key or by that of a row in it; None for one without a case."""
    case = Case.objects.filter(pk=about).first()
    for model, path in OWNERS:
        if case is not None:
            break
        case = Case.objects.filter(pk__in=model.objects.filter(pk=about).values(path)).first()
    return case


def free(case: Case | None, users: Iterable[UUID | None]) -> list[UUID]:
    """Those of the users who are not shut out of the case, each once, in their order."""
    asked = list(dict.fromkeys(user for user in users if user))
    if case is None:
        return asked
    shut = set(Exclusion.objects.filter(case=case, user_id__in=asked).values_list("user_id", flat=True))
    return [user for user in asked if user not in shut]


def line_of(user_ids: Iterable[UUID]) -> set[UUID]:
    """The direct supervisors and direct subordinates of these users."""
    places = Membership.objects.filter(user_id__in=list(user_ids))
    above = places.exclude(supervisor=None).values_list("supervisor__user_id", flat=True)
    below = Membership.objects.filter(supervisor__in=places).values_list("user_id", flat=True)
    return set(above) | set(below)


def working_on(case: Case, now: datetime, *levels: str) -> list[UUID]:
    """Users with a grant of these levels in force, not shut out."""
    grants = CaseGrant.objects.filter(
        content_object=case, level__in=levels, break_glass=False, starts_at__lte=now
    ).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    return free(case, grants.order_by("starts_at", "id").values_list("user_id", flat=True))


def support_side(case: Case | None, now: datetime) -> list[UUID]:
    """Support officers at work: those of the office concerned, else all; then their supervisors. Nobody shut out."""
    office = case.office_id if case else None
    near = free(case, holders(Role.SUPPORT_OFFICER, now=now, office=office)) if office else []
    return (
        near
        or free(case, holders(Role.SUPPORT_OFFICER, now=now))
        or free(case, holders(Role.SUPPORT_SUPERVISOR, now=now))
    )


def in_touch(case: Case, now: datetime) -> list[UUID]:
    """Whoever supports somebody in this case already, else the whole support side."""
    return working_on(case, now, GrantLevel.SUPPORT) or support_side(case, now)
