"""The clocks of one case, with what happened to them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.models import Case
from cases.selectors.desk import with_urgency
from core.deadlines.models import RUNNING, Breach, Deadline, Extension, Pause


@dataclass
class Clocks:
    """Running clocks, nearest first, and ended ones, latest first; `missed` holds when each missed one was due."""

    running: list[Deadline]
    ended: list[Deadline]
    missed: dict[UUID, datetime]


@dataclass
class ClockFacts:
    """One clock with its pauses and the times more time was asked for, latest first."""

    clock: Deadline
    pauses: list[Pause]
    extensions: list[Extension]
    missed_at: datetime | None

    @property
    def asked(self) -> Extension | None:
        """The request that waits for a decision."""
        return next((each for each in self.extensions if each.decided_at is None), None)

    @property
    def pause(self) -> Pause | None:
        """The pause that lasts."""
        return next((each for each in self.pauses if each.ended_at is None), None)


def clocks_of(case: Case, now: datetime) -> Clocks:
    """Every clock of the case."""
    clocks = list(Deadline.objects.filter(subject=case.pk).select_related("owner").order_by("due_at", "id"))
    missed = dict(Breach.objects.filter(deadline__in=clocks).values_list("deadline_id", "due_at"))
    ended = [clock for clock in clocks if clock.state not in RUNNING]
    return Clocks(
        running=with_urgency([clock for clock in clocks if clock.state in RUNNING], now),
        ended=sorted(ended, key=lambda clock: clock.ended_at or clock.due_at, reverse=True),
        missed=missed,
    )


def clock_of(case: Case, kind: str, now: datetime) -> ClockFacts | None:
    """The running clock of that kind in the case, or None."""
    clock = Deadline.objects.filter(subject=case.pk, kind=kind, state__in=RUNNING).select_related("owner").first()
    if clock is None:
        return None
    with_urgency([clock], now)
    rows = {"deadline": clock}
    return ClockFacts(
        clock=clock,
        pauses=list(Pause.objects.filter(**rows).select_related("paused_by").order_by("-started_at")),
        extensions=list(
            Extension.objects.filter(**rows).select_related("asked_by", "decided_by").order_by("-asked_at")
        ),
        missed_at=Breach.objects.filter(**rows).values_list("due_at", flat=True).first(),
    )
