"""One change of state: the move, its permanent record, the case that follows, and whom to tell."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.actions import access, lives, telling
from cases.models import Case
from core.actors import Actor
from core.errors import Refused
from core.states import Machine
from investigations.models import Assessment, Assignment, Finding, Investigation, Proceeding, Turn
from investigations.permissions import Perm
from investigations.rules import LEVELS, Proceedings, case_state
from investigations.states import ASSESSMENT, INVESTIGATION, PROCEEDING
from investigations.telling import BY_VERB, change_of

LIVES: dict[type[Any], tuple[Machine, str]] = {
    Assessment: (ASSESSMENT, "assessment"),
    Investigation: (INVESTIGATION, "investigation"),
    Proceeding: (PROCEEDING, "proceeding"),
}


def ensure_may(case: Case, *, by: Actor, perm: Perm, now: datetime) -> None:
    """The case's row is held, and the actor's role and grant allow the act; raises as cases.actions.access does.

    The grant must be for that work: whoever also holds another role elsewhere does not use it here.
    """
    grant = access.ensure_may(case, by=by, perm=perm, now=now)
    if grant is not None and grant.level not in LEVELS[perm]:
        raise Refused
    access.lock(case)


def assignment_of(investigation: Investigation, by: Actor) -> Assignment | None:
    """The actor's assignment in force."""
    return Assignment.objects.filter(investigation=investigation, user=by.user, ended_at=None).first()


def ensure_works(investigation: Investigation, *, by: Actor, now: datetime) -> Assignment:
    """The actor's own assignment, declared free of conflict; Refused for everybody else, whatever their role."""
    ensure_may(investigation.case, by=by, perm=Perm.WORK, now=now)
    mine = assignment_of(investigation, by)
    if mine is None:
        raise Refused
    if mine.declared != "none":
        raise Refused(_("First say whether you have a conflict of interest."))
    return mine


def turn(
    thing: Assessment | Investigation | Proceeding,
    verb: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    also: dict[str, Any] | None = None,
) -> None:
    """Make the move and write it down for ever; raises as Machine.apply. The caller then lets the case follow."""
    machine, life = LIVES[type(thing)]
    before = thing.state
    machine.apply(thing, verb, by=by, now=now, reference=thing.case.reference, also=also)
    record(thing, life, verb, before, by=by, now=now, reason=reason)


def record(thing: Any, life: str, verb: str, before: str, *, by: Actor, now: datetime, reason: str = "") -> Turn:
    """The permanent record of one change; the reason is sealed under the case."""
    row = Turn(
        case=thing.case, life=life, thing=thing.pk, verb=verb, from_state=before, to_state=thing.state, at=now,
        by=by.user,
    )  # fmt: skip
    if reason.strip():
        row.seal(reason=reason.strip())
    row.save(force_insert=True)
    return row


def stand(case: Case) -> tuple[str, str]:
    """Where the case stands by its three lives, and why it is closed: (state, reason)."""
    assessment = Assessment.objects.filter(case=case).order_by("-opened_at", "-id").first()
    if assessment is None:
        return case.state, case.close_reason
    found = Investigation.objects.filter(assessment=assessment).first()
    results: list[str] = []
    proceedings: list[Proceedings] = []
    if found is not None:
        results = list(Finding.objects.filter(investigation=found).values_list("result", flat=True))
        rows = Proceeding.objects.filter(investigation=found)
        proceedings = [
            Proceedings(row.state, row.appeal_until is not None and row.appeal_closed_at is None) for row in rows
        ]
    return case_state(
        assessment.state,
        close_reason=assessment.close_reason,
        investigation=found.state if found else "",
        results=results,
        proceedings=proceedings,
    )


def follow(case: Case, *, verb: str = "", reason: str = "", by: Actor, now: datetime) -> None:
    """Let the case follow its lives, and write the one message this act owes to each person affected."""
    state, why = stand(case)
    if lives.follow(case, state, close_reason=why, reason=reason, by=by, now=now):
        telling.due_for_all(case, change=change_of(state, why), by=by, now=now)
        return
    lives.touched(case, now=now)
    if verb in BY_VERB:
        telling.due_for_all(case, change=BY_VERB[verb], by=by, now=now)
