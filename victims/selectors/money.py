"""Funds and what is left of them, the package of one person, and what groups of people were given."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404

from cases.choices import Part, Personnel
from cases.models import Participant
from core.actors import Actor
from core.people.forms import countries
from core.permissions import allowed
from victims.choices import ItemState, ParityBy, Service
from victims.models import Fund, Item, Payment, SupportFile
from victims.permissions import Perm
from victims.selectors.work import FEWEST

MONEY = DecimalField(max_digits=14, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=MONEY)


def funds() -> Any:
    """Every fund by name, with `aside` (set aside, not yet paid), `spent`, `left`, and how many `people` it helps."""
    open_ = Sum(F("items__planned") - F("items__paid"), filter=Q(items__state=ItemState.PLANNED), output_field=MONEY)
    people = Count("items__file", distinct=True, filter=~Q(items__state=ItemState.DROPPED))
    spent = Coalesce(Sum("items__paid"), NOTHING)
    found = Fund.objects.annotate(aside=Coalesce(open_, NOTHING), spent=spent, people=people)
    return found.annotate(left=F("amount") - F("aside") - F("spent")).order_by("name", "id")


def access_fund(reference: str) -> Any:
    """One fund with what is left of it, or Http404."""
    found = funds().filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


def items(file: SupportFile) -> list[Item]:
    """The package of one person, what is under way first."""
    under_way = Case(When(state=ItemState.PLANNED, then=0), default=1)
    rows = Item.objects.select_related("fund", "provider").filter(file=file)
    return list(rows.order_by(under_way, "starts_on", "id"))


def payments(item: Item) -> list[Payment]:
    return list(Payment.objects.select_related("entered_by").filter(item=item).order_by("paid_on", "entered_at", "id"))


@dataclass(frozen=True)
class Group:
    """What one group of people was given in one currency; `people` is None where they are too few to be shown."""

    name: str
    currency: str
    people: int | None
    paid: Decimal
    conditional: int | None

    @property
    def each(self) -> Decimal:
        """What one person was given on average, in whole units."""
        return (self.paid / self.people).quantize(Decimal(1)) if self.people else Decimal(0)


def parity(actor: Actor, by: str) -> list[Group]:
    """What people were given, by group and currency. Groups of fewer than five are named and nothing more.

    Where just one group would be hidden, the next smallest is too: otherwise the difference to a sum known from
    elsewhere shows it (domain reference §8.4).
    """
    if not allowed(actor, Perm.PARITY):
        return []
    given = Item.objects.exclude(state=ItemState.DROPPED).filter(paid__gt=0)
    if by == ParityBy.PERSONNEL:
        rows = _by_personnel(given)
    else:
        field = {
            ParityBy.OFFICE: "file__office__name", ParityBy.COUNTRY: "file__country", ParityBy.FUND: "fund__name",
            ParityBy.SERVICE: "service",
        }[ParityBy(by)]  # fmt: skip
        rows = [
            (row[field] or "", row["fund__currency"], row["people"], row["given"], row["tied"])
            for row in given.values(field, "fund__currency").annotate(
                people=Count("file", distinct=True),
                given=Sum("paid"),
                tied=Count("file", distinct=True, filter=Q(conditional=True)),
            )
        ]
    return _shown([(_name(by, key), *rest) for key, *rest in rows])


def _by_personnel(given: QuerySet[Item]) -> list[Any]:
    """By the kind of personnel that is named in the person's own cases, whatever became of those."""
    items_of: dict[Any, list[Item]] = {}
    for item in given.select_related("fund", "file"):
        items_of.setdefault(item.file.person_id, []).append(item)
    of_case: dict[Any, set[str]] = {}
    for case, kind in Participant.objects.filter(part=Part.SUBJECT).values_list("case_id", "personnel"):
        of_case.setdefault(case, set()).add(kind)
    groups: dict[tuple[str, str], list[Item]] = {}
    affected = Participant.objects.filter(part=Part.VICTIM, person_id__in=items_of)
    kinds: dict[Any, set[str]] = {}
    for person, case in affected.values_list("person_id", "case_id"):
        kinds.setdefault(person, set()).update(of_case.get(case, set()))
    for person, theirs in items_of.items():
        for kind in kinds.get(person) or {""}:
            for item in theirs:
                groups.setdefault((kind, item.fund.currency), []).append(item)
    return [
        (
            kind,
            currency,
            len({item.file_id for item in rows}),
            sum((item.paid for item in rows), Decimal(0)),
            len({item.file_id for item in rows if item.conditional}),
        )
        for (kind, currency), rows in groups.items()
    ]


def _name(by: str, key: str) -> str:
    if by == ParityBy.COUNTRY:
        return str(dict(countries()).get(key, ""))
    if by == ParityBy.SERVICE:
        return str(dict(Service.choices)[key])
    if by == ParityBy.PERSONNEL:
        return str(dict(Personnel.choices).get(key, ""))
    return key


def _shown(rows: Iterable[Any]) -> list[Group]:
    found = sorted(rows, key=lambda row: (row[1], row[2], row[0]))
    groups: list[Group] = []
    for currency in dict.fromkeys(row[1] for row in found):
        here = [row for row in found if row[1] == currency]
        few = sum(row[2] < FEWEST for row in here)
        hidden = 2 if few == 1 else few
        for place, (name, _currency, people, paid, tied) in enumerate(here):
            if place < hidden:
                groups.append(Group(name, currency, None, Decimal(0), None))
            else:
                groups.append(Group(name, currency, people, paid, tied if tied >= FEWEST or not tied else None))
    return sorted(groups, key=lambda group: (group.currency, group.people is None, group.name))


@dataclass(frozen=True)
class Used:
    """How a fund was used for one kind of help; None where fewer than five people were helped."""

    service: str
    people: int | None
    planned: Decimal | None
    paid: Decimal | None


def used(fund: Fund) -> list[Used]:
    """What a fund pays for, by kind of help."""
    rows = (
        Item.objects.filter(fund=fund)
        .exclude(state=ItemState.DROPPED)
        .values("service")
        .annotate(people=Count("file", distinct=True), set_aside=Sum("planned"), given=Sum("paid"))
    )
    found = sorted(rows, key=lambda row: (row["people"], row["service"]))
    few = sum(row["people"] < FEWEST for row in found)
    hidden = 2 if few == 1 else few
    names = dict(Service.choices)
    return [
        Used(str(names[row["service"]]), None, None, None)
        if place < hidden
        else Used(str(names[row["service"]]), row["people"], row["set_aside"], row["given"])
        for place, row in enumerate(found)
    ]
