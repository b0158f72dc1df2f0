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
