"""Tokens and what was answered to them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.organisations import new_mark
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant

LONGEST = timedelta(days=90)


class Scope(models.TextChoices):
    """What a token may be used for; its owner's roles narrow it further, at every call."""

    REPORTS_WRITE = "reports:write", _("Send reports on somebody’s behalf")
    CASES_READ = "cases:read", _("Read the cases I may open, without names")
    DEADLINES_READ = "deadlines:read", _("Read the clocks of those cases")
    OFFICES_READ = "offices:read", _("Read the list of offices")


class ApiToken(TenantModel):
    """A token: its hash alone is kept. It opens no more than its owner may at that moment, and no sealed field."""

    mark = models.CharField(max_length=16, default=new_mark, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "mark", "user", "name", "hash", "scopes", "made_at", "expires_at", "ended_at",
        "last_used_on",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "api_token"
        constraints = tenant(
            "api_token",
            models.UniqueConstraint(fields=("organisation", "hash"), name="api_token_hash_once"),
            models.UniqueConstraint(fields=("organisation", "mark"), name="api_token_mark_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST),
                name="api_token_ninety_days",
            ),
            app="keep",
            worker=None,
        )
        indexes = [models.Index(fields=("organisation", "user"), name="api_token_of_user")]

    @property
    def scope_names(self) -> list[str]:
        """The scopes in words."""
        return [str(Scope(scope).label) for scope in self.scopes]


class Answered(TenantModel):
    """One post that may be sent again: the same key and body get the same answer, another body is refused.

    Key and body are kept as keyed hashes, so that the table alone gives nothing to guess against.
    """

    token = TenantForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    reference = models.CharField(max_length=20)
    at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "token", "key", "body", "reference", "at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "api_answered"
        constraints = tenant(
            "api_answered",
            SameOrganisation("token", name="api_answered_token_same_org", to="api_token"),
            models.UniqueConstraint(fields=("organisation", "token", "key"), name="api_answered_once"),
            worker=None,
        )
