"""The clocks of an investigation: the whole, one for each stage, and what pauses them together."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cases.models import Case
from core import deadlines
from core.actors import Actor
from core.deadlines.models import RUNNING, Deadline, State
from core.deadlines.steps import terms_of
from investigations.choices import Stage
from investigations.models import Investigation
from investigations.rules import Limits, profiles

KIND = "investigation.{stage}"


def limits_of(investigation: Investigation) -> Limits:
    return profiles()[investigation.profile]


def total_days(profile: str) -> int:
    """The days of the whole, as the organisation set them."""
    return terms_of(profiles()[profile].kind).amount


def open_clocks(investigation: Investigation, *, at: datetime) -> None:
    """The clock of the whole, that of the plan, and the one for silence towards the people affected."""
    case, owner = investigation.case, investigation.lead or investigation.case.owner
    about: dict[str, Any] = {"subject": case.pk, "reference": case.reference, "owner": owner, "at": at}
    deadlines.start(limits_of(investigation).kind, amount=investigation.limit_days, **about)
    if not Deadline.objects.filter(subject=case.pk, kind="victim.update", state__in=RUNNING).exists():
        deadlines.start("victim.update", **about)
    begin_stage(investigation, Stage.PLAN, at=at)


def begin_stage(investigation: Investigation, stage: str, *, at: datetime) -> Deadline:
    """Start the clock of a stage, with its share of the whole."""
    case = investigation.case
    return deadlines.start(
        KIND.format(stage=stage),
        subject=case.pk,
        reference=case.reference,
        owner=investigation.lead or case.owner,
        at=at,
        amount=limits_of(investigation).days(investigation.limit_days)[stage],
    )


def end_stages(case: Case, *, by: Actor, now: datetime) -> None:
    """Whatever stage ran is done."""
    for stage in Stage.values:
        deadlines.meet(KIND.format(stage=stage), subject=case.pk, by=by, now=now)


def end_all(investigation: Investigation, *, by: Actor, now: datetime) -> None:
    """The investigation is over: stages and the whole are done; one that never started need not start any more."""
    end_stages(investigation.case, by=by, now=now)
    deadlines.meet(limits_of(investigation).kind, subject=investigation.case_id, by=by, now=now)
    for kind in ("investigation.start", "investigation.interim_update"):
        deadlines.cancel(kind, subject=investigation.case_id, by=by, now=now)


def of_investigation(investigation: Investigation) -> list[Deadline]:
    """Its running clocks, those that pause with it."""
    kinds = [limits_of(investigation).kind, *(KIND.format(stage=stage) for stage in Stage.values)]
    return list(Deadline.objects.filter(subject=investigation.case_id, kind__in=kinds, state__in=RUNNING))


def pause(investigation: Investigation, *, reason: str, until: datetime, by: Actor, now: datetime) -> None:
    """All of them stand still until that moment, at which they go on by themselves."""
    for clock in of_investigation(investigation):
        if clock.state == State.OPEN:
            deadlines.pause(clock, reason=reason, until=until, by=by, now=now)


def go_on(investigation: Investigation, *, by: Actor, now: datetime) -> None:
    """Those that still stand go on."""
    for clock in of_investigation(investigation):
        deadlines.resume(clock, by=by, now=now)


def safety_wait() -> timedelta:
    """How long a step waits for the answer about safety; data of the organisation, in hours."""
    return timedelta(hours=terms_of("investigation.safety").amount)


def ends(kind: str, subject: UUID, *, by: Actor, now: datetime) -> None:
    """The clock of one row is done, if it runs."""
    deadlines.meet(kind, subject=subject, by=by, now=now)
