"""Funds, the package of one person with its payments, and what groups of people were given."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core import phrases
from core.encryption.fields import reveal_each, reveal_fields
from core.ui import Cell, Column, Table
from victims import money_report
from victims.actions import money
from victims.choices import ItemState, ParityBy
from victims.forms.money import CostForm, FundForm, ItemForm, ParityForm, PaymentForm
from victims.models import Item
from victims.permissions import Perm
from victims.selectors import money as books
from victims.selectors import work
from victims.views.base import FileButton, FileForm, FormPage, SupportPage

STATES = {ItemState.PLANNED: "step", ItemState.GIVEN: "done", ItemState.DROPPED: "done"}


def fewer() -> str:
    """What stands for a number that is too small to be shown."""
    return _("fewer than %(number)d") % {"number": work.FEWEST}


# --- funds ------------------------------------------------------------------------------------------------------------


class Funds(SupportPage):
    """Every fund with what is set aside, paid and left."""

    needs = Perm.FUNDS
    template_name = "victims/funds.html"

    def context(self) -> dict[str, Any]:
        rows = [
            [
                Cell(
                    fund.name,
                    small=fund.get_source_display(),
                    url=self.address("support_fund", fund.reference),
                    words=True,
                ),
                Cell(phrases.money(fund.amount, fund.currency)),
                Cell(phrases.money(fund.aside, fund.currency)),
                Cell(phrases.money(fund.spent, fund.currency)),
                Cell(phrases.money(fund.left, fund.currency)),
            ]
            for fund in books.funds()
        ]
        columns = [
            Column(_("Fund")), Column(_("Budget"), number=True), Column(_("Set aside"), number=True),
            Column(_("Paid"), number=True), Column(_("What is left"), number=True),
        ]  # fmt: skip
        return {"table": Table.of(_("Funds"), columns, rows) if rows else None}

    def named(self, fund: Any) -> Cell:
        url = self.address("support_fund", fund.reference)
        return Cell(fund.name, small=fund.get_source_display(), url=url, words=True)


class FundPage(FormPage):
    """A fund."""

    abstract = True
    form_class = FundForm
    button = _l("Save")
    done_message = _l("Saved.")

    def back(self) -> str:
        return self.address("support_funds")


class AddFund(FundPage):
    needs = Perm.FUNDS
    title = _l("Add a fund")
    lead = _l("Money for assistance from one source. What is planned for a person is set aside at once.")

    def act(self, data: dict[str, Any]) -> Any:
        return money.write_fund(None, **data, by=self.request.actor, now=self.now)


class ChangeFund(FundPage):
    """One fund, and what it pays for by kind of help."""

    needs = Perm.FUNDS
    template_name = "victims/fund.html"

    def load(self) -> None:
        self.row = books.access_fund(self.kwargs["fund"])

    def context(self) -> dict[str, Any]:
        currency = self.row.currency
        rows = [
            [Cell(each.service), Cell(fewer()), Cell("–"), Cell("–")]
            if each.people is None
            else [
                Cell(each.service),
                Cell(str(each.people)),
                Cell(phrases.money(each.planned, currency)),
                Cell(phrases.money(each.paid, currency)),
            ]
            for each in books.used(self.row)
        ]
        columns = [
            Column(_("Kind of help")), Column(_("People"), number=True), Column(_("Planned"), number=True),
            Column(_("Paid"), number=True),
        ]  # fmt: skip
        facts = [
            (_("Budget"), phrases.money(self.row.amount, currency)),
            (_("Set aside"), phrases.money(self.row.aside, currency)),
            (_("Paid"), phrases.money(self.row.spent, currency)),
            (_("What is left"), phrases.money(self.row.left, currency)),
        ]
        table = Table.of(_("What it pays for"), columns, rows) if rows else None
        return {**super().context(), "title": self.row.name, "facts": facts, "table": table}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in FundForm.base_fields}

    def act(self, data: dict[str, Any]) -> Any:
        return money.write_fund(self.row, **data, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return self.address("support_fund", self.row.reference)


# --- the package of one person ----------------------------------------------------------------------------------------


class AddItem(FileForm):
    needs = Perm.WORK
    form_class = ItemForm
    title = _l("Something the person is to be given")
    lead = _l("The money is set aside at once, so that nobody else can spend it. It waits for no verdict.")
    button = _l("Plan it")
    done_message = _l("Planned. The money is set aside.")

    def form_arguments(self) -> dict[str, Any]:
        today = self.now.date()
        open_ = [fund for fund in books.funds() if fund.closes_on is None or fund.closes_on >= today]
        left = _("%(name)s: %(left)s left")
        funds = [
            (fund.reference, left % {"name": fund.name, "left": phrases.money(fund.left, fund.currency)})
            for fund in open_
        ]
        providers = [(each.reference, each.name) for each in work.usable(self.file.country, today)]
        return {"funds": funds, "providers": providers}

    def initial(self) -> dict[str, Any]:
        return {"starts_on": self.now.date()}

    def act(self, data: dict[str, Any]) -> Any:
        fund = books.access_fund(data.pop("fund"))
        named = data.pop("provider")
        provider = work.access_provider(named) if named else None
        return money.plan(self.file, fund, provider=provider, **data, by=self.request.actor, now=self.now)


class ItemPage(FileForm):
    """One item with its payments; the form notes another."""

    needs = Perm.WORK
    form_class = PaymentForm
    template_name = "victims/item.html"
    button = _l("Note the payment")
    done_message = _l("The payment is noted.")

    def load(self) -> None:
        super().load()
        self.row = work.row_of(Item.objects.select_related("fund", "provider"), self.file, self.kwargs["item"])

    def context(self) -> dict[str, Any]:
        row, by, currency = self.row, self.request.actor, self.row.fund.currency
        words = reveal_fields(row, ["words", "condition"], purpose="support", by=by)
        paid = books.payments(row)
        proofs = reveal_each(paid, "proof", purpose="support", by=by) if paid else []
        return {
            **super().context(),
            "title": row.get_service_display(),
            "item": row,
            "words": words["words"],
            "condition": words["condition"],
            "under_way": row.state == ItemState.PLANNED,
            "item_shape": STATES[ItemState(row.state)],
            "cost": CostForm(initial={"planned": row.planned}),
            "can_drop": not row.paid,
            "facts": [
                (_("Planned"), phrases.money(row.planned, currency), row.fund.name),
                (_("Paid"), phrases.money(row.paid, currency)),
                (_("Who gives it"), row.provider.name if row.provider else ""),
                (_("From"), phrases.day(row.starts_on, today=self.now.date())),
                (_("Until"), phrases.day(row.ends_on, today=self.now.date()) if row.ends_on else ""),
            ],
            "payments": [
                (payment, phrases.money(payment.amount, currency), found["proof"])
                for payment, found in zip(paid, proofs, strict=True)
            ],
        }

    def initial(self) -> dict[str, Any]:
        return {"paid_on": self.now.date()}

    def act(self, data: dict[str, Any]) -> Any:
        return money.pay(self.row, **data, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return self.address("support_item", self.file.reference, self.row.reference)


class ItemButton(FileButton):
    """A button of the page of an item."""

    abstract = True

    def load(self) -> None:
        super().load()
        self.row = work.row_of(Item.objects.select_related("fund"), self.file, self.kwargs["item"])

    def success_url(self) -> str:
        return reverse("support_item", args=[self.request.organisation.slug, self.file.reference, self.row.reference])


class ItemCost(ItemButton):
    """It costs more, or less."""

    needs = Perm.WORK
    form_class = CostForm

    def act(self, data: dict[str, Any]) -> Any:
        return money.change_cost(self.row, planned=data["planned"], by=self.request.actor, now=self.now)


class EndItem(ItemButton):
    """Everything was given, or it is not needed any more."""

    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        return money.move(self.row, data["state"], by=self.request.actor, now=self.now)


# --- groups -----------------------------------------------------------------------------------------------------------


class Parity(SupportPage):
    """What groups of people were given: whether where one lives decides what one gets."""

    needs = Perm.PARITY
    template_name = "victims/parity.html"

    def context(self) -> dict[str, Any]:
        wanted = self.request.GET.get("by", "")
        by = ParityBy(wanted) if wanted in ParityBy.values else ParityBy.OFFICE
        rows = [
            [Cell(group.name or _("Not known")), Cell(fewer()), Cell("–"), Cell("–"), Cell("–")]
            if group.people is None
            else [
                Cell(group.name or _("Not known")),
                Cell(str(group.people)),
                Cell(phrases.money(group.paid, group.currency)),
                Cell(phrases.money(group.each, group.currency)),
                Cell(fewer() if group.conditional is None else str(group.conditional)),
            ]
            for group in books.parity(self.request.actor, by)
        ]
        columns = [
            Column(by.label), Column(_("People"), number=True), Column(_("Given"), number=True),
            Column(_("Each, on average"), number=True), Column(_("With a condition"), number=True),
        ]  # fmt: skip
        return {
            "form": ParityForm(initial={"by": by}),
            "table": Table.of(_("What people were given"), columns, rows) if rows else None,
        }


class FundReport(SupportPage):
    """The report of all funds as a sheet: what they hold, and by kind of help whom they reached."""

    needs = Perm.PARITY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = money.export(by=self.request.actor)
        body = money_report.sheet(self.request.organisation.name, list(books.funds()), by=user.name, at=self.now)
        answer = HttpResponse(body, content_type=money_report.TYPE)
        name = f"funds-{self.request.organisation.slug}-{self.now:%Y-%m-%d}.xlsx"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
