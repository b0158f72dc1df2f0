"""The shape of what the support side writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form

WHY_NOT_ASKED = [
    ("not_reached", _("The person could not be reached in time")),
    ("not_safe_to_ask", _("Asking would itself put the person in danger")),
    ("asked_not_to", _("The person asked not to be contacted")),
    ("unknown", _("Nobody knows who the person is")),
]


class SafetyForm(Form):
    """Is the step safe?"""

    answer = forms.ChoiceField(
        label=_("Is it safe for the person?"),
        choices=[
            ("go", _("Yes, go on")),
            ("wait", _("No, wait until a day")),
            ("not_asked", _("The person was not asked")),
        ],
        widget=forms.RadioSelect,
    )
    wait_until = DayField(
        label=_("Wait until"),
        help_text=_("Only if it has to wait. The day is all the asker sees, never why."),
        required=False,
    )
    because = forms.ChoiceField(label=_("Why not asked"), required=False, choices=[("", _("Choose")), *WHY_NOT_ASKED])


class TellForm(Form):
    """How the person was told, and how they took it; both are sealed."""

    channel = forms.CharField(
        label=_("How was the person told?"),
        help_text=_("The agreed way, for example: in person, at the agreed place. Investigators never see this."),
        max_length=500,
    )
    reception = forms.CharField(
        label=_("How did the person take it, and what do they want now?"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
