"""The proceeding against one person after a substantiated finding, and the measures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case, Participant
from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_reference
from core.tenancy import SameOrganisation, SameRow, TenantForeignKey, TenantModel, tenant
from investigations import choices
from investigations.models.lives import Investigation
from investigations.models.people import Finding
from investigations.models.work import belongs

USER = settings.AUTH_USER_MODEL


class Proceeding(SealedModel, TenantModel):
    """What follows for one person: it hangs on a substantiated finding, and no investigator decides it."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="proceedings")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="proceedings")
    subject = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    finding = TenantForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    # Always “substantiated”; the pair must stand in finding, so no other result ever leads to a measure.
    basis = models.CharField(max_length=30, default="substantiated", editable=False)
    state = models.CharField(
        max_length=20,
        choices=choices.ProceedingState.choices,
        default=choices.ProceedingState.AWAITING_DECISION,
    )
    opened_at = models.DateTimeField()
    decision_maker = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # Filled by the database: it must stand in case_duty, where nobody is both investigator and decision maker.
    duty = models.GeneratedField(
        expression=models.Case(
            models.When(decision_maker__isnull=False, then=models.Value("decide")), default=models.Value(None)
        ),
        output_field=models.CharField(max_length=15, null=True),
        db_persist=True,
    )
    decided_at = models.DateTimeField(null=True)
    reasons = SealedField(label="proceeding.reasons", key="case_id")
    # Until when an appeal may be filed; the window is closed by a person who looked.
    appeal_until = models.DateTimeField(null=True)
    appeal_closed_at = models.DateTimeField(null=True)
    appeal_words = SealedField(label="proceeding.appeal_words", key="case_id")

    PRIVATE = {"reasons", "appeal_words"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "subject", "finding", "basis", "state", "opened_at",
        "decision_maker", "duty", "decided_at", "appeal_until", "appeal_closed_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "proceeding"
        constraints = tenant(
            "proceeding",
            *belongs("proceeding"),
            SameOrganisation("subject", name="proceeding_subject_same_org", to="participant"),
            SameOrganisation("finding", name="proceeding_finding_same_org", to="finding"),
            SameRow(("finding", "basis"), name="proceeding_is_substantiated", to="finding", columns=("id", "result")),
            SameRow(
                ("finding", "investigation", "subject"),
                name="proceeding_about_the_same",
                to="finding",
                columns=("id", "investigation_id", "subject_id"),
            ),
            SameRow(
                ("case", "decision_maker", "duty"),
                name="proceeding_duty_is_taken",
                to="case_duty",
                columns=("case_id", "user_id", "duty"),
            ),
            models.CheckConstraint(condition=Q(basis="substantiated"), name="proceeding_basis"),
            models.UniqueConstraint(fields=("organisation", "investigation", "subject"), name="proceeding_one_each"),
            models.CheckConstraint(
                condition=Q(state="awaiting_decision", decided_at=None)
                | ~Q(state="awaiting_decision") & Q(decided_at__isnull=False, decision_maker__isnull=False),
                name="proceeding_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(appeal_closed_at=None) | Q(appeal_until__isnull=False), name="proceeding_window_known"
            ),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "case", "state"), name="proceeding_of_case")]


class Measure(SealedModel, TenantModel):
    """One measure about one person: from when to when, and the proof that it was carried out.

    It hangs on a proceeding, or is an interim one that lasts at most until the decision.
    """

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = TenantForeignKey(Investigation, on_delete=models.PROTECT, related_name="measures")
    subject = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    proceeding = TenantForeignKey(Proceeding, on_delete=models.PROTECT, null=True, related_name="measures")
    interim = models.BooleanField(default=False)
    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    kind = models.CharField(max_length=25, choices=choices.MeasureKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField()
    carried_out_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    reasons = SealedField(label="measure.reasons", key="case_id")
    proof = SealedField(label="measure.proof", key="case_id")

    PRIVATE = {"reasons", "proof"}
    PUBLIC = {
        "id", "organisation", "case", "investigation", "subject", "proceeding", "interim", "reference", "kind",
        "starts_on", "ends_on", "decided_by", "decided_at", "carried_out_on", "recorded_by", "recorded_at", "lifted_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "measure"
        constraints = tenant(
            "measure",
            *belongs("measure"),
            SameOrganisation("subject", name="measure_subject_same_org", to="participant"),
            SameOrganisation("proceeding", name="measure_proceeding_same_org", to="proceeding"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="measure_reference_once"),
            # Without a decision there is nothing but an interim measure.
            models.CheckConstraint(
                condition=Q(interim=True) | Q(proceeding__isnull=False),
                name="measure_decided_or_interim",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="measure_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(carried_out_on=None, recorded_by=None, recorded_at=None)
                | Q(carried_out_on__isnull=False, recorded_by__isnull=False, recorded_at__isnull=False),
                name="measure_carried_out_whole",
            ),
            app="keep",
            worker="keep",
        )
