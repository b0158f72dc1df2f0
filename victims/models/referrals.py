"""Whom a person can be referred to, and what became of each referral."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Consent
from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_reference
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant
from victims import choices
from victims.models.files import SupportFile

USER = settings.AUTH_USER_MODEL


class Provider(TenantModel):
    """A place that helps; what is written here holds until it has to be checked again."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    area = models.CharField(max_length=120, blank=True)
    services = models.JSONField(default=list)
    languages = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    cost = models.CharField(max_length=10, choices=choices.Cost.choices, default=choices.Cost.UNKNOWN)
    child_friendly = models.BooleanField(default=False)
    step_free = models.BooleanField(default=False)
    quality = models.CharField(max_length=500, blank=True)
    checked_on = models.DateField()
    expires_on = models.DateField()
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reference", "name", "country", "area", "services", "languages", "hours", "contact",
        "cost", "child_friendly", "step_free", "quality", "checked_on", "expires_on", "checked_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "provider"
        constraints = tenant(
            "provider",
            models.UniqueConstraint(fields=("organisation", "reference"), name="provider_reference_once"),
            models.UniqueConstraint(fields=("organisation", "country", "name", "area"), name="provider_named_once"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("checked_on")), name="provider_expires_after_check"),
            app="keep",
        )


class Referral(SealedModel, TenantModel):
    """One person sent to one provider for one service, with her consent; or a service nobody there can give."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="referrals")
    provider = TenantForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="referrals")
    consent = TenantForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.CharField(max_length=20, choices=choices.Service.choices)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=15, choices=choices.ReferralState.choices, default=choices.ReferralState.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    appointment_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    shared = SealedField(label="referral.shared", key="file_id")

    PRIVATE = {"shared"}
    PUBLIC = {
        "id", "organisation", "reference", "file", "provider", "consent", "service", "country", "state", "sent_at",
        "sent_by", "appointment_at", "changed_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "referral"
        constraints = tenant(
            "referral",
            SameOrganisation("file", name="referral_file_same_org", to="support_file"),
            SameOrganisation("provider", name="referral_provider_same_org", to="provider"),
            SameOrganisation("consent", name="referral_consent_same_org", to="consent"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="referral_reference_once"),
            # Nothing leaves without a consent on record; where nobody can help, nothing left.
            models.CheckConstraint(
                condition=Q(provider__isnull=False, consent__isnull=False) | Q(state="unavailable"),
                name="referral_with_consent",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(fields=("organisation", "file"), name="referral_of_file"),
            models.Index(fields=("organisation", "state", "country", "service"), name="referral_gaps"),
        ]
