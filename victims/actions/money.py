"""Funds and what they pay for: set aside, given, paid; two people at once never spend the same money."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from core.permissions import allowed
from victims.actions.files import ensure_open, ensure_works
from victims.choices import FundSource, ItemState, PaidBy, Service
from victims.models import Fund, Item, Payment, Provider, SupportFile
from victims.permissions import Perm
from victims.states import ITEM


class NotEnough(DomainError):
    """The fund does not reach."""

    default = _("The fund does not reach for that: somebody may just have set money aside. Look at what is left.")


# --- funds ------------------------------------------------------------------------------------------------------------


def write_fund(
    fund: Fund | None, *, name: str, source: str, currency: str, amount: Decimal, opens_on: date,
    closes_on: date | None, by: Actor, now: datetime,
) -> Fund:  # fmt: skip
    """Write or change a fund. Raises NotEnough for a budget below what is set aside and paid already.

    The currency of a fund stays what it was: amounts already written down are amounts of it.
    """
    if by.user is None or not allowed(by, Perm.FUNDS):
        raise Refused
    if not name.strip() or source not in FundSource.values or len(currency) != 3:
        raise DomainError(_("Give a name, a source and a currency."))
    if amount <= 0:
        raise DomainError(_("The budget is more than nothing."))
    if closes_on is not None and closes_on < opens_on:
        raise DomainError(_("The last day lies before the first."))
    row = fund or Fund(currency=currency.upper())
    if row.currency != currency.upper():
        raise DomainError(_("The currency of a fund stays: open another fund for another currency."))
    row.name, row.source, row.amount, row.opens_on, row.closes_on = name.strip(), source, amount, opens_on, closes_on
    row.changed_at, row.changed_by = now, by.user
    _save(row, named=_("There is a fund of that name already."))
    facts = {"amount": str(row.amount), "currency": row.currency}
    audit.record("victims.fund_written", by=by, about=row, reference=row.reference, facts=facts)
    return row


# --- what one person is given -----------------------------------------------------------------------------------------


def plan(
    file: SupportFile, fund: Fund, *, service: str, planned: Decimal, words: str, starts_on: date,
    ends_on: date | None, condition: str = "", provider: Provider | None = None, by: Actor, now: datetime,
) -> Item:  # fmt: skip
    """Set money of the fund aside for one thing the person is to be given. Raises NotEnough when it does not reach.

    `condition` is what the help was tied to, if somebody insists on that; it is flagged wherever packages are compared.
    """
    user = ensure_works(file, by=by, now=now)
    ensure_open(file)
    if service not in Service.values or planned < 0:
        raise DomainError(_("Say what kind of help it is and what it may cost."))
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(_("The last day lies before the first."))
    if fund.closes_on is not None and fund.closes_on < now.date():
        raise DomainError(_("This fund is closed."))
    item = Item(
        file=file, fund=fund, provider=provider, service=service, planned=planned, starts_on=starts_on,
        ends_on=ends_on, conditional=bool(condition.strip()), planned_at=now, planned_by=user,
    )  # fmt: skip
    item.seal(words=words.strip(), condition=condition.strip() or None)
    _save(item)
    audit.record("victims.item_planned", by=by, about=file, reference=file.reference, facts=_facts(item.planned, fund))
    return item


def change_cost(item: Item, *, planned: Decimal, by: Actor, now: datetime) -> Item:
    """It costs more, or less. Raises NotEnough, and DomainError below what was paid already."""
    item = _held(item, by=by, now=now)
    if planned < item.paid:
        raise DomainError(_("More than that was paid already."))
    item.planned = planned
    _save(item, "planned")
    facts = _facts(planned, item.fund)
    audit.record("victims.item_cost", by=by, about=item.file, reference=item.file.reference, facts=facts)
    return item


def pay(
    item: Item, *, amount: Decimal, way: str, paid_on: date, proof: str, back: bool = False, by: Actor, now: datetime
) -> Payment:
    """Note that money went out, or came back, with its proof. A payment is never changed: a mistake comes back.

    Raises DomainError for more than was planned, more back than was paid, or a day that has not come.
    """
    item = _held(item, by=by, now=now)
    if amount <= 0 or way not in PaidBy.values:
        raise DomainError(_("Say how much it was and how it was paid."))
    if paid_on > now.date():
        raise DomainError(_("That day has not come yet."))
    if not proof.strip():
        raise DomainError(_("Write what proves the payment: a receipt number, who signed."))
    moved = -amount if back else amount
    if item.paid + moved > item.planned:
        raise DomainError(_("That is more than was planned. Change what it may cost first."))
    if item.paid + moved < 0:
        raise DomainError(_("More cannot come back than was paid."))
    payment = Payment(
        file=item.file, item=item, amount=moved, way=way, paid_on=paid_on, entered_at=now, entered_by=by.user
    )
    payment.seal(proof=proof.strip())
    _save(payment)
    item.refresh_from_db(fields=["paid"])
    facts = _facts(amount, item.fund)
    audit.record(
        "victims.paid_back" if back else "victims.paid",
        by=by,
        about=item.file,
        reference=item.file.reference,
        facts=facts,
    )
    return payment


def move(item: Item, verb: str, *, by: Actor, now: datetime) -> Item:
    """Everything was given: what was not paid is free again. Or it is not needed any more, and nothing was paid."""
    item = _held(item, by=by, now=now)
    if verb == "drop" and item.paid:
        raise DomainError(_("Money was paid already. Note that it came back, or that everything was given."))
    if verb not in ITEM.moves:
        raise Refused
    ITEM.apply(item, verb, by=by, now=now, reference=item.file.reference, also={"ended_at": now})
    return item


def _held(item: Item, *, by: Actor, now: datetime) -> Item:
    """The item, still under way, held for this transaction; whoever comes second sees what the first one did."""
    ensure_works(item.file, by=by, now=now)
    found = Item.objects.select_for_update(of=("self",)).select_related("fund").get(pk=item.pk)
    found.file = item.file
    if found.state != ItemState.PLANNED:
        raise Refused(_("This item has ended."))
    return found


def _facts(amount: Decimal, fund: Fund) -> dict[str, str]:
    return {"amount": str(amount), "currency": fund.currency}


def _save(row: Fund | Item | Payment, *fields: str, named: object = "") -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=fields or None)
    except IntegrityError as error:
        if "support_item_within_budget" in str(error):
            raise NotEnough from error
        if "fund_named_once" in str(error):
            raise DomainError(named) from error
        raise


def export(*, by: Actor) -> User:
    """Who takes the report of the funds away, on record; Refused for anybody who may not compare groups."""
    if by.user is None or not allowed(by, Perm.PARITY):
        raise Refused
    audit.record("victims.funds_exported", by=by)
    return by.user
