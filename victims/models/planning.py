"""What a person needs, her safety plan, goals and tasks, and the two acts a supervisor decides: plan and closure."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_reference
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant
from victims import choices
from victims.models.files import SUPPORTS, SupportFile

USER = settings.AUTH_USER_MODEL


class Need(SealedModel, TenantModel):
    """One need, by the kind of help it asks for; one open need of a kind at a time."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="needs")
    service = models.CharField(max_length=20, choices=choices.Service.choices)
    state = models.CharField(max_length=10, choices=choices.NeedState.choices, default=choices.NeedState.OPEN)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    words = SealedField(label="support_need.words", key="file_id")

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "reference", "file", "service", "state", "noted_at", "noted_by", "settled_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_need"
        constraints = tenant(
            "support_need",
            SameOrganisation("file", name="support_need_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="support_need_reference_once"),
            models.UniqueConstraint(
                fields=("organisation", "file", "service"), condition=Q(state="open"), name="support_need_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | ~Q(state="open") & Q(settled_at__isnull=False),
                name="support_need_settled_pair",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "file"), name="support_need_of_file")]


class SafetyPlan(SealedModel, TenantModel):
    """What keeps one person safe, in her own words."""

    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="safety_plans")
    made_together = models.BooleanField(default=False)
    looked_at = models.DateTimeField()
    looked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    concern = SealedField(label="safety_plan.concern", key="file_id")
    resources = SealedField(label="safety_plan.resources", key="file_id")
    steps = SealedField(label="safety_plan.steps", key="file_id")
    if_leaving = SealedField(label="safety_plan.if_leaving", key="file_id")

    PRIVATE = {"concern", "resources", "steps", "if_leaving"}
    PUBLIC = {"id", "organisation", "file", "made_together", "looked_at", "looked_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "safety_plan"
        constraints = tenant(
            "safety_plan",
            SameOrganisation("file", name="safety_plan_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "file"), name="safety_plan_once"),
            app="keep",
            app_using=SUPPORTS.format(table="safety_plan"),
            worker="keep",
        )


class Goal(SealedModel, TenantModel):
    """What the person wants to reach, and how far it is."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="goals")
    service = models.CharField(max_length=20, choices=choices.Service.choices)
    state = models.CharField(max_length=15, choices=choices.GoalState.choices, default=choices.GoalState.NOT_STARTED)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()
    words = SealedField(label="support_goal.words", key="file_id")

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "reference", "file", "service", "state", "set_at", "set_by", "changed_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_goal"
        constraints = tenant(
            "support_goal",
            SameOrganisation("file", name="support_goal_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="support_goal_reference_once"),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "file"), name="support_goal_of_file")]


class Task(SealedModel, TenantModel):
    """Something to be done by a day: for the person, or with her."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=choices.TaskKind.choices)
    due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=15, choices=choices.TaskOutcome.choices, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = SealedField(label="support_task.words", key="file_id")

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "reference", "file", "kind", "due_on", "added_at", "added_by", "outcome", "done_at",
        "done_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_task"
        constraints = tenant(
            "support_task",
            SameOrganisation("file", name="support_task_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="support_task_reference_once"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at=None, done_by=None)
                | ~Q(outcome="") & Q(done_at__isnull=False, done_by__isnull=False),
                name="support_task_done_whole",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "file"), name="support_task_of_file")]


class Plan(SealedModel, TenantModel):
    """One plan put before a supervisor; whoever put it there never decides it."""

    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=choices.PlanState.choices, default=choices.PlanState.SUBMITTED)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    remark = SealedField(label="support_plan.remark", key="file_id")

    PRIVATE = {"remark"}
    PUBLIC = {
        "id", "organisation", "file", "number", "state", "submitted_at", "submitted_by", "decided_at", "decided_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_plan"
        constraints = tenant(
            "support_plan",
            SameOrganisation("file", name="support_plan_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "file", "number"), name="support_plan_number_once"),
            models.UniqueConstraint(
                fields=("organisation", "file"), condition=Q(state="submitted"), name="support_plan_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_by=None, decided_at=None)
                | ~Q(state="submitted") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="support_plan_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")), name="support_plan_two_people"
            ),
            app="keep",
            worker="keep",
        )


class Closure(SealedModel, TenantModel):
    """The wish to close a file, with its checklist; whoever asks never decides it."""

    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="closures")
    reason = models.CharField(max_length=15, choices=choices.CloseReason.choices)
    checklist = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = SealedField(label="support_closure.words", key="file_id")

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "file", "reason", "checklist", "asked_at", "asked_by", "approved", "decided_at",
        "decided_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_closure"
        constraints = tenant(
            "support_closure",
            SameOrganisation("file", name="support_closure_file_same_org", to="support_file"),
            models.UniqueConstraint(
                fields=("organisation", "file"), condition=Q(approved=None), name="support_closure_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(approved=None, decided_by=None, decided_at=None)
                | Q(approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="support_closure_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="support_closure_two_people"
            ),
            app="keep",
            worker="keep",
        )
