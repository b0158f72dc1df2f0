"""Forms of an organisation's terms and days off."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.deadlines.models import Unit
from core.deadlines.registry import ABOVE, HEAD_OF_OFFICE, MANAGER
from core.forms import DayField, Form


class TermsForm(Form):
    """How long one kind of thing may take, and who hears when it is late."""

    amount = forms.IntegerField(label=_("Time given"), min_value=1, max_value=2000)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, widget=forms.RadioSelect)
    roll = forms.BooleanField(label=_("If it ends on a day off, it ends on the next working day"), required=False)
    warn = forms.IntegerField(
        label=_("Remind the owner when this much is left"),
        help_text=_("In the same unit. Leave it empty for no reminder."),
        min_value=1,
        required=False,
    )
    manager = forms.IntegerField(
        label=_("The manager hears when it is late by"),
        help_text=_("In minutes or hours where time is counted so, else in working days. Leave it empty for never."),
        min_value=0,
        required=False,
    )
    above = forms.IntegerField(label=_("The person above hears when it is late by"), min_value=0, required=False)
    head_of_office = forms.IntegerField(
        label=_("The head of office hears when it is late by"),
        help_text=_("Usually empty: the head of office may be close to the matter."),
        min_value=0,
        required=False,
    )


class DayOffForm(Form):
    """A day the organisation does not work."""

    day = DayField(label=_("Day"))
    name = forms.CharField(label=_("What it is"), max_length=120, required=False)


def initial(own: Any) -> dict[str, Any]:
    """The form's first values from terms."""
    late = {rung.to: rung.late for rung in own.ladder}
    return {
        "amount": own.amount,
        "unit": own.unit,
        "roll": own.roll,
        "warn": own.warn[0] if own.warn else None,
        **{rung: late.get(rung) for rung in (MANAGER, ABOVE, HEAD_OF_OFFICE)},
    }
