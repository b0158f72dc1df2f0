"""What is asked for about an account and waits for a second person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.organisations import Membership, User
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant


class What(models.TextChoices):
    """What of an account is made anew."""

    PASSWORD = "password", _("Password")  # noqa: S105  a word, not a secret
    SECOND_FACTOR = "second_factor", _("Second step (app, passkeys, recovery codes)")
    BOTH = "both", _("Password and second step")


class AccountReset(TenantModel):
    """Somebody's password or second factor made anew: asked by one person, allowed by another, neither of them it."""

    membership = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="resets")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=15, choices=What.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    allowed = models.BooleanField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "membership", "user", "what", "asked_by", "asked_at", "decided_by", "decided_at",
        "allowed",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "sign_in_reset"
        constraints = tenant(
            "sign_in_reset",
            SameOrganisation("membership", name="sign_in_reset_membership_same_org", to="membership"),
            models.UniqueConstraint(
                fields=("organisation", "membership"), condition=Q(decided_at=None), name="sign_in_reset_one_open"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("user")), name="sign_in_reset_not_for_oneself"),
            models.CheckConstraint(
                condition=Q(allowed=None)
                | Q(allowed=False)
                | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user"))),
                name="sign_in_reset_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, allowed=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, allowed__isnull=False),
                name="sign_in_reset_decided_whole",
            ),
            app="keep",
        )
