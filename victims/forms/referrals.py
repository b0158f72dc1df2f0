"""The shape of the directory, of consents to a referral, and of referrals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form
from core.people.forms import countries
from victims import choices
from victims.forms.files import spoken, text_area, time_field

METHODS = [
    ("signature", _("By signature")),
    ("mark", _("By mark")),
    ("voice", _("By voice")),
    ("witnessed", _("By word, witnessed")),
]


class ProviderForm(Form):
    mark_optional = True
    name = forms.CharField(label=_("Name"), max_length=120)
    country = forms.ChoiceField(label=_("Country"), choices=countries)
    area = forms.CharField(label=_("Area"), max_length=120, required=False)
    services = forms.MultipleChoiceField(
        label=_("What they help with"), choices=choices.Service.choices, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.CharField(label=_("Languages"), max_length=120, required=False)
    hours = forms.CharField(label=_("Hours"), max_length=120, required=False)
    contact = forms.CharField(label=_("How to reach them"), max_length=200, required=False)
    cost = forms.ChoiceField(label=_("Cost"), choices=choices.Cost.choices)
    child_friendly = forms.BooleanField(label=_("Good for children"), required=False)
    step_free = forms.BooleanField(label=_("Can be reached without steps"), required=False)
    quality = forms.CharField(
        label=_("Notes on quality"), help_text=_("Never a word about anybody you referred."), max_length=500,
        required=False, widget=text_area(),
    )  # fmt: skip


class _Provider(Form):
    provider = forms.ChoiceField(label=_("Provider"))

    def __init__(self, *args: Any, providers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [("", _("Choose")), *providers]  # type: ignore[attr-defined]


class ConsentForm(_Provider):
    """The person agrees to be referred to one provider."""

    method = forms.ChoiceField(label=_("How they said yes"), choices=METHODS)
    language = forms.ChoiceField(label=_("In which language they were asked"), choices=spoken)


class ReferForm(_Provider):
    """One referral, with the least the provider needs to know."""

    service = forms.ChoiceField(label=_("For what"), choices=choices.Service.choices)
    shared = forms.CharField(
        label=_("What the provider needs to know"),
        help_text=_("The least that is needed. Not who did it, not what kind of abuse, not that anything is reported."),
        max_length=2_000,
        widget=text_area(4),
    )


class MissingForm(Form):
    service = forms.ChoiceField(label=_("Which service is missing"), choices=choices.Service.choices)


class AppointmentForm(Form):
    """The provider accepted: when the person is expected."""

    day = DayField(label=_("Day of the appointment"), required=False)
    at = time_field(_("Hour"))
