"""What emergency readings and intake routes tell: audit events and notices, never to whoever is shut out."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import BreakGlass
from cases.selectors import glass
from cases.selectors.team import case_of, free
from core import audit, outbox
from core.on_duty import holders
from core.organisations import Organisation
from core.outbox.models import Notice
from core.permissions import Role
from core.tenancy import scope

SENTENCES = {
    "cases.glass_asked": gettext_lazy("{actor} asked for an emergency reading"),
    "cases.glass_allowed": gettext_lazy("{actor} allowed {user} an emergency reading until {until}"),
    "cases.glass_refused": gettext_lazy("{actor} did not allow {user} an emergency reading"),
    "cases.route_added": gettext_lazy("{actor} named {user} for new reports, at step {step}"),
    "cases.route_removed": gettext_lazy("{actor} took {user} away from new reports"),
    "cases.glass_reviewed": gettext_lazy("{actor} reviewed the emergency reading of {user}"),
}


def row_of(notice: Notice) -> BreakGlass | None:
    return BreakGlass.objects.select_related("case").filter(pk=notice.about).first()


def asked(notice: Notice, now: datetime) -> list[UUID] | None:
    """Everybody who may decide; None when it is decided."""
    row = row_of(notice)
    return None if row is None or row.allowed_by_id else glass.deciders(row, now)


def opened(notice: Notice, now: datetime) -> list[UUID]:
    """The owner of the case (else its manager) and the data-protection officers."""
    row = row_of(notice)
    if row is None:
        return []
    who = [row.case.owner_id or row.case.manager_id, *holders(Role.DATA_PROTECTION_OFFICER, now=now)]
    return [user for user in free(row.case, who) if user != row.asked_by_id]


def answered(notice: Notice, _now: datetime) -> list[UUID]:
    """The asker."""
    row = row_of(notice)
    return free(row.case, [row.asked_by_id]) if row else []


def may_know(notice: Notice, user: UUID, _now: datetime) -> bool:
    """Nobody who is shut out, nor the asker in the place of who decides."""
    row = row_of(notice)
    return row is not None and user != row.asked_by_id and bool(free(case_of(notice.about), [user]))


def desk(_notice: Notice) -> str:
    """The page of emergency readings."""
    return f"/o/{Organisation.objects.values_list('slug', flat=True).get(id=scope().organisation)}/glass/"


def declare() -> None:
    """Called once when the app is ready."""
    for name, sentence in SENTENCES.items():
        audit.declare(name, sentence, facts=("office", "step", "oversight") if "route" in name else ())
    outbox.declare(
        "cases.glass_asked",
        resolve=asked,
        text=lambda notice: _("Somebody asks for an emergency reading of a case. A second person has to decide."),
        link=desk,
        may_know=may_know,
    )
    outbox.declare(
        "cases.glass_opened",
        resolve=opened,
        text=lambda notice: _("An emergency reading was allowed: case %(code)s.") % {"code": notice.reference},
        link=desk,
        may_know=may_know,
    )
    outbox.declare(
        "cases.glass_answered",
        resolve=answered,
        text=lambda notice: _("Your request for an emergency reading was answered."),
        link=desk,
        last_resort=False,
    )
