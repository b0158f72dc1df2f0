"""What the organisation publishes on its form."""

from django.conf import settings
from django.db import models

from core.organisations import new_reference
from core.tenancy import TenantModel, tenant


class HelpContact(TenantModel):
    """A place to get help now; shown only while its date holds."""

    KINDS = [
        ("medical", "Medical care"),
        ("psychosocial", "Someone to talk to"),
        ("safety", "A safe place"),
        ("police", "Police, only if you want"),
        ("other", "Other help"),
    ]

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    country = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=15, choices=KINDS)
    name = models.CharField(max_length=120)
    how = models.CharField(max_length=300)
    hours = models.CharField(max_length=120, blank=True)
    cost = models.CharField(max_length=120, blank=True)
    good_for_children = models.BooleanField(default=False)
    good_for_men = models.BooleanField(default=False)
    good_for_lgbtiq = models.BooleanField(default=False)
    checked_on = models.DateField()
    expires_on = models.DateField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reference", "country", "kind", "name", "how", "hours", "cost", "good_for_children",
        "good_for_men", "good_for_lgbtiq", "checked_on", "expires_on", "checked_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "help_contact"
        constraints = tenant(
            "help_contact",
            models.UniqueConstraint(fields=("organisation", "reference"), name="help_contact_reference_once"),
            models.CheckConstraint(
                condition=models.Q(expires_on__gt=models.F("checked_on")), name="help_contact_expires_after_check"
            ),
            intake="read",
        )
        indexes = [models.Index(fields=("organisation", "country", "kind"), name="help_contact_list")]
