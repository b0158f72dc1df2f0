"""A survivor's support file, apart from any case, and the sealed words only those who support her may open."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import YesNoUnknown
from cases.models import Person
from core.encryption.fields import SealedField, SealedModel
from core.organisations import Office, new_reference
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant
from victims import choices

USER = settings.AUTH_USER_MODEL

#: The database itself: contact plan, safety plan and a child's carers exist for nobody but whoever supports her.
SUPPORTS = """
EXISTS (
    SELECT 1 FROM support_grant g
    WHERE g.organisation_id = {table}.organisation_id AND g.file_id = {table}.file_id
      AND g.user_id = nullif(current_setting('amparo.user', true), '')::uuid
      AND g.kind <> 'review' AND (g.ends_at IS NULL OR g.ends_at > now())
)
"""


class SupportFile(SealedModel, TenantModel):
    """The support of one person: begins without a case, and no case ends it. Has a key of its own."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, choices=choices.FileState.choices, default=choices.FileState.NEW)
    source = models.CharField(max_length=10, choices=choices.Source.choices)
    country = models.CharField(max_length=2, blank=True)
    office = TenantForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    risk = models.CharField(max_length=10, choices=choices.Risk.choices, blank=True)
    risk_at = models.DateTimeField(null=True)
    displacement = models.CharField(
        max_length=10, choices=choices.Displacement.choices, default=choices.Displacement.UNKNOWN
    )
    disability = models.CharField(max_length=10, choices=YesNoUnknown.choices, default=YesNoUnknown.UNKNOWN)
    # Known to the whole support side, so that nobody who has no grant writes to her.
    do_not_contact = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=15, choices=choices.CloseReason.choices, blank=True)
    words = SealedField(label="support_file.words", key="id")
    risk_words = SealedField(label="support_file.risk_words", key="id")

    PRIVATE = {"words", "risk_words"}
    PUBLIC = {
        "id", "organisation", "reference", "person", "state", "source", "country", "office", "officer", "risk",
        "risk_at", "displacement", "disability", "do_not_contact", "opened_at", "opened_by", "closed_at",
        "close_reason",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_file"
        constraints = tenant(
            "support_file",
            SameOrganisation("person", name="support_file_person_same_org", to="person"),
            SameOrganisation("office", name="support_file_office_same_org", to="office"),
            models.UniqueConstraint(fields=("organisation", "person"), name="support_file_once"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="support_file_reference_once"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                | ~Q(state="closed") & Q(closed_at=None, close_reason=""),
                name="support_file_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(risk="", risk_at=None) | ~Q(risk="") & Q(risk_at__isnull=False),
                name="support_file_risk_pair",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(fields=("organisation", "officer", "state"), name="support_file_of_officer"),
            models.Index(fields=("organisation", "state"), name="support_file_state"),
        ]


class SupportGrant(TenantModel):
    """One person of the support side may open one file, from a moment to a moment (the end is exclusive)."""

    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=choices.GrantKind.choices)
    reason = models.CharField(max_length=10, choices=choices.StandInReason.choices, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "file", "user", "kind", "reason", "starts_at", "ends_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_grant"
        constraints = tenant(
            "support_grant",
            SameOrganisation("file", name="support_grant_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "file", "user", "kind"), name="support_grant_once"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="support_grant_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(kind="stand_in") | ~Q(reason="") & Q(ends_at__isnull=False),
                name="support_grant_stand_in_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind="review") | Q(ends_at__isnull=False), name="support_grant_review_ends"
            ),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "user"), name="support_grant_of_user")]


class ContactPlan(SealedModel, TenantModel):
    """How to reach one person safely, in her words."""

    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="contact_plans")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    who = SealedField(label="contact_plan.who", key="file_id")
    how = SealedField(label="contact_plan.how", key="file_id")
    times = SealedField(label="contact_plan.times", key="file_id")
    may_say = SealedField(label="contact_plan.may_say", key="file_id")
    code_word = SealedField(label="contact_plan.code_word", key="file_id")
    companion = SealedField(label="contact_plan.companion", key="file_id")
    interpreter = SealedField(label="contact_plan.interpreter", key="file_id")
    guardian = SealedField(label="contact_plan.guardian", key="file_id")

    PRIVATE = {"who", "how", "times", "may_say", "code_word", "companion", "interpreter", "guardian"}
    PUBLIC = {"id", "organisation", "file", "changed_at", "changed_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "contact_plan"
        constraints = tenant(
            "contact_plan",
            SameOrganisation("file", name="contact_plan_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "file"), name="contact_plan_once"),
            app="keep",
            app_using=SUPPORTS.format(table="contact_plan"),
            worker="keep",
        )


class ChildCare(SealedModel, TenantModel):
    """The steps a child's support takes first: best interest, what the child says, carers, duties to report."""

    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="child_cares")
    best_interest_at = models.DateTimeField(null=True)
    assent = models.CharField(max_length=10, choices=choices.Assent.choices, blank=True)
    assent_at = models.DateTimeField(null=True)
    reporting_told_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    best_interest = SealedField(label="child_care.best_interest", key="file_id")
    carers = SealedField(label="child_care.carers", key="file_id")

    PRIVATE = {"best_interest", "carers"}
    PUBLIC = {
        "id", "organisation", "file", "best_interest_at", "assent", "assent_at", "reporting_told_at", "changed_at",
        "changed_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "child_care"
        constraints = tenant(
            "child_care",
            SameOrganisation("file", name="child_care_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "file"), name="child_care_once"),
            models.CheckConstraint(
                condition=Q(assent="", assent_at=None) | ~Q(assent="") & Q(assent_at__isnull=False),
                name="child_care_assent_pair",
            ),
            app="keep",
            app_using=SUPPORTS.format(table="child_care"),
            worker="keep",
        )
