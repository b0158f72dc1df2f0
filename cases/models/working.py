"""What people keep while they work: drafts and filters only they open, reasons for a reveal, the terms of routing."""

from django.conf import settings
from django.db import models

from cases import choices
from cases.models.case import Case
from cases.models.people import Participant
from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_reference
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant

USER = settings.AUTH_USER_MODEL
MINE = "owner_id = nullif(current_setting('amparo.user', true), '')::uuid"


class LoggedDraft(SealedModel, TenantModel):
    """A complaint somebody is still writing down: sealed under a key of its own, and its writer's alone."""

    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.CharField(max_length=9, default=new_reference, editable=False)
    answers = SealedField(label="logged_draft.answers", key="id")
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    PRIVATE = {"answers"}
    PUBLIC = {"id", "organisation", "owner", "mark", "changed_at", "expires_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "logged_draft"
        constraints = tenant(
            "logged_draft",
            models.UniqueConstraint(fields=("organisation", "owner", "mark"), name="logged_draft_once"),
            app_using=MINE,
        )
        indexes = [models.Index(fields=("organisation", "expires_at"), name="logged_draft_expiry")]


class SavedFilter(TenantModel):
    """One person's own way to narrow the list of cases: codes of the choices alone, never words."""

    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.CharField(max_length=9, default=new_reference, editable=False)
    wanted = models.JSONField()
    saved_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "owner", "mark", "wanted", "saved_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "saved_filter"
        constraints = tenant(
            "saved_filter",
            models.UniqueConstraint(fields=("organisation", "owner", "mark"), name="saved_filter_mark_once"),
            models.UniqueConstraint(fields=("organisation", "owner", "wanted"), name="saved_filter_once"),
            app_using=MINE,
            worker=None,
        )


class TriageDraft(SealedModel, TenantModel):
    """What has been filled in for a triage that is not decided yet; one for each case."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="triage_drafts")
    answers = SealedField(label="triage_draft.answers", key="case_id")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    PRIVATE = {"answers"}
    PUBLIC = {"id", "organisation", "case", "saved_at", "saved_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "triage_draft"
        constraints = tenant(
            "triage_draft",
            SameOrganisation("case", name="triage_draft_case_same_org", to="case_file"),
            models.UniqueConstraint(fields=("organisation", "case"), name="triage_draft_once"),
        )


class Reveal(SealedModel, TenantModel):
    """Somebody opened one person's identity, and why; the words beside the reason are sealed."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="reveals")
    participant = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=choices.RevealReason.choices)
    words = SealedField(label="reveal.words", key="case_id")

    PRIVATE = {"words"}
    PUBLIC = {"id", "organisation", "case", "participant", "user", "at", "reason"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "reveal"
        constraints = tenant(
            "reveal",
            SameOrganisation("case", name="reveal_case_same_org", to="case_file"),
            SameOrganisation("participant", name="reveal_participant_same_org", to="participant"),
            app="append",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "case", "at"), name="reveal_of_case")]


class CaseTerms(TenantModel):
    """An organisation's own numbers for routing and reading; without a row the defaults below hold."""

    # Over so many reports in an hour, the further ones are set aside for a person to look through.
    reports_an_hour = models.PositiveSmallIntegerField(default=60)
    # Two names count as the same person from this likeness on (0 to 100, see cases.routing_rules.likeness) …
    same_name = models.PositiveSmallIntegerField(default=92)
    # … and as perhaps the same from this one on: such a person does not get the report, it goes one step up.
    perhaps_same_name = models.PositiveSmallIntegerField(default=78)
    # So many days whoever logged a complaint may read it again (domain reference §8.2).
    logged_days = models.PositiveSmallIntegerField(default=30)
    # So many days an unsent log is kept.
    draft_days = models.PositiveSmallIntegerField(default=7)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reports_an_hour", "same_name", "perhaps_same_name", "logged_days", "draft_days",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "case_terms"
        constraints = tenant(
            "case_terms",
            models.UniqueConstraint(fields=("organisation",), name="case_terms_once"),
            models.CheckConstraint(
                condition=models.Q(perhaps_same_name__lte=models.F("same_name")), name="case_terms_doubt_below_sure"
            ),
        )
