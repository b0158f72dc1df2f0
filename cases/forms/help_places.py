"""What is typed about a place that helps; the form shows it as it is written here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.people.forms import countries

KINDS = {
    "medical": _("Medical care"),
    "psychosocial": _("Someone to talk to"),
    "safety": _("A safe place"),
    "police": _("Police, only if the person wants it"),
    "other": _("Other help"),
}


class HelpPlaceForm(Form):
    mark_optional = True
    kind = forms.ChoiceField(label=_("What kind of help"), choices=list(KINDS.items()))
    name = forms.CharField(label=_("Name"), max_length=120)
    how = forms.CharField(
        label=_("How to reach it"),
        help_text=_("In plain words. A phone number can be pressed on the phone it is read on."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=countries, required=False, help_text=_("Empty: it helps in every country.")
    )
    hours = forms.CharField(label=_("Hours"), max_length=120, required=False)
    cost = forms.CharField(
        label=_("What it costs"), help_text=_("“Free” if it costs nothing."), max_length=120, required=False
    )
    good_for_children = forms.BooleanField(label=_("Used to helping children"), required=False)
    good_for_men = forms.BooleanField(label=_("Also for men and boys"), required=False)
    good_for_lgbtiq = forms.BooleanField(
        label=_("Safe for lesbian, gay, bisexual, trans and intersex people"),
        help_text=_("Tick it only if somebody who knows has said so."),
        required=False,
    )
