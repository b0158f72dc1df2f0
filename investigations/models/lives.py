"""The assessment and the investigation of a case, and every change of state anybody made in it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import CloseReason
from cases.models import Case
from core.encryption.fields import SealedField, SealedModel
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant
from investigations import choices
from investigations.choices import AssessmentState, State

USER = settings.AUTH_USER_MODEL


class Assessment(SealedModel, TenantModel):
    """Is it ours, and could it amount to misconduct? One is open at a time; a reopened case gets another."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=20, choices=AssessmentState.choices, default=AssessmentState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    in_mandate = models.BooleanField(null=True)
    could_be_misconduct = models.BooleanField(null=True)
    close_reason = models.CharField(max_length=30, choices=CloseReason.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = SealedField(label="assessment.reason", key="case_id")
    recommendations = SealedField(label="assessment.recommendations", key="case_id")
    recipient = SealedField(label="assessment.recipient", key="case_id")

    PRIVATE = {"reason", "recommendations", "recipient"}
    PUBLIC = {
        "id", "organisation", "case", "state", "opened_at", "opened_by", "in_mandate", "could_be_misconduct",
        "close_reason", "decided_at", "decided_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "assessment"
        constraints = tenant(
            "assessment",
            SameOrganisation("case", name="assessment_case_same_org", to="case_file"),
            models.UniqueConstraint(
                fields=("organisation", "case"), condition=Q(state="open"), name="assessment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None)
                | ~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="assessment_decided_whole",
            ),
            models.CheckConstraint(
                # An unanswered test is not a passed one: a comparison with nothing would let the row in.
                condition=~Q(state="to_investigation")
                | Q(in_mandate__isnull=False, could_be_misconduct__isnull=False)
                & Q(in_mandate=True, could_be_misconduct=True),
                name="assessment_both_tests_passed",
            ),
            models.CheckConstraint(
                condition=Q(state="no_case") & ~Q(close_reason="") | ~Q(state="no_case") & Q(close_reason=""),
                name="assessment_no_case_has_reason",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "case"), name="assessment_of_case")]


class Investigation(SealedModel, TenantModel):
    """One investigation of a case: its state, its limits, and what had to be there before it could start."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="investigations")
    assessment = TenantForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    profile = models.CharField(max_length=20, choices=choices.Profile.choices)
    profile_rule = models.CharField(max_length=20, choices=choices.ProfileRule.choices)
    profile_words = SealedField(label="investigation.profile_words", key="case_id")
    limit_days = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField(null=True)
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    lead_declared_at = models.DateTimeField(null=True)
    plan_approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_early = models.CharField(max_length=30, choices=choices.Result.choices, blank=True)

    PRIVATE = {"profile_words"}
    PUBLIC = {
        "id", "organisation", "case", "assessment", "number", "state", "profile", "profile_rule", "limit_days",
        "opened_at", "opened_by", "started_at", "lead", "lead_declared_at", "plan_approved_at", "ended_at",
        "ended_early",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation"
        constraints = tenant(
            "investigation",
            SameOrganisation("case", name="investigation_case_same_org", to="case_file"),
            SameOrganisation("assessment", name="investigation_assessment_same_org", to="assessment"),
            models.UniqueConstraint(fields=("organisation", "id", "case"), name="investigation_in_case"),
            models.UniqueConstraint(fields=("organisation", "case", "number"), name="investigation_numbered"),
            models.UniqueConstraint(
                fields=("organisation", "case"),
                condition=~Q(state__in=("issued", "handed_over")),
                name="investigation_one_open",
            ),
            # Nobody works without a lead who declared, and a plan somebody else approved.
            models.CheckConstraint(
                condition=~Q(state__in=("running", "suspended", "draft", "in_review"))
                | Q(
                    started_at__isnull=False,
                    lead__isnull=False,
                    lead_declared_at__isnull=False,
                    plan_approved_at__isnull=False,
                ),
                name="investigation_started_rightly",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("issued", "handed_over"), ended_at__isnull=False)
                | ~Q(state__in=("issued", "handed_over")) & Q(ended_at=None, ended_early=""),
                name="investigation_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_early="") | Q(ended_early__in=[str(code) for code in choices.EARLY], state="issued"),
                name="investigation_early_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("opened_at")), name="investigation_ends_after_start"
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(fields=("organisation", "state", "opened_at"), name="investigation_by_state"),
            models.Index(fields=("organisation", "lead", "state"), name="investigation_of_lead"),
        ]


class Turn(SealedModel, TenantModel):
    """One change of state in one of the three lives: who, when, why. Never changed, only added to."""

    LIVES = [("assessment", "assessment"), ("investigation", "investigation"), ("proceeding", "proceeding")]
    STATES = sorted({*AssessmentState.choices, *State.choices, *choices.ProceedingState.choices})

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    life = models.CharField(max_length=15, choices=LIVES)
    thing = models.UUIDField()
    verb = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, choices=STATES)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = SealedField(label="turn.reason", key="case_id")

    PRIVATE = {"reason"}
    PUBLIC = {"id", "organisation", "case", "life", "thing", "verb", "from_state", "to_state", "at", "by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "investigation_turn"
        constraints = tenant(
            "investigation_turn",
            SameOrganisation("case", name="investigation_turn_case_same_org", to="case_file"),
            models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="investigation_turn_moves"),
            app="append",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "thing", "at"), name="investigation_turn_of_thing")]
