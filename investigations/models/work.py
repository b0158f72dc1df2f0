"""The work: who does it, by which plan, when it may pause, what was decided on the way, and the draft."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case
from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_reference
from core.tenancy import SameOrganisation, SameRow, TenantForeignKey, TenantModel, tenant
from investigations import choices
from investigations.models.lives import Investigation

USER = settings.AUTH_USER_MODEL


def belongs(table: str) -> tuple[models.BaseConstraint, ...]:
    """To one investigation, and to the case of that investigation."""
    return (
        SameOrganisation("case", name=f"{table}_case_same_org", to="case_file"),
        SameOrganisation("investigation", name=f"{table}_investigation_same_org", to="investigation"),
        SameRow(("investigation", "case"), name=f"{table}_of_its_case", to="investigation", columns=("id", "case_id")),
    )


class Assignment(SealedModel, TenantModel):
    """Somebody investigates, once they have declared that nothing stands between them and the truth."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    lead = models.BooleanField(default=False)
    assigned_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    assigned_at = models.DateTimeField()
    declared = models.CharField(max_length=10, choices=choices.Conflict.choices, blank=True)
    declared_at = models.DateTimeField(null=True)
    words = SealedField(label="assignment.words", key="case_id")
    ended_at = models.DateTimeField(null=True)
    # Always that of an investigator; it must stand in case_duty, so nobody who decided or supported gets here.
    duty = models.CharField(max_length=15, default="investigate", editable=False)

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "user", "lead", "assigned_by", "assigned_at", "declared",
        "declared_at", "ended_at", "duty",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_assignment"
        constraints = tenant(
            "investigation_assignment",
            *belongs("investigation_assignment"),
            SameRow(
                ("case", "user", "duty"),
                name="investigation_assignment_duty_is_taken",
                to="case_duty",
                columns=("case_id", "user_id", "duty"),
            ),
            models.CheckConstraint(condition=Q(duty="investigate"), name="investigation_assignment_duty"),
            models.UniqueConstraint(
                fields=("organisation", "investigation", "user"),
                condition=Q(ended_at=None),
                name="investigation_assignment_once",
            ),
            models.UniqueConstraint(
                fields=("organisation", "investigation"),
                condition=Q(ended_at=None, lead=True),
                name="investigation_assignment_one_lead",
            ),
            models.CheckConstraint(
                condition=Q(assigned_by=None) | ~Q(assigned_by=F("user")),
                name="investigation_assignment_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(declared="", declared_at=None) | ~Q(declared="") & Q(declared_at__isnull=False),
                name="investigation_assignment_declared_whole",
            ),
            models.CheckConstraint(
                condition=~Q(declared="conflict") | Q(ended_at__isnull=False),
                name="investigation_assignment_conflict_ends_it",
            ),
            app="keep",
            worker="keep",
        )


class Plan(SealedModel, TenantModel):
    """What is to be found out and how; somebody else approves it. A changed plan is a new one."""

    STATES = [("submitted", "submitted"), ("approved", "approved"), ("sent_back", "sent back")]

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=STATES, default="submitted")
    hypotheses = SealedField(label="plan.hypotheses", key="case_id")
    risks = SealedField(label="plan.risks", key="case_id")
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    remarks = SealedField(label="plan.remarks", key="case_id")

    PRIVATE = {"hypotheses", "risks", "remarks"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "number", "state", "submitted_by", "submitted_at", "decided_by",
        "decided_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_plan"
        constraints = tenant(
            "investigation_plan",
            *belongs("investigation_plan"),
            models.UniqueConstraint(fields=("organisation", "investigation", "number"), name="investigation_plan_once"),
            models.UniqueConstraint(
                fields=("organisation", "investigation"),
                condition=Q(state="submitted"),
                name="investigation_plan_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")), name="investigation_plan_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_by=None, decided_at=None)
                | ~Q(state="submitted") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="investigation_plan_decided_whole",
            ),
            app="keep",
            worker="keep",
        )


class PlanTask(SealedModel, TenantModel):
    """One thing to do by a day."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    plan = TenantForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    what = SealedField(label="plan_task.what", key="case_id")
    place = models.PositiveSmallIntegerField()
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    PRIVATE = {"what"}
    PUBLIC = {"id", "organisation", "case", "plan", "reference", "place", "due_on", "done_at", "done_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_task"
        constraints = tenant(
            "investigation_task",
            SameOrganisation("case", name="investigation_task_case_same_org", to="case_file"),
            SameOrganisation("plan", name="investigation_task_plan_same_org", to="investigation_plan"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="investigation_task_reference_once"),
            models.UniqueConstraint(fields=("organisation", "plan", "place"), name="investigation_task_place_once"),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None) | Q(done_by__isnull=False, done_at__isnull=False),
                name="investigation_task_done_pair",
            ),
            app="keep",
            worker="keep",
        )


class PauseRequest(SealedModel, TenantModel):
    """Somebody asks that the investigation stand still until a day; somebody above them decides."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=20, choices=choices.PauseReason.choices)
    review_at = models.DateTimeField()
    words = SealedField(label="pause_request.words", key="case_id")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    ended_at = models.DateTimeField(null=True)

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "reason", "review_at", "asked_by", "asked_at", "decided_by",
        "decided_at", "approved", "ended_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_pause"
        constraints = tenant(
            "investigation_pause",
            *belongs("investigation_pause"),
            models.UniqueConstraint(
                fields=("organisation", "investigation"),
                condition=Q(ended_at=None) & (Q(approved=None) | Q(approved=True)),
                name="investigation_pause_one_open",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=choices.PauseReason.values), name="investigation_pause_listed_reason"
            ),
            models.CheckConstraint(condition=Q(review_at__gt=F("asked_at")), name="investigation_pause_looks_ahead"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="investigation_pause_two_people"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
                name="investigation_pause_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(approved__isnull=False, approved=True, ended_at__gte=F("decided_at")),
                name="investigation_pause_ends_after_start",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(
                fields=("organisation", "review_at"),
                condition=Q(approved=True, ended_at=None),
                name="investigation_pause_due",
            )
        ]


class LogEntry(SealedModel, TenantModel):
    """What was decided, taken in or held on the way, and why. Never changed, only added to."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=15, choices=choices.LogKind.choices)
    what = SealedField(label="log_entry.what", key="case_id")
    why = SealedField(label="log_entry.why", key="case_id")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    PRIVATE = {"what", "why"}
    PUBLIC = {"id", "organisation", "case", "investigation", "kind", "at", "by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_log"
        constraints = tenant("investigation_log", *belongs("investigation_log"), app="append", worker="keep")
        indexes = [models.Index(fields=("organisation", "investigation", "at"), name="investigation_log_in_order")]


class DraftReport(SealedModel, TenantModel):
    """A draft sent to review, and what somebody who did not write it said of it."""

    VERDICTS = [("accepted", "accepted"), ("sent_back", "sent back")]

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="drafts")
    number = models.PositiveSmallIntegerField(default=1)
    body = SealedField(label="draft_report.body", key="case_id")
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=VERDICTS, blank=True)
    remarks = SealedField(label="draft_report.remarks", key="case_id")
    reviewed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)

    PRIVATE = {"body", "remarks"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "number", "written_by", "written_at", "verdict", "reviewed_by",
        "reviewed_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_draft"
        constraints = tenant(
            "investigation_draft",
            *belongs("investigation_draft"),
            models.UniqueConstraint(
                fields=("organisation", "investigation", "number"), name="investigation_draft_once"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("written_by")), name="investigation_draft_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by=None, reviewed_at=None)
                | ~Q(verdict="") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="investigation_draft_reviewed_whole",
            ),
            app="keep",
            worker="keep",
        )
