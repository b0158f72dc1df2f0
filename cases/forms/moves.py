"""Small forms of the case page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.closing import WITHOUT_FINDING
from core.forms import Form
from core.organisations import Membership


class TextForm(Form):
    """One text about the case."""

    body = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea)


class CloseForm(Form):
    """Why a case is closed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.ChoiceField(
        label=_("Why is it closed?"),
        help_text=_("These stay apart from one another: too little information is never “unsubstantiated”."),
        choices=[(reason.value, reason.label) for reason in WITHOUT_FINDING],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("Two lines someone can follow a year from now. No names."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReopenForm(Form):
    """Why a closed case is looked at again."""

    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("Two lines someone can follow a year from now. No names."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HandoverForm(Form):
    """Who is to take the case."""

    to = forms.ChoiceField(label=_("Hand over to"), help_text=_("The case stays yours until your colleague says yes."))

    def __init__(self, *args: Any, colleagues: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(member.reference, member.user.name) for member in colleagues]
