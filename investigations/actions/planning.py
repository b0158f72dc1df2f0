"""The plan: written by whoever investigates, approved by somebody else, changed only by a new one."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from investigations.actions.turning import ensure_may, ensure_works
from investigations.choices import ENDED
from investigations.models import Investigation, Plan, PlanTask
from investigations.notifications import tell
from investigations.permissions import Perm


def submit(
    investigation: Investigation,
    *,
    hypotheses: str,
    risks: str,
    tasks: Sequence[tuple[str, date | None]],
    by: Actor,
    now: datetime,
) -> Plan:
    """Send a plan for approval. Raises DomainError while another one waits, and for one without questions or tasks."""
    ensure_works(investigation, by=by, now=now)
    case = investigation.case
    if investigation.state in ENDED:
        raise Refused(_("This investigation has ended."))
    if not hypotheses.strip():
        raise DomainError(_("Say what is to be found out, for and against."))
    tasks = [(what.strip(), due) for what, due in tasks if what.strip()]
    if not tasks:
        raise DomainError(_("Give at least one task."))
    plans = Plan.objects.filter(investigation=investigation)
    if plans.filter(state="submitted").exists():
        raise DomainError(_("A plan waits for approval already."))
    made = Plan(
        case=case, investigation=investigation, number=plans.count() + 1, submitted_by=by.user, submitted_at=now
    )
    made.seal(hypotheses=hypotheses.strip(), risks=risks.strip())
    made.save(force_insert=True)
    rows = []
    for place, (what, due) in enumerate(tasks, 1):
        row = PlanTask(case=case, plan=made, place=place, due_on=due)
        row.seal(what=what)
        rows.append(row)
    PlanTask.objects.bulk_create(rows)
    facts = {"number": made.number}
    audit.record("investigations.plan_submitted", by=by, about=investigation, reference=case.reference, facts=facts)
    tell("plan_waits", case=case, now=now)
    return made


def decide(plan: Plan, *, approved: bool, remarks: str = "", by: Actor, now: datetime) -> Plan:
    """Approve the plan or send it back with remarks; never one's own."""
    investigation = plan.investigation
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if by.user is None or by.user_id == plan.submitted_by_id:
        raise Refused(_("Somebody else must decide about this plan."))
    if not approved and not remarks.strip():
        raise DomainError(_("Say what is missing."))
    if remarks.strip():
        plan.seal(remarks=remarks.strip())
    columns = {
        "state": "approved" if approved else "sent_back",
        "decided_by": by.user,
        "decided_at": now,
        "remarks": plan.remarks,
    }
    if not Plan.objects.filter(pk=plan.pk, state="submitted").update(**columns):
        raise Refused(_("This plan was decided already."))
    for name, value in columns.items():
        setattr(plan, name, value)
    if approved:
        Investigation.objects.filter(pk=investigation.pk).update(plan_approved_at=now)
        investigation.plan_approved_at = now
        deadlines.meet("investigation.plan", subject=case.pk, by=by, now=now)
    name = "plan_approved" if approved else "plan_sent_back"
    audit.record(
        f"investigations.{name}", by=by, about=investigation, reference=case.reference, facts={"number": plan.number}
    )
    tell(name, case=case, now=now)
    return plan


def tick_off(task: PlanTask, *, by: Actor, now: datetime) -> PlanTask:
    """A task of the plan is done; once."""
    ensure_works(task.plan.investigation, by=by, now=now)
    if not PlanTask.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=by.user):
        raise Refused
    case = task.plan.investigation.case
    audit.record("investigations.task_done", by=by, about=task, reference=case.reference)
    task.refresh_from_db()
    return task
