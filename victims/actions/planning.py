"""Needs, risk, safety plan, goals and tasks, and the plan a supervisor approves."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from core import audit, deadlines, outbox
from core.actors import Actor
from core.deadlines.steps import current_calendar
from core.encryption.fields import reveal_fields
from core.errors import DomainError, Refused
from core.organisations import User
from core.permissions import allowed
from victims.actions import record
from victims.actions.files import ensure_open, ensure_works
from victims.choices import FileState, GoalState, NeedState, PlanState, Risk, Service, TaskKind, TaskOutcome
from victims.models import Goal, Need, Plan, SafetyPlan, SupportFile, Task
from victims.permissions import Perm
from victims.states import FILE

SAFETY = ("concern", "resources", "steps", "if_leaving")


def _ensure(file: SupportFile, *, by: Actor, now: datetime) -> User:
    user = ensure_works(file, by=by, now=now)
    ensure_open(file)
    return user


def _begin(file: SupportFile, *, by: Actor, now: datetime) -> None:
    """The first thing noted begins the assessment."""
    if file.state == FileState.NEW:
        FILE.apply(file, "assess", by=by, now=now, reference=file.reference)


def note_need(file: SupportFile, *, service: str, words: str, by: Actor, now: datetime) -> Need:
    """One need, in her words; an open one of the same kind is added to no second time."""
    user = _ensure(file, by=by, now=now)
    if service not in Service.values:
        raise DomainError(_("Choose what kind of help is needed."))
    if Need.objects.filter(file=file, service=service, state=NeedState.OPEN).exists():
        raise DomainError(_("This need is noted already."))
    need = Need(file=file, service=service, noted_at=now, noted_by=user)
    need.seal(words=words.strip() or None)
    need.save(force_insert=True)
    _begin(file, by=by, now=now)
    audit.record("victims.need_noted", by=by, about=file, reference=file.reference)
    return need


def settle_need(need: Need, *, state: str, by: Actor, now: datetime) -> Need:
    """What became of a need: met, or she does not want it; or open again."""
    _ensure(need.file, by=by, now=now)
    if state not in NeedState.values:
        raise DomainError(_("Choose one of the answers."))
    need.state, need.settled_at = state, None if state == NeedState.OPEN else now
    need.save(update_fields=["state", "settled_at"])
    audit.record("victims.need_settled", by=by, about=need.file, reference=need.file.reference)
    return need


def judge_risk(file: SupportFile, *, risk: str, words: str, by: Actor, now: datetime) -> SupportFile:
    """How high the risk is, and why; the words are sealed."""
    _ensure(file, by=by, now=now)
    if risk not in Risk.values:
        raise DomainError(_("Choose how high the risk is."))
    file.risk, file.risk_at = risk, now
    file.seal(risk_words=words.strip() or None)
    file.save(update_fields=["risk", "risk_at", "risk_words"])
    _begin(file, by=by, now=now)
    audit.record("victims.risk_judged", by=by, about=file, reference=file.reference, facts={"risk": risk})
    return file


def write_safety_plan(
    file: SupportFile, words: Mapping[str, str], *, made_together: bool, by: Actor, now: datetime
) -> SafetyPlan:
    """Her safety plan, in her own words. Raises DomainError without what she is afraid of."""
    user = _ensure(file, by=by, now=now)
    given = {name: (words.get(name) or "").strip() or None for name in SAFETY}
    if not given["concern"]:
        raise DomainError(_("Write what the person is afraid of, in their own words."))
    plan = SafetyPlan.objects.filter(file=file).first() or SafetyPlan(file=file)
    plan.made_together, plan.looked_at, plan.looked_by = made_together, now, user
    plan.seal(**given)
    plan.save()
    _begin(file, by=by, now=now)
    audit.record("victims.safety_plan", by=by, about=file, reference=file.reference, hashes=plan.sealed_hashes())
    return plan


def read_safety_plan(file: SupportFile, *, by: Actor, now: datetime) -> dict[str, str | None]:
    """The words of the safety plan, audited; nothing while there is none."""
    ensure_works(file, by=by, now=now)
    plan = SafetyPlan.objects.filter(file=file).first()
    return reveal_fields(plan, SAFETY, purpose="support", by=by) if plan else {}


def set_goal(file: SupportFile, *, service: str, words: str, by: Actor, now: datetime) -> Goal:
    """What she wants to reach; only while the plan is being made."""
    user = _ensure(file, by=by, now=now)
    if file.state not in (FileState.NEW, FileState.ASSESSMENT):
        raise Refused(_("Take the plan up again before you change it."))
    if service not in Service.values or not words.strip():
        raise DomainError(_("Say what the person wants to reach, and what kind of help it takes."))
    goal = Goal(file=file, service=service, set_at=now, set_by=user, changed_at=now)
    goal.seal(words=words.strip())
    goal.save(force_insert=True)
    _begin(file, by=by, now=now)
    audit.record("victims.goal_set", by=by, about=file, reference=file.reference)
    return goal


def move_goal(goal: Goal, *, state: str, by: Actor, now: datetime) -> Goal:
    """How far a goal is."""
    _ensure(goal.file, by=by, now=now)
    if state not in GoalState.values:
        raise DomainError(_("Choose one of the answers."))
    goal.state, goal.changed_at = state, now
    goal.save(update_fields=["state", "changed_at"])
    audit.record("victims.goal_moved", by=by, about=goal.file, reference=goal.file.reference)
    return goal


def add_task(file: SupportFile, *, kind: str, due_on: date, words: str, by: Actor, now: datetime) -> Task:
    """Something to be done by a day, or a day on which the person is to hear from us; a clock runs for it."""
    user = _ensure(file, by=by, now=now)
    if kind not in TaskKind.values:
        raise DomainError(_("Choose what it is."))
    ahead = (due_on - current_calendar().day_of(now)).days
    if ahead < 0:
        raise DomainError(_("Choose today or a day that lies ahead."))
    task = Task(file=file, kind=kind, due_on=due_on, added_at=now, added_by=user)
    task.seal(words=words.strip() or None)
    task.save(force_insert=True)
    deadlines.start(
        f"support.{kind}", subject=task.pk, at=now, reference=file.reference, owner=file.officer, amount=ahead
    )
    audit.record("victims.task_added", by=by, about=file, reference=file.reference)
    return task


def end_task(task: Task, *, outcome: str, by: Actor, now: datetime) -> Task:
    """What became of it, once."""
    user = _ensure(task.file, by=by, now=now)
    if outcome not in TaskOutcome.values:
        raise DomainError(_("Say what became of it."))
    won = Task.objects.filter(pk=task.pk, outcome="").update(outcome=outcome, done_at=now, done_by=user)
    if not won:
        raise Refused(_("This has been noted already."))
    end = deadlines.cancel if outcome == TaskOutcome.NOT_NEEDED else deadlines.meet
    end(f"support.{task.kind}", subject=task.pk, by=by, now=now)
    audit.record("victims.task_done", by=by, about=task.file, reference=task.file.reference)
    task.refresh_from_db()
    return task


def submit(file: SupportFile, *, by: Actor, now: datetime) -> Plan:
    """Put the plan before a supervisor: with a risk level, a need and a goal, and for a child its steps."""
    user = _ensure(file, by=by, now=now)
    if not file.risk:
        raise DomainError(_("Judge the risk before the plan goes to the supervisor."))
    if not Goal.objects.filter(file=file).exclude(state=GoalState.DROPPED).exists():
        raise DomainError(_("A plan needs at least one goal."))
    record.ensure_child_steps(file)
    FILE.apply(file, "submit", by=by, now=now, reference=file.reference)
    number = Plan.objects.filter(file=file).count() + 1
    plan = Plan.objects.create(file=file, number=number, submitted_at=now, submitted_by=user)
    deadlines.start("support.plan", subject=file.pk, at=now, reference="")
    outbox.notify("victims.to_decide", about=file.pk, now=now, facts={"by": str(by.user_id)})
    return plan


def decide_plan(file: SupportFile, *, approved: bool, remark: str, by: Actor, now: datetime) -> Plan:
    """A supervisor approves the plan or sends it back with a remark; never their own."""
    if by.user is None or not allowed(by, Perm.APPROVE):
        raise Refused
    plan = Plan.objects.filter(file=file, state=PlanState.SUBMITTED).first()
    if plan is None:
        raise Refused(_("No plan waits for a decision."))
    if plan.submitted_by_id == by.user.pk:
        raise Refused(_("Somebody else must decide about this."))
    if not approved and not remark.strip():
        raise DomainError(_("Say what has to change."))
    FILE.apply(file, "approve" if approved else "return", by=by, now=now, reference=file.reference)
    plan.state = PlanState.APPROVED if approved else PlanState.RETURNED
    plan.decided_at, plan.decided_by = now, by.user
    plan.seal(remark=remark.strip() or None)
    plan.save()
    deadlines.meet("support.plan", subject=file.pk, by=by, now=now)
    outbox.notify("victims.decided", about=file.pk, reference=file.reference, now=now)
    return plan


def revise(file: SupportFile, *, by: Actor, now: datetime) -> SupportFile:
    """Take an approved plan up again; what is under way goes on."""
    _ensure(file, by=by, now=now)
    FILE.apply(file, "revise", by=by, now=now, reference=file.reference)
    return file
