"""What concerns one person of the case: findings, steps by which they learn something, departure, withdrawal."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Allegation, Case, Participant
from core.encryption.fields import SealedField, SealedModel
from core.tenancy import SameOrganisation, SameRow, TenantForeignKey, TenantModel, tenant
from investigations import choices
from investigations.models.lives import Investigation
from investigations.models.work import belongs

USER = settings.AUTH_USER_MODEL


class Finding(SealedModel, TenantModel):
    """What was found about one allegation and one person, by which standard of proof."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="findings")
    allegation = TenantForeignKey(Allegation, on_delete=models.PROTECT, related_name="+")
    subject = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=30, choices=choices.Result.choices)
    standard = models.CharField(max_length=30, choices=choices.Standard.choices)
    reasoning = SealedField(label="finding.reasoning", key="case_id")
    found_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    found_at = models.DateTimeField()

    PRIVATE = {"reasoning"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "allegation", "subject", "result", "standard", "found_by",
        "found_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "finding"
        constraints = tenant(
            "finding",
            *belongs("finding"),
            SameOrganisation("allegation", name="finding_allegation_same_org", to="allegation"),
            SameOrganisation("subject", name="finding_subject_same_org", to="participant"),
            SameRow(
                ("allegation", "subject"),
                name="finding_of_a_pair",
                to="allegation_subject",
                columns=("allegation_id", "participant_id"),
            ),
            models.UniqueConstraint(
                fields=("organisation", "investigation", "allegation", "subject"), name="finding_once"
            ),
            models.UniqueConstraint(fields=("organisation", "id", "result"), name="finding_said"),
            models.UniqueConstraint(
                fields=("organisation", "id", "investigation", "subject"), name="finding_about_whom"
            ),
            models.CheckConstraint(condition=Q(result__in=choices.Result.values), name="finding_result"),
            models.CheckConstraint(condition=Q(standard__in=choices.Standard.values), name="finding_has_standard"),
            app="keep",
            worker="keep",
        )


class SubjectStep(SealedModel, TenantModel):
    """A step by which a person named learns something new: first the safety question, then the step."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="steps")
    subject = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=choices.StepKind.choices)
    prepared_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    prepared_at = models.DateTimeField()
    waits_until = models.DateTimeField()
    allowed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    allowed_at = models.DateTimeField(null=True)
    allowed_because = SealedField(label="subject_step.allowed_because", key="case_id")
    taken_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)

    PRIVATE = {"allowed_because"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "subject", "kind", "prepared_by", "prepared_at", "waits_until",
        "allowed_by", "allowed_at", "taken_by", "taken_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "subject_step"
        constraints = tenant(
            "subject_step",
            *belongs("subject_step"),
            SameOrganisation("subject", name="subject_step_subject_same_org", to="participant"),
            models.UniqueConstraint(
                fields=("organisation", "investigation", "subject", "kind"),
                condition=Q(taken_at=None),
                name="subject_step_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="subject_step_taken_pair",
            ),
            models.CheckConstraint(
                condition=Q(allowed_by=None, allowed_at=None) | Q(allowed_by__isnull=False, allowed_at__isnull=False),
                name="subject_step_allowed_pair",
            ),
            app="keep",
            worker="keep",
        )


class Departure(TenantModel):
    """A person named has left or died: a fact beside every state, changing none of them."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    subject = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="departures")
    kind = models.CharField(max_length=20, choices=choices.LeftKind.choices)
    left_on = models.DateField()
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "case", "subject", "kind", "left_on", "recorded_by", "recorded_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "subject_departure"
        constraints = tenant(
            "subject_departure",
            SameOrganisation("case", name="subject_departure_case_same_org", to="case_file"),
            SameOrganisation("subject", name="subject_departure_subject_same_org", to="participant"),
            models.UniqueConstraint(fields=("organisation", "subject"), name="subject_departure_once"),
            app="append",
            worker="keep",
        )


class Withdrawal(SealedModel, TenantModel):
    """A person affected takes no part any more; the manager checks for pressure, and goes on or ends it."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="withdrawals")
    victim = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    pressure = models.CharField(max_length=15, choices=choices.Pressure.choices, blank=True)
    goes_on = models.BooleanField(null=True)
    words = SealedField(label="withdrawal.words", key="case_id")
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True)

    PRIVATE = {"words"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "victim", "recorded_by", "recorded_at", "pressure", "goes_on",
        "checked_by", "checked_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "victim_withdrawal"
        constraints = tenant(
            "victim_withdrawal",
            *belongs("victim_withdrawal"),
            SameOrganisation("victim", name="victim_withdrawal_victim_same_org", to="participant"),
            models.UniqueConstraint(fields=("organisation", "investigation", "victim"), name="victim_withdrawal_once"),
            models.CheckConstraint(
                condition=Q(pressure="", goes_on=None, checked_by=None, checked_at=None)
                | ~Q(pressure="") & Q(goes_on__isnull=False, checked_by__isnull=False, checked_at__isnull=False),
                name="victim_withdrawal_checked_whole",
            ),
            app="keep",
            worker="keep",
        )


class ScreeningDuty(TenantModel):
    """Somebody has to be entered in the screening register; a clock runs until it is noted as done."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    subject = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="screening_duties")
    cause = models.CharField(max_length=15, choices=choices.ScreeningCause.choices)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "case", "subject", "cause", "opened_at", "done_at", "done_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "screening_duty"
        constraints = tenant(
            "screening_duty",
            SameOrganisation("case", name="screening_duty_case_same_org", to="case_file"),
            SameOrganisation("subject", name="screening_duty_subject_same_org", to="participant"),
            models.UniqueConstraint(fields=("organisation", "subject", "cause"), name="screening_duty_once"),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None) | Q(done_by__isnull=False, done_at__isnull=False),
                name="screening_duty_done_pair",
            ),
            app="keep",
            worker="keep",
        )
