"""Who on the support side hears what. The call for care says one sentence, and nothing of what it is about."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.care import TIME_TOLD
from cases.models import Report
from core import outbox
from core.on_duty import holders
from core.organisations import Organisation
from core.outbox.models import Notice
from core.permissions import Role
from core.tenancy import scope
from victims.models import ClinicalAlarm, SupportFile
from victims.selectors.duty import free_for, on_support_side
from victims.selectors.files import may_support


def declare(ring: Callable[..., list[UUID] | None]) -> None:
    """Called once when the app is ready; `ring` makes the call a report asks for."""

    def called(notice: Notice, now: datetime) -> list[UUID] | None:
        return ring(notice.about, now=now, again=notice.reached_nobody)

    outbox.declare(TIME_TOLD, resolve=called, text=needed_now, link=desk, may_know=may_hear_call)
    outbox.declare("victims.to_decide", resolve=deciders, text=_to_decide, link=desk, may_know=may_hear_file)
    outbox.declare("victims.decided", resolve=officer, text=_decided, link=file_page, may_know=may_hear_file)
    outbox.declare("victims.given", resolve=officer, text=_given, link=file_page, may_know=may_hear_file)


def needed_now(_notice: Notice) -> str:
    """All a call ever says."""
    return _("Someone needs you now")


def _to_decide(_notice: Notice) -> str:
    return _("A plan or a closure waits for your decision")


def _decided(_notice: Notice) -> str:
    return _("Your supervisor has decided")


def _given(_notice: Notice) -> str:
    return _("A support file was given to you")


def desk(_notice: Notice | None = None) -> str:
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=scope().organisation)
    return reverse("support_desk", args=[slug])


def file_page(notice: Notice) -> str:
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=scope().organisation)
    return reverse("support_file", args=[slug, notice.reference])


def may_hear_call(notice: Notice, user: UUID, now: datetime) -> bool:
    """Nobody off the support side hears of a call, whatever their role; nor anybody shut out of its case."""
    report = Report.objects.filter(pk=notice.about).first()
    alarm = ClinicalAlarm.objects.filter(report=report).first() if report else None
    return alarm is not None and bool(free_for(alarm, on_support_side([user], now)))


def may_hear_file(notice: Notice, user: UUID, now: datetime) -> bool:
    file = SupportFile.objects.filter(pk=notice.about).first()
    return file is not None and bool(may_support(on_support_side([user], now), file.person_id))


def deciders(notice: Notice, now: datetime) -> list[UUID] | None:
    """Supervisors who did not put it forward themselves."""
    file = SupportFile.objects.filter(pk=notice.about).first()
    if file is None:
        return None
    there = may_support(holders(Role.SUPPORT_SUPERVISOR, now=now), file.person_id)
    return [user for user in there if str(user) != notice.facts.get("by")]


def officer(notice: Notice, now: datetime) -> list[UUID] | None:
    file = SupportFile.objects.filter(pk=notice.about).first()
    return may_support([file.officer_id], file.person_id) if file else None
