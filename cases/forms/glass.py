"""What is typed to ask for, allow and review an emergency reading."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class AskForm(Form):
    """Which case, and why now."""

    reference = forms.CharField(label=_("Reference of the case"), max_length=12, help_text=_("Such as K7TF-29QM."))
    reason = forms.CharField(
        label=_("Why can it not wait?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what will happen otherwise, to whom, and by when. It is sealed and read by whoever decides."),
    )

    def clean_reference(self) -> str:
        typed = re.sub(r"[\s-]", "", self.cleaned_data["reference"]).upper()
        if not re.fullmatch(r"[0-9A-Z]{8}", typed):
            raise forms.ValidationError(_("A reference has eight letters and digits, such as K7TF-29QM."))
        return f"{typed[:4]}-{typed[4:]}"


class AllowForm(Form):
    """For how long."""

    hours = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        initial=1,
        choices=[(1, _("1 hour")), (2, _("2 hours")), (3, _("3 hours")), (4, _("4 hours"))],
        widget=forms.RadioSelect(attrs={"class": "inline"}),
    )


class ReviewForm(Form):
    """What the reviewer found."""

    words = forms.CharField(
        label=_("Was it right, and was no more read than needed?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sealed with the case."),
    )
