"""What a new token is asked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.tokens.tables import LONGEST, Scope


class TokenForm(Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("So that you know it again: the program it is for.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself at that moment; never a name or what was told."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days it lasts"), min_value=1, max_value=LONGEST.days, initial=30,
        help_text=_("At most 90."),
    )  # fmt: skip
