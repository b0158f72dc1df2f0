"""What the demo shows of investigations: under way in every state, and some that ended, all openly fictional."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.choices import CaseState as S
from cases.choices import CloseReason, GrantLevel, Part
from cases.models import AllegationSubject, Case, CaseDuty, CaseGrant, Participant
from cases.selectors import open_case_permission_id
from core import deadlines
from core.actors import SYSTEM
from core.demo import House
from core.organisations import User
from investigations.actions import clocks
from investigations.choices import ProceedingState, Profile, ProfileRule, Stage, State
from investigations.models import (
    Assessment,
    Assignment,
    DraftReport,
    Finding,
    Investigation,
    LogEntry,
    Measure,
    PauseRequest,
    Plan,
    PlanTask,
    Proceeding,
    ScreeningDuty,
    Turn,
)

#: How far investigations under way have come, in the order of their stages, with the days each took.
PATHS: tuple[tuple[State, int], ...] = (
    (State.PLANNED, 3), (State.RUNNING, 5), (State.RUNNING, 4), (State.DRAFT, 3), (State.IN_REVIEW, 2),
    (State.SUSPENDED, 2),
)  # fmt: skip
MOVES = {
    State.RUNNING: [("start", State.PLANNED, State.RUNNING)],
    State.SUSPENDED: [("start", State.PLANNED, State.RUNNING), ("suspend", State.RUNNING, State.SUSPENDED)],
    State.DRAFT: [("start", State.PLANNED, State.RUNNING), ("write", State.RUNNING, State.DRAFT)],
    State.IN_REVIEW: [
        ("start", State.PLANNED, State.RUNNING),
        ("write", State.RUNNING, State.DRAFT),
        ("submit", State.DRAFT, State.IN_REVIEW),
    ],
    State.ISSUED: [
        ("start", State.PLANNED, State.RUNNING),
        ("write", State.RUNNING, State.DRAFT),
        ("submit", State.DRAFT, State.IN_REVIEW),
        ("issue", State.IN_REVIEW, State.ISSUED),
    ],
}
STAGES = {
    State.PLANNED: Stage.PLAN,
    State.RUNNING: Stage.INTERVIEWS,
    State.SUSPENDED: Stage.INTERVIEWS,
    State.DRAFT: Stage.DRAFT,
    State.IN_REVIEW: Stage.REVIEW,
}
FOUND = (CloseReason.SUBSTANTIATED, CloseReason.UNSUBSTANTIATED)
ENDED_EARLY = (CloseReason.INSUFFICIENT_INFORMATION, CloseReason.PERPETRATOR_UNIDENTIFIED, CloseReason.VICTIM_WITHDREW)


@dataclass
class Rows:
    """Objects made, parents first."""

    made: dict[type[Any], list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        self.made.setdefault(type(row), []).append(row)
        return row

    def save(self) -> None:
        order: tuple[Any, ...] = (
            CaseDuty, CaseGrant, Assessment, Investigation, Turn, Assignment, Plan, PlanTask, PauseRequest, LogEntry,
            DraftReport, Finding, Proceeding, Measure, ScreeningDuty,
        )  # fmt: skip
        for table in order:
            table.objects.bulk_create(self.made.get(table, []), batch_size=500)


def seed(house: House, cases: list[Case], rng: random.Random, now: datetime) -> int:
    """Lives for the cases of one organisation, in its scope; how many investigations. Run after the cases."""
    manager = house.users.get("Hana") or house.users.get("Sofia")
    lead = house.users.get("Idris") or house.users.get("Tomas")
    if manager is None or lead is None:
        return 0
    rows = Rows()
    pairs: dict[Any, list[AllegationSubject]] = {}
    for pair in AllegationSubject.objects.filter(allegation__case__in=cases).select_related(
        "allegation", "participant"
    ):
        pairs.setdefault(pair.allegation.case_id, []).append(pair)
    open_clocks: list[Investigation] = []
    for case in cases:
        if case.state not in (S.IN_INVESTIGATION, S.IN_DECISION, S.CLOSED) or case.pk not in pairs:
            continue
        if case.state == S.CLOSED and case.close_reason not in (*FOUND, *ENDED_EARLY):
            continue
        found = _Life(rows, case, pairs[case.pk], manager, lead, house.users.get("Dana"), rng, now)
        made = found.write(number=len(open_clocks))
        if case.state == S.IN_INVESTIGATION:
            open_clocks.append(made)
    rows.save()
    for made in open_clocks:
        _clocks(made, rows, now)
    for made in rows.made.get(Proceeding, []):
        if made.state == ProceedingState.AWAITING_DECISION:
            about: dict[str, Any] = {"reference": made.case.reference, "owner": made.decision_maker or manager}
            deadlines.start("investigation.decision", subject=made.pk, at=made.opened_at, **about)
    return len(rows.made.get(Investigation, []))


@dataclass
class _Life:
    """The rows of one case."""

    rows: Rows
    case: Case
    pairs: list[AllegationSubject]
    manager: User
    lead: User
    decides: User | None
    rng: random.Random
    now: datetime

    def write(self, *, number: int) -> Investigation:
        case = self.case
        under_way = case.state == S.IN_INVESTIGATION
        state, since = self.times(number, under_way)
        assessment = Assessment(
            case=case, state="to_investigation", opened_at=since - timedelta(days=3), opened_by=self.manager,
            in_mandate=True, could_be_misconduct=True, decided_at=since, decided_by=self.manager,
        )  # fmt: skip
        assessment.seal(reason="Fictional reason: ours, and it could amount to misconduct.")
        self.rows.add(assessment)
        self.turn("assessment", assessment.pk, "investigate", "open", "to_investigation", since, self.manager)
        ended = None if under_way else self.ended_at(since)
        early = "" if case.close_reason in ("", *FOUND) else str(case.close_reason)
        started = state != State.PLANNED
        urgent = case.priority == "urgent"
        found = Investigation(
            case=case,
            assessment=assessment,
            state=state,
            profile=Profile.UN_URGENT_90 if urgent else Profile.UN_180,
            profile_rule=ProfileRule.URGENT if urgent else ProfileRule.REGIME_UN,
            limit_days=90 if urgent else 180,
            opened_at=since,
            opened_by=self.manager,
            started_at=since + timedelta(days=9) if started else None,
            lead=self.lead,
            lead_declared_at=since + timedelta(days=1),
            plan_approved_at=since + timedelta(days=8) if started else None,
            ended_at=ended,
            ended_early=early,
        )
        self.rows.add(found)
        self.team_and_plan(found, started=started)
        self.moves(found, state, ended or self.now)
        if state in (State.DRAFT, State.IN_REVIEW, State.ISSUED):
            self.findings(found, ended or self.now)
        return found

    def times(self, number: int, under_way: bool) -> tuple[State, datetime]:
        """Which state, and since when: the states in turn, most of them in time and a few late."""
        case = self.case
        if not under_way:
            return State.ISSUED, (case.triaged_at or case.received_at) + timedelta(days=4)
        state = PATHS[number % len(PATHS)][0]
        days = {State.PLANNED: (2, 12), State.RUNNING: (15, 90), State.SUSPENDED: (20, 80), State.DRAFT: (60, 150)}
        least, most = days.get(state, (90, 190))
        age = timedelta(days=self.rng.randint(least, most))
        return state, max(case.received_at + timedelta(days=2), self.now - age)

    def ended_at(self, since: datetime) -> datetime:
        case = self.case
        last = case.closed_at or self.now - timedelta(days=self.rng.randint(2, 30))
        return max(since + timedelta(hours=1), last - timedelta(days=1))

    def turn(self, life: str, thing: Any, verb: str, before: str, after: str, at: datetime, by: User | None) -> None:
        self.rows.add(
            Turn(case=self.case, life=life, thing=thing, verb=verb, from_state=before, to_state=after, at=at, by=by)
        )

    def team_and_plan(self, found: Investigation, *, started: bool) -> None:
        case, since = self.case, found.opened_at
        rows: dict[str, Any] = {"case": case, "investigation": found}
        if not CaseDuty.objects.filter(case=case, user=self.lead).exists():
            self.rows.add(CaseDuty(case=case, user=self.lead, duty=GrantLevel.INVESTIGATE, since=since))
        self.rows.add(
            Assignment(
                **rows,
                user=self.lead,
                lead=True,
                assigned_by=self.manager,
                assigned_at=since,
                declared="none",
                declared_at=since + timedelta(days=1),
            )  # fmt: skip
        )
        plan = Plan(
            **rows, state="approved" if started else "submitted", submitted_by=self.lead,
            submitted_at=since + timedelta(days=2),
        )  # fmt: skip
        if started:
            plan.decided_by, plan.decided_at = self.manager, since + timedelta(days=8)
        plan.seal(hypotheses="Fictional: what was said, where, and who else could know.", risks="Fictional risks.")
        self.rows.add(plan)
        for place, what in enumerate(("Fictional: ask for the list", "Fictional: hear two colleagues"), 1):
            task = PlanTask(case=case, plan=plan, place=place, due_on=(since + timedelta(days=20 * place)).date())
            if started and place == 1:
                task.done_at, task.done_by = since + timedelta(days=12), self.lead
            task.seal(what=what)
            self.rows.add(task)
        if started:
            entry = LogEntry(**rows, kind="decision", at=since + timedelta(days=11), by=self.lead)
            entry.seal(what="Fictional: the list is asked for first.", why="Fictional: it changes every month.")
            self.rows.add(entry)

    def moves(self, found: Investigation, state: State, until: datetime) -> None:
        steps = MOVES.get(state, [])
        if found.ended_early:
            steps = [("start", State.PLANNED, State.RUNNING), ("end_early", State.RUNNING, State.ISSUED)]
        span = until - found.opened_at
        for place, (verb, before, after) in enumerate(steps, 1):
            at = found.opened_at + span * (0.08 if place == 1 else place / (len(steps) + 0.5))
            if after == State.ISSUED:
                at = until
            if verb == "start":
                found.started_at = found.plan_approved_at = at
            by = self.manager if verb in ("suspend", "end_early") else self.lead
            self.turn("investigation", found.pk, verb, before, after, at, by)
            if verb == "suspend":
                pause = PauseRequest(
                    case=self.case, investigation=found, reason="authorities",
                    review_at=self.now + timedelta(days=self.rng.randint(3, 25)), asked_by=self.lead,
                    asked_at=at - timedelta(hours=3), decided_by=self.manager, decided_at=at, approved=True,
                )  # fmt: skip
                pause.seal(words="Fictional: the national police asked us to wait.")
                self.rows.add(pause)

    def findings(self, found: Investigation, at: datetime) -> None:
        case = self.case
        result = str(case.close_reason) or ("substantiated" if case.state == S.IN_DECISION else "unsubstantiated")
        if found.state == State.ISSUED and not found.ended_early or found.state == State.IN_REVIEW:
            draft = DraftReport(
                case=case, investigation=found, written_by=self.lead, written_at=at - timedelta(hours=5)
            )
            draft.seal(body="Fictional report. What was done, what was found, what speaks for and against it.")
            if found.state == State.ISSUED:
                draft.verdict, draft.reviewed_by, draft.reviewed_at = "accepted", self.manager, at - timedelta(hours=2)
            self.rows.add(draft)
        first: dict[Any, Finding] = {}
        for pair in self.pairs:
            row = Finding(
                case=case, investigation=found, allegation=pair.allegation, subject=pair.participant, result=result,
                standard="clear_and_convincing" if case.stream == "sea" else "preponderance", found_by=self.lead,
                found_at=at - timedelta(hours=6),
            )  # fmt: skip
            row.seal(reasoning="Fictional: two accounts agree; nothing speaks against them.")
            self.rows.add(row)
            first.setdefault(pair.participant_id, row)
        if found.state == State.ISSUED and result == "substantiated":
            for row in first.values():
                self.proceeding(found, row, at)

    def proceeding(self, found: Investigation, row: Finding, at: datetime) -> None:
        case, subject = self.case, row.subject
        if case.closed_at is not None and self.decides is None:
            return
        rows: dict[str, Any] = {"case": case, "investigation": found, "subject": subject}
        made = Proceeding(**rows, finding=row, opened_at=at)
        if self.decides is not None:
            made.decision_maker = self.decides
            self.rows.add(CaseDuty(case=case, user=self.decides, duty=GrantLevel.DECIDE, since=at))
            self.rows.add(
                CaseGrant(
                    content_object=case,
                    user=self.decides,
                    permission_id=open_case_permission_id(),
                    level=GrantLevel.DECIDE,
                    identities=Part.SUBJECT,
                    starts_at=at,
                )  # fmt: skip
            )
        self.rows.add(made)
        self.turn("proceeding", made.pk, "open", "", ProceedingState.AWAITING_DECISION, at, self.lead)
        done = case.closed_at is not None
        self.rows.add(
            ScreeningDuty(
                case=case,
                subject=subject,
                cause="substantiated",
                opened_at=at,
                done_at=case.closed_at if done else None,
                done_by=self.manager if done else None,
            )  # fmt: skip
        )
        if case.closed_at is None or made.decision_maker is None:
            return
        self.decided(made, subject, case.closed_at)

    def decided(self, made: Proceeding, subject: Participant, at: datetime) -> None:
        made.state, made.decided_at = ProceedingState.EXECUTED, at
        made.appeal_until, made.appeal_closed_at = at, at
        made.seal(reasons="Fictional reasons, which a tribunal could follow.")
        kind = "assignment_ended" if subject.personnel in ("partner_staff", "unv") else "no_contact"
        measure = Measure(
            case=self.case, investigation=made.investigation, subject=subject, proceeding=made, kind=kind,
            starts_on=at.date(), decided_by=made.decision_maker, decided_at=at, carried_out_on=at.date(),
            recorded_by=self.manager, recorded_at=at,
        )  # fmt: skip
        measure.seal(proof="Fictional letter of that day.")
        self.rows.add(measure)
        P = ProceedingState
        self.turn("proceeding", made.pk, "sanction", P.AWAITING_DECISION, P.SANCTIONED, at, made.decision_maker)
        self.turn("proceeding", made.pk, "carry_out", P.SANCTIONED, P.EXECUTED, at, self.manager)


def _clocks(made: Investigation, rows: Rows, now: datetime) -> None:
    """The running clocks of one investigation: the whole, and that of the stage it stands in."""
    about: dict[str, Any] = {"subject": made.case_id, "reference": made.case.reference, "owner": made.lead}
    deadlines.start(clocks.limits_of(made).kind, at=made.opened_at, amount=made.limit_days, **about)
    turns = [turn for turn in rows.made[Turn] if turn.thing == made.pk]
    since = turns[-1].at if turns else made.opened_at
    if made.state == State.SUSPENDED:
        since = turns[0].at
    clocks.begin_stage(made, STAGES[State(made.state)], at=since)
    if made.state == State.SUSPENDED:
        pause = next(row for row in rows.made[PauseRequest] if row.investigation_id == made.pk)
        clocks.pause(made, reason=pause.reason, until=pause.review_at, by=SYSTEM, now=turns[-1].at)
