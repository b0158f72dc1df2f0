"""The shape of funds, of what a person is given, and of payments."""

from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form
from victims import choices
from victims.forms.files import text_area


def money_field(label: Any, *, hint: Any = "", least: Decimal = Decimal("0.01")) -> forms.DecimalField:
    """An amount with at most two places, in one box."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 15})
    return forms.DecimalField(
        label=label, help_text=hint, min_value=least, max_digits=14, decimal_places=2, widget=widget
    )


@cache
def _in_use() -> frozenset[str]:
    """Currencies some country pays in today; the whole list also holds gold and money of the past."""
    places = [each for each in get_global("territory_currencies") if len(each) == 2]
    return frozenset(code for place in places for code in get_territory_currencies(place))


def currencies() -> list[tuple[str, str]]:
    """Currencies in use by their names in the reader's language."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).currencies
    return [("", "–"), *sorted(((code, f"{names.get(code, code)} ({code})") for code in _in_use()), key=itemgetter(1))]


class FundForm(Form):
    mark_optional = True
    name = forms.CharField(label=_("Name"), max_length=120)
    source = forms.ChoiceField(label=_("Where the money comes from"), choices=choices.FundSource.choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    amount = money_field(_("Budget"))
    opens_on = DayField(label=_("First day"))
    closes_on = DayField(label=_("Last day"), required=False)


class ItemForm(Form):
    """One thing the person is to be given, and of which money."""

    mark_optional = True
    service = forms.ChoiceField(label=_("What kind of help"), choices=choices.Service.choices)
    words = forms.CharField(
        label=_("What exactly"), help_text=_("Sealed: only whoever supports the person reads it."), max_length=2_000,
        required=False, widget=text_area(2),
    )  # fmt: skip
    fund = forms.ChoiceField(label=_("Of which fund"))
    planned = money_field(
        _("What it may cost"), hint=_("In the currency of the fund. It is set aside at once."), least=Decimal(0)
    )
    provider = forms.ChoiceField(label=_("Who gives it"), required=False)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False)
    condition = forms.CharField(
        label=_("Is it tied to a condition?"),
        help_text=_(
            "Help depends on nothing: not on a report, not on a course, not on silence. If somebody insists on a "
            "condition, write it here. It is flagged and counted."
        ),
        max_length=1_000, required=False, widget=text_area(2),
    )  # fmt: skip

    def __init__(
        self, *args: Any, funds: list[tuple[str, str]], providers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].choices = [("", _("Choose")), *funds]  # type: ignore[attr-defined]
        self.fields["provider"].choices = [("", "–"), *providers]  # type: ignore[attr-defined]


class CostForm(Form):
    planned = money_field(_("What it may cost"), least=Decimal(0))


class PaymentForm(Form):
    amount = money_field(_("How much"))
    back = forms.BooleanField(label=_("It came back"), required=False)
    way = forms.ChoiceField(label=_("How it was paid"), choices=choices.PaidBy.choices)
    paid_on = DayField(label=_("On"))
    proof = forms.CharField(
        label=_("What proves it"), help_text=_("The number of a receipt, and who signed. Sealed."), max_length=500
    )


class ParityForm(Form):
    by = forms.ChoiceField(label=_("Compare by"), choices=choices.ParityBy.choices, required=False)
