"""Many investigations at once: what is open, by when, who has it; in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from cases.selectors import visible_cases
from cases.selectors.desk import urgency
from core.actors import Actor
from core.deadlines.models import RUNNING, Deadline
from investigations.choices import ENDED, ProceedingState, Stage, State
from investigations.models import DraftReport, Investigation, PauseRequest, Plan, Proceeding, Turn
from investigations.picture import Stretch
from investigations.rules import profiles

AT_MOST = 40
DRAWN = 12
KINDS = {State.SUSPENDED: "stopped", State.DRAFT: "review", State.IN_REVIEW: "review"}


@dataclass
class Row:
    """One open investigation on the board."""

    investigation: Investigation
    limit: Any = None
    turns: list[Turn] = field(default_factory=list)
    waits: str = ""
    paused_until: datetime | None = None


@dataclass
class BoardFacts:
    """Everything the board shows, the nearest limit first; `total` counts all of them."""

    rows: list[Row]
    total: int
    load: list[tuple[str, int, int]]
    deciding: list[Proceeding]


def open_to(actor: Actor, now: datetime) -> QuerySet[Investigation]:
    """The investigations under way in cases this actor may open."""
    cases = visible_cases(actor, now)
    return Investigation.objects.filter(case__in=cases.values("pk")).exclude(state__in=ENDED)


def limits(case_ids: list[UUID]) -> dict[UUID, Deadline]:
    """The running clock of the whole, by case."""
    kinds = [each.kind for each in profiles().values()]
    rows = Deadline.objects.filter(subject__in=case_ids, kind__in=kinds, state__in=RUNNING)
    return {row.subject: row for row in rows}


def board_of(actor: Actor, now: datetime) -> BoardFacts:
    """The board of one person: their own investigations, or those of their cases if they manage."""
    mine = open_to(actor, now)
    kinds = [each.kind for each in profiles().values()]
    clock = Deadline.objects.filter(subject=OuterRef("case_id"), kind__in=kinds, state__in=RUNNING)
    found = list(
        mine.select_related("case__office", "lead")
        .annotate(due=Subquery(clock.values("due_at")[:1]))
        .order_by("due", "opened_at", "id")[:AT_MOST]
    )
    due = limits([row.case_id for row in found])
    rows = [Row(row, due.get(row.case_id)) for row in found]
    for each in rows:
        if each.limit is not None:
            each.limit.pill, each.limit.pill_text = urgency(each.limit, now)
    _fill(rows)
    soon = Deadline.objects.filter(
        subject=OuterRef("case_id"), kind__startswith="investigation.", state="open", due_at__lt=now + timedelta(days=7)
    )
    load = (
        mine.exclude(lead=None)
        .values("lead__name")
        .annotate(open=Count("pk"), soon=Count("pk", filter=Exists(soon)))
        .order_by("-open", "lead__name")[:AT_MOST]
    )
    deciding = Proceeding.objects.filter(
        case__in=visible_cases(actor, now).values("pk"), state=ProceedingState.AWAITING_DECISION
    )
    return BoardFacts(
        rows=rows,
        total=mine.count(),
        load=[(row["lead__name"], row["open"], row["soon"]) for row in load],
        deciding=list(
            deciding.select_related("case", "subject__person", "decision_maker").order_by("opened_at", "id")[:AT_MOST]
        ),
    )


def _fill(rows: list[Row]) -> None:
    """Turns, and what waits for somebody, for all rows at once."""
    by_key = {row.investigation.pk: row for row in rows}
    for turn in Turn.objects.filter(thing__in=by_key, life="investigation").order_by("at", "id"):
        by_key[turn.thing].turns.append(turn)
    waiting: dict[str, QuerySet[Any]] = {
        "plan": Plan.objects.filter(investigation__in=by_key, state="submitted"),
        "draft": DraftReport.objects.filter(investigation__in=by_key, verdict=""),
        "pause": PauseRequest.objects.filter(investigation__in=by_key, decided_at=None),
    }
    for what, found in waiting.items():
        for waits in found.only("investigation_id"):
            by_key[waits.investigation_id].waits = what
    paused = PauseRequest.objects.filter(investigation__in=by_key, approved=True, ended_at=None)
    for key, until in paused.values_list("investigation_id", "review_at"):
        by_key[key].paused_until = until


def stretches(investigation: Investigation, turns: list[Turn], now: datetime) -> list[Stretch]:
    """What was spent in which state, from the opening to its end or to now."""
    found, state, since = [], str(State.PLANNED), investigation.opened_at
    for turn in [*turns, None]:
        until = turn.at if turn else (investigation.ended_at or now)
        if until > since and state not in ENDED:
            found.append(Stretch(since, until, KINDS.get(State(state), "spent"), str(State(state).label)))
        if turn:
            state, since = turn.to_state, turn.at
    return found


def planned(investigation: Investigation) -> list[tuple[str, datetime, datetime]]:
    """Each stage as the profile spreads it, from the opening on."""
    found, since = [], investigation.opened_at
    days = profiles()[investigation.profile].days(investigation.limit_days)
    for stage in Stage:
        until = since + timedelta(days=days[stage])
        found.append((str(stage.label), since, until))
        since = until
    return found
