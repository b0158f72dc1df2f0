"""Notices written with the change they speak of, and what became of them person by person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.organisations import User
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant

ME = "user_id = nullif(current_setting('amparo.user', true), '')::uuid"
TOLD_ME = (
    "EXISTS (SELECT 1 FROM delivery d WHERE d.organisation_id = notice.organisation_id AND d.notice_id = notice.id"
    " AND d.user_id = nullif(current_setting('amparo.user', true), '')::uuid)"
)


class Channel(models.TextChoices):
    """Where a notice goes: the inbox holds the words, the e-mail only says that there are some."""

    INBOX = "inbox", _("Inbox")
    EMAIL = "email", _("E-mail")


class Failure(models.TextChoices):
    """Why an e-mail was given up."""

    REFUSED = "refused", _("The mail server refused the address")
    UNREACHABLE = "unreachable", _("The mail server could not be reached for too long")
    NO_ADDRESS = "no_address", _("The account has no address that can be used")


class Notice(TenantModel):
    """Something happened; who is to hear of it is worked out later, by a worker. Holds no private word."""

    kind = models.CharField(max_length=60)
    about = models.UUIDField()
    reference = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    reached_nobody = models.BooleanField(default=False)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "kind", "about", "reference", "facts", "created_at", "next_at", "resolved_at",
        "reached_nobody",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "notice"
        constraints = tenant(
            "notice",
            models.CheckConstraint(
                condition=Q(resolved_at=None, next_at__isnull=False) | Q(resolved_at__isnull=False, next_at=None),
                name="notice_waits_or_is_resolved",
            ),
            # Staff see a notice only once it has reached them; whoever writes one cannot read it back.
            app="append",
            app_using=TOLD_ME,
            app_check="resolved_at IS NULL",
            intake="insert",
            intake_check="resolved_at IS NULL",
        )
        indexes = [
            models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="notice_next"),
            models.Index(fields=("organisation", "about"), name="notice_about"),
        ]


class Delivery(TenantModel):
    """One notice to one person by one channel: delivered at least once, shown once."""

    notice = TenantForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=20, choices=Failure.choices, blank=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "notice", "user", "channel", "created_at", "next_at", "attempts", "delivered_at",
        "shown_at", "failed_at", "failure",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "delivery"
        constraints = tenant(
            "delivery",
            SameOrganisation("notice", name="delivery_notice_same_org", to="notice"),
            models.UniqueConstraint(
                fields=("organisation", "notice", "user", "channel"), name="delivery_once_per_channel"
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="delivery_channel"),
            models.CheckConstraint(
                condition=Q(delivered_at=None, failed_at=None, next_at__isnull=False)
                | Q(delivered_at__isnull=False, failed_at=None, next_at=None)
                | Q(delivered_at=None, failed_at__isnull=False, next_at=None),
                name="delivery_waits_or_ended",
            ),
            models.CheckConstraint(
                condition=(Q(failed_at=None) & Q(failure="")) | (Q(failed_at__isnull=False) & ~Q(failure="")),
                name="delivery_failure_named",
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(shown_at__gte=F("created_at")), name="delivery_shown_after"
            ),
            # One's own, and whatever could not be delivered to a colleague.
            app="keep",
            app_using=f"{ME} OR failed_at IS NOT NULL",
            app_check=ME,
        )
        indexes = [
            models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="delivery_next"),
            models.Index(
                fields=("organisation", "user", "created_at"), condition=Q(channel="inbox"), name="delivery_inbox"
            ),
            models.Index(
                fields=("organisation", "failed_at"), condition=Q(failed_at__isnull=False), name="delivery_failed"
            ),
        ]
