"""What help costs: funds with a budget, what is planned and given to one person, and each payment."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_reference
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant
from victims import choices
from victims.constraints import AddsUp, WithinBudget
from victims.models.files import SupportFile
from victims.models.referrals import Provider

USER = settings.AUTH_USER_MODEL
MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class Fund(TenantModel):
    """Money for assistance, from one source, in one currency."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=15, choices=choices.FundSource.choices)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(**MONEY)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reference", "name", "source", "currency", "amount", "opens_on", "closes_on",
        "changed_at", "changed_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "fund"
        constraints = tenant(
            "fund",
            models.UniqueConstraint(fields=("organisation", "reference"), name="fund_reference_once"),
            models.UniqueConstraint(fields=("organisation", "name"), name="fund_named_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fund_has_money"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")), name="fund_closes_after_opening"
            ),
            app="keep",
        )


class Item(SealedModel, TenantModel):
    """One thing a person is to be given: what it may cost, of which fund, and what was paid so far."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="items")
    service = models.CharField(max_length=20, choices=choices.Service.choices)
    fund = TenantForeignKey(Fund, on_delete=models.PROTECT, related_name="items")
    provider = TenantForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    planned = models.DecimalField(**MONEY)
    paid = models.DecimalField(**MONEY, default=0, editable=False)
    state = models.CharField(max_length=10, choices=choices.ItemState.choices, default=choices.ItemState.PLANNED)
    conditional = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    words = SealedField(label="support_item.words", key="file_id")
    condition = SealedField(label="support_item.condition", key="file_id")

    PRIVATE = {"words", "condition"}
    PUBLIC = {
        "id", "organisation", "reference", "file", "service", "fund", "provider", "planned", "paid", "state",
        "conditional", "starts_on", "ends_on", "planned_at", "planned_by", "ended_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_item"
        constraints = tenant(
            "support_item",
            SameOrganisation("file", name="support_item_file_same_org", to="support_file"),
            SameOrganisation("fund", name="support_item_fund_same_org", to="fund"),
            SameOrganisation("provider", name="support_item_provider_same_org", to="provider"),
            WithinBudget(name="support_item_within_budget"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="support_item_reference_once"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, paid__lte=F("planned")), name="support_item_paid_as_planned"
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | Q(paid=0), name="support_item_dropped_unpaid"),
            models.CheckConstraint(
                condition=Q(state="planned", ended_at=None) | ~Q(state="planned") & Q(ended_at__isnull=False),
                name="support_item_ended_pair",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="support_item_ends_after_start"
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(fields=("organisation", "file"), name="support_item_of_file"),
            models.Index(fields=("organisation", "fund"), name="support_item_of_fund"),
        ]


class Payment(SealedModel, TenantModel):
    """Money that went out for an item, or came back (a negative amount). Never changed: a mistake is paid back."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, related_name="+")
    item = TenantForeignKey(Item, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(**MONEY)
    way = models.CharField(max_length=15, choices=choices.PaidBy.choices)
    paid_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    proof = SealedField(label="support_payment.proof", key="file_id")

    PRIVATE = {"proof"}
    PUBLIC = {
        "id", "organisation", "reference", "file", "item", "amount", "way", "paid_on", "entered_at", "entered_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_payment"
        constraints = tenant(
            "support_payment",
            SameOrganisation("file", name="support_payment_file_same_org", to="support_file"),
            SameOrganisation("item", name="support_payment_item_same_org", to="support_item"),
            AddsUp(name="support_payment_adds_up"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="support_payment_reference_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="support_payment_of_something"),
            # Sealed words can be renewed by a rotation; nothing else of a payment ever changes (see the action).
            app="append",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "item"), name="support_payment_of_item")]
