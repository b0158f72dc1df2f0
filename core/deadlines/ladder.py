"""Who hears of a clock: its owner, then upwards, past everyone who is away or must not know, never to nobody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.deadlines.models import RUNNING, Deadline
from core.deadlines.registry import ABOVE, HEAD_OF_OFFICE, MANAGER, OWNER, kind
from core.deadlines.steps import WARNING
from core.on_duty import holders, line_above, present
from core.organisations import Membership
from core.outbox.models import Notice
from core.outbox.registry import declare as declare_notice
from core.permissions import Role


def recipients(notice: Notice, now: datetime) -> Iterable[UUID] | None:
    """The people of the rung the notice speaks of, or of the next one up with any; None once the clock has ended."""
    clock = Deadline.objects.filter(pk=notice.about, state__in=RUNNING).first()
    if clock is None:
        return None
    for rung in upwards(notice.facts["to"]):
        if found := standing_on(clock, rung, now):
            return found
    return ()


def upwards(to: str) -> tuple[str, ...]:
    """The rungs from `to` on. The head of office stands on the ladder only where the organisation put them there."""
    if to == HEAD_OF_OFFICE:
        return HEAD_OF_OFFICE, ABOVE
    line = (OWNER, MANAGER, ABOVE)
    return line[0 if to == WARNING else line.index(to) :]


def standing_on(clock: Deadline, rung: str, now: datetime) -> list[UUID]:
    """Who stands on a rung of this clock now, on duty and free to know."""
    declared = kind(clock.kind)
    named = declared.people(clock, rung, now) if declared.people else None
    if named is None:
        named = by_line(clock, rung, now)
    return [user for user in present(named, now=now) if free_to_know(clock, user, now)]


def by_line(clock: Deadline, rung: str, now: datetime) -> Iterable[UUID]:
    """The rungs by the tree of supervisors: the nearest above, then the one above them, else headquarters."""
    if rung == OWNER:
        return (clock.owner_id,) if clock.owner_id else ()
    if rung == HEAD_OF_OFFICE:
        if clock.owner_id is None:
            return ()
        place = Membership.objects.filter(user_id=clock.owner_id).values_list("office_id", flat=True).first()
        return holders(Role.HEAD_OF_OFFICE, now=now, office=place) if place else ()
    line = line_above(clock.owner_id, now=now) if clock.owner_id else []
    line = [user for user in line if free_to_know(clock, user, now)]
    if rung == MANAGER:
        return line[:1]
    return line[1:2] or holders(Role.INVESTIGATION_MANAGER, now=now, headquarters=True)


def free_to_know(clock: Deadline, user: UUID, now: datetime) -> bool:
    """Whether the app that declared the kind lets the person hear of this clock."""
    may_know = kind(clock.kind).may_know
    return may_know is None or may_know(clock, user, now)


def free_to_hear(notice: Notice, user: UUID, now: datetime) -> bool:
    """The same question for a notice; asked for the last resort, too."""
    clock = Deadline.objects.filter(pk=notice.about).first()
    return clock is not None and free_to_know(clock, user, now)


def missed_words(notice: Notice) -> str:
    """Kind of deadline, code and working days late: a rung says no more."""
    late = notice.facts["late"]
    if says := kind(notice.facts["kind"]).says:
        return str(says)
    title, reference = kind(notice.facts["kind"]).title, notice.reference
    if not late:
        text = _("%(reference)s: “%(title)s” was due and is not done.") % {"reference": reference, "title": title}
        return text.removeprefix(": ")
    text = ngettext(
        "%(reference)s: “%(title)s” is %(late)d working day late.",
        "%(reference)s: “%(title)s” is %(late)d working days late.",
        late,
    )
    words = {"reference": reference, "title": title, "late": late}
    return (text % words).removeprefix(": ")  # a request for support has no code


def warned_words(notice: Notice) -> str:
    """Kind of deadline and code."""
    if says := kind(notice.facts["kind"]).says:
        return str(says)
    words = {"reference": notice.reference, "title": kind(notice.facts["kind"]).title}
    return (_("%(reference)s: “%(title)s” is due soon.") % words).removeprefix(": ")


def link(notice: Notice) -> str:
    """The page of what is due, for its owner; rungs above open nothing, unless each takes the matter itself."""
    declared = kind(notice.facts["kind"])
    own = notice.facts["to"] in (OWNER, WARNING) or declared.says
    return declared.link(notice.reference) if declared.link and own else ""


def declare() -> None:
    """Name the two notices of clocks."""
    for name, text in (("deadlines.warned", warned_words), ("deadlines.missed", missed_words)):
        declare_notice(name, resolve=recipients, text=text, link=link, may_know=free_to_hear)
