"""What needs one person now: clocks first, then new reports, own cases and unread messages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from cases.choices import CaseState, GrantLevel
from cases.models import Case, Handover, Message, MessageDue
from cases.permissions import Perm
from cases.selectors import grants_in_force, visible_cases
from cases.selectors.handovers import offers_to
from cases.selectors.told import messages_due
from core.actors import Actor
from core.deadlines.models import RUNNING, Deadline
from core.outbox import inbox
from core.outbox.models import Delivery
from core.permissions import Reach, reaches

AT_MOST = 20
CLOCKS = 12
NOTICES = 8
MINE = 10
KEPT = timedelta(days=14)


@dataclass
class Desk:
    """Everything the desk shows, already limited; counts are of all."""

    clocks: list[Any] = field(default_factory=list)
    clock_count: int = 0
    late: int = 0
    today: int = 0
    new: list[Case] = field(default_factory=list)
    new_count: int = 0
    mine: list[Any] = field(default_factory=list)
    mine_count: int = 0
    unread: list[Message] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    owed: list[MessageDue] = field(default_factory=list)
    notices: list[Delivery] = field(default_factory=list)


def urgency(clock: Deadline, now: datetime) -> tuple[str, str]:
    """The pill of a clock: late, now (within a day), soon (a warning has passed), later, rest (paused)."""
    if clock.state == "paused":
        return "rest", _("Paused")
    if clock.due_at < now:
        return "late", _("Late")
    if (clock.due_at - now).total_seconds() < 86_400:
        return "now", _("Now")
    if clock.rung > 0 or (clock.due_at - now).days < 4:  # on a Friday, Monday is soon
        return "soon", _("Soon")
    return "later", _("Later")


def with_urgency(clocks: list[Any], now: datetime) -> list[Any]:
    """The clocks with `pill` and `pill_text` set."""
    for clock in clocks:
        clock.pill, clock.pill_text = urgency(clock, now)
    return clocks


def next_due(cases: list[Case]) -> dict[object, datetime]:
    """When the next clock of each case is due, for those that have one running."""
    ids = [case.pk for case in cases]
    rows = Deadline.objects.filter(subject__in=ids, state="open").values("subject").annotate(first=Min("due_at"))
    return {row["subject"]: row["first"] for row in rows}


def desk_of(actor: Actor, now: datetime) -> Desk:
    """The desk of one member of staff."""
    desk = Desk()
    if actor.user_id is None:
        return desk
    visible = visible_cases(actor, now)
    working = grants_in_force(actor.user_id, now).exclude(level__in=(GrantLevel.READ, GrantLevel.LOGGED))
    to_triage = visible.filter(
        state__in=(CaseState.RECEIVED, CaseState.TRIAGE),
        pk__in=working.filter(level=GrantLevel.TRIAGE).values("content_object_id"),
    )
    mine = visible.exclude(state=CaseState.CLOSED).filter(Q(owner_id=actor.user_id) | Q(manager_id=actor.user_id))
    clocks = (
        Deadline.objects.filter(state__in=RUNNING)
        .filter(Q(owner_id=actor.user_id) | Q(owner=None, subject__in=working.values("content_object_id")))
        .filter(
            Q(subject__in=visible.values("pk"))
            | Q(owner_id=actor.user_id, reference="")
            | Q(owner_id=actor.user_id, reference__in=visible.values("reference"))
        )
        .order_by("due_at")
    )
    desk.clocks = with_urgency(list(clocks.select_related("owner")[:CLOCKS]), now)
    running = Q(state="open")
    counts = clocks.order_by().aggregate(
        all=Count("pk"),
        late=Count("pk", filter=running & Q(due_at__lt=now)),
        today=Count("pk", filter=running & Q(due_at__gte=now, due_at__lt=now + timedelta(days=1))),
    )
    desk.clock_count, desk.late, desk.today = counts["all"], counts["late"], counts["today"]
    desk.new = list(to_triage.prefetch_related("reports").order_by("many_at_once", "-received_at", "id")[:AT_MOST])
    desk.new_count = to_triage.count()
    desk.mine = list(mine.select_related("office").order_by("-changed_at", "id")[:MINE])
    desk.mine_count = mine.count()
    due = next_due(desk.mine)
    for case in desk.mine:
        case.next_due = due.get(case.pk)
    desk.unread = list(
        Message.objects.filter(
            direction="in",
            read_at=None,
            mailbox__report__case__in=visible,
            mailbox__report__case_id__in=(working.values("content_object_id")),
        )
        .select_related("mailbox__report__case")
        .order_by("-sent_at")[:AT_MOST]
    )
    desk.handovers = list(offers_to(actor)[:AT_MOST])
    if reaches(actor, Perm.MESSAGES_DUE) - {Reach.ALL}:  # the support side has a desk of its own for these
        desk.owed = list(messages_due(actor)[:AT_MOST])
    desk.notices = list(inbox.of(actor.user_id).filter(created_at__gt=now - KEPT)[:NOTICES])
    return desk


def case_counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many of the visible cases stand in each state."""
    rows = visible_cases(actor, now).values("state").annotate(n=Count("pk")).order_by()
    return {row["state"]: row["n"] for row in rows}
