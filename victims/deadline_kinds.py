"""The clocks of assistance: what each is called, who stands on its rungs, and who must never hear of it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import deadlines
from core.deadlines.models import Deadline
from core.on_duty import holders, present
from core.organisations import Organisation
from core.permissions import Role
from core.tenancy import scope
from victims.models import ClinicalAlarm, ClinicalWindow, Referral, SupportFile, Task
from victims.selectors.duty import free_for, on_support_side, rungs
from victims.selectors.files import may_support

RUNGS = (deadlines.OWNER, deadlines.MANAGER, deadlines.ABOVE)


def alarm_of(subject: UUID) -> ClinicalAlarm | None:
    """The call a clock is about, by its own key or by that of one of its windows."""
    found = ClinicalAlarm.objects.filter(pk=subject).first()
    if found is None:
        window = ClinicalWindow.objects.select_related("alarm").filter(pk=subject).first()
        found = window.alarm if window else None
    return found


def called(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID] | None:
    """Officer on duty, deputy, supervisors: by the rota as it stands now, and nobody else, ever."""
    alarm = alarm_of(clock.subject)
    if alarm is None or rung not in RUNGS:
        return ()
    return rungs(alarm.country, now)[RUNGS.index(rung)]


def of_window(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID] | None:
    """Whoever took the call, else whoever is called; then the supervisors."""
    if rung == deadlines.OWNER and clock.owner_id and present([clock.owner_id], now=now):
        return [clock.owner_id]
    return called(clock, rung if rung == deadlines.OWNER else deadlines.ABOVE, now)


def may_hear_call(clock: Deadline, user: UUID, now: datetime) -> bool:
    """Assistance roles alone, and nobody shut out of a case of the person."""
    alarm = alarm_of(clock.subject)
    return alarm is not None and bool(free_for(alarm, on_support_side([user], now)))


def file_of(subject: UUID) -> SupportFile | None:
    """The file a clock is about, by its own key or by that of a row in it."""
    file = SupportFile.objects.filter(pk=subject).first()
    for model in (Task, Referral):
        if file is None:
            row = model.objects.select_related("file").filter(pk=subject).first()
            file = row.file if row else None
    return file


def of_file(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID] | None:
    """Owner: the officer. Above: the support supervisors."""
    if rung == deadlines.OWNER and clock.owner_id:
        return [clock.owner_id]
    return holders(Role.SUPPORT_SUPERVISOR, now=now)


def may_hear_file(clock: Deadline, user: UUID, now: datetime) -> bool:
    """Assistance roles alone, and nobody shut out of a case of the person."""
    file = file_of(clock.subject)
    return file is not None and bool(may_support(on_support_side([user], now), file.person_id))


@cache
def _slug(organisation: UUID) -> str:
    return Organisation.objects.values_list("slug", flat=True).get(pk=organisation)


def slug() -> str:
    """The organisation's own part of an address, which never changes; asked for once, since a desk asks row by row."""
    return _slug(scope().organisation)


def desk(_reference: str) -> str:
    """The desk of the support side."""
    return reverse("support_desk", args=[slug()])


def page(reference: str) -> str:
    """The page of the file."""
    return reverse("support_file", args=[slug(), reference]) if reference else ""


NEEDED_NOW = _("Someone needs you now")

deadlines.declare(
    "clinical.alarm", title=_("Answer a call for care"), people=called, may_know=may_hear_call, link=desk,
    says=NEEDED_NOW,
)  # fmt: skip
#: Named by their usual time alone: what care it is stands in the call, for assistance roles.
WINDOWS = {
    "clinical.hours_72": _("Care within 72 hours"),
    "clinical.hours_120": _("Care within 5 days"),
    "clinical.hours_336": _("Care within 14 days"),
    "clinical.hours_1008": _("Care within 6 weeks"),
    "clinical.hours_2160": _("Care within 3 months"),
}
for _key, _title in WINDOWS.items():
    deadlines.declare(_key, title=_title, people=of_window, may_know=may_hear_call, link=desk, says=NEEDED_NOW)

FILES = {
    "support.task": _("Do what was planned"),
    "support.follow_up": _("Follow up with the person"),
    "support.referral": _("Ask what became of a referral"),
    "support.plan": _("Decide about a support plan"),
    "support.closure": _("Decide about closing a support file"),
}
for _key, _title in FILES.items():
    deadlines.declare(_key, title=_title, people=of_file, may_know=may_hear_file, link=page)
