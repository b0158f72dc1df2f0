"""Everything the pages of one investigation show, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cases.choices import PART_LETTER, Part
from cases.models import AllegationSubject, Case, Participant
from cases.selectors.desk import with_urgency
from core.deadlines.models import RUNNING, Deadline
from investigations.models import (
    Assessment,
    Assignment,
    Departure,
    DraftReport,
    Finding,
    Investigation,
    Measure,
    PauseRequest,
    Plan,
    Proceeding,
    ScreeningDuty,
    SubjectStep,
    Turn,
    Withdrawal,
)
from investigations.selectors.pairs import pairs


def latest(case: Case) -> Investigation | None:
    """The newest investigation of the case, with its lead."""
    return (
        Investigation.objects.filter(case=case).select_related("lead", "case", "assessment").order_by("-number").first()
    )


def assessment_of(case: Case) -> Assessment | None:
    """The newest assessment of the case."""
    return Assessment.objects.filter(case=case).select_related("decided_by").order_by("-opened_at", "-id").first()


def person_of(case: Case, code: str) -> Participant:
    """Somebody with a part in the case by code (S-8H2PK7TF), or Http404."""
    letter, _dash, rest = code.partition("-")
    parts = [str(part) for part in (Part.SUBJECT, Part.VICTIM) if PART_LETTER[part] == letter]
    found = (
        Participant.objects.select_related("person")
        .filter(case=case, part__in=parts, person__code=rest.upper())
        .first()
    )
    if found is None:
        raise Http404
    return found


@dataclass
class Inquiry:
    """The rows of one page."""

    case: Case
    assessment: Assessment | None
    investigation: Investigation | None
    team: list[Assignment] = field(default_factory=list)
    plan: Plan | None = None
    pause: PauseRequest | None = None
    draft: DraftReport | None = None
    pairs: list[AllegationSubject] = field(default_factory=list)
    findings: dict[tuple[UUID, UUID], Finding] = field(default_factory=dict)
    steps: list[SubjectStep] = field(default_factory=list)
    departures: dict[UUID, Departure] = field(default_factory=dict)
    withdrawals: dict[UUID, Withdrawal] = field(default_factory=dict)
    proceedings: dict[UUID, Proceeding] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    duties: list[ScreeningDuty] = field(default_factory=list)
    people: list[Participant] = field(default_factory=list)
    clocks: list[Any] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def subjects(self) -> list[Participant]:
        return [person for person in self.people if person.part == Part.SUBJECT]

    def victims(self) -> list[Participant]:
        return [person for person in self.people if person.part == Part.VICTIM]

    def assignment(self, user_id: UUID | None) -> Assignment | None:
        return next((row for row in self.team if row.user_id == user_id and row.ended_at is None), None)


def inquiry_of(case: Case, now: datetime) -> Inquiry:
    """Read everything about the newest investigation of the case."""
    found = Inquiry(case, assessment_of(case), latest(case))
    found.people = list(
        Participant.objects.filter(case=case, part__in=(Part.SUBJECT, Part.VICTIM))
        .select_related("person")
        .order_by("part", "created_at", "id")
    )
    found.duties = list(ScreeningDuty.objects.filter(case=case).order_by("opened_at", "id"))
    found.departures = {row.subject_id: row for row in Departure.objects.filter(case=case)}
    found.turns = list(turns_of(case))
    subjects = [case.pk]
    if found.investigation is not None:
        subjects += _read(found, found.investigation)
    clocks = Deadline.objects.filter(subject__in=subjects, state__in=RUNNING, kind__startswith="investigation.")
    found.clocks = with_urgency(list(clocks.select_related("owner").order_by("due_at", "id")), now)
    return found


def _read(found: Inquiry, investigation: Investigation) -> list[UUID]:
    mine: dict[str, Any] = {"investigation": investigation}
    found.team = list(Assignment.objects.filter(**mine).select_related("user").order_by("assigned_at", "id"))
    found.plan = plans_of(investigation).first()
    found.pause = (
        PauseRequest.objects.filter(**mine, ended_at=None)
        .exclude(approved=False)
        .select_related("asked_by")
        .order_by("-asked_at")
        .first()
    )
    found.draft = drafts_of(investigation).first()
    found.pairs = pairs(investigation.case)
    found.findings = {(row.allegation_id, row.subject_id): row for row in Finding.objects.filter(**mine)}
    found.steps = list(
        SubjectStep.objects.filter(**mine).select_related("case", "subject").order_by("prepared_at", "id")
    )
    found.withdrawals = {row.victim_id: row for row in Withdrawal.objects.filter(**mine)}
    rows = Proceeding.objects.filter(**mine).select_related("decision_maker", "subject")
    found.proceedings = {row.subject_id: row for row in rows}
    found.measures = list(Measure.objects.filter(**mine).order_by("decided_at", "id"))
    return [
        *(row.pk for row in found.proceedings.values()),
        *(row.pk for row in found.steps),
        *(row.pk for row in found.measures if row.interim),
        *(row.pk for row in found.duties),
        *(row.pk for row in found.withdrawals.values()),
    ]


def turns_of(case: Case) -> QuerySet[Turn]:
    """Every change of state in the lives of the case, newest first."""
    return Turn.objects.filter(case=case).select_related("by").order_by("-at", "-id")


def plans_of(investigation: Investigation) -> QuerySet[Plan]:
    """The plans, newest first."""
    return (
        Plan.objects.filter(investigation=investigation)
        .select_related("submitted_by", "decided_by", "investigation__case")
        .order_by("-number")
    )


def drafts_of(investigation: Investigation) -> QuerySet[DraftReport]:
    """The drafts, newest first."""
    return (
        DraftReport.objects.filter(investigation=investigation)
        .select_related("written_by", "reviewed_by", "investigation__case")
        .order_by("-number")
    )
