"""What is typed to name who gets new reports."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.organisations import Membership, Office


class RouteForm(Form):
    """One line more."""

    member = forms.ChoiceField(label=_("Person"))
    office = forms.ChoiceField(label=_("Reports about"), required=False)
    step = forms.TypedChoiceField(
        label=_("Step"),
        coerce=int,
        initial=1,
        choices=[(1, _("First")), (2, _("One step up")), (3, _("Two steps up"))],
        help_text=_("Somebody one step up is asked when nobody at the first step may know."),
    )
    oversight = forms.BooleanField(label=_("For reports against oversight staff or the executive head"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.select_related("user").filter(ends_at=None).order_by("user__name")
        offices = Office.objects.order_by("name")
        cast(forms.ChoiceField, self.fields["member"]).choices = [(each.reference, each.user.name) for each in members]
        cast(forms.ChoiceField, self.fields["office"]).choices = [
            ("", _("All offices")),
            *((each.reference, each.name) for each in offices),
        ]

    def clean_member(self) -> Membership:
        return Membership.objects.select_related("user").get(reference=self.cleaned_data["member"])

    def clean_office(self) -> Office | None:
        reference = self.cleaned_data["office"]
        return Office.objects.get(reference=reference) if reference else None
